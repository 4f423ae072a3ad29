// Members, items, loops, functions and their calls.
#include <algorithm>
#include <utility>

#include "rules/check/inference.h"

namespace hq::rules {
namespace {

std::set<std::string> member_names(const Type& type) {
  std::set<std::string> names;
  for (const Type::Member& member : type.members) names.insert(member.name);
  return names;
}

}  // namespace

Inferred Inference::path(const Expression& tree, const Environment& names) {
  const Inferred whole = of(*tree.parts[0], names);
  const bool is_list = whole.kind() == TypeKind::list;
  const TypePtr type = !is_list              ? whole.type
                       : whole.type->element ? whole.type->element
                                             : simple(TypeKind::any);
  std::optional<TypePtr> member;
  std::set<std::string> known;
  if (type->kind == TypeKind::any || type->kind == TypeKind::list ||
      (type->kind == TypeKind::context && type->members.empty())) {
    return {};
  }
  if (type->kind == TypeKind::context) {
    known = member_names(*type);
    const auto found = std::ranges::find(type->members, tree.text, &Type::Member::name);
    if (found != type->members.end()) member = found->type;
  } else if (const auto kind = property_kind(type->kind, tree.text)) {
    member = simple(*kind);
  }
  if (!member) {
    if (is_list && type->kind == TypeKind::context) return {};  // null for each, silently
    const TypeWords words = words_of(*type);
    error("unknown_member", tree.span,
          words.en + " has no member \"" + tree.text + "\"" + suggestion(tree.text, known, false),
          words.zh + "没有成员“" + tree.text + "”" + suggestion(tree.text, known, true));
    return {};
  }
  return {is_list ? list_of(*member) : *member, whole.may_be_null};
}

Inferred Inference::item_of(const Inferred& list) const {
  if (list.kind() == TypeKind::list || list.kind() == TypeKind::range) {
    return {list.type->element ? list.type->element : simple(TypeKind::any)};
  }
  return {list.type, false};
}

void Inference::add_item(const Inferred& item, Environment& names) {
  names.set("item", item);
  for (const Type::Member& member : item.type->members) {
    if (item.kind() == TypeKind::context) names.set(member.name, {member.type});
  }
  const bool is_known = item.kind() != TypeKind::any &&
                        (item.kind() != TypeKind::context || !item.type->members.empty());
  if (!is_known) names.open();
  if (item.kind() == TypeKind::context) names.set_in_item();
}

Inferred Inference::filter(const Expression& tree, const Environment& names) {
  const Inferred list = of(*tree.parts[0], names);
  const Inferred item = item_of(list);
  Environment inner(&names);
  add_item(list.kind() == TypeKind::range ? list : item, inner);
  const Inferred by = of(*tree.parts[1], inner);
  const Span span = tree.parts[1]->span;
  if (by.constant) {
    const Decimal* place = by.constant->as<Decimal>();
    if (place != nullptr && place->is_zero()) {
      warn("no_such_item", span, "the first item of a list is 1: there is no item 0",
           "列表下标从 1 开始，没有第 0 项");
    }
    if (place != nullptr && !place->is_integer()) {
      error("wrong_filter", span, "the place of an item is an integer", "列表下标必须是整数");
    }
  }
  const TypeKind kind = by.kind();
  if (kind == TypeKind::number) return {item.type, true};
  if (kind != TypeKind::any && kind != TypeKind::boolean && kind != TypeKind::null) {
    error("wrong_filter", span,
          "a filter is a condition or the place of an item; this is " + words_of(*by.type).en,
          "过滤条件应为布尔值或下标，这里是" + words_of(*by.type).zh);
  }
  if (kind == TypeKind::any) return {};
  return {list.kind() == TypeKind::list ? list.type : list_of(item.type), false};
}

Inferred Inference::loop(const Expression& tree, const Environment& names) {
  std::vector<std::unique_ptr<Environment>> inner;
  const Environment* outer = &names;
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const Expression& iterator = *tree.parts[i];
    Inferred item;
    const Inferred first = of(*iterator.parts[0], *outer);
    if (iterator.parts.size() > 1) {
      of(*iterator.parts[1], *outer);
      item = {first.type, false};
    } else {
      item = item_of(first);
      if (first.is_null()) {
        error("no_list", iterator.span, "there is nothing to go through: this is null",
              "没有可遍历的内容：此处为 null");
      }
    }
    inner.push_back(std::make_unique<Environment>(outer));
    inner.back()->set(iterator.text, item);
    outer = inner.back().get();
  }
  Environment body(outer);
  const bool is_for = tree.kind == Kind::for_in;
  if (is_for) body.set("partial", inferred(TypeKind::list));
  const Expression& result = *tree.parts.back();
  const Inferred value = of(result, body);
  if (is_for) return {list_of(value.type), false};
  const TypeKind kind = value.kind();
  if (kind != TypeKind::any && kind != TypeKind::boolean && kind != TypeKind::null) {
    condition(value, result.span);
  }
  return inferred(TypeKind::boolean, value.may_be_null);
}

