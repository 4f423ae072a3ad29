// Reader: the XML of a DMN model, versions 1.1 to 1.6, to a Model.
//
// Elements go by their local names, whatever the prefix. No entity is expanded and nothing is
// fetched; a file that is too large or nested too deep is refused. Pure functions; any thread.
//
//   HQ_TRY(const Model model, read_model(xml, "loan.dmn"));
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "rules/dmn/model.h"

namespace hq::rules {

struct ReaderLimits {
  std::size_t bytes_max = std::size_t{64} << 20;
  std::size_t elements_max = 5'000'000;
  int depth_max = 100;  // of nested elements
};

/// parse_error, too_large or limit_exceeded; `where` is "file:line" and the id of the element.
Result<Model> read_model(std::string_view xml, std::string_view file,
                         const ReaderLimits& limits = {});

}  // namespace hq::rules
