#include "rules/table/table_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

/// A id that no scale has: the mask was asked for, and is exact.
constexpr ClassId kAsked = UINT32_MAX;

}  // namespace

TableIndex::TableIndex(const CompiledTable& table, const IsVariable& is_variable)
    : table_(table), rules_(table.rules.size()) {
  if (rules_ == 0) return;
  std::vector<std::pair<uint32_t, uint32_t>> opaque;  // rule and input
  for (uint32_t i = 0; i < table.inputs.size(); ++i) add_column(i, is_variable, opaque);
  std::ranges::sort(columns_, {},
                    [](const Column& one) { return std::pair(one.index.density(), one.input); });
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i].index.is_exact()) inexact_.push_back(i);
  }
  if (opaque.empty()) return;
  std::ranges::sort(opaque);
  opaque_begins_.resize(rules_ + 1);
  for (const auto& [rule, input] : opaque) {
    ++opaque_begins_[rule + 1];
    opaque_.push_back(input);
  }
  for (std::size_t i = 0; i < rules_; ++i) opaque_begins_[i + 1] += opaque_begins_[i];
}

void TableIndex::add_column(uint32_t input, const IsVariable& is_variable,
                            std::vector<std::pair<uint32_t, uint32_t>>& opaque) {
  std::vector<Cell> cells(rules_);  // an opaque one rules out nothing
  bool tells_something = false;
  for (uint32_t rule = 0; rule < rules_; ++rule) {
    const Feel& tests = table_.rules[rule].inputs[input];
    if (tests.is_empty()) continue;
    std::optional<Cell> cell = tests.tree ? cell_of(*tests.tree, is_variable) : std::nullopt;
    if (cell) {
      cells[rule] = *std::move(cell);
      tells_something = tells_something || cells[rule].form != Cell::Form::any;
    } else {
      opaque.emplace_back(rule, input);
    }
  }
  if (tells_something) columns_.push_back({input, ColumnIndex(cells)});
}

void TableIndex::locate(std::span<const Value* const> inputs, Query& query) const {
  if (query.masks_.size() != columns_.size()) {
    query.masks_.resize(columns_.size());
    query.ids_.resize(columns_.size());
    query.asked_.resize(columns_.size());
  }
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto& [input, index] = columns_[i];
    const std::optional<ClassId> id = index.scale().locate(*inputs[input]);
    query.ids_[i] = id.value_or(kAsked);
    if (id) {
      query.masks_[i] = index.mask(*id);
    } else {
      ask(input, *inputs[input], query.asked_[i]);
      query.masks_[i] = query.asked_[i].data();
    }
  }
}

/// The mask of a column as the evaluator says it; opaque cells are not asked.
void TableIndex::ask(uint32_t input, const Value& value, std::vector<uint64_t>& mask) const {
  mask.assign(words(), ~uint64_t{0});
  const Scope scope;
  for (std::size_t rule = 0; rule < rules_; ++rule) {
    const Feel& tests = table_.rules[rule].inputs[input];
    if (tests.is_empty() || is_opaque(rule, input)) continue;
    Evaluation evaluation({});
    const Value verdict = passes(*tests.tree, value, scope, evaluation);
    const bool* holds = verdict.as<bool>();
    if (holds == nullptr || !*holds) mask[rule / 64] &= ~(uint64_t{1} << (rule % 64));
  }
}

bool TableIndex::is_opaque(std::size_t rule, uint32_t input) const {
  return std::ranges::find(opaque_columns(rule), input) != opaque_columns(rule).end();
}

/// Of 64 rules those that the masks select.
uint64_t TableIndex::selected(const Query& query, std::size_t word) const {
  const std::size_t left = rules_ - word * 64;
  uint64_t bits = left < 64 ? (uint64_t{1} << left) - 1 : ~uint64_t{0};
  for (const uint64_t* mask : query.masks_) {
    bits &= mask[word];
    if (bits == 0) break;
  }
  return bits;
}

/// Of a rule that is selected: do the columns agree whose masks are not exact?
bool TableIndex::holds(const Query& query, std::size_t rule) const {
  return std::ranges::all_of(inexact_, [&](std::size_t i) {
    return query.ids_[i] == kAsked || columns_[i].index.holds(rule, query.ids_[i]);
  });
}

std::optional<std::size_t> TableIndex::first(const Query& query, std::size_t from) const {
  uint64_t wanted = ~uint64_t{0} << (from % 64);
  for (std::size_t word = from / 64; word < words(); ++word) {
    for (uint64_t bits = selected(query, word) & wanted; bits != 0; bits &= bits - 1) {
      const std::size_t rule = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      if (holds(query, rule)) return rule;
    }
    wanted = ~uint64_t{0};
  }
  return std::nullopt;
}

std::span<const uint32_t> TableIndex::opaque_columns(std::size_t rule) const {
  if (opaque_.empty()) return {};
  return std::span(opaque_).subspan(opaque_begins_[rule],
                                    opaque_begins_[rule + 1] - opaque_begins_[rule]);
}

}  // namespace hq::rules
