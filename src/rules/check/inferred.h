// Inferred: what is known of a value before it is worked out, and what such values may do.
//
// Whether two kinds of values can be added, compared or tested is asked of the evaluator itself, by
// samples of both, so that the check never says another thing than what happens. Pure; any thread.
//
//   sum_kind(Kind::add, TypeKind::number, TypeKind::string);    // none: an error whenever it runs
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/feel/built_ins.h"
#include "rules/feel/type.h"

namespace hq::rules {

struct Inferred {
  TypePtr type = simple(TypeKind::any);
  bool may_be_null = false;  // there are inputs for which it is null, as far as is known
  std::optional<Value> constant = std::nullopt;  // its value, where it needs no names

  TypeKind kind() const { return type->kind; }
  bool is_null() const { return type->kind == TypeKind::null; }
};

Inferred inferred(TypeKind kind, bool may_be_null = false);
Inferred inferred(const Value& value);

/// One that is either of the two.
Inferred either(const Inferred& a, const Inferred& b);

/// The names in scope, and which values are known not to be null here. It must not outlive `outer`.
class Environment {
 public:
  Environment() = default;
  explicit Environment(const Environment* outer) : outer_(outer) {}

  void set(const std::string& name, Inferred value) { names_[name] = std::move(value); }
  const Inferred* find(std::string_view name) const;
  /// Names that are not known may be members of an item: nothing can be said of them.
  void open() { is_open_ = true; }
  bool is_open() const { return is_open_ || (outer_ != nullptr && outer_->is_open()); }

  /// Items that are contexts are looked at: a name that one lacks is null, which is no error.
  void set_in_item() { is_in_item_ = true; }
  bool is_in_item() const { return is_in_item_ || (outer_ != nullptr && outer_->is_in_item()); }

  /// `key` is a name or a path: "Applicant.age".
  void set_present(const std::string& key) { present_.insert(key); }
  bool is_present(const std::string& key) const;

  std::set<std::string> names() const;

 private:
  const Environment* outer_ = nullptr;
  std::map<std::string, Inferred, std::less<>> names_;
  std::set<std::string> present_;
  bool is_open_ = false;
  bool is_in_item_ = false;
};

/// The kind that an operation of arithmetic gives: any where that depends, none where it is always
/// an error. TypeKind::any stands for what is not known.
std::optional<TypeKind> arithmetic_kind(Kind operation, TypeKind left, TypeKind right);
/// Can the two ever be compared so?
bool is_comparable(Kind operation, TypeKind left, TypeKind right);

/// Could a value of `from` become one of `to` by the implicit conversions?
bool can_become(const Type& from, const Type& to);
/// Could a parameter take it?
bool can_fit(const Inferred& argument, Accepts accepts);

/// What a built-in function gives for such arguments.
Inferred result_of(std::string_view built_in, const std::vector<Inferred>& arguments);
/// The kind of the member of a date, duration ...; nothing where values of the kind have none so.
std::optional<TypeKind> property_kind(TypeKind kind, std::string_view name);

/// Any value of the kind; nothing for any.
std::optional<Value> sample_of(TypeKind kind);

struct TypeWords {
  std::string en;  // "a number"
  std::string zh;
};
TypeWords words_of(const Type& type);

}  // namespace hq::rules
