// The test files of the DMN Technology Compatibility Kit (dmn-tck/tck, testCases.xsd), as structs.
//
// Read by read_tck_file; plain values. Descriptions and labels are left out.
//
//   HQ_TRY(const TckFile file, read_tck_file(xml, "0004-lending-test-01.xml"));
//   file.cases[0].results[0].expected;
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/dmn/execute.h"
#include "rules/feel/value.h"

namespace hq::rules {

struct TckResult {
  std::string name;  // of the decision
  Value expected;
  bool wants_error = false;  // errorResult: an error has to be reported
};

struct TckCase {
  std::string id;
  ElementKind kind = ElementKind::decision;
  std::string invocable;  // of a knowledge model or service: what is called
  std::vector<Input> inputs;
  std::vector<TckResult> results;
};

struct TckFile {
  std::string model;  // name of the file
  std::vector<TckCase> cases;
};

/// parse_error where it is no test file, or a value is none of its type.
Result<TckFile> read_tck_file(std::string_view xml, std::string_view file);

}  // namespace hq::rules
