#include "rules/dmn/json_values.h"

#include <utility>

#include "base/json_writer.h"

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

Result<Value> value_from_json(const JsonValue& json, const Type& type) {
  static const Type kAny;
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
      const Type& element = type.element != nullptr ? *type.element : kAny;
      List items;
      for (const JsonValue& one : json.items()) {
        HQ_TRY(Value item, value_from_json(one, element));
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
        auto member = value_from_json(one, wanted != nullptr ? *wanted : kAny);
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
  write(out, value, 0);
  return text;
}

}  // namespace hq::rules
