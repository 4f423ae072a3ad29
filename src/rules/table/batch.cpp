#include "rules/table/batch.h"

#include <algorithm>
#include <utility>

#include "rules/table/cell.h"

namespace hq::rules {
namespace {

bool is_kind_of_fact(TypeKind kind) {
  return kind == TypeKind::number || kind == TypeKind::string || kind == TypeKind::boolean ||
         kind == TypeKind::date || kind == TypeKind::date_time || kind == TypeKind::days_duration ||
         kind == TypeKind::months_duration;
}

std::unexpected<Error> unsupported(std::string en, std::string zh, std::string where) {
  return fail(ErrorCode::unsupported, std::move(en), std::move(zh), std::move(where));
}

}  // namespace

/// Makes a Batch: first all cells, for the constants that a fact is compared with, then the scales
/// of the facts and what each of their classes is to a policy.
class BatchBuilder {
 public:
  explicit BatchBuilder(std::span<const BatchFact> facts)
      : facts_(facts), constants_(facts.size()) {}

  Result<> add(const BatchPolicy& policy);
  Batch finish() &&;

 private:
  using Limits = std::vector<Cell>;  // a value that passes not all of them is taken as null

  Result<std::size_t> fact_of(const Feel& expression, const Element& decision) const;
  const Element* need_of(std::string_view name, const Element& decision) const;
  Result<> add_column(std::size_t input, Batch::Policy& policy);
  Result<std::vector<Cell>> cells_of(std::size_t input, const Batch::Policy& policy) const;
  Result<> add_limits(const TypePtr& type, std::size_t fact, const std::string& where,
                      Limits& limits);

