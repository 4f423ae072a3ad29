#include "rules/feel/type.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.h"
#include "rules/feel/evaluator.h"

namespace hq::rules {
namespace {

constexpr std::array<std::pair<std::string_view, TypeKind>, 16> kNames = {{
    {"Any", TypeKind::any},
    {"Null", TypeKind::null},
    {"any", TypeKind::any},
    {"boolean", TypeKind::boolean},
    {"context", TypeKind::context},
    {"date", TypeKind::date},
    {"date and time", TypeKind::date_time},
    {"dateTime", TypeKind::date_time},
    {"days and time duration", TypeKind::days_duration},
    {"function", TypeKind::function},
    {"list", TypeKind::list},
    {"number", TypeKind::number},
    {"range", TypeKind::range},
    {"string", TypeKind::string},
    {"time", TypeKind::time},
    {"years and months duration", TypeKind::months_duration},
}};

const TypePtr& any_type() {
  static const TypePtr any = std::make_shared<const Type>();
  return any;
}

const Type& element_of(const Type& type) {
  return type.element ? *type.element : *any_type();
}

Type type_of(const Function& function) {
  Type type{.kind = TypeKind::function};
  for (const Function::Parameter& parameter : function.parameters()) {
    type.members.push_back({parameter.name, parameter.type ? parameter.type : any_type()});
  }
  type.result = function.result() ? function.result() : any_type();
  return type;
}

bool is_any_function(const Type& type) {
  return type.members.empty() && type.result == nullptr;
}

/// Parameters the other way round: who takes more can stand for who takes less.
bool is_subfunction(const Type& narrow, const Type& wide) {
  if (is_any_function(wide)) return true;
  if (narrow.members.size() != wide.members.size()) return false;
  for (std::size_t i = 0; i < wide.members.size(); ++i) {
    if (!is_subtype(*wide.members[i].type, *narrow.members[i].type)) return false;
  }
  // What a body gives is often not known before it is called; then any result may be hoped for.
  if (narrow.result == nullptr || narrow.result->kind == TypeKind::any) return true;
  return is_subtype(*narrow.result, wide.result ? *wide.result : *any_type());
}

bool is_subcontext(const Type& narrow, const Type& wide) {
  return std::ranges::all_of(wide.members, [&](const Type::Member& wanted) {
    const auto found = std::ranges::find(narrow.members, wanted.name, &Type::Member::name);
    return found != narrow.members.end() && is_subtype(*found->type, *wanted.type);
  });
}

/// A list of functions is of a type that fits all of them: where parameters differ it is any.
std::optional<bool> conforms_as_functions(const List& items, const Type& wanted) {
  std::optional<Type> common;
  for (const Value& item : items) {
    const Function* function = item.as<Function>();
    if (function == nullptr) return std::nullopt;
    Type type = type_of(*function);
    if (!common) {
      common = std::move(type);
      continue;
    }
    if (common->members.size() != type.members.size()) return std::nullopt;
    for (std::size_t i = 0; i < type.members.size(); ++i) {
      TypePtr& parameter = common->members[i].type;
      const bool is_equal = is_subtype(*parameter, *type.members[i].type) &&
                            is_subtype(*type.members[i].type, *parameter);
      if (!is_equal) parameter = any_type();
    }
    if (is_subtype(*common->result, *type.result)) common->result = type.result;
    if (!is_subtype(*type.result, *common->result)) common->result = any_type();
  }
  if (!common) return std::nullopt;
  return is_subfunction(*common, wanted);
}

bool list_conforms(const List& items, const Type& type) {
  const Type& element = element_of(type);
  if (element.kind == TypeKind::function) {
    if (const std::optional<bool> result = conforms_as_functions(items, element)) return *result;
  }
  return std::ranges::all_of(items, [&](const Value& item) { return conforms(item, element); });
}

bool context_conforms(const Context& context, const Type& type) {
  return std::ranges::all_of(type.members, [&](const Type::Member& wanted) {
    const Value* value = context.find(wanted.name);
    return value != nullptr && conforms(*value, *wanted.type);
  });
}

}  // namespace

TypeKind kind_of(const Value& value) {
  // In the order of Value::Kind.
  constexpr std::array kKinds = {
      TypeKind::null,      TypeKind::boolean,       TypeKind::number,
      TypeKind::string,    TypeKind::date,          TypeKind::time,
      TypeKind::date_time, TypeKind::days_duration, TypeKind::months_duration,
      TypeKind::list,      TypeKind::context,       TypeKind::range,
      TypeKind::function,
  };
  static_assert(kKinds.size() == std::variant_size_v<Value::Kind>);
  return kKinds.at(value.kind().index());
}

TypePtr simple(TypeKind kind) {
  if (kind == TypeKind::any) return any_type();
  return std::make_shared<const Type>(Type{.kind = kind});
}

TypePtr list_of(TypePtr element) {
  return std::make_shared<const Type>(Type{.kind = TypeKind::list, .element = std::move(element)});
}

std::optional<TypeKind> built_in_type(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &std::pair<std::string_view, TypeKind>::first);
  if (found != kNames.end()) return found->second;
  // The names of XML Schema, which DMN 1.1 had.
  if (name == "dayTimeDuration") return TypeKind::days_duration;
  if (name == "yearMonthDuration") return TypeKind::months_duration;
  return std::nullopt;
}

bool conforms(const Value& value, const Type& type) {
  if (type.kind == TypeKind::any || value.is_null()) return true;
  if (kind_of(value) != type.kind) return false;
  switch (type.kind) {
    case TypeKind::list:
      return list_conforms(*value.as<List>(), type);
    case TypeKind::context:
      return context_conforms(*value.as<Context>(), type);
    case TypeKind::function:
      return is_subfunction(type_of(*value.as<Function>()), type);
    case TypeKind::range: {
      const Range& range = *value.as<Range>();
      return conforms(range.low, element_of(type)) && conforms(range.high, element_of(type));
    }
    default:
      return true;
  }
}

bool is_instance(const Value& value, const Type& type) {
  if (value.is_null()) return type.kind == TypeKind::null;
  return conforms(value, type);
}

bool is_subtype(const Type& narrow, const Type& wide) {
  if (&narrow == &wide || wide.kind == TypeKind::any || narrow.kind == TypeKind::null) return true;
  if (narrow.kind != wide.kind) return false;
  switch (wide.kind) {
    case TypeKind::list:
    case TypeKind::range:
      return is_subtype(element_of(narrow), element_of(wide));
    case TypeKind::context:
      return is_subcontext(narrow, wide);
    case TypeKind::function:
      return is_subfunction(narrow, wide);
    default:
      return true;
  }
}

}  // namespace hq::rules
