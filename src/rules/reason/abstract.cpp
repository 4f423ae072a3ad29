#include "rules/reason/abstract.h"

#include <algorithm>

#include "rules/feel/arithmetic.h"

namespace hq::rules {

DoubtPtr joined(const DoubtPtr& a, const DoubtPtr& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  return std::make_shared<const Doubt>(Doubt{{}, {a, b}});
}

bool is_same_term(const TermPtr& a, const TermPtr& b) {
  if (a == b) return a != nullptr;
  if (a == nullptr || b == nullptr || a->op != b->op || a->fact != b->fact ||
      a->operation != b->operation || a->name != b->name || a->parts.size() != b->parts.size() ||
      !is_same(a->constant, b->constant)) {
    return false;
  }
  return std::ranges::equal(a->parts, b->parts, is_same_term);
}

namespace {

struct Solved {
  Value at;
  Cut::Side side;
};

Cut::Side flipped(Cut::Side side) {
  if (side == Cut::Side::pick) return side;
  return side == Cut::Side::below ? Cut::Side::above : Cut::Side::below;
}

bool is_negative(const Value& value) {
  const std::optional<Decimal> place = place_of(value);
  return place && place->is_negative();
}

/// `left operation right` has the value `to.at`, one of them is known: the other one.
std::optional<Solved> solved(const Term& term, Solved to, bool is_left_known, const Value& known,
                             Evaluation& evaluation) {
  const auto work = [&](Kind operation, const Value& a, const Value& b) {
    return calculate(operation, a, b, {}, evaluation);
  };
  Value at;
  switch (term.operation) {
    case Kind::add:
      at = work(Kind::subtract, to.at, known);
      break;
    case Kind::subtract:
      at = is_left_known ? work(Kind::subtract, known, to.at) : work(Kind::add, to.at, known);
      if (is_left_known) to.side = flipped(to.side);
      break;
    case Kind::multiply:
      at = work(Kind::divide, to.at, known);
      if (is_negative(known)) to.side = flipped(to.side);
      break;
    case Kind::divide:
      at = is_left_known ? work(Kind::divide, known, to.at) : work(Kind::multiply, to.at, known);
      if (is_left_known || is_negative(known)) to.side = flipped(to.side);
      break;
    default:
      break;
  }
  if (at.is_null()) return std::nullopt;
  return Solved{std::move(at), to.side};
}

std::optional<Vote> vote_of(const Term& term, Solved to, Evaluation& evaluation) {
  switch (term.op) {
    case Term::Op::fact:
      return Vote{term.fact, Cut{std::move(to.at), to.side}};
    case Term::Op::negate: {
      Value at = negated(to.at, {}, evaluation);
      if (at.is_null()) return std::nullopt;
      return vote_of(*term.parts[0], {std::move(at), flipped(to.side)}, evaluation);
    }
    case Term::Op::arithmetic: {
      const bool is_left_known = term.parts[0]->op == Term::Op::constant;
      const bool is_right_known = term.parts[1]->op == Term::Op::constant;
      if (is_left_known == is_right_known) return std::nullopt;
      const Term& known = *term.parts[is_left_known ? 0 : 1];
      auto next = solved(term, std::move(to), is_left_known, known.constant, evaluation);
      if (!next) return std::nullopt;
      return vote_of(*term.parts[is_left_known ? 1 : 0], std::move(*next), evaluation);
    }
    default:
      return std::nullopt;
  }
}

std::vector<Vote> votes_for(const FactBits& facts) {
  std::vector<Vote> votes;
  for (std::size_t i = 0; i < facts.size(); ++i) {
    if (facts.test(i)) votes.push_back({i, std::nullopt});
  }
  return votes;
}

}  // namespace

std::vector<Vote> votes_of(const TermPtr& term, const Value& at, Cut::Side side,
                           const FactBits& facts) {
  Evaluation evaluation({});
  if (term != nullptr) {
    if (auto vote = vote_of(*term, {at, side}, evaluation)) return {std::move(*vote)};
  }
  return votes_for(facts);
}

Abstract Abstract::anything(const FactBits& facts, DoubtPtr doubt) {
  Abstract value;
  value.is_anything = true;
  value.facts = facts;
  value.doubt = doubt != nullptr ? std::move(doubt)
                                 : std::make_shared<const Doubt>(Doubt{votes_for(facts), {}});
  return value;
}

Abstract Abstract::of_members(Members members) {
  Abstract value;
  Context context;
  bool is_constant = true;
  for (const Member& member : members) {
    value.facts |= member.value.facts;
    value.doubt = joined(value.doubt, member.value.why());
    const Value* one = member.value.constant();
    is_constant = is_constant && one != nullptr;
    if (is_constant) context.set(member.name, *one);
  }
  if (is_constant) {
    value.set = ValueSet::of(Value(std::move(context)));
  } else {
    value.members = std::make_shared<const Members>(std::move(members));
  }
  return value;
}

Abstract Abstract::of_items(Items items) {
  Abstract value;
  List list;
  bool is_constant = true;
  for (const Abstract& item : items) {
    value.facts |= item.facts;
    value.doubt = joined(value.doubt, item.why());
    const Value* one = item.constant();
    is_constant = is_constant && one != nullptr;
    if (is_constant) list.push_back(*one);
  }
  if (is_constant) {
    value.set = ValueSet::of(Value(std::move(list)));
  } else {
    value.items = std::make_shared<const Items>(std::move(items));
  }
  return value;
}

bool Abstract::may_be_null() const {
  return is_anything || std::ranges::any_of(set.points(), &Value::is_null);
}

void Abstract::add_error() {
  set.insert(error_value());
  term = nullptr;
}

DoubtPtr Abstract::why() const {
  if (doubt != nullptr || constant() != nullptr) return doubt;
  return std::make_shared<const Doubt>(Doubt{votes_for(facts), {}});
}

namespace {

/// As a context or list with one abstract value for each member or item, where it is one value.
std::optional<Abstract::Members> members_of(const Abstract& value) {
  if (value.members) return *value.members;
  const Value* one = value.constant();
  const Context* context = one != nullptr ? one->as<Context>() : nullptr;
  if (context == nullptr) return std::nullopt;
  Abstract::Members members;
  for (const auto& [name, member] : context->members()) members.push_back({name, Abstract(member)});
  return members;
}

/// Members side by side, where both have the same names.
std::shared_ptr<const Abstract::Members> joined_members(const Abstract& a, const Abstract& b) {
  auto left = members_of(a);
  auto right = members_of(b);
  if (!left || !right || left->size() != right->size()) return nullptr;
  for (std::size_t i = 0; i < left->size(); ++i) {
    if ((*left)[i].name != (*right)[i].name) return nullptr;
    (*left)[i].value.join((*right)[i].value);
  }
  return std::make_shared<const Abstract::Members>(std::move(*left));
}

std::shared_ptr<const Abstract::Items> joined_items(const Abstract::Items& a,
                                                    const Abstract::Items& b) {
  if (a.size() != b.size()) return nullptr;
  Abstract::Items items = a;
  for (std::size_t i = 0; i < items.size(); ++i) items[i].join(b[i]);
  return std::make_shared<const Abstract::Items>(std::move(items));
}

/// Too many single values: the interval they span, where they have one.
bool shorten(ValueSet& set) {
  if (set.points().size() <= kPointsMax) return true;
  auto spanned = set.spanned();
  if (!spanned) return false;
  spanned->step.reset();
  set = ValueSet::of(*std::move(spanned));
  return true;
}

}  // namespace

void Abstract::join(const Abstract& other) {
  if (other.is_nothing()) return;
  if (is_nothing()) {
    DoubtPtr both = joined(doubt, other.doubt);
    const FactBits bits = facts | other.facts;
    *this = other;
    facts = bits;
    doubt = std::move(both);
    return;
  }
  doubt = joined(why(), other.why());
  facts |= other.facts;
  if (!is_same_term(term, other.term)) term = nullptr;
  if (is_anything || other.is_anything) {
    *this = anything(facts, doubt);
    return;
  }
  bool is_kept = true;
  if (members && other.members) {
    members = joined_members(*this, other);
    is_kept = members != nullptr;
  } else if (other.members) {
    members = other.members;
  }
  if (items && other.items) {
    items = joined_items(*items, *other.items);
    is_kept = is_kept && items != nullptr;
  } else if (other.items) {
    items = other.items;
  }
  if (callable && other.callable && callable != other.callable) is_kept = false;
  if (!callable) callable = other.callable;
  is_kept = is_kept && set.join(other.set) && shorten(set);
  if (!is_kept) *this = anything(facts, doubt);
}

std::optional<std::vector<Value>> alternatives(const Abstract& value, std::size_t max) {
  if (value.is_anything || value.callable) return std::nullopt;
  auto values = value.set.listed(max);
  if (!values) return std::nullopt;
  const auto product = [&](std::size_t count, const auto& part, const auto& make) {
    std::vector<std::vector<Value>> rows = {{}};
    for (std::size_t i = 0; i < count; ++i) {
      const auto choices = alternatives(part(i), max);
      if (!choices || rows.size() * choices->size() > max) return false;
      std::vector<std::vector<Value>> longer;
      for (const auto& row : rows) {
        for (const Value& choice : *choices) {
          longer.push_back(row);
          longer.back().push_back(choice);
        }
      }
      rows = std::move(longer);
    }
    for (auto& row : rows) values->push_back(make(std::move(row)));
    return values->size() <= max;
  };
  if (value.items) {
    const auto item = [&](std::size_t i) -> const Abstract& { return (*value.items)[i]; };
    if (!product(value.items->size(), item, [](List row) { return Value(std::move(row)); })) {
      return std::nullopt;
    }
  }
  if (value.members) {
    const auto member = [&](std::size_t i) -> const Abstract& { return (*value.members)[i].value; };
    const auto make = [&](List row) {
      Context context;
      for (std::size_t i = 0; i < row.size(); ++i) {
        context.set((*value.members)[i].name, std::move(row[i]));
      }
      return Value(std::move(context));
    };
    if (!product(value.members->size(), member, make)) return std::nullopt;
  }
  return values;
}

Value error_value() {
  static const auto reason = std::make_shared<const Reason>(
      Reason{"an error comes about in part of the region", "区域内部分情形会出错", {}, {}});
  return Value(Null{reason});
}

Truths truth_of(const Value& value) {
  if (const bool* truth = value.as<bool>()) return *truth ? kTrue : kFalse;
  return value.reason() != nullptr ? kError : kNull;
}

Truths truths_of(const Abstract& value) {
  if (value.is_anything) return kAllTruths;
  Truths truths = 0;
  for (const Value& point : value.set.points()) truths |= truth_of(point);
  const bool has_others = value.set.interval() || value.set.has_other_texts() || value.members ||
                          value.items || value.callable;
  return has_others ? truths | kNull : truths;
}

Abstract abstract_of(Truths truths, const FactBits& facts, DoubtPtr doubt) {
  Abstract value;
  if ((truths & kTrue) != 0) value.set.insert(Value(true));
  if ((truths & kFalse) != 0) value.set.insert(Value(false));
  if ((truths & kNull) != 0) value.set.insert(Value());
  if ((truths & kError) != 0) value.set.insert(error_value());
  if (!is_settled(truths)) {
    value.facts = facts;
    value.doubt = std::move(doubt);
  }
  return value;
}

void Judged::join(const Judged& other) {
  truths |= other.truths;
  facts |= other.facts;
  doubt = joined(doubt, other.doubt);
}

}  // namespace hq::rules
