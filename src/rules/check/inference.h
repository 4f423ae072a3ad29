// Inference: the type of a FEEL expression from its tree, and what is wrong with it on the way.
//
// One for the elements of one model. Each expression says what it is, or that nothing is known; a
// problem is added to the report where the part cannot be right whatever the inputs are. Parts
// without names are simply evaluated. One thread.
//
//   Inference inference(program, model, report);
//   inference.of(*feel.tree, environment).kind() == TypeKind::number;
#pragma once

#include <vector>

#include "rules/check/inferred.h"
#include "rules/check/report.h"

namespace hq::rules {

class Inference {
 public:
  Inference(const Program& program, std::size_t model, Report& report);

  Inferred of(const Expression& tree, const Environment& names);

  /// Unary tests of a value: the cell of a table, the right side of `in`.
  void tests(const Expression& tests, const Inferred& tested, const Environment& names);

  /// A value that goes where `type` is wanted (nullptr: any): reported where it cannot become one.
  Inferred as(const Inferred& value, const TypePtr& type, Span span);

  /// The call of something that is known to be a function, or not.
  Inferred call(const Inferred& callee, const std::vector<Inferred>& arguments,
                const std::vector<std::string>& argument_names, Span span);

  /// A condition: a boolean, of which null silently counts as false.
  void condition(const Inferred& value, Span span);

  /// What an iteration goes over.
  Inferred item_of(const Inferred& list) const;
  /// The names within a condition on items.
  static void add_item(const Inferred& item, Environment& names);

 private:
  Inferred infer(const Expression& tree, const Environment& names);
  std::optional<Inferred> constant(const Expression& tree, const Environment& names);

  Inferred name(const Expression& tree, const Environment& names);
  Inferred path(const Expression& tree, const Environment& names);
  Inferred list(const Expression& tree, const Environment& names);
  Inferred context(const Expression& tree, const Environment& names);
  Inferred arithmetic(const Expression& tree, const Environment& names);
  Inferred comparison(const Expression& tree, const Environment& names);
  Inferred logic(const Expression& tree, const Environment& names);
  Inferred between(const Expression& tree, const Environment& names);
  Inferred in(const Expression& tree, const Environment& names);
  Inferred interval(const Expression& tree, const Environment& names);
  Inferred conditional(const Expression& tree, const Environment& names);
  Inferred loop(const Expression& tree, const Environment& names);
  Inferred filter(const Expression& tree, const Environment& names);
  Inferred function(const Expression& tree, const Environment& names);
  Inferred call(const Expression& tree, const Environment& names);
  Inferred built_in(const BuiltIn& function, const std::vector<Inferred>& arguments,
                    const std::vector<std::string>& names, Span span);

  /// Can the test ever say something of such a value?
  bool can_test(const Expression& test, const Inferred& tested, const Environment& names);
  void never(const Expression& tree, const Inferred& left, const Inferred& right);
  void both_null(const Expression& tree, const Inferred& left, const Inferred& right);
  void null_safety(const Expression& tree, const Inferred& left, const Inferred& right);
  /// What stands within not(...), where null would turn to true.
  void mark_negated(const Expression& tree);
  void null_in_not(const Expression& tree);

  void error(std::string_view code, Span span, std::string en, std::string zh) {
    report_.add(Severity::error, code, span, std::move(en), std::move(zh));
  }
  void warn(std::string_view code, Span span, std::string en, std::string zh) {
    report_.add(Severity::warning, code, span, std::move(en), std::move(zh));
  }
  EvaluationOptions options() const;

  const Program& program_;
  std::size_t model_;
  Report& report_;
  std::set<const Expression*> negated_;
};

/// ", did you mean age?": of a name that is near enough, else nothing.
std::string suggestion(std::string_view name, const std::set<std::string>& known, bool is_zh);

/// What is known not to be null where the condition is true, or where it is false.
void narrow(const Expression& condition, bool is_true, Environment& names);

}  // namespace hq::rules
