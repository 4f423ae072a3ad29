// TypeTable: the item definitions of a model and those it imports, as types.
//
// Made once from the models, then only read; any thread. A definition that leads to itself is Any
// at the place where it would begin anew.
//
//   TypeTable types(models);
//   types.find(0, "tPerson");        // of the first model
//   types.find(0, "myimport.tLoan"); // of one that it imports
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/dmn/model.h"
#include "rules/feel/parser.h"
#include "rules/feel/type.h"

namespace hq::rules {

class TypeTable {
 public:
  /// Refers to `models` only while it is made.
  explicit TypeTable(const std::vector<Model>& models);

  /// nullptr where there is no such type, or the reference is empty.
  TypePtr find(std::size_t model, std::string_view reference) const;

  /// Names of types of a model, those of imports with their prefix.
  const std::vector<std::string>& names(std::size_t model) const { return names_[model]; }
  /// Names of members of all item definitions.
  const std::set<std::string>& members() const { return members_; }
  /// What cannot be read: allowed values, references; `where` is "file:line: item".
  const std::vector<Error>& faults() const { return faults_; }

 private:
  class Maker;

  std::vector<std::map<std::string, TypePtr, std::less<>>> types_;  // of each model
  std::vector<std::vector<std::string>> names_;
  std::set<std::string> members_;
  std::vector<Error> faults_;
};

/// "number", "feel:number", "dayTimeDuration": a type that needs no definition; else nullptr.
TypePtr built_in_type_of(std::string_view reference);

}  // namespace hq::rules
