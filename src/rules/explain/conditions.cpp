#include "rules/explain/conditions.h"

#include <algorithm>
#include <utility>

#include "rules/explain/least_change.h"
#include "rules/explain/wording.h"
#include "rules/feel/arithmetic.h"
#include "rules/feel/parser.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

std::optional<bool> boolean(const Value& value) {
  const bool* truth = value.as<bool>();
  return truth == nullptr ? std::nullopt : std::optional(*truth);
}

bool is_literal(const Expression& tree) {
  return tree.kind <= Kind::at_literal || (tree.kind == Kind::negate && is_literal(*tree.parts[0]));
}

bool is_not(const Expression& tree) {
  return tree.kind == Kind::call && tree.parts.size() == 2 && tree.parts[0]->kind == Kind::name &&
         tree.parts[0]->text == "not";
}

bool is_joined(const Expression& tree) {
  return tree.kind == Kind::logical_and || tree.kind == Kind::logical_or;
}

/// The conditions of one FEEL text.
class TextConditions {
 public:
  /// `tested`: what stands for `?` in sentences.
  TextConditions(std::string_view text, std::string tested, const Conditions& look,
                 const Scope& scope)
      : text_(text), tested_(std::move(tested)), look_(look), scope_(scope) {}

  /// `is_wanted` false: within not(...), where the opposite has to hold.
  Condition of(const Expression& tree, bool is_wanted) const {
    if (is_not(tree)) return of(*tree.parts[1], !is_wanted);
    if (is_joined(tree)) return joined(tree, is_wanted);
    if (tree.kind == Kind::in) return tested(tree, *tree.parts[0], is_wanted);
    if (tree.kind == Kind::between) return tested(tree, *tree.parts[0], is_wanted);
    if (tree.kind >= Kind::equal && tree.kind <= Kind::greater_or_equal) {
      const bool is_turned = is_literal(*tree.parts[0]) || tree.parts[1]->text == "?";
      return tested(tree, *tree.parts[is_turned ? 1 : 0], is_wanted);
    }
    return plain(tree, is_wanted);
  }

  void along(const Expression& tree, std::vector<Condition>& out) const {
    if (tree.kind == Kind::conditional) {
      out.push_back(of(*tree.parts[0], true));
      along(*tree.parts[out.back().truth == Truth::holds ? 1 : 2], out);
    } else if (is_not(tree) || is_joined(tree) ||
               (tree.kind >= Kind::equal && tree.kind <= Kind::in)) {
      out.push_back(of(tree, true));
    }
  }

 private:
  std::string written(const Expression& tree) const {
    if (tree.kind == Kind::name && tree.text == "?") return tested_;
    return normalised_name(text_.substr(tree.span.begin, tree.span.end - tree.span.begin));
  }

  Value value_of(const Expression& tree) const {
    return evaluate(tree, scope_, look_.evaluation());
  }

  Truth truth(const Expression& tree, bool is_wanted) const {
    const auto verdict = boolean(value_of(tree));
    if (!verdict) return Truth::unknown;
    return *verdict == is_wanted ? Truth::holds : Truth::fails;
  }

  void add_operands(const Expression& tree, Kind kind, bool is_wanted,
                    std::vector<Condition>& out) const {
    for (const ExpressionPtr& part : tree.parts) {
      if (part->kind == kind) {
        add_operands(*part, kind, is_wanted, out);
      } else {
        out.push_back(of(*part, is_wanted));
      }
    }
  }

  Condition joined(const Expression& tree, bool is_wanted) const {
    Condition condition;
    condition.test = written(tree);
    condition.truth = truth(tree, is_wanted);
    // Not both is one of the two not (De Morgan).
    const bool is_and = (tree.kind == Kind::logical_and) == is_wanted;
    condition.joined_by = is_and ? "and" : "or";
    add_operands(tree, tree.kind, is_wanted, condition.parts);
    const auto met = std::ranges::count(condition.parts, Truth::holds, &Condition::truth);
    const std::string count = std::to_string(met) + " / " + std::to_string(condition.parts.size());
    condition.text =
        is_and ? Wording{"all of these needed, " + count + " met", "须全部符合，已符合 " + count}
               : Wording{"one of these needed, " + count + " met", "须符合其一，已符合 " + count};
    return condition;
  }

  /// The verdict of `tree` where its subject has another value.
  std::optional<bool> verdict(const Expression& tree, const Expression& subject,
                              const Value& value) const {
    Evaluation& evaluation = look_.evaluation();
    if (tree.kind == Kind::in) {
      bool is_unknown = false;
      for (std::size_t i = 1; i < tree.parts.size(); ++i) {
        const auto one = boolean(passes(*tree.parts[i], value, scope_, evaluation));
        if (one == true) return true;
        is_unknown = is_unknown || !one;
      }
      return is_unknown ? std::nullopt : std::optional(false);
    }
    if (tree.kind == Kind::between) {
      const auto low = holds(Kind::greater_or_equal, value, value_of(*tree.parts[1]));
      const auto high = holds(Kind::less_or_equal, value, value_of(*tree.parts[2]));
      if (!low || !high) return std::nullopt;
      return *low && *high;
    }
    if (&subject == tree.parts[1].get()) return holds(tree.kind, value_of(*tree.parts[0]), value);
    return holds(tree.kind, value, value_of(*tree.parts[1]));
  }

