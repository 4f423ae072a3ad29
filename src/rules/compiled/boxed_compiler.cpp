#include "rules/compiled/boxed_compiler.h"

#include <utility>

namespace hq::rules {
namespace {

class Coerced final : public Node {
 public:
  Coerced(NodePtr value, Coercion coercion)
      : value_(std::move(value)), coercion_(std::move(coercion)) {}

  const Value& run(Frame& frame, Value& room) const override {
    return coercion_.apply(value_->run(frame, room), room, frame.evaluation);
  }

 private:
  NodePtr value_;
  Coercion coercion_;
};

Made missing() {
  return failing({}, "the expression is missing", "缺少表达式");
}

}  // namespace

Made BoxedCompiler::feel(const Feel& feel) {
  if (feel.fault) {
    return failing({}, feel.fault->text(Language::en), feel.fault->text(Language::zh));
  }
  return feel.tree ? compiler_.make(*feel.tree) : missing();
}

Made BoxedCompiler::coerced(Made made, const TypePtr& type) {
  Coercion coercion = this->coercion(type);
  if (coercion.is_identity()) return made;
  made.node = std::make_unique<const Coerced>(std::move(made.node), std::move(coercion));
  return compiler_.folded(std::move(made));
}

Made BoxedCompiler::feel_as(const Feel& feel, const TypePtr& type) {
  Made made = this->feel(feel);
  const bool is_name = feel.tree != nullptr && feel.tree->kind == Kind::name;
  const TypePtr known = is_name ? compiler_.scopes().find(feel.tree->text).type : nullptr;
  return coercion(type).is_identity_of(known) ? std::move(made) : coerced(std::move(made), type);
}

Made BoxedCompiler::part(const LogicPtr& logic) {
  return logic ? coerced(plain(*logic), logic->type) : missing();
}

Block BoxedCompiler::block(const LogicPtr& logic) {
  Made made = part(logic);
  return {std::move(made.node), made.steps + 1};
}

Code BoxedCompiler::code(const Logic& logic, const TypePtr& type) {
  Made made = coerced(coerced(plain(logic), logic.type), type);
  return {{std::move(made.node), made.steps + 1}, compiler_.scopes().slots()};
}

Made BoxedCompiler::plain(const Logic& logic) {
  switch (logic.kind) {
    case BoxedKind::literal:
      return feel(logic.feel);
    case BoxedKind::context:
      return context(logic);
    case BoxedKind::invocation:
      return invocation(logic);
    case BoxedKind::list:
      return list(logic);
    case BoxedKind::relation:
      return relation(logic);
    case BoxedKind::function:
      return function(logic);
    case BoxedKind::decision_table:
      return table(*logic.table);
    case BoxedKind::conditional:
      return conditional(logic);
    case BoxedKind::filter:
    case BoxedKind::for_in:
    case BoxedKind::some_in:
    case BoxedKind::every_in:
      return loop(logic);
  }
  return constant(Value());
}

}  // namespace hq::rules
