// The process `hongqiao`: arguments in, exit code out.
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "cli/arguments.h"

int main(int argc, char** argv) {
  try {
    return hq::cli::run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    // Out of memory, or a fault of a library: nothing of ours throws.
    std::fprintf(stderr, "hongqiao: %s\n", error.what());
    return 70;
  }
}
