#include "rules/feel/value.h"

#include <algorithm>

#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

uint32_t nesting_of(const List& items) {
  uint32_t nesting = 0;
  for (const Value& item : items) nesting = std::max(nesting, item.nesting());
  return nesting + 1;
}

uint32_t nesting_of(const Context& context) {
  uint32_t nesting = 0;
  for (const auto& [name, value] : context.members()) nesting = std::max(nesting, value.nesting());
  return nesting + 1;
}

std::optional<bool> equal_lists(const List& a, const List& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // Items of different kinds are not the same, so the lists are not equal.
    if (!equal(a[i], b[i]).value_or(false)) return false;
  }
  return true;
}

std::optional<bool> equal_contexts(const Context& a, const Context& b) {
  if (a.members().size() != b.members().size()) return false;
  for (const auto& [name, value] : a.members()) {
    const Value* other = b.find(name);
    if (other == nullptr || !equal(value, *other).value_or(false)) return false;
  }
  return true;
}

std::optional<bool> equal_ranges(const Range& a, const Range& b) {
  if (a.open_low != b.open_low || a.open_high != b.open_high || a.test != b.test) return false;
  return equal(a.low, b.low).value_or(false) && equal(a.high, b.high).value_or(false);
}

template <class T>
std::optional<int> order(const T& a, const T& b) {
  return a < b ? -1 : b < a ? 1 : 0;
}

template <class T>
std::optional<int> temporal_order(const T& a, const T& b) {
  const std::optional<std::strong_ordering> result = compare(a, b);
  if (!result) return std::nullopt;
  return *result < 0 ? -1 : *result > 0 ? 1 : 0;
}

/// Is `order` (less than 0, 0, more) what a test asks for?
bool passes_test(Kind test, int order) {
  switch (test) {
    case Kind::equal:
      return order == 0;
    case Kind::not_equal:
      return order != 0;
    case Kind::less:
      return order < 0;
    case Kind::less_or_equal:
      return order <= 0;
    case Kind::greater:
      return order > 0;
    default:
      return order >= 0;
  }
}

void append_quoted(std::string& out, const std::string& text) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append(std::string& out, const Value& value, bool is_inner);

void append_range(std::string& out, const Range& range) {
  if (range.test == Kind::equal || range.test == Kind::not_equal) {
    out += range.test == Kind::equal ? "(=" : "(!=";
    append(out, range.low, true);
    out += ')';
    return;
  }
  if (range.test) {
    const bool is_low = range.high.is_null();
    const bool is_open = is_low ? range.open_low : range.open_high;
    out += is_low ? "(>" : "(<";
    if (!is_open) out += '=';
    append(out, is_low ? range.low : range.high, true);
    out += ')';
    return;
  }
  out += range.open_low ? '(' : '[';
  append(out, range.low, true);
  out += "..";
  append(out, range.high, true);
  out += range.open_high ? ')' : ']';
}

void append_list(std::string& out, const List& items) {
  out += '[';
  const char* separator = "";
  for (const Value& item : items) {
    out += separator;
    append(out, item, true);
    separator = ", ";
  }
  out += ']';
}

void append_context(std::string& out, const Context& context) {
  out += '{';
  const char* separator = "";
  for (const auto& [name, value] : context.members()) {
    out += separator;
    out += name;
    out += ": ";
    append(out, value, true);
    separator = ", ";
  }
  out += '}';
}

struct Appender {
  std::string& out;
  bool is_inner;

  void operator()(const Null&) const { out += "null"; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(const Decimal& value) const { out += value.text(); }
  void operator()(const std::shared_ptr<const std::string>& value) const {
    if (is_inner) {
      append_quoted(out, *value);
    } else {
      out += *value;
    }
  }
  void operator()(const std::shared_ptr<const List>& value) const { append_list(out, *value); }
  void operator()(const std::shared_ptr<const Context>& value) const {
    append_context(out, *value);
  }
  void operator()(const std::shared_ptr<const Range>& value) const { append_range(out, *value); }
  void operator()(const std::shared_ptr<const Function>& value) const {
    out += "function(";
    const char* separator = "";
    for (const Function::Parameter& parameter : value->parameters()) {
      out += separator;
      out += parameter.name;
      separator = ", ";
    }
    out += ')';
  }
  void operator()(const auto& value) const { out += text(value); }
};

void append(std::string& out, const Value& value, bool is_inner) {
  std::visit(Appender{out, is_inner}, value.kind());
}

}  // namespace

Value::Value(List items)
    : kind_(std::make_shared<const List>(std::move(items))), nesting_(nesting_of(*as<List>())) {}
Value::Value(Context members)
    : kind_(std::make_shared<const Context>(std::move(members))),
      nesting_(nesting_of(*as<Context>())) {}
Value::Value(Range range)
    : kind_(std::make_shared<const Range>(std::move(range))),
      nesting_(std::max(as<Range>()->low.nesting(), as<Range>()->high.nesting()) + 1) {}
Value::Value(std::shared_ptr<const Function> function)
    : kind_(std::move(function)), nesting_(as<Function>()->nesting() + 1) {}

