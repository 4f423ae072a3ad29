#include "rules/dmn/logic_compiler.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace hq::rules {
namespace {

bool is_blank(std::string_view text) {
  return trimmed(text, " \t\r\n").empty();
}

/// Could the expression read that name? It is looked for as plain text; a table always could.
bool mentions(const Boxed& boxed, std::string_view name) {
  if (boxed.table != nullptr || boxed.text.contains(name)) return true;
  return std::ranges::any_of(boxed.parts,
                             [&](const BoxedPtr& part) { return part && mentions(*part, name); });
}

}  // namespace

TypePtr LogicCompiler::type(const std::string& reference, const Place& place) {
  if (is_blank(reference)) return nullptr;
  TypePtr type = types_.find(index_, reference);
  if (type == nullptr) {
    add_fault(
        place,
        fail(ErrorCode::not_found, "unknown type " + reference, "未知类型 " + reference).error());
  }
  return type;
}

Feel LogicCompiler::expression(const std::string& text, const Names& names, const Place& place) {
  if (is_blank(text)) return {};
  auto parsed = parse_expression(text, names);
  return kept(std::move(parsed), text, place);
}

Feel LogicCompiler::tests(const std::string& text, const Names& names, const Place& place) {
  if (is_blank(text)) return {};
  auto parsed = parse_unary_tests(text, names);
  return kept(std::move(parsed), text, place);
}

Feel LogicCompiler::kept(Result<ExpressionPtr> parsed, const std::string& text,
                         const Place& place) {
  if (parsed) return {std::move(*parsed), {}, text};
  add_fault(place, parsed.error());
  return {nullptr, std::move(parsed.error()), text};
}

LogicPtr LogicCompiler::logic(const Boxed& boxed, const Names& names) {
  auto out = std::make_unique<Logic>();
  out->kind = boxed.kind;
  out->line = boxed.place.line;
  out->type = type(boxed.type_ref, boxed.place);
  out->function_kind = boxed.function_kind;
  for (const Variable& name : boxed.names) {
    TypePtr type = this->type(name.type_ref, boxed.place);
    if (type == nullptr) type = simple(TypeKind::any);
    out->names.push_back({name.name, std::move(type)});
  }
  parts(boxed, names, *out);
  return out;
}

void LogicCompiler::parts(const Boxed& boxed, const Names& names, Logic& out) {
  Names inner = names;
  switch (boxed.kind) {
    case BoxedKind::literal:
      out.feel = expression(boxed.text, names, boxed.place);
      return;
    case BoxedKind::decision_table:
      out.table = table(boxed, names, out.type != nullptr ? out.type : expected);
      return;
    case BoxedKind::context:
      for (std::size_t i = 0; i < boxed.parts.size(); ++i) {
        out.parts.push_back(part(boxed, i, inner));
        if (!boxed.names[i].name.empty()) inner.add(boxed.names[i].name);
      }
      return;
    case BoxedKind::function:
      for (const Variable& name : boxed.names) inner.add(name.name);
      out.parts.push_back(part(boxed, 0, inner));
      return;
    case BoxedKind::filter:
      // Members of the items are names within the condition.
      out.parts.push_back(part(boxed, 0, names));
      inner.add("item");
      for (const std::string& member : members_.members()) inner.add(member);
      out.parts.push_back(part(boxed, 1, inner));
      return;
    case BoxedKind::for_in:
    case BoxedKind::some_in:
    case BoxedKind::every_in:
      out.parts.push_back(part(boxed, 0, names));
      inner.add(boxed.names[0].name);
      if (boxed.kind == BoxedKind::for_in) {
        inner.add("partial");
        out.uses_partial = boxed.parts[1] && mentions(*boxed.parts[1], "partial");
      }
      out.parts.push_back(part(boxed, 1, inner));
      return;
    case BoxedKind::invocation:
    case BoxedKind::list:
    case BoxedKind::relation:
    case BoxedKind::conditional:
      for (std::size_t i = 0; i < boxed.parts.size(); ++i) {
        out.parts.push_back(part(boxed, i, names));
      }
      return;
  }
}

CompiledTable::Output LogicCompiler::output(const OutputClause& clause, const Names& names,
                                            const Place& place, const TypePtr& table_type) {
  CompiledTable::Output out;
  out.name = clause.name;
  out.type = type(clause.type_ref, place);
  out.allowed = tests(clause.allowed, names, place);
  out.fallback = expression(clause.default_text, names, place);
  // Where the clause names no values, those of its type give the order.
  out.order = out.allowed.tree.get();
  if (out.order == nullptr && out.type != nullptr) out.order = out.type->allowed.get();
  if (out.order == nullptr && table_type != nullptr) {
    out.order = table_type->allowed.get();
    for (const Type::Member& member : table_type->members) {
      if (member.name == out.name) out.order = member.type->allowed.get();
    }
  }
  return out;
}

std::unique_ptr<const CompiledTable> LogicCompiler::table(const Boxed& boxed, const Names& names,
                                                          const TypePtr& table_type) {
  const DecisionTable& from = *boxed.table;
  auto out = std::make_unique<CompiledTable>();
  out->hit_policy = from.hit_policy;
  out->aggregation = from.aggregation;
  for (const InputClause& input : from.inputs) {
    out->inputs.push_back({expression(input.text, names, boxed.place),
                           type(input.type_ref, boxed.place),
                           tests(input.allowed, names, boxed.place)});
  }
  for (const OutputClause& clause : from.outputs) {
    out->outputs.push_back(output(clause, names, boxed.place, table_type));
  }
  out->annotations = from.annotations;
  for (const TableRule& rule : from.rules) {
    CompiledTable::Rule& made = out->rules.emplace_back();
    made.annotations = rule.annotations;
    made.line = rule.place.line;
    for (const std::string& text : rule.inputs) {
      made.inputs.push_back(tests(text, names, rule.place));
    }
    for (const std::string& text : rule.outputs) {
      made.outputs.push_back(expression(text, names, rule.place));
    }
  }
  return out;
}

}  // namespace hq::rules
