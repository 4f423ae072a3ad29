// Native functions in place of external Java ones: DMN lets a model name a method of a Java class,
// of which these few are common enough to be known. No Java runs here.
//
// A constant table; any thread. Numbers go through the Java type of the signature: an int that has
// a fraction or is out of range is an error, a float is rounded to its 24 bits.
//
//   find_native_function(body, {"x"});  // {java: {class: "java.lang.Math",
//                                       //         method signature: "cos(double)"}}
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rules/feel/evaluator.h"

namespace hq::rules {

/// The function that `body` describes, with parameters of those names; nullptr where none is known.
std::shared_ptr<const Function> find_native_function(const Value& body,
                                                     const std::vector<std::string>& parameters);

}  // namespace hq::rules
