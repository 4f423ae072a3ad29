#include "rules/reason/abstract_table.h"

#include <algorithm>
#include <utility>

namespace hq::rules {

bool TableHits::is_settled() const {
  return is_certain && std::ranges::find(rules, Hit::may) == rules.end();
}

bool AbstractTable::read_inputs() {
  for (const CompiledTable::Input& input : table_.inputs) {
    Abstract value = walker_.coerced(input.type, walker_.feel(input.expression, scope_));
    if (input.allowed.tree) {
      Abstract present = value;  // null is always allowed
      ValueSet points;
      for (const Value& point : value.set.points()) {
        if (!point.is_null()) points.insert(point);
      }
      if (value.set.interval()) points.join(ValueSet::of(*value.set.interval()));
      present.set = points;
      if (value.set.has_other_texts()) present.set = value.set;
      const Judged allowed = present.is_nothing() ? Judged{kTrue, {}, nullptr}
                                                  : walker_.hit(input.allowed, present, scope_);
      if ((allowed.truths & kTrue) == 0 && !value.may_be_null()) return false;
      if (allowed.truths != kTrue) {
        may_be_refused_ = true;
        facts_ |= allowed.facts;
        doubt_ = joined(doubt_, joined(allowed.doubt, value.why()));
      }
    }
    inputs_.push_back(std::move(value));
  }
  return true;
}

void AbstractTable::find_hits() {
  const bool is_watched = walker_.watched_ == &table_;
  rules_.assign(table_.rules.size(), Hit::cannot);
  for (std::size_t i = 0; i < table_.rules.size(); ++i) {
    const CompiledTable::Rule& rule = table_.rules[i];
    Hit hit = Hit::must;
    Judged unsure;
    for (std::size_t k = 0; k < inputs_.size() && hit != Hit::cannot; ++k) {
      const Judged cell = walker_.hit(rule.inputs[k], inputs_[k], scope_);
      if (cell.truths == kTrue) continue;
      if ((cell.truths & kTrue) == 0) {
        hit = Hit::cannot;
      } else {
        hit = Hit::may;
        unsure.join(cell);
      }
    }
    rules_[i] = hit;
    judged_ = i + 1;
    if (hit == Hit::may) {
      facts_ |= unsure.facts;
      doubt_ = joined(doubt_, unsure.doubt);
    }
    if (hit == Hit::must && table_.hit_policy == HitPolicy::first && !is_watched) return;
  }
}

void AbstractTable::note_hits() {
  TableHits& hits = walker_.hits_.emplace_back();
  hits.rules = rules_;
  hits.is_certain = walker_.unsure_ == 0 && !may_be_refused_;
  hits.doubt = doubt_;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    hits.rows.push_back(rules_[i] == Hit::cannot ? Abstract() : row(i));
  }
  Hits sure;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    if (rules_[i] == Hit::must) sure.push_back(i);
  }
  if (sure.empty()) return;
  if (table_.hit_policy == HitPolicy::first) hits.decider = sure[0];
  if (table_.hit_policy != HitPolicy::priority) return;
  if (sure.size() == 1) hits.decider = sure[0];
  if (const auto ordered = by_priority(sure)) hits.decider = (*ordered)[0];
}

Abstract AbstractTable::decide() {
  rows_.resize(table_.rules.size());
  if (!read_inputs()) return Abstract(error_value());
  find_hits();
  if (walker_.watched_ == &table_) note_hits();
  Abstract result = decided();
  if (may_be_refused_) result.join(Abstract(error_value()));
  if (result.constant() == nullptr) {
    result.facts |= facts_;
    const bool is_open = may_be_refused_ || std::ranges::find(rules_, Hit::may) != rules_.end();
    if (is_open) {
      result.doubt = joined(doubt_, result.doubt);
      result.term = nullptr;
    }
  }
  return result;
}

Abstract AbstractTable::decided() {
  Hits must;
  Hits may;
  for (std::size_t i = 0; i < judged_; ++i) {
    if (rules_[i] == Hit::must) must.push_back(i);
    if (rules_[i] == Hit::may) may.push_back(i);
    if (rules_[i] == Hit::must && table_.hit_policy == HitPolicy::first) break;
  }
  if (may.size() <= kUnsureRulesMax) {
    Abstract result;
    for (std::size_t chosen = 0; chosen < std::size_t{1} << may.size(); ++chosen) {
      Hits hits = must;
      for (std::size_t k = 0; k < may.size(); ++k) {
        if ((chosen >> k & 1U) != 0) hits.push_back(may[k]);
      }
      std::ranges::sort(hits);
      result.join(decided_by(hits));
    }
    return result;
  }
  Hits all = must;
  all.insert(all.end(), may.begin(), may.end());
  switch (table_.hit_policy) {
    case HitPolicy::unique:
    case HitPolicy::any:
    case HitPolicy::first:
    case HitPolicy::priority: {
      Abstract result;
      for (const std::size_t rule : all) result.join(row(rule));
      if (must.empty()) result.join(without_hits());
      const bool may_clash =
          table_.hit_policy == HitPolicy::unique || table_.hit_policy == HitPolicy::any;
      if (may_clash) result.join(Abstract(error_value()));
      return result;
    }
    default:
      return Abstract::anything(facts_, doubt_);
  }
}

