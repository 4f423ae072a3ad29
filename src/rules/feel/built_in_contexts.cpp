// Functions of contexts (DMN 1.5, table 85), with not() and is(), which stand alone.
#include <map>

#include "rules/feel/built_in_families.h"

namespace hq::rules {
namespace {

/// Members in the order in which they came; of one name the last value stays.
class Members {
 public:
  void set(const std::string& name, const Value& value) {
    const auto [place, is_new] = places_.try_emplace(name, members_.size());
    if (is_new) {
      members_.push_back({name, value});
    } else {
      members_[place->second].value = value;
    }
  }
  bool has(const std::string& name) const { return places_.contains(name); }
  Value context() { return Value(Context(std::move(members_))); }

 private:
  std::map<std::string, std::size_t> places_;
  std::vector<Context::Member> members_;
};

Value get_value(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& context = get<Context>(arguments[0]);
  if (!evaluation.spend(context.members().size())) return out_of_budget(evaluation);
  const Value* value = context.find(get<std::string>(arguments[1]));
  return value == nullptr ? Value() : *value;
}

Value get_entries(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& members = get<Context>(arguments[0]).members();
  if (!can_afford(evaluation, 4 * members.size())) return out_of_budget(evaluation);
  List entries;
  for (const Context::Member& member : members) {
    entries.emplace_back(Context({{"key", Value(member.name)}, {"value", member.value}}));
  }
  return Value(std::move(entries));
}

Value context_of(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& entries = get<List>(arguments[0]);
  if (!can_afford(evaluation, 4 * entries.size())) return out_of_budget(evaluation);
  Members members;
  for (const Value& entry : entries) {
    const Value* key = get<Context>(entry).find("key");
    const Value* value = get<Context>(entry).find("value");
    if (key == nullptr || value == nullptr || key->as<std::string>() == nullptr) {
      return failed(evaluation, "context", "each entry needs a key that is a text, and a value",
                    "每个条目须有文本类型的 key 以及 value");
    }
    const auto& name = get<std::string>(*key);
    if (members.has(name)) {
      return failed(evaluation, "context", "a key is there twice: " + name, "键重复：" + name);
    }
    members.set(name, *value);
  }
  return members.context();
}

/// The context with `value` at the end of the path; none where the path leads through something
/// that is no context, or the limit is passed. The path is not empty.
std::optional<Value> put(const Context& context, std::span<const Value> path, const Value& value,
                         Evaluation& evaluation) {
  const auto* name = path.front().as<std::string>();
  const Evaluation::Deeper deeper(evaluation);
  if (name == nullptr || deeper.is_too_deep() ||
      !can_afford(evaluation, 4 * context.members().size() + 4)) {
    return std::nullopt;
  }
  Context result = context;
  if (path.size() == 1) {
    result.set(*name, value);
    return Value(std::move(result));
  }
  const Value* next = context.find(*name);
  const auto* inner = next == nullptr ? nullptr : next->as<Context>();
  if (inner == nullptr) return std::nullopt;
  std::optional<Value> changed = put(*inner, path.subspan(1), value, evaluation);
  if (!changed) return std::nullopt;
  result.set(*name, std::move(*changed));
  return Value(std::move(result));
}

Value context_put(Arguments arguments, std::size_t form, Evaluation& evaluation) {
  const std::span<const Value> path =
      form == 0 ? arguments.subspan(1, 1) : std::span<const Value>(get<List>(arguments[1]));
  std::optional<Value> result;
  if (!path.empty()) result = put(get<Context>(arguments[0]), path, arguments[2], evaluation);
  if (result) return *result;
  if (evaluation.is_spent()) return out_of_budget(evaluation);
  return failed(evaluation, "context put",
                "keys must be texts that lead from context to context, one at least",
                "键路径 keys 须为文本，逐层指向上下文，且至少一个");
}

Value context_merge(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  Members members;
  for (const Value& context : get<List>(arguments[0])) {
    const auto& more = get<Context>(context).members();
    if (!can_afford(evaluation, 4 * more.size())) return out_of_budget(evaluation);
    for (const Context::Member& member : more) members.set(member.name, member.value);
  }
  return members.context();
}

Value is(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  if (!weight(arguments[0], evaluation)) return out_of_budget(evaluation);
  return Value(is_same(arguments[0], arguments[1]));
}

Value negation(Arguments arguments, std::size_t /*form*/, Evaluation& /*evaluation*/) {
  return arguments[0].is_null() ? Value() : Value(!get<bool>(arguments[0]));
}

}  // namespace

std::vector<BuiltIn> context_built_ins() {
  const Parameter m{"m", Accepts::context};
  const Parameter context{"context", Accepts::context};
  const Parameter value{"value", Accepts::anything};
  BuiltIn::Form two_values = form({{"value1", Accepts::anything}, {"value2", Accepts::anything}});
  two_values.is_optional_by_name = true;
  return {
      {"get value", {form({m, {"key", Accepts::string}})}, get_value},
      {"get entries", {form({m})}, get_entries},
      {"context", {form({{"entries", Accepts::contexts}})}, context_of},
      {"context put",
       {form({context, {"key", Accepts::string}, value}),
        form({context, {"keys", Accepts::list}, value})},
       context_put},
      {"context merge", {form({{"contexts", Accepts::contexts}})}, context_merge},
      {"is", {two_values}, is},
      {"not", {form({{"negand", Accepts::boolean_or_null}})}, negation},
  };
}

}  // namespace hq::rules
