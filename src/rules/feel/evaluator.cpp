#include "rules/feel/evaluator.h"

#include <algorithm>
#include <utility>

#include "rules/feel/walker.h"

namespace hq::rules {
namespace {

TypePtr resolve_context(const TypeExpression& type, const Evaluation& evaluation) {
  Type context{.kind = TypeKind::context};
  for (std::size_t i = 0; i < type.members.size() && i < type.parameters.size(); ++i) {
    context.members.push_back({type.members[i], resolve(type.parameters[i], evaluation)});
  }
  return std::make_shared<const Type>(std::move(context));
}

TypePtr resolve_function(const TypeExpression& type, const Evaluation& evaluation) {
  Type function{.kind = TypeKind::function};
  for (const TypeExpression& parameter : type.parameters) {
    function.members.push_back({"", resolve(parameter, evaluation)});
  }
  if (type.result) {
    function.result = resolve(*type.result, evaluation);
  } else if (!type.parameters.empty()) {
    function.result = simple(TypeKind::any);
  }
  return std::make_shared<const Type>(std::move(function));
}

}  // namespace

void Scope::set(std::string name, Value value) {
  for (Context::Member& member : members_) {
    if (member.name == name) {
      member.value = std::move(value);
      return;
    }
  }
  members_.push_back({std::move(name), std::move(value)});
}

const Value* Scope::find(std::string_view name) const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    if (scope->context_ != nullptr) {
      if (const Value* value = scope->context_->find(name)) return value;
    }
    for (const Context::Member& member : scope->members_) {
      if (member.name == name) return &member.value;
    }
  }
  return nullptr;
}

std::vector<Context::Member> Scope::flattened() const {
  std::vector<Context::Member> all;
  const auto take = [&](const std::vector<Context::Member>& members) {
    for (const Context::Member& member : members) {
      if (std::ranges::find(all, member.name, &Context::Member::name) == all.end()) {
        all.push_back(member);
      }
    }
  };
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    if (scope->context_ != nullptr) take(scope->context_->members());
    take(scope->members_);
  }
  return all;
}

bool Scope::is_in_context() const {
  for (const Scope* scope = this; scope != nullptr; scope = scope->outer_) {
    if (scope->is_item_) return true;
  }
  return false;
}

Value Evaluation::null(Span span, std::string en, std::string zh) {
  if (is_spent()) return spent();
  auto reason = std::make_shared<const Reason>(
      Reason{std::move(en), std::move(zh), span, std::string(where)});
  if (reports_.size() < kReportsMax) reports_.push_back(*reason);
  return Value(Null{std::move(reason)});
}

void Evaluation::restart() {
  reports_.clear();
  spent_reason_.reset();
  steps_ = 0;
  bytes_ = 0;
  where = {};
  call_span = {};
}

bool Evaluation::end_steps() {
  return end("this takes too many steps: the limit of the evaluation is reached",
             "计算步数过多：已达到本次求值的上限");
}

bool Evaluation::end_bytes() {
  return end("this takes too much memory: the limit of the evaluation is reached",
             "占用内存过多：已达到本次求值的上限");
}

bool Evaluation::end(std::string en, std::string zh) {
  if (is_spent()) return false;
  spent_reason_ = std::get<Null>(null(call_span, std::move(en), std::move(zh)).kind()).reason;
  return false;
}

Value evaluate(const Expression& tree, const Scope& scope, Evaluation& evaluation) {
  Value value = walk(tree, scope, evaluation);
  // What was made while nothing could be made any more is no answer.
  return evaluation.is_spent() ? evaluation.spent() : value;
}

TypePtr resolve(const TypeExpression& type, const Evaluation& evaluation) {
  const bool has_parameter = !type.parameters.empty();
  if (type.name == "list" && has_parameter) {
    return list_of(resolve(type.parameters.front(), evaluation));
  }
  if (type.name == "range" && has_parameter) {
    return std::make_shared<const Type>(
        Type{.kind = TypeKind::range, .element = resolve(type.parameters.front(), evaluation)});
  }
  if (type.name == "context") return resolve_context(type, evaluation);
  if (type.name == "function") return resolve_function(type, evaluation);
  if (evaluation.options().find_type) {
    if (TypePtr found = evaluation.options().find_type(type.name)) return found;
  }
  return simple(built_in_type(type.name).value_or(TypeKind::any));
}

}  // namespace hq::rules
