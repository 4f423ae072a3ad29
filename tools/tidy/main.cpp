// tidy CHECKOUT: prints each breach of the house rules; exits with 1 if there is one.
#include <cstdio>
#include <exception>

#include "tidy/tidy.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: tidy CHECKOUT\n");
    return 64;
  }
  try {
    const auto breaches = hq::tidy::check_tree(argv[1]);
    for (const auto& breach : breaches) {
      std::printf("%s:%d: %s\n", breach.path.c_str(), breach.line, breach.text.c_str());
    }
    return breaches.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tidy: %s\n", error.what());
    return 74;
  }
}
