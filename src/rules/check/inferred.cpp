#include "rules/check/inferred.h"

#include <algorithm>
#include <array>
#include <utility>

#include "rules/feel/arithmetic.h"
#include "rules/feel/properties.h"

namespace hq::rules {
namespace {

constexpr std::array kKnownKinds = {
    TypeKind::number,        TypeKind::string,          TypeKind::boolean, TypeKind::date,
    TypeKind::time,          TypeKind::date_time,       TypeKind::list,    TypeKind::context,
    TypeKind::days_duration, TypeKind::months_duration, TypeKind::range,
};

/// Calls `visit` with each kind that stands behind this one.
template <class Visit>
void each_kind(TypeKind kind, const Visit& visit) {
  if (kind != TypeKind::any) {
    visit(kind);
    return;
  }
  for (const TypeKind known : kKnownKinds) visit(known);
}

TypePtr type_of_value(const Value& value) {
  if (const List* items = value.as<List>()) {
    TypePtr element;
    for (const Value& item : *items) {
      const TypePtr type = type_of_value(item);
      const bool is_wider = !element || is_subtype(*element, *type);
      if (!is_wider && !is_subtype(*type, *element)) return list_of(simple(TypeKind::any));
      if (is_wider) element = type;
    }
    return list_of(element ? element : simple(TypeKind::any));
  }
  if (const Context* context = value.as<Context>()) {
    Type type{.kind = TypeKind::context};
    for (const auto& [name, member] : context->members()) {
      type.members.push_back({name, type_of_value(member)});
    }
    return std::make_shared<const Type>(std::move(type));
  }
  if (const Range* range = value.as<Range>()) {
    return std::make_shared<const Type>(
        Type{.kind = TypeKind::range,
             .element = type_of_value(range->low.is_null() ? range->high : range->low)});
  }
  return simple(kind_of(value));
}

/// A zone, so that dates and times can be subtracted from each other.
constexpr std::string_view kTimes[] = {"2026-01-01", "10:00:00Z", "2026-01-01T10:00:00Z", "P1D",
                                       "P1M"};

Value temporal(std::size_t index) {
  const auto value = parse_temporal(kTimes[index]);
  return std::visit([](const auto& one) { return Value(one); }, value.value());
}

const Type& element_of(const Type& type) {
  static const TypePtr any = simple(TypeKind::any);
  return type.element ? *type.element : *any;
}

/// As can_become, but for the conversions.
bool can_conform(const Type& from, const Type& to) {
  if (from.kind == TypeKind::any || from.kind == TypeKind::null || to.kind == TypeKind::any) {
    return true;
  }
  if (from.kind != to.kind) return false;
  // A list may be empty, and what a function takes is known when it is called.
  if (from.kind != TypeKind::context || from.members.empty()) return true;
  return std::ranges::all_of(to.members, [&](const Type::Member& wanted) {
    const auto found = std::ranges::find(from.members, wanted.name, &Type::Member::name);
    return found != from.members.end() && can_conform(*found->type, *wanted.type);
  });
}

}  // namespace

Inferred inferred(TypeKind kind, bool may_be_null) {
  return {simple(kind), may_be_null};
}

Inferred inferred(const Value& value) {
  return {type_of_value(value), value.is_null(), value};
}

Inferred either(const Inferred& a, const Inferred& b) {
  const bool may_be_null = a.may_be_null || b.may_be_null;
  if (a.is_null() || is_subtype(*a.type, *b.type)) return {b.type, may_be_null};
  if (b.is_null() || is_subtype(*b.type, *a.type)) return {a.type, may_be_null};
  return inferred(TypeKind::any, may_be_null);
}

const Inferred* Environment::find(std::string_view name) const {
  const auto found = names_.find(name);
  if (found != names_.end()) return &found->second;
  return outer_ == nullptr ? nullptr : outer_->find(name);
}

bool Environment::is_present(const std::string& key) const {
  // A name that is bound anew hides what was known of the old one.
  if (present_.contains(key)) return true;
  if (names_.contains(key.substr(0, key.find('.')))) return false;
  return outer_ != nullptr && outer_->is_present(key);
}

std::set<std::string> Environment::names() const {
  std::set<std::string> all = outer_ == nullptr ? std::set<std::string>() : outer_->names();
  for (const auto& [name, value] : names_) all.insert(name);
  return all;
}

std::optional<Value> sample_of(TypeKind kind) {
  switch (kind) {
    case TypeKind::any:
      return std::nullopt;
    case TypeKind::null:
      return Value();
    case TypeKind::number:
      return Value(int64_t{6});
    case TypeKind::string:
      return Value("a");
    case TypeKind::boolean:
      return Value(true);
    case TypeKind::date:
      return temporal(0);
    case TypeKind::time:
      return temporal(1);
    case TypeKind::date_time:
      return temporal(2);
    case TypeKind::days_duration:
      return temporal(3);
    case TypeKind::months_duration:
      return temporal(4);
    case TypeKind::list:
      return Value(List{});
    case TypeKind::range:
      return Value(Range{Value(int64_t{1}), Value(int64_t{2})});
    case TypeKind::context:
    case TypeKind::function:  // which behaves so: nothing can be done with it but to call it
      return Value(Context());
  }
  return std::nullopt;
}

std::optional<TypeKind> arithmetic_kind(Kind operation, TypeKind left, TypeKind right) {
  std::optional<TypeKind> result;
  Evaluation scratch{EvaluationOptions{}};
  each_kind(left, [&](TypeKind a) {
    each_kind(right, [&](TypeKind b) {
      const Value value = calculate(operation, *sample_of(a), *sample_of(b), {}, scratch);
      if (value.is_null()) return;
      result = !result || *result == kind_of(value) ? kind_of(value) : TypeKind::any;
    });
  });
  return result;
}

bool is_comparable(Kind operation, TypeKind left, TypeKind right) {
  bool is_any = false;
  each_kind(left, [&](TypeKind a) {
    each_kind(right, [&](TypeKind b) {
      is_any = is_any || holds(operation, *sample_of(a), *sample_of(b)).has_value();
    });
  });
  return is_any;
}

bool can_become(const Type& from, const Type& to) {
  if (can_conform(from, to)) return true;
  if (from.kind == TypeKind::list && to.kind != TypeKind::list) {
    return can_conform(element_of(from), to);
  }
  if (to.kind == TypeKind::list) return can_conform(from, element_of(to));
  return from.kind == TypeKind::date && to.kind == TypeKind::date_time;
}

bool can_fit(const Inferred& argument, Accepts accepts) {
  const TypeKind kind = argument.kind();
  if (kind == TypeKind::any || accepts == Accepts::anything) return true;
  const bool takes_null = accepts == Accepts::string_or_null ||
                          accepts == Accepts::boolean_or_null ||
                          accepts == Accepts::days_duration_or_null;
  if (kind == TypeKind::null) return takes_null;
  // A list of one is its item, and an item a list of one.
  if (kind == TypeKind::list && accepts != Accepts::list && accepts != Accepts::lists) {
    Inferred item{argument.type->element ? argument.type->element : simple(TypeKind::any)};
    return item.is_null() || item.kind() == TypeKind::list || can_fit(item, accepts);
  }
  const auto is_one_of = [kind](std::initializer_list<TypeKind> kinds) {
    return std::ranges::find(kinds, kind) != kinds.end();
  };
  switch (accepts) {
    case Accepts::point:
      return !is_one_of({TypeKind::context, TypeKind::range, TypeKind::function});
    case Accepts::number:
    case Accepts::integer:
    case Accepts::numbers:
      return kind == TypeKind::number;
    case Accepts::quantity:
      return is_one_of({TypeKind::number, TypeKind::days_duration, TypeKind::months_duration});
    case Accepts::string:
    case Accepts::string_or_null:
    case Accepts::strings_or_nulls:
      return kind == TypeKind::string;
    case Accepts::boolean_or_null:
    case Accepts::booleans_or_nulls:
      return kind == TypeKind::boolean;
    case Accepts::date:
      return is_one_of({TypeKind::date, TypeKind::date_time});
    case Accepts::time:
      return kind == TypeKind::time;
    case Accepts::duration:
      return is_one_of({TypeKind::days_duration, TypeKind::months_duration});
    case Accepts::days_duration_or_null:
      return kind == TypeKind::days_duration;
    case Accepts::context:
    case Accepts::contexts:
      return kind == TypeKind::context;
    case Accepts::function:
      return kind == TypeKind::function;
    case Accepts::range:
      return kind == TypeKind::range;
    default:
      return true;
  }
}

std::optional<TypeKind> property_kind(TypeKind kind, std::string_view name) {
  if (kind == TypeKind::range && (name == "start" || name == "end")) return TypeKind::any;
  Evaluation scratch{EvaluationOptions{}};
  const auto sample = sample_of(kind);
  if (!sample) return std::nullopt;
  const Value value = property(*sample, name, {}, scratch);
  if (!scratch.reports().empty()) return std::nullopt;
  return value.is_null() ? TypeKind::string : kind_of(value);  // a zone that the sample has not
}

namespace {

struct Result {
  std::string_view name;
  TypeKind kind;
};

/// What functions give, where that does not depend on their arguments and is known.
constexpr Result kResults[] = {
    {"context", TypeKind::context},
    {"date", TypeKind::date},
    {"date and time", TypeKind::date_time},
    {"day of week", TypeKind::string},
    {"lower case", TypeKind::string},
    {"month of year", TypeKind::string},
    {"now", TypeKind::date_time},
    {"range", TypeKind::range},
    {"replace", TypeKind::string},
    {"string", TypeKind::string},
    {"string join", TypeKind::string},
    {"substring", TypeKind::string},
    {"substring after", TypeKind::string},
    {"substring before", TypeKind::string},
    {"time", TypeKind::time},
    {"today", TypeKind::date},
    {"upper case", TypeKind::string},
    {"years and months duration", TypeKind::months_duration},
    {"append", TypeKind::list},
    {"concatenate", TypeKind::list},
    {"distinct values", TypeKind::list},
    {"flatten", TypeKind::list},
    {"get entries", TypeKind::list},
    {"index of", TypeKind::list},
    {"insert before", TypeKind::list},
    {"list replace", TypeKind::list},
    {"mode", TypeKind::list},
    {"remove", TypeKind::list},
    {"reverse", TypeKind::list},
    {"sort", TypeKind::list},
    {"split", TypeKind::list},
    {"sublist", TypeKind::list},
    {"union", TypeKind::list},
    {"ceiling", TypeKind::number},
    {"count", TypeKind::number},
    {"day of year", TypeKind::number},
    {"decimal", TypeKind::number},
    {"exp", TypeKind::number},
    {"floor", TypeKind::number},
    {"log", TypeKind::number},
    {"mean", TypeKind::number},
    {"median", TypeKind::number},
    {"modulo", TypeKind::number},
    {"number", TypeKind::number},
    {"product", TypeKind::number},
    {"round down", TypeKind::number},
    {"round half down", TypeKind::number},
    {"round half up", TypeKind::number},
    {"round up", TypeKind::number},
    {"sqrt", TypeKind::number},
    {"stddev", TypeKind::number},
    {"string length", TypeKind::number},
    {"sum", TypeKind::number},
    {"week of year", TypeKind::number},
    {"all", TypeKind::boolean},
    {"any", TypeKind::boolean},
    {"contains", TypeKind::boolean},
    {"ends with", TypeKind::boolean},
    {"even", TypeKind::boolean},
    {"is", TypeKind::boolean},
    {"list contains", TypeKind::boolean},
    {"matches", TypeKind::boolean},
    {"not", TypeKind::boolean},
    {"odd", TypeKind::boolean},
    {"starts with", TypeKind::boolean},
};

/// Null for some arguments that are not: texts that are no date, lists that are empty.
constexpr std::string_view kPartial[] = {"date", "date and time", "duration", "get value", "max",
                                         "mean", "median",        "min",      "number",    "time"};
/// They give items of the list that they take.
constexpr std::string_view kSameItems[] = {"distinct values", "remove", "reverse", "sort",
                                           "sublist"};

}  // namespace

Inferred result_of(std::string_view built_in, const std::vector<Inferred>& arguments) {
  const bool is_partial = std::ranges::find(kPartial, built_in) != std::end(kPartial);
  const bool may_be_null = is_partial || std::ranges::any_of(arguments, &Inferred::may_be_null);
  const bool has_list = !arguments.empty() && arguments[0].kind() == TypeKind::list;
  if (has_list && std::ranges::find(kSameItems, built_in) != std::end(kSameItems)) {
    return {arguments[0].type, may_be_null};
  }
  if (built_in == "min" || built_in == "max") {
    if (has_list && arguments.size() == 1 && arguments[0].type->element) {
      return {arguments[0].type->element, true};
    }
    if (!has_list && !arguments.empty()) return {arguments[0].type, may_be_null};
  }
  const auto* found = std::ranges::find(kResults, built_in, &Result::name);
  return inferred(found == std::end(kResults) ? TypeKind::any : found->kind,
                  may_be_null && built_in != "string" && built_in != "is");
}

TypeWords words_of(const Type& type) {
  switch (type.kind) {
    case TypeKind::any:
      return {"any value", "任意值"};
    case TypeKind::null:
      return {"null", "null"};
    case TypeKind::number:
      return {"a number", "数值"};
    case TypeKind::string:
      return {"a text", "文本"};
    case TypeKind::boolean:
      return {"a boolean", "布尔值"};
    case TypeKind::date:
      return {"a date", "日期"};
    case TypeKind::time:
      return {"a time", "时间"};
    case TypeKind::date_time:
      return {"a date and time", "日期时间"};
    case TypeKind::days_duration:
      return {"a days and time duration", "天时分秒时长"};
    case TypeKind::months_duration:
      return {"a years and months duration", "年月时长"};
    case TypeKind::list:
      return {"a list", "列表"};
    case TypeKind::context:
      return {"a context", "上下文（context）"};
    case TypeKind::range:
      return {"a range", "区间"};
    case TypeKind::function:
      return {"a function", "函数"};
  }
  return {};
}

}  // namespace hq::rules