Abstract AbstractTable::decided_by(const Hits& hits) {
  if (hits.empty()) return without_hits();
  switch (table_.hit_policy) {
    case HitPolicy::unique:
      return hits.size() > 1 ? Abstract(error_value()) : row(hits[0]);
    case HitPolicy::first:
      return row(hits[0]);
    case HitPolicy::any:
      return any(hits);
    case HitPolicy::priority:
    case HitPolicy::output_order: {
      const auto ordered = by_priority(hits);
      const bool is_list = table_.hit_policy == HitPolicy::output_order;
      if (ordered) return is_list ? list_of_rows(*ordered) : row((*ordered)[0]);
      Abstract result;
      if (is_list) return Abstract::anything(facts_, doubt_);
      for (const std::size_t hit : hits) result.join(row(hit));
      return result;
    }
    case HitPolicy::rule_order:
      return list_of_rows(hits);
    case HitPolicy::collect:
      return collected(hits);
  }
  return {};
}

Abstract AbstractTable::without_hits() {
  const bool has_default = std::ranges::any_of(
      table_.outputs, [](const CompiledTable::Output& one) { return !one.fallback.is_empty(); });
  if (has_default) {
    std::vector<Abstract> outputs;
    for (const CompiledTable::Output& output : table_.outputs) {
      const Abstract value =
          output.fallback.is_empty() ? Abstract(Value()) : walker_.feel(output.fallback, scope_);
      outputs.push_back(walker_.coerced(output.type, value));
    }
    return value_of(std::move(outputs));
  }
  switch (table_.hit_policy) {
    case HitPolicy::output_order:
    case HitPolicy::rule_order:
      return Abstract(Value(List{}));
    case HitPolicy::collect:
      if (table_.aggregation == Aggregation::none) return Abstract(Value(List{}));
      return Abstract(table_.aggregation == Aggregation::count ? Value(int64_t{0}) : Value());
    default:
      return Abstract(Value());
  }
}

const Abstract& AbstractTable::row(std::size_t rule) {
  if (!rows_[rule]) {
    std::vector<Abstract> outputs;
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      outputs.push_back(walker_.coerced(table_.outputs[i].type,
                                        walker_.feel(table_.rules[rule].outputs[i], scope_)));
    }
    rows_[rule] = value_of(std::move(outputs));
  }
  return *rows_[rule];
}

Abstract AbstractTable::value_of(std::vector<Abstract> outputs) const {
  if (outputs.size() == 1) return std::move(outputs[0]);
  Abstract::Members members;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string& name = table_.outputs[i].name;
    const auto found = std::ranges::find(members, name, &Abstract::Member::name);
    if (found == members.end()) {
      members.push_back({name, std::move(outputs[i])});
    } else {
      found->value = std::move(outputs[i]);
    }
  }
  return Abstract::of_members(std::move(members));
}

Abstract AbstractTable::list_of_rows(const Hits& hits) {
  Abstract::Items items;
  for (const std::size_t hit : hits) items.push_back(row(hit));
  return Abstract::of_items(std::move(items));
}

Abstract AbstractTable::any(const Hits& hits) {
  const Abstract& first = row(hits[0]);
  bool may_differ = false;
  bool must_differ = false;
  for (const std::size_t hit : hits) {
    const Abstract& other = row(hit);
    if (first.constant() != nullptr && other.constant() != nullptr) {
      must_differ = must_differ || !is_same(*first.constant(), *other.constant());
    } else if (!is_same_term(first.term, other.term)) {
      may_differ = may_differ || &other != &first;
    }
  }
  if (must_differ) return Abstract(error_value());
  Abstract result = first;
  if (may_differ) {
    for (const std::size_t hit : hits) result.join(row(hit));
    result.join(Abstract(error_value()));
  }
  return result;
}

std::optional<AbstractTable::Hits> AbstractTable::by_priority(const Hits& hits) {
  std::vector<std::pair<std::vector<std::size_t>, std::size_t>> keyed;
  for (const std::size_t hit : hits) {
    const Abstract& outputs = row(hit);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
      const Expression* order = table_.outputs[i].order;
      if (order == nullptr) continue;
      const Value* one = outputs.constant();
      if (one != nullptr && table_.outputs.size() > 1) {
        one = one->as<Context>()->find(table_.outputs[i].name);
      }
      if (one == nullptr && outputs.members) one = (*outputs.members)[i].value.constant();
      if (one == nullptr) return std::nullopt;
      std::size_t place = 0;
      while (place < order->parts.size() &&
             walker_.passes(*order->parts[place], Abstract(*one), scope_).truths != kTrue) {
        ++place;
      }
      places.push_back(place);
    }
    keyed.emplace_back(std::move(places), hit);  // equals stay in the order of the rules
  }
  std::ranges::sort(keyed);
  Hits ordered;
  for (const auto& [places, hit] : keyed) ordered.push_back(hit);
  return ordered;
}

Abstract AbstractTable::collected(const Hits& hits) {
  if (table_.aggregation == Aggregation::none) return list_of_rows(hits);
  if (table_.aggregation == Aggregation::count) {
    return Abstract(Value(static_cast<int64_t>(hits.size())));
  }
  std::vector<Abstract> outputs;
  for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
    std::vector<Abstract> column;
    for (const std::size_t hit : hits) {
      const Abstract& whole = row(hit);
      if (table_.outputs.size() == 1) {
        column.push_back(whole);
      } else if (whole.members) {
        column.push_back((*whole.members)[i].value);
      } else {
        column.emplace_back(*whole.constant()->as<Context>()->find(table_.outputs[i].name));
      }
    }
    outputs.push_back(aggregated(std::move(column)));
  }
  return value_of(std::move(outputs));
}

Abstract AbstractTable::aggregated(std::vector<Abstract> column) {
  const char* name = table_.aggregation == Aggregation::sum   ? "sum"
                     : table_.aggregation == Aggregation::min ? "min"
                                                              : "max";
  return walker_.call_built_in_named(name, {Abstract::of_items(std::move(column))}, {});
}

}  // namespace hq::rules
