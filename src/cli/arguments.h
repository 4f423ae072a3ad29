// The command line: every command and option, in both languages.
//
// run() reads the arguments, runs the command they name and gives the exit code of the process.
// Exit codes are those of the ErrorCode table (base/error.cpp); 0 is success.
#pragma once

#include <string>
#include <vector>

namespace hq::cli {

int run(const std::vector<std::string>& arguments);

}  // namespace hq::cli
