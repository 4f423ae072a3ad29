#!/bin/sh
# lint.sh [format | BUILD]: is every C++ file formatted (.clang-format) and free of warnings
# (.clang-tidy)? BUILD, build/dev if not given, is a folder that was built: it has the commands by
# which files are compiled. With the word "format" only that is checked, which takes seconds.
set -eu
cd "$(dirname "$0")/../.."
find bench fuzz sim src tools \( -name '*.cpp' -o -name '*.h' \) -print0 |
  xargs -0 clang-format-19 --dry-run -Werror
[ "${1:-}" != format ] || exit 0
build=${1:-build/dev}
failed=0
tidy() { xargs -0 -n 1 -P "$(nproc)" clang-tidy-19 -p "$build" --quiet "$@"; }
find bench fuzz sim src tools -name '*.cpp' ! -name '*_test.cpp' -print0 | tidy || failed=1
# It does not know what ASSERT_TRUE has seen; the preset asan checks each access as it happens.
find bench fuzz sim src tools -name '*_test.cpp' -print0 |
  tidy --checks=-bugprone-unchecked-optional-access || failed=1
exit $failed
