// The rows of a batch, a block at a time: small enough for its masks and classes to stay in a
// cache.
#include <algorithm>
#include <bit>
#include <utility>

#include "rules/dmn/decision_table.h"
#include "rules/dmn/logic.h"
#include "rules/table/batch.h"

namespace hq::rules {
namespace {

constexpr std::size_t kRowsOfBlock = 2'048;
constexpr ClassId kNotMet = UINT32_MAX;

std::unexpected<Error> misfit(std::size_t fact) {
  const std::string number = std::to_string(fact + 1);
  return fail(ErrorCode::invalid_argument,
              "column " + number + " is too short, or has values of another kind than its fact",
              "第 " + number + " 列过短，或其值与该事实的类型不符");
}

bool is_set(std::span<const uint64_t> mask, std::size_t bit) {
  return (mask[bit / 64] >> (bit % 64) & 1U) != 0;
}

bool is_null(const BatchColumn& column, std::size_t row) {
  return !column.nulls.empty() && is_set(column.nulls, row);
}

/// Of the bits below `rules` the lowest; those from there on stay.
void keep_first(std::span<uint64_t> mask, std::size_t rules) {
  bool has_first = false;
  for (std::size_t word = 0; word * 64 < rules; ++word) {
    const std::size_t left = rules - word * 64;
    const uint64_t ours = left < 64 ? (uint64_t{1} << left) - 1 : ~uint64_t{0};
    const uint64_t first = has_first ? 0 : mask[word] & ours & (~(mask[word] & ours) + 1);
    mask[word] = (mask[word] & ~ours) | first;
    has_first = has_first || first != 0;
  }
}

/// ANDs the mask of each row with that of its class.
void select_rows(const uint64_t* masks, const std::vector<uint16_t>& mask_of,
                 std::span<const ClassId> classes, std::span<uint64_t> rows, std::size_t words) {
  for (std::size_t row = 0; row < classes.size(); ++row) {
    const uint64_t* mask = masks + mask_of[classes[row]] * words;
    for (std::size_t word = 0; word < words; ++word) rows[row * words + word] &= mask[word];
  }
}

}  // namespace

std::size_t BatchRun::MaskHash::operator()(std::span<const uint64_t> mask) const {
  uint64_t hash = 0;
  for (const uint64_t word : mask) {
    hash = (hash ^ word) * 0x9E37'79B9'7F4A'7C15;
    hash ^= hash >> 32U;
  }
  return hash;
}

bool BatchRun::MaskEqual::operator()(std::span<const uint64_t> a,
                                     std::span<const uint64_t> b) const {
  return std::ranges::equal(a, b);
}

BatchRun::BatchRun(const Batch& batch)
    : batch_(batch),
      policies_(batch.policies_.size()),
      classes_(batch.facts_.size()),
      texts_(batch.facts_.size()) {}

bool BatchRun::fits(const BatchColumn& column, TypeKind kind, std::size_t begin, std::size_t end) {
  if (!column.nulls.empty() && column.nulls.size() < words_of(end)) return false;
  if (const auto* texts = std::get_if<TextColumn>(&column.values)) {
    if (kind != TypeKind::string || texts->text_of.size() < end) return false;
    return std::ranges::all_of(texts->text_of.subspan(begin, end - begin),
                               [&](uint32_t text) { return text < texts->texts.size(); });
  }
  if (const auto* values = std::get_if<std::span<const Value>>(&column.values)) {
    const Type type{.kind = kind};
    return values->size() >= end &&
           std::ranges::all_of(values->subspan(begin, end - begin),
                               [&](const Value& value) { return conforms(value, type); });
  }
  if (const auto* numbers = std::get_if<std::span<const Decimal>>(&column.values)) {
    return kind == TypeKind::number && numbers->size() >= end;
  }
  if (const auto* dates = std::get_if<std::span<const Date>>(&column.values)) {
    return kind == TypeKind::date && dates->size() >= end;
  }
  return kind == TypeKind::boolean &&
         std::get<std::span<const uint8_t>>(column.values).size() >= end;
}

/// Sets the classes of a block of rows.
void BatchRun::classify(const BatchColumn& column, std::size_t fact, std::size_t begin,
                        std::size_t rows) {
  const Scale& scale = batch_.facts_[fact].scale;
  std::vector<ClassId>& classes = classes_[fact];
  classes.resize(rows);
  const auto fill = [&](auto id_of) {
    for (std::size_t i = 0; i < rows; ++i) {
      classes[i] = is_null(column, begin + i) ? Scale::kNull : id_of(begin + i);
    }
  };
  if (const auto* texts = std::get_if<TextColumn>(&column.values)) {
    fill([&](std::size_t row) {
      const uint32_t text = texts->text_of[row];
      ClassId& id = texts_[fact][text];
      if (id == kNotMet) id = *scale.locate(Value(texts->texts[text]));
      return id;
    });
  } else if (const auto* truths = std::get_if<std::span<const uint8_t>>(&column.values)) {
    fill([&](std::size_t row) { return (*truths)[row] != 0 ? Scale::kTrue : Scale::kFalse; });
  } else if (const auto* numbers = std::get_if<std::span<const Decimal>>(&column.values)) {
    fill([&](std::size_t row) { return *scale.locate(Value((*numbers)[row])); });
  } else if (const auto* dates = std::get_if<std::span<const Date>>(&column.values)) {
    fill([&](std::size_t row) { return *scale.locate(Value((*dates)[row])); });
  } else {
    const auto values = std::get<std::span<const Value>>(column.values);
    fill([&](std::size_t row) { return *scale.locate(values[row]); });
  }
}

/// Sets masks_ to the rules that hit, for each row of the block.
void BatchRun::select(const Batch::Policy& policy, std::size_t rows) {
  const std::size_t words = words_of(policy.table->rules.size() + 1);
  masks_.assign(rows * words, ~uint64_t{0});
  for (const Batch::Column& column : policy.columns) {
    const auto classes = std::span(classes_[column.fact]).first(rows);
    if (words == 1) {
      select_rows(column.index.mask_numbered(0), column.masks, classes, masks_, 1);
    } else {
      select_rows(column.index.mask_numbered(0), column.masks, classes, masks_, words);
    }
  }
  for (const Batch::Column& column : policy.columns) {
    if (column.index.is_exact()) continue;
    for (std::size_t i = 0; i < masks_.size(); ++i) {
      const ClassId id = column.classes[classes_[column.fact][i / words]];
      const std::size_t end = policy.table->rules.size() + 1;
      for (uint64_t rest = masks_[i]; rest != 0; rest &= rest - 1) {
        const auto rule = i % words * 64 + static_cast<std::size_t>(std::countr_zero(rest));
        if (rule < end && !column.index.holds(rule, id)) masks_[i] &= ~(rest & (~rest + 1));
      }
    }
  }
}

/// The number of the outcome for these rules, of which the last says that the inputs are allowed.
uint32_t BatchRun::outcome_of(std::size_t index, std::span<uint64_t> mask) {
  const CompiledTable& table = *batch_.policies_[index].table;
  if (table.hit_policy == HitPolicy::first) keep_first(mask, table.rules.size());
  Known& known = policies_[index];
  const auto found = known.numbers.find(std::span<const uint64_t>(mask));
  if (found != known.numbers.end()) return found->second;
  const auto number = static_cast<uint32_t>(known.outcomes.size());
  known.outcomes.push_back(new_outcome(batch_.policies_[index], mask));
  known.numbers.emplace(std::vector(mask.begin(), mask.end()), number);
  return number;
}

BatchOutcome BatchRun::new_outcome(const Batch::Policy& policy, std::span<const uint64_t> mask) {
  const std::size_t rules = policy.table->rules.size();
  if (!is_set(mask, rules)) return {.is_refused = true, .value = Value()};
  BatchOutcome outcome;
  for (std::size_t rule = 0; rule < rules; ++rule) {
    if (is_set(mask, rule)) outcome.rules.push_back(rule);
  }
  if (!policy.has_values) return outcome;
  const Scope scope;
  Evaluation evaluation({});
  Value value = value_of_hits(*policy.table, outcome.rules, scope, evaluation);
  value = coerce_to(policy.decision->logic->type, value, scope, evaluation);
  outcome.value = coerce_to(policy.decision->type, value, scope, evaluation);
  return outcome;
}

Result<> BatchRun::decide(std::span<const BatchColumn> columns, std::size_t begin, std::size_t end,
                          std::span<uint32_t> outcomes) {
  const std::size_t all = end - begin;
  if (columns.size() != batch_.facts_.size() || outcomes.size() < policies_.size() * all) {
    return fail(ErrorCode::invalid_argument,
                "there must be a column for each fact, and room for each outcome",
                "每个事实须有一列，并为每个结果留有位置");
  }
  for (std::size_t fact = 0; fact < columns.size(); ++fact) {
    if (!fits(columns[fact], batch_.facts_[fact].kind, begin, end)) return misfit(fact);
    const auto* texts = std::get_if<TextColumn>(&columns[fact].values);
    if (texts != nullptr) texts_[fact].assign(texts->texts.size(), kNotMet);
  }
  for (std::size_t done = 0; done < all; done += kRowsOfBlock) {
    const std::size_t rows = std::min(kRowsOfBlock, all - done);
    for (std::size_t fact = 0; fact < columns.size(); ++fact) {
      classify(columns[fact], fact, begin + done, rows);
    }
    for (std::size_t i = 0; i < policies_.size(); ++i) {
      const Batch::Policy& policy = batch_.policies_[i];
      select(policy, rows);
      const std::size_t words = masks_.size() / rows;
      for (std::size_t row = 0; row < rows; ++row) {
        const auto mask = std::span(masks_).subspan(row * words, words);
        outcomes[i * all + done + row] = outcome_of(i, mask);
      }
    }
  }
  return {};
}

}  // namespace hq::rules