  std::span<const BatchFact> facts_;
  std::vector<std::vector<Value>> constants_;  // by fact
  std::vector<std::vector<Limits>> limits_;    // by policy and column
  Batch batch_;
  const Program* program_ = nullptr;
  IsVariable is_variable_;
};

Result<> BatchBuilder::add(const BatchPolicy& from) {
  const auto found = from.program->find(ElementKind::decision, from.decision);
  if (!found) {
    return fail(ErrorCode::not_found, "there is no decision " + from.decision,
                "没有名为“" + from.decision + "”的决策");
  }
  const Element& decision = from.program->element(*found);
  if (decision.logic == nullptr || decision.logic->table == nullptr) {
    return unsupported("only a decision table can be decided for many rows at once",
                       "批量决策只支持决策表", decision.where);
  }
  program_ = from.program.get();
  is_variable_ = [&](std::string_view name) {
    return std::ranges::any_of(decision.needs, [&](const Element::Need& need) {
      return (need.prefix.empty() ? program_->element(need.element).name : need.prefix) == name;
    });
  };
  Batch::Policy policy{.program = from.program,
                       .decision = &decision,
                       .table = decision.logic->table.get(),
                       .has_values = true};
  const CompiledTable& table = *policy.table;
  const auto is_closed_text = [&](const Feel& feel) {
    return feel.tree == nullptr || is_closed(*feel.tree, is_variable_);
  };
  for (const CompiledTable::Output& output : table.outputs) {
    policy.has_values = policy.has_values && is_closed_text(output.fallback) &&
                        (output.order == nullptr || cell_of(*output.order, is_variable_));
  }
  for (const CompiledTable::Rule& rule : table.rules) {
    policy.has_values = policy.has_values && std::ranges::all_of(rule.outputs, is_closed_text);
  }
  limits_.emplace_back();
  for (std::size_t i = 0; i < table.inputs.size(); ++i) HQ_TRY_VOID(add_column(i, policy));
  batch_.policies_.push_back(std::move(policy));
  return {};
}

/// The fact that an input of the table is.
Result<std::size_t> BatchBuilder::fact_of(const Feel& expression, const Element& decision) const {
  if (expression.tree == nullptr || expression.tree->kind != Kind::name) {
    return unsupported("an input of the table is more than the name of a fact: " + expression.text,
                       "决策表的输入不只是一个事实的名称：" + expression.text, decision.where);
  }
  const std::string& name = expression.tree->text;
  const auto fact = std::ranges::find(facts_, name, &BatchFact::name);
  if (fact == facts_.end() || need_of(name, decision) == nullptr) {
    return fail(ErrorCode::not_found, "there is no fact, or no requirement, named " + name,
                "没有名为“" + name + "”的事实或依赖", decision.where);
  }
  if (!is_kind_of_fact(fact->kind)) {
    return unsupported("facts in columns have a simple kind, unlike " + name,
                       "批量事实须为简单类型：" + name, decision.where);
  }
  return static_cast<std::size_t>(fact - facts_.begin());
}

/// Input data, or a decision whose value is given in place of its logic; nullptr: none.
const Element* BatchBuilder::need_of(std::string_view name, const Element& decision) const {
  for (const Element::Need& need : decision.needs) {
    const Element& needed = program_->element(need.element);
    const bool is_value =
        needed.kind == ElementKind::input_data || needed.kind == ElementKind::decision;
    if (is_value && need.prefix.empty() && needed.name == name) return &needed;
  }
  return nullptr;
}

/// A cell for each rule, and one more that holds where the table allows the value of its input.
Result<std::vector<Cell>> BatchBuilder::cells_of(std::size_t input,
                                                 const Batch::Policy& policy) const {
  const auto opaque = [&] {
    return unsupported("a cell of input " + std::to_string(input + 1) + " depends on more than it",
                       "输入 " + std::to_string(input + 1) + " 的单元格还取决于其他内容",
                       policy.decision->where);
  };
  std::vector<Cell> cells;
  for (const CompiledTable::Rule& rule : policy.table->rules) {
    const Feel& tests = rule.inputs[input];
    if (tests.fault) return opaque();
    std::optional<Cell> cell = tests.tree ? cell_of(*tests.tree, is_variable_) : Cell{};
    if (!cell) return opaque();
    cells.push_back(*std::move(cell));
  }
  const Feel& allowed = policy.table->inputs[input].allowed;
  cells.emplace_back();
  if (allowed.tree) {
    std::optional<Cell> cell = cell_of(*allowed.tree, is_variable_);
    if (!cell) return opaque();
    Cell null{.form = Cell::Form::match};
    cells.back() = Cell{.form = Cell::Form::some_of, .parts = {*std::move(cell), std::move(null)}};
  }
  return cells;
}

/// What coercion to the type asks of a value.
Result<> BatchBuilder::add_limits(const TypePtr& type, std::size_t fact, const std::string& where,
                                  Limits& limits) {
  if (type == nullptr) return {};
  if (type->kind != TypeKind::any && type->kind != facts_[fact].kind) {
    return fail(ErrorCode::invalid_argument,
                "the model wants another kind of value for " + facts_[fact].name,
                "模型要求“" + facts_[fact].name + "”为另一种类型的值", where);
  }
  for (const auto& tests : {type->allowed, type->constraint}) {
    if (tests == nullptr) continue;
    auto cell = cell_of(*tests, is_variable_);
    if (!cell) {
      return unsupported("what the type of " + facts_[fact].name + " allows is no simple test",
                         "“" + facts_[fact].name + "”的类型所允许的值不是简单检验", where);
    }
    add_constants(*cell, constants_[fact]);
    limits.push_back(*std::move(cell));
  }
  return {};
}

Result<> BatchBuilder::add_column(std::size_t input, Batch::Policy& policy) {
  const CompiledTable::Input& clause = policy.table->inputs[input];
  const Element& decision = *policy.decision;
  HQ_TRY(const std::size_t fact, fact_of(clause.expression, decision));
  Limits limits;
  const TypePtr& given = need_of(facts_[fact].name, decision)->type;
  HQ_TRY_VOID(add_limits(given, fact, decision.where, limits));
  HQ_TRY_VOID(add_limits(clause.type, fact, decision.where, limits));
  HQ_TRY(const auto cells, cells_of(input, policy));
  for (const Cell& cell : cells) add_constants(cell, constants_[fact]);
  policy.columns.push_back({.fact = fact, .index = ColumnIndex(cells)});
  limits_.back().push_back(std::move(limits));
  return {};
}

Batch BatchBuilder::finish() && {
  for (std::size_t i = 0; i < facts_.size(); ++i) {
    batch_.facts_.push_back({facts_[i].kind, Scale(constants_[i])});
  }
  for (std::size_t i = 0; i < batch_.policies_.size(); ++i) {
    for (std::size_t k = 0; k < batch_.policies_[i].columns.size(); ++k) {
      Batch::Column& column = batch_.policies_[i].columns[k];
      const Scale& scale = batch_.facts_[column.fact].scale;
      column.classes = column.index.scale().classes_of(scale);
      for (const Cell& limit : limits_[i][k]) {
        for (const ClassRange& range : complement(verdicts_of(limit, scale).holds, scale.size())) {
          std::fill(column.classes.begin() + range.begin, column.classes.begin() + range.end,
                    Scale::kNull);
        }
      }
      for (const ClassId id : column.classes) column.masks.push_back(column.index.mask_number(id));
    }
  }
  return std::move(batch_);
}

Result<Batch> Batch::make(std::span<const BatchPolicy> policies, std::span<const BatchFact> facts) {
  BatchBuilder builder(facts);
  for (const BatchPolicy& policy : policies) HQ_TRY_VOID(builder.add(policy));
  return std::move(builder).finish();
}

}  // namespace hq::rules
