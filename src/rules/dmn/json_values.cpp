#include "rules/dmn/json_values.h"

#include <algorithm>
#include <utility>

namespace hq::rules {
namespace {

template <class T>
Result<Value> as_value(Result<T> parsed) {
  if (!parsed) return std::unexpected(std::move(parsed).error());
  return Value(*std::move(parsed));
}

Result<Value> from_text(std::string_view text, TypeKind kind) {
  switch (kind) {
    case TypeKind::date:
      return as_value(parse_date(text));
    case TypeKind::time:
      return as_value(parse_time(text));
    case TypeKind::date_time:
      return as_value(parse_date_time(text));
    case TypeKind::days_duration:
      return as_value(parse_days_duration(text));
    case TypeKind::months_duration:
      return as_value(parse_months_duration(text));
    default:
      return Value(std::string(text));
  }
}

/// nullptr where the type says nothing of it.
const Type* member_type(const Type& type, std::string_view name) {
  for (const Type::Member& member : type.members) {
    if (member.name == name && member.type != nullptr) return member.type.get();
  }
  return nullptr;
}

const Type& any_type() {
  static const Type any;
  return any;
}

const Type& element_type(const Type& type) {
  return type.element != nullptr ? *type.element : any_type();
}

bool read_number(JsonReader& in, Value& out) {
  std::string digits;
  if (!in.raw(digits)) return false;
  const auto number = Decimal::parse(digits);
  if (!number) return in.refuse("the number is too large: " + digits, "数值过大：" + digits);
  out = Value(*number);
  return true;
}

bool read_text(JsonReader& in, const Type& type, Value& out) {
  std::string_view text;
  if (!in.string(text)) return false;
  Result<Value> value = from_text(text, type.kind);
  if (!value) return in.refuse(value.error().message, value.error().message_zh);
  out = *std::move(value);
  return true;
}

bool read_list(JsonReader& in, const Type& type, Value& out) {
  List items;
  const bool is_read = in.array(
      [&](std::size_t) { return read_value(in, element_type(type), items.emplace_back()); });
  if (is_read) out = Value(std::move(items));
  return is_read;
}

bool read_context(JsonReader& in, const Type& type, Value& out) {
  std::vector<Context::Member> members;
  const bool is_read = in.object([&](std::string_view name) {
    if (std::ranges::find(members, name, &Context::Member::name) != members.end()) {
      return in.repeated_field();
    }
    const Type* wanted = member_type(type, name);
    members.push_back({std::string(name), Value()});
    return read_value(in, wanted != nullptr ? *wanted : any_type(), members.back().value);
  });
  if (is_read) out = Value(Context(std::move(members)));
  return is_read;
}

/// Deeper than this, lists and contexts are written as texts, so that our reader takes the JSON.
constexpr int kDepthMax = JsonLimits{}.depth_max;
static_assert(kDepthMax < JsonWriter::kDepthMax);

void write(JsonWriter& out, const Value& value, int depth) {
  if (value.is_null()) {
    out.null();
  } else if (const bool* boolean = value.as<bool>()) {
    out.boolean(*boolean);
  } else if (const Decimal* number = value.as<Decimal>()) {
    out.verbatim(number->text());
  } else if (const List* list = value.as<List>(); list != nullptr && depth < kDepthMax) {
    out.begin_array();
    for (const Value& item : *list) write(out, item, depth + 1);
    out.end_array();
  } else if (const Context* context = value.as<Context>();
             context != nullptr && depth < kDepthMax) {
    out.begin_object();
    for (const Context::Member& member : context->members()) {
      out.key(member.name);
      write(out, member.value, depth + 1);
    }
    out.end_object();
  } else {
    out.string(to_text(value));
  }
}

}  // namespace

bool read_value(JsonReader& in, const Type& type, Value& out) {
  JsonType found;
  if (!in.type(found)) return false;
  switch (found) {
    case JsonType::null:
      out = Value();
      return in.skip();
    case JsonType::boolean: {
      bool truth = false;
      if (!in.boolean(truth)) return false;
      out = Value(truth);
      return true;
    }
    case JsonType::number:
      return read_number(in, out);
    case JsonType::string:
      return read_text(in, type, out);
    case JsonType::array:
      return read_list(in, type, out);
    case JsonType::object:
      return read_context(in, type, out);
  }
  return false;
}

Result<Value> value_from_json(const JsonValue& json, const Type& type) {
  switch (json.type()) {
    case JsonType::null:
      return Value();
    case JsonType::boolean: {
      HQ_TRY(const bool value, json.as_bool());
      return Value(value);
    }
    case JsonType::number: {
      HQ_TRY(const std::string_view digits, json.as_number_text());
      const auto number = Decimal::parse(digits);
      if (!number) {
        return fail(ErrorCode::parse_error, "the number is too large: " + std::string(digits),
                    "数值过大：" + std::string(digits));
      }
      return Value(*number);
    }
    case JsonType::string: {
      HQ_TRY(const std::string_view text, json.as_string());
      return from_text(text, type.kind);
    }
    case JsonType::array: {
      List items;
      for (const JsonValue& one : json.items()) {
        HQ_TRY(Value item, value_from_json(one, element_type(type)));
        items.push_back(std::move(item));
      }
      return Value(std::move(items));
    }
    case JsonType::object: {
      std::vector<Context::Member> members;
      const auto fields = json.members();
      members.reserve(fields.size());
      for (const auto& [name, one] : fields) {
        const Type* wanted = member_type(type, name);
        auto member = value_from_json(one, wanted != nullptr ? *wanted : any_type());
        if (!member) return std::unexpected(std::move(member).error().at(name));
        members.push_back({std::string(name), *std::move(member)});
      }
      return Value(Context(std::move(members)));
    }
  }
  return Value();
}

std::string json_of(const Value& value) {
  std::string text;
  JsonWriter out(text);
  write_value(out, value);
  return text;
}

void write_value(JsonWriter& out, const Value& value) {
  write(out, value, 0);
}

}  // namespace hq::rules