Inferred Inference::function(const Expression& tree, const Environment& names) {
  Environment inner(&names);
  Type type{.kind = TypeKind::function};
  const Evaluation evaluation(options());
  for (std::size_t i = 0; i + 1 < tree.parts.size(); ++i) {
    const Expression& parameter = *tree.parts[i];
    TypePtr of_parameter =
        parameter.type ? resolve(*parameter.type, evaluation) : simple(TypeKind::any);
    inner.set(parameter.text, {of_parameter});
    type.members.push_back({parameter.text, std::move(of_parameter)});
  }
  type.result = tree.is_external ? simple(TypeKind::any) : of(*tree.parts.back(), inner).type;
  return {std::make_shared<const Type>(std::move(type)), false};
}

Inferred Inference::call(const Expression& tree, const Environment& names) {
  const Expression& callee = *tree.parts[0];
  if (callee.text == "not" && tree.parts.size() == 2) mark_negated(*tree.parts[1]);
  std::vector<Inferred> arguments;
  std::vector<std::string> argument_names;
  for (std::size_t i = 1; i < tree.parts.size(); ++i) {
    const Expression& part = *tree.parts[i];
    const bool is_named = part.kind == Kind::argument;
    if (is_named) argument_names.push_back(part.text);
    arguments.push_back(of(is_named ? *part.parts[0] : part, names));
  }
  if (callee.kind == Kind::name && names.find(callee.text) == nullptr) {
    if (const BuiltIn* found = find_built_in(callee.text)) {
      return built_in(*found, arguments, argument_names, tree.span);
    }
    if (names.is_open()) return {};
    std::set<std::string> known;
    for (const BuiltIn& one : all_built_ins()) known.insert(std::string(one.name));
    for (const std::string& one : names.names()) known.insert(one);
    error("unknown_function", callee.span,
          "there is no function \"" + callee.text + "\"" + suggestion(callee.text, known, false),
          "没有名为“" + callee.text + "”的函数" + suggestion(callee.text, known, true));
    return {};
  }
  return call(of(callee, names), arguments, argument_names, tree.span);
}

void Inference::mark_negated(const Expression& tree) {
  if (tree.kind == Kind::logical_and || tree.kind == Kind::logical_or) {
    for (const ExpressionPtr& part : tree.parts) mark_negated(*part);
  } else if (tree.kind == Kind::equal || tree.kind == Kind::in) {
    negated_.insert(&tree);
  }
}

Inferred Inference::built_in(const BuiltIn& function, const std::vector<Inferred>& arguments,
                             const std::vector<std::string>& names, Span span) {
  // What is certainly wrong is asked of the function itself, with samples.
  const auto report = [&](std::string_view code) {
    std::vector<Value> samples;
    samples.reserve(arguments.size());
    for (const Inferred& one : arguments)
      samples.push_back(sample_of(one.kind()).value_or(Value()));
    Evaluation evaluation(options());
    call_built_in(function, samples, names, evaluation);
    if (evaluation.reports().empty()) return;
    error(code, span, evaluation.reports()[0].en, evaluation.reports()[0].zh);
  };
  bool is_arranged = false;
  bool is_fit = false;
  for (const BuiltIn::Form& form : function.forms) {
    std::vector<std::size_t> places;
    if (names.empty()) {
      const std::size_t count = form.parameters.size();
      if (arguments.size() + form.optional < count) continue;
      if (arguments.size() > count && !form.is_variadic) continue;
      for (std::size_t i = 0; i < arguments.size(); ++i) places.push_back(std::min(i, count - 1));
    } else {
      for (const std::string& name : names) {
        const auto found = std::ranges::find(form.parameters, std::string_view(name));
        if (found == form.parameters.end()) break;
        places.push_back(static_cast<std::size_t>(found - form.parameters.begin()));
      }
      const bool is_whole =
          form.is_optional_by_name || names.size() + form.optional >= form.parameters.size();
      if (places.size() < names.size() || !is_whole) continue;
    }
    is_arranged = true;
    bool fits = true;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      fits = fits && can_fit(arguments[i], form.accepts[places[i]]);
    }
    is_fit = is_fit || fits;
  }
  if (!is_arranged) {
    report("wrong_arguments");
  } else if (!is_fit) {
    report("wrong_argument");
  }
  return result_of(function.name, arguments);
}

Inferred Inference::call(const Inferred& callee, const std::vector<Inferred>& arguments,
                         const std::vector<std::string>& argument_names, Span span) {
  const Type& type = *callee.type;
  if (type.kind == TypeKind::any) return {};
  if (type.kind != TypeKind::function) {
    error("no_function", span, words_of(type).en + " cannot be called",
          words_of(type).zh + "不能被调用");
    return {};
  }
  if (type.members.empty() && type.result == nullptr) return {};
  bool is_right = arguments.size() == type.members.size();
  std::string wanted;
  for (const Type::Member& parameter : type.members) {
    wanted += (wanted.empty() ? "" : ", ") + parameter.name;
    const bool is_named = argument_names.empty() || parameter.name.empty() ||
                          std::ranges::find(argument_names, parameter.name) != argument_names.end();
    is_right = is_right && is_named;
  }
  if (!is_right) {
    error("wrong_arguments", span, "the function takes other arguments: (" + wanted + ")",
          "函数的参数不符，应为：(" + wanted + ")");
    return {};
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    auto parameter = type.members.begin() + static_cast<std::ptrdiff_t>(i);
    if (!argument_names.empty()) {
      parameter = std::ranges::find(type.members, argument_names[i], &Type::Member::name);
    }
    if (parameter != type.members.end()) as(arguments[i], parameter->type, span);
  }
  return {type.result ? type.result : simple(TypeKind::any), false};
}

}  // namespace hq::rules
