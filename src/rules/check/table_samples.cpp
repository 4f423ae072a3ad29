#include "rules/check/table_samples.h"

#include <algorithm>
#include <bit>
#include <map>
#include <string>
#include <utility>

#include "rules/check/probes.h"
#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

constexpr std::size_t kDraws = 4;
constexpr std::size_t kCombinationsMax = 2000;
constexpr std::size_t kTriesMax = 100'000;  // of a column: cells times values

/// Numbers by chance that are the same in every run.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed * 0x9E37'79B9'7F4A'7C15 + 1) {}
  std::size_t below(std::size_t count) {
    state_ = state_ * 6'364'136'223'846'793'005 + 1'442'695'040'888'963'407;
    return (state_ >> 33U) % count;
  }

 private:
  uint64_t state_;
};

/// Some value of the type; nothing where none can be made up.
std::optional<Value> drawn(const Type& type, const std::string& name, Dice& dice) {
  const auto number = static_cast<int64_t>(10 + dice.below(90));
  switch (type.kind) {
    case TypeKind::number:
      return Value(number);
    case TypeKind::boolean:
      return Value(number % 2 == 0);
    case TypeKind::string:
      return Value(name);
    case TypeKind::date:
      return Value(Date{.days = 20'000 + 10 * number});
    case TypeKind::days_duration:
      return Value(DaysDuration{Int128{number} * kNanosecondsPerDay});
    case TypeKind::months_duration:
      return Value(MonthsDuration{number});
    case TypeKind::context: {
      Context context;
      for (const Type::Member& member : type.members) {
        auto value = drawn(*member.type, name + "." + member.name, dice);
        if (!value) return std::nullopt;
        context.set(member.name, *std::move(value));
      }
      return Value(std::move(context));
    }
    default:
      return std::nullopt;
  }
}

/// False where a name in the tree has no value that could be made up.
bool bind(const Expression& tree, const Environment& names, Dice& dice, Scope& scope) {
  if (tree.kind == Kind::name && tree.text != "?" && scope.find(tree.text) == nullptr) {
    const Inferred* known = names.find(tree.text);
    if (known == nullptr) return find_built_in(tree.text) != nullptr;
    auto value = drawn(*known->type, tree.text, dice);
    if (!value) return false;
    scope.set(tree.text, *std::move(value));
  }
  return std::ranges::all_of(
      tree.parts, [&](const ExpressionPtr& part) { return bind(*part, names, dice, scope); });
}

/// The rules that a value of one column leaves, a bit each.
using Mask = std::vector<uint64_t>;

/// One draw of the names.
class Draw {
 public:
  Draw(const CompiledTable& table, const std::vector<Inferred>& inputs, uint64_t seed)
      : table_(table), inputs_(inputs), dice_(seed), takes_null_(inputs.size(), false) {}

  bool has_gap() const { return has_gap_; }
  bool takes_null(std::size_t column) const { return takes_null_[column]; }

  bool prepare(const std::vector<const Expression*>& allowed, const Environment& names) {
    for (const CompiledTable::Rule& rule : table_.rules) {
      for (const Feel& cell : rule.inputs) {
        if (cell.fault || (cell.tree && !bind(*cell.tree, names, dice_, scope_))) return false;
      }
    }
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      if (!add_column(i, allowed[i])) return false;
    }
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      std::string text;
      for (const Feel& output : table_.rules[i].outputs) text += output.text + '\n';
      const int next = static_cast<int>(answers_.size()) + 1;
      answer_of_rule_.push_back(answers_.emplace(std::move(text), next).first->second);
    }
    return true;
  }

  void run() {
    std::size_t total = 1;
    for (const Column& column : columns_) {
      total = std::min(total * column.known.size(), kCombinationsMax + 1);
    }
    std::vector<std::size_t> at(columns_.size(), 0);
    for (std::size_t i = 0; i < std::min(total, kCombinationsMax); ++i) {
      if (total > kCombinationsMax) {
        for (std::size_t k = 0; k < at.size(); ++k) at[k] = dice_.below(columns_[k].known.size());
      }
      look(at);
      for (std::size_t k = 0; k < at.size() && ++at[k] == columns_[k].known.size(); ++k) at[k] = 0;
    }
  }

 private:
  struct Column {
    std::vector<Mask> known;  // of each probe
    Mask null;
  };

  bool holds(const Feel& cell, const Value& value) const {
    if (cell.tree == nullptr) return true;
    Evaluation evaluation{EvaluationOptions{}};
    const Value verdict = passes(*cell.tree, value, scope_, evaluation);
    const bool* truth = verdict.as<bool>();
    return truth != nullptr && *truth;
  }

  Mask mask_of(std::size_t column, const Value& value) const {
    Mask mask((table_.rules.size() + 63) / 64);
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      if (holds(table_.rules[i].inputs[column], value)) mask[i / 64] |= uint64_t{1} << (i % 64);
    }
    return mask;
  }

  bool add_column(std::size_t index, const Expression* allowed) {
    std::vector<const Expression*> tests;
    for (const CompiledTable::Rule& rule : table_.rules) {
      if (rule.inputs[index].tree) tests.push_back(rule.inputs[index].tree.get());
    }
    if (allowed != nullptr) tests.push_back(allowed);
    const auto probes = probes_of(tests, inputs_[index].kind(), scope_);
    if (!probes || probes->size() * table_.rules.size() > kTriesMax) return false;
    Column column;
    column.null = mask_of(index, Value());
    Evaluation evaluation{EvaluationOptions{}};
    for (const Value& probe : *probes) {
      if (allowed != nullptr) {
        const Value verdict = passes(*allowed, probe, scope_, evaluation);
        if (verdict.as<bool>() == nullptr || !*verdict.as<bool>()) continue;
      }
      column.known.push_back(mask_of(index, probe));
    }
    // What two values leave alike need not be tried twice.
    std::ranges::sort(column.known);
    column.known.erase(std::unique(column.known.begin(), column.known.end()), column.known.end());
    columns_.push_back(std::move(column));
    return !columns_.back().known.empty();
  }

  /// What the table answers: 0 for nothing, -1 for the default, else a number for each answer.
  int answer(const std::vector<std::size_t>& at, std::size_t null_column) const {
    const bool is_single = table_.hit_policy == HitPolicy::unique ||
                           table_.hit_policy == HitPolicy::any ||
                           table_.hit_policy == HitPolicy::first;
    int sum = 0;
    for (std::size_t word = 0; word < (table_.rules.size() + 63) / 64; ++word) {
      uint64_t bits = ~uint64_t{0};
      for (std::size_t k = 0; k < columns_.size(); ++k) {
        bits &= k == null_column ? columns_[k].null[word] : columns_[k].known[at[k]][word];
      }
      for (; bits != 0; bits &= bits - 1) {
        const auto rule = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        if (rule >= table_.rules.size()) break;
        if (is_single) return answer_of_rule_[rule];
        sum = sum * 31 + answer_of_rule_[rule];
      }
    }
    if (sum != 0) return sum;
    const bool has_default = std::ranges::any_of(
        table_.outputs, [](const CompiledTable::Output& one) { return !one.fallback.is_empty(); });
    return has_default ? -1 : 0;
  }

  void look(std::vector<std::size_t> at) {
    const std::size_t none = columns_.size();
    if (answer(at, none) == 0) has_gap_ = true;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      if (!inputs_[k].may_be_null) continue;
      const int of_null = answer(at, k);
      if (of_null == 0) has_gap_ = true;
      if (of_null == 0 || takes_null_[k]) continue;
      bool is_like_one = false;
      bool is_unlike_one = false;
      const std::size_t here = at[k];
      for (at[k] = 0; at[k] < columns_[k].known.size(); ++at[k]) {
        (answer(at, none) == of_null ? is_like_one : is_unlike_one) = true;
      }
      at[k] = here;
      takes_null_[k] = is_like_one && is_unlike_one;
    }
  }

  const CompiledTable& table_;
  const std::vector<Inferred>& inputs_;
  Dice dice_;
  Scope scope_;
  std::vector<Column> columns_;
  std::map<std::string, int> answers_;
  std::vector<int> answer_of_rule_;
  bool has_gap_ = false;
  std::vector<bool> takes_null_;
};

}  // namespace

std::optional<TableSamples> TableSamples::of(const CompiledTable& table,
                                             const std::vector<Inferred>& inputs,
                                             const std::vector<const Expression*>& allowed,
                                             const Environment& names) {
  TableSamples samples;
  samples.takes_null_.assign(inputs.size(), true);
  for (std::size_t i = 0; i < kDraws; ++i) {
    Draw draw(table, inputs, i);
    if (!draw.prepare(allowed, names)) return std::nullopt;
    draw.run();
    samples.has_gap_ = samples.has_gap_ && draw.has_gap();
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      samples.takes_null_[k] = samples.takes_null_[k] && draw.takes_null(k);
    }
  }
  return samples;
}

}  // namespace hq::rules
