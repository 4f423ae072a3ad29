# Compiler settings and the two functions that every folder uses: hq_library and hq_test.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(HQ_CCACHE ccache)
if(HQ_CCACHE)
  # Clang writes a time stamp into a precompiled header; without it ccache can serve both.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${HQ_CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                    -Wnon-virtual-dtor -Woverloaded-virtual -fno-omit-frame-pointer
                    -Xclang -fno-pch-timestamp)
option(HQ_WERROR "Treat warnings as errors" ON)
if(HQ_WERROR)
  add_compile_options(-Werror)
endif()
add_link_options(-fuse-ld=mold)

# An index out of bounds or an empty optional read then ends the test, where it would not be seen
# within what a container has allocated.
if(HQ_SANITIZE MATCHES "asan|fuzz")
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
endif()
if(HQ_SANITIZE STREQUAL "asan")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(HQ_SANITIZE STREQUAL "tsan")
  add_compile_options(-fsanitize=thread)
  add_link_options(-fsanitize=thread)
elseif(HQ_SANITIZE STREQUAL "fuzz")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(HQ_SANITIZE STREQUAL "cover")
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)
if(BUILD_TESTING)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
  include(GoogleTest)
endif()

# One precompiled header of standard headers, shared by every target.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/pch.cpp CONTENT "")
add_library(hq_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
target_precompile_headers(hq_pch PRIVATE
  <algorithm> <array> <chrono> <cstdint> <cstring> <expected> <filesystem> <functional> <map>
  <memory> <optional> <span> <string> <string_view> <unordered_map> <utility> <variant> <vector>)

function(hq_compile target)
  target_precompile_headers(${target} REUSE_FROM hq_pch)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR}/src)
endfunction()

# hq_library(<name> [libraries...]): the sources of this folder and its detail/ as one static
# library, and its *_test.cpp files as one test binary <name>_test.
function(hq_library name)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp detail/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_(test|fuzz|bench)\\.cpp$|main\\.cpp$")
  add_library(${name} STATIC ${sources} ${CMAKE_BINARY_DIR}/pch.cpp)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  hq_compile(${name})
  target_link_libraries(${name} PUBLIC ${ARGN})
  hq_test(${name}_test ${name})
endfunction()

# hq_test(<name> [libraries...]): the *_test.cpp files of this folder as one test binary.
function(hq_test name)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cpp detail/*_test.cpp)
  if(NOT tests OR NOT BUILD_TESTING)
    return()
  endif()
  add_executable(${name} ${tests})
  hq_compile(${name})
  target_link_libraries(${name} PRIVATE ${ARGN} GTest::gtest_main GTest::gmock rapidcheck rapidcheck_gtest)
  target_compile_definitions(${name} PRIVATE HQ_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
    HQ_SHARED_DIR="${HQ_SHARED_DIR}" HQ_BINARY_DIR="${CMAKE_BINARY_DIR}")
  # The sanitizers make a test up to ten times as slow.
  set(timeout_s 600)
  if(HQ_SANITIZE)
    set(timeout_s 1800)
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT ${timeout_s})
endfunction()