const Reason* Value::reason() const {
  const Null* null = std::get_if<Null>(&kind_);
  return null == nullptr ? nullptr : null->reason.get();
}

const Value* Context::find(std::string_view name) const {
  for (const Member& member : members_) {
    if (member.name == name) return &member.value;
  }
  return nullptr;
}

void Context::set(std::string name, Value value) {
  for (Member& member : members_) {
    if (member.name == name) {
      member.value = std::move(value);
      return;
    }
  }
  members_.push_back({std::move(name), std::move(value)});
}

std::optional<bool> equal(const Value& a, const Value& b) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.kind().index() != b.kind().index()) return std::nullopt;
  if (const bool* truth = a.as<bool>()) return *truth == *b.as<bool>();
  if (const List* items = a.as<List>()) {
    return items == b.as<List>() ? true : equal_lists(*items, *b.as<List>());
  }
  if (const Context* members = a.as<Context>()) return equal_contexts(*members, *b.as<Context>());
  if (const Range* range = a.as<Range>()) return equal_ranges(*range, *b.as<Range>());
  if (const Function* function = a.as<Function>()) return function == b.as<Function>();
  const std::optional<int> result = compare(a, b);
  if (!result) return std::nullopt;
  return *result == 0;
}

bool is_same(const Value& a, const Value& b) {
  if (a.kind().index() != b.kind().index()) return false;
  if (a.is_null()) return true;
  if (const Time* time = a.as<Time>()) return *time == *b.as<Time>();
  if (const DateTime* moment = a.as<DateTime>()) return *moment == *b.as<DateTime>();
  if (const List* items = a.as<List>()) return std::ranges::equal(*items, *b.as<List>(), is_same);
  if (const Context* members = a.as<Context>()) {
    const Context& other = *b.as<Context>();
    return members->members().size() == other.members().size() &&
           std::ranges::all_of(members->members(), [&](const Context::Member& member) {
             const Value* found = other.find(member.name);
             return found != nullptr && is_same(member.value, *found);
           });
  }
  return equal(a, b).value_or(false);
}

std::optional<int> compare(const Value& a, const Value& b) {
  if (a.kind().index() != b.kind().index()) return std::nullopt;
  if (const Decimal* number = a.as<Decimal>()) return order(*number, *b.as<Decimal>());
  // The order of bytes in UTF-8 is that of code points.
  if (const std::string* text = a.as<std::string>()) return order(*text, *b.as<std::string>());
  if (const Date* date = a.as<Date>()) return order(*date, *b.as<Date>());
  if (const Time* time = a.as<Time>()) return temporal_order(*time, *b.as<Time>());
  if (const DateTime* moment = a.as<DateTime>()) return temporal_order(*moment, *b.as<DateTime>());
  if (const DaysDuration* days = a.as<DaysDuration>()) return order(*days, *b.as<DaysDuration>());
  if (const MonthsDuration* months = a.as<MonthsDuration>()) {
    return order(*months, *b.as<MonthsDuration>());
  }
  return std::nullopt;
}

std::optional<bool> contains(const Range& range, const Value& value) {
  if (range.test == Kind::equal || range.test == Kind::not_equal) {
    const std::optional<bool> result = equal(value, range.low);
    if (!result) return std::nullopt;
    return *result == (range.test == Kind::equal);
  }
  if (range.test) {
    const std::optional<int> result = compare(value, range.high.is_null() ? range.low : range.high);
    if (!result) return std::nullopt;
    return passes_test(*range.test, *result);
  }
  const std::optional<int> low = compare(value, range.low);
  const std::optional<int> high = compare(value, range.high);
  if (!low || !high) return std::nullopt;
  return (range.open_low ? *low > 0 : *low >= 0) && (range.open_high ? *high < 0 : *high <= 0);
}

std::string to_text(const Value& value) {
  std::string out;
  append(out, value, false);
  return out;
}

std::string_view kind_name(const Value& value) {
  struct Namer {
    std::string_view operator()(const Null&) const { return "null"; }
    std::string_view operator()(bool) const { return "boolean"; }
    std::string_view operator()(const Decimal&) const { return "number"; }
    std::string_view operator()(const std::shared_ptr<const std::string>&) const {
      return "string";
    }
    std::string_view operator()(const Date&) const { return "date"; }
    std::string_view operator()(const Time&) const { return "time"; }
    std::string_view operator()(const DateTime&) const { return "date and time"; }
    std::string_view operator()(const DaysDuration&) const { return "days and time duration"; }
    std::string_view operator()(const MonthsDuration&) const { return "years and months duration"; }
    std::string_view operator()(const std::shared_ptr<const List>&) const { return "list"; }
    std::string_view operator()(const std::shared_ptr<const Context>&) const { return "context"; }
    std::string_view operator()(const std::shared_ptr<const Range>&) const { return "range"; }
    std::string_view operator()(const std::shared_ptr<const Function>&) const { return "function"; }
  };
  return std::visit(Namer{}, value.kind());
}

}  // namespace hq::rules