  Wording requirement(const Expression& tree, const Expression& subject, const std::string& name,
                      bool is_wanted) const {
    const Requirement wording(text_, name, scope_, look_.evaluation(), look_.labels());
    if (tree.kind == Kind::between) {
      return wording.of_interval(*tree.parts[1], *tree.parts[2], false, false, is_wanted);
    }
    if (tree.kind == Kind::in) return wording.of_any(std::span(tree.parts).subspan(1), is_wanted);
    if (&subject == tree.parts[1].get()) {
      return wording.of_comparison(mirrored(tree.kind), *tree.parts[0], is_wanted);
    }
    return wording.of_comparison(tree.kind, *tree.parts[1], is_wanted);
  }

  /// A comparison of its subject with something, `in` or `between`.
  Condition tested(const Expression& tree, const Expression& subject, bool is_wanted) const {
    Condition condition;
    condition.input = written(subject);
    condition.test = is_wanted ? written(tree) : "not(" + written(tree) + ")";
    condition.value = value_of(subject);
    condition.truth = condition.value.is_null() && truth(tree, is_wanted) == Truth::fails
                          ? Truth::unknown
                          : truth(tree, is_wanted);
    if (condition.truth == Truth::fails) {
      // All but the subject, as if it were tested by unary tests.
      std::vector<Value> points;
      bool is_known = true;
      for (const ExpressionPtr& part : tree.parts) {
        if (part.get() == &subject) continue;
        const auto some = turning_points(*part, scope_, look_.evaluation());
        is_known = is_known && some;
        if (some) points.insert(points.end(), some->begin(), some->end());
      }
      if (condition.value.as<bool>() != nullptr) points = {Value(true), Value(false)};
      if (is_known) {
        condition.change = least_change(condition.value, points, [&](const Value& value) {
          return verdict(tree, subject, value) == is_wanted;
        });
      }
    }
    condition.text = sentence_of(condition, requirement(tree, subject, condition.input, is_wanted),
                                 look_.labels());
    return condition;
  }

  /// A boolean of any other form: it is what has to be true, or false.
  Condition plain(const Expression& tree, bool is_wanted) const {
    Condition condition;
    condition.input = written(tree);
    condition.test = is_wanted ? "true" : "false";
    condition.value = value_of(tree);
    condition.truth = truth(tree, is_wanted);
    if (condition.truth == Truth::fails) condition.change = Change{{}, false, {Value(is_wanted)}};
    condition.text = sentence_of(
        condition, wording_of(Value(is_wanted), condition.input, look_.labels()), look_.labels());
    return condition;
  }

  std::string_view text_;
  std::string tested_;
  const Conditions& look_;
  const Scope& scope_;
};

}  // namespace

Truth Conditions::truth_of_cell(const Feel& cell, const Value& value) const {
  if (cell.fault) return Truth::unknown;
  if (cell.tree == nullptr) return Truth::holds;
  const auto verdict = boolean(passes(*cell.tree, value, scope_, evaluation_));
  if (verdict == true) return Truth::holds;
  return verdict == false && !value.is_null() ? Truth::fails : Truth::unknown;
}

std::optional<Change> Conditions::change_of_cell(const Feel& cell, const Value& value,
                                                 const Expression* allowed) const {
  auto points = turning_points(*cell.tree, scope_, evaluation_);
  if (value.as<bool>() != nullptr) {
    points = {Value(true), Value(false)};
  } else if (value.as<std::string>() != nullptr) {
    if (!points) points.emplace();
    const auto more =
        allowed != nullptr ? turning_points(*allowed, scope_, evaluation_) : std::nullopt;
    if (more) points->insert(points->end(), more->begin(), more->end());
  }
  if (!points) return std::nullopt;
  return least_change(value, *points, [&](const Value& other) {
    return truth_of_cell(cell, other) == Truth::holds;
  });
}

Condition Conditions::of_cell(const std::string& input, const Feel& cell, const Value& value,
                              const Expression* allowed) const {
  Condition condition;
  condition.input = input;
  condition.test = normalised_name(cell.text);
  condition.value = value;
  condition.truth = truth_of_cell(cell, value);
  if (cell.tree == nullptr) return condition;
  if (condition.truth == Truth::fails) condition.change = change_of_cell(cell, value, allowed);
  Scope inner(&scope_);
  inner.set("?", value);
  const Requirement requirement(cell.text, input, inner, evaluation_, labels_);
  condition.text = sentence_of(condition, requirement.of_tests(*cell.tree, true), labels_);
  const bool is_single = cell.tree->kind == Kind::tests && cell.tree->parts.size() == 1;
  const Expression& tree = is_single ? *cell.tree->parts[0] : *cell.tree;
  if (is_joined(tree)) {
    Condition nested = TextConditions(cell.text, input, *this, inner).of(tree, true);
    condition.joined_by = std::move(nested.joined_by);
    condition.parts = std::move(nested.parts);
  }
  return condition;
}

std::vector<Condition> Conditions::of_text(const Feel& feel) const {
  std::vector<Condition> conditions;
  if (feel.tree != nullptr) {
    TextConditions(feel.text, "?", *this, scope_).along(*feel.tree, conditions);
  }
  return conditions;
}

}  // namespace hq::rules
