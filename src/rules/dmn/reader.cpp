#include "rules/dmn/reader.h"

#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "rules/dmn/xml.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

constexpr std::pair<std::string_view, BoxedKind> kBoxed[] = {
    {"literalExpression", BoxedKind::literal},
    {"context", BoxedKind::context},
    {"invocation", BoxedKind::invocation},
    {"list", BoxedKind::list},
    {"relation", BoxedKind::relation},
    {"functionDefinition", BoxedKind::function},
    {"encapsulatedLogic", BoxedKind::function},
    {"decisionTable", BoxedKind::decision_table},
    {"conditional", BoxedKind::conditional},
    {"filter", BoxedKind::filter},
    {"for", BoxedKind::for_in},
    {"some", BoxedKind::some_in},
    {"every", BoxedKind::every_in},
};

std::optional<BoxedKind> boxed_kind(std::string_view name) {
  for (const auto& [known, kind] : kBoxed) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

constexpr std::pair<std::string_view, HitPolicy> kHitPolicies[] = {
    {"UNIQUE", HitPolicy::unique},
    {"ANY", HitPolicy::any},
    {"PRIORITY", HitPolicy::priority},
    {"FIRST", HitPolicy::first},
    {"OUTPUT ORDER", HitPolicy::output_order},
    {"RULE ORDER", HitPolicy::rule_order},
    {"COLLECT", HitPolicy::collect},
};

constexpr std::pair<std::string_view, Aggregation> kAggregations[] = {
    {"SUM", Aggregation::sum},
    {"MIN", Aggregation::min},
    {"MAX", Aggregation::max},
    {"COUNT", Aggregation::count},
};

/// Reads the parts of one document; the depth was checked before.
class Reader {
 public:
  explicit Reader(const XmlText& xml) : xml_(xml) {}

  Result<Model> model();

 private:
  Place place(const pugi::xml_node& node) const {
    return {std::string(attribute(node, "id")), xml_.line(node)};
  }
  std::string where(const pugi::xml_node& node) const {
    const std::string_view id = attribute(node, "id");
    return xml_.where(node) + (id.empty() ? "" : " #" + std::string(id));
  }
  std::unexpected<Error> refuse(const pugi::xml_node& node, std::string en, std::string zh) const {
    return fail(ErrorCode::parse_error, std::move(en), std::move(zh), where(node));
  }
  Variable variable(const pugi::xml_node& node, std::string_view fallback) const;
  ItemDefinition item(const pugi::xml_node& node) const;
  std::vector<Href> hrefs(const pugi::xml_node& node, std::string_view requirement,
                          std::string_view target) const;
  Result<Decision> decision(const pugi::xml_node& node) const;
  Result<BusinessKnowledgeModel> knowledge_model(const pugi::xml_node& node) const;
  DecisionService service(const pugi::xml_node& node) const;
  Result<> element(const pugi::xml_node& node, Model& model) const;

  /// The first boxed expression within; a null pointer where there is none.
  Result<BoxedPtr> first_boxed(const pugi::xml_node& node) const;
  Result<BoxedPtr> boxed(const pugi::xml_node& node, BoxedKind kind) const;
  Result<> parts(const pugi::xml_node& node, Boxed& out) const;
  Result<> named_parts(const pugi::xml_node& node, std::string_view entry, std::string_view name,
                       Boxed& out) const;
  Result<> wrapped_parts(const pugi::xml_node& node, std::span<const std::string_view> names,
                         Boxed& out) const;
  Result<std::unique_ptr<const DecisionTable>> table(const pugi::xml_node& node) const;
  Result<> clauses(const pugi::xml_node& node, DecisionTable& out) const;

  const XmlText& xml_;
};

std::string trimmed_text(const pugi::xml_node& node) {
  return std::string(trimmed(text_of(node), kBlanks));
}

std::string allowed_text(const pugi::xml_node& node, std::string_view name) {
  return trimmed_text(child(child(node, name), "text"));
}

Variable Reader::variable(const pugi::xml_node& node, std::string_view fallback) const {
  const pugi::xml_node found = child(node, "variable");
  std::string name = normalised_name(attribute(found, "name"));
  if (name.empty()) name = fallback;
  return {std::move(name), std::string(attribute(found, "typeRef"))};
}

ItemDefinition Reader::item(const pugi::xml_node& node) const {
  ItemDefinition item;
  item.place = place(node);
  item.name = normalised_name(attribute(node, "name"));
  item.is_collection = attribute(node, "isCollection") == "true";
  item.type_ref = trimmed_text(child(node, "typeRef"));
  item.allowed = allowed_text(node, "allowedValues");
  item.constraint = allowed_text(node, "typeConstraint");
  for (const pugi::xml_node one : node) {
    if (local_name(one) == "itemComponent") item.components.push_back(this->item(one));
  }
  if (const pugi::xml_node function = child(node, "functionItem")) {
    item.is_function = true;
    item.result_ref = attribute(function, "outputTypeRef");
    for (const pugi::xml_node one : function) {
      if (local_name(one) != "parameters") continue;
      item.parameters.push_back(
          {normalised_name(attribute(one, "name")), std::string(attribute(one, "typeRef"))});
    }
  }
  return item;
}

std::vector<Href> Reader::hrefs(const pugi::xml_node& node, std::string_view requirement,
                                std::string_view target) const {
  std::vector<Href> hrefs;
  for (const pugi::xml_node one : node) {
    if (local_name(one) != requirement) continue;
    const pugi::xml_node found = target.empty() ? one : child(one, target);
    if (found) hrefs.emplace_back(attribute(found, "href"));
  }
  return hrefs;
}

Result<BoxedPtr> Reader::first_boxed(const pugi::xml_node& node) const {
  for (const pugi::xml_node one : node) {
    if (const auto kind = boxed_kind(local_name(one))) return boxed(one, *kind);
  }
  return BoxedPtr();
}

Result<> Reader::named_parts(const pugi::xml_node& node, std::string_view entry,
                             std::string_view name, Boxed& out) const {
  for (const pugi::xml_node one : node) {
    if (local_name(one) != entry) continue;
    const pugi::xml_node named = child(one, name);
    HQ_TRY(BoxedPtr value, first_boxed(one));
    out.names.push_back(
        {normalised_name(attribute(named, "name")), std::string(attribute(named, "typeRef"))});
    out.parts.push_back(std::move(value));
  }
  return {};
}

Result<> Reader::wrapped_parts(const pugi::xml_node& node, std::span<const std::string_view> names,
                               Boxed& out) const {
  for (const std::string_view name : names) {
    const pugi::xml_node wrapper = child(node, name);
    if (!wrapper) {
      return refuse(node, "the expression has no " + std::string(name),
                    "表达式缺少 " + std::string(name));
    }
    HQ_TRY(BoxedPtr value, first_boxed(wrapper));
    out.parts.push_back(std::move(value));
  }
  return {};
}

Result<> Reader::parts(const pugi::xml_node& node, Boxed& out) const {
  using Names = std::vector<std::string_view>;
  switch (out.kind) {
    case BoxedKind::literal:
      out.text = text_of(child(node, "text"));
      return {};
    case BoxedKind::context:
      return named_parts(node, "contextEntry", "variable", out);
    case BoxedKind::invocation: {
      HQ_TRY(BoxedPtr callee, first_boxed(node));
      out.parts.push_back(std::move(callee));
      return named_parts(node, "binding", "parameter", out);
    }
    case BoxedKind::list:
    case BoxedKind::relation:
      for (const pugi::xml_node one : node) {
        const std::string_view name = local_name(one);
        const auto kind = name == "row" ? BoxedKind::list : boxed_kind(name);
        if (name == "column") {
          out.names.push_back(
              {normalised_name(attribute(one, "name")), std::string(attribute(one, "typeRef"))});
        } else if (kind) {
          HQ_TRY(BoxedPtr item, boxed(one, *kind));
          out.parts.push_back(std::move(item));
        }
      }
      return {};
    case BoxedKind::function: {
      for (const pugi::xml_node one : node) {
        if (local_name(one) != "formalParameter") continue;
        out.names.push_back(
            {normalised_name(attribute(one, "name")), std::string(attribute(one, "typeRef"))});
      }
      const std::string_view kind = attribute(node, "kind");
      out.function_kind = kind == "Java"   ? FunctionKind::java
                          : kind == "PMML" ? FunctionKind::pmml
                                           : FunctionKind::feel;
      HQ_TRY(BoxedPtr body, first_boxed(node));
      out.parts.push_back(std::move(body));
      return {};
    }
    case BoxedKind::decision_table: {
      HQ_TRY(out.table, table(node));
      return {};
    }
    case BoxedKind::conditional:
      return wrapped_parts(node, Names{"if", "then", "else"}, out);
    case BoxedKind::filter:
      return wrapped_parts(node, Names{"in", "match"}, out);
    case BoxedKind::for_in:
    case BoxedKind::some_in:
    case BoxedKind::every_in:
      out.names.push_back({normalised_name(attribute(node, "iteratorVariable")), ""});
      return wrapped_parts(
          node, out.kind == BoxedKind::for_in ? Names{"in", "return"} : Names{"in", "satisfies"},
          out);
  }
  return {};
}

Result<BoxedPtr> Reader::boxed(const pugi::xml_node& node, BoxedKind kind) const {
  auto out = std::make_unique<Boxed>();
  out->kind = kind;
  out->place = place(node);
  out->type_ref = attribute(node, "typeRef");
  HQ_TRY_VOID(parts(node, *out));
  return BoxedPtr(std::move(out));
}

Result<> Reader::clauses(const pugi::xml_node& node, DecisionTable& out) const {
  for (const pugi::xml_node one : node) {
    const std::string_view name = local_name(one);
    if (name == "input") {
      const pugi::xml_node expression = child(one, "inputExpression");
      out.inputs.push_back({text_of(child(expression, "text")),
                            std::string(attribute(expression, "typeRef")),
                            allowed_text(one, "inputValues")});
    } else if (name == "output") {
      out.outputs.push_back({normalised_name(attribute(one, "name")),
                             std::string(attribute(one, "typeRef")),
                             allowed_text(one, "outputValues"),
                             trimmed_text(child(child(one, "defaultOutputEntry"), "text"))});
    } else if (name == "annotation") {
      out.annotations.push_back(normalised_name(attribute(one, "name")));
    } else if (name == "rule") {
      TableRule rule;
      rule.place = place(one);
      for (const pugi::xml_node entry : one) {
        if (local_name(entry) == "inputEntry") {
          rule.inputs.push_back(trimmed_text(child(entry, "text")));
        } else if (local_name(entry) == "outputEntry") {
          rule.outputs.push_back(text_of(child(entry, "text")));
        } else if (local_name(entry) == "annotationEntry") {
          rule.annotations.push_back(trimmed_text(child(entry, "text")));
        }
      }
      rule.annotations.resize(out.annotations.size());
      if (rule.inputs.size() != out.inputs.size() || rule.outputs.size() != out.outputs.size()) {
        return refuse(one, "the rule has not one entry for each input and output",
                      "规则的条目数与输入、输出列数不符");
      }
      out.rules.push_back(std::move(rule));
    }
  }
  return {};
}

Result<std::unique_ptr<const DecisionTable>> Reader::table(const pugi::xml_node& node) const {
  auto out = std::make_unique<DecisionTable>();
  const std::string_view policy = attribute(node, "hitPolicy");
  bool is_known = policy.empty();
  for (const auto& [name, value] : kHitPolicies) {
    if (name != policy) continue;
    out->hit_policy = value;
    is_known = true;
  }
  const std::string_view aggregation = attribute(node, "aggregation");
  bool is_aggregation_known = aggregation.empty();
  for (const auto& [name, value] : kAggregations) {
    if (name != aggregation) continue;
    out->aggregation = value;
    is_aggregation_known = true;
  }
  if (!is_known || !is_aggregation_known) {
    return refuse(node, "the hit policy or aggregation is not known", "命中策略或聚合方式未知");
  }
  HQ_TRY_VOID(clauses(node, *out));
  if (out->outputs.empty()) {
    return refuse(node, "the decision table has no output", "决策表没有输出列");
  }
  return std::unique_ptr<const DecisionTable>(std::move(out));
}

Result<Decision> Reader::decision(const pugi::xml_node& node) const {
  Decision decision;
  decision.place = place(node);
  decision.name = normalised_name(attribute(node, "name"));
  decision.variable = variable(node, decision.name);
  decision.required_decisions = hrefs(node, "informationRequirement", "requiredDecision");
  decision.required_inputs = hrefs(node, "informationRequirement", "requiredInput");
  decision.required_knowledge = hrefs(node, "knowledgeRequirement", "requiredKnowledge");
  HQ_TRY(decision.logic, first_boxed(node));
  return decision;
}

Result<BusinessKnowledgeModel> Reader::knowledge_model(const pugi::xml_node& node) const {
  BusinessKnowledgeModel model;
  model.place = place(node);
  model.name = normalised_name(attribute(node, "name"));
  model.variable = variable(node, model.name);
  model.required_knowledge = hrefs(node, "knowledgeRequirement", "requiredKnowledge");
  HQ_TRY(model.logic, first_boxed(node));
  return model;
}

DecisionService Reader::service(const pugi::xml_node& node) const {
  DecisionService service;
  service.place = place(node);
  service.name = normalised_name(attribute(node, "name"));
  service.variable = variable(node, service.name);
  service.output_decisions = hrefs(node, "outputDecision", "");
  service.encapsulated_decisions = hrefs(node, "encapsulatedDecision", "");
  service.input_decisions = hrefs(node, "inputDecision", "");
  service.input_data = hrefs(node, "inputData", "");
  return service;
}

Result<> Reader::element(const pugi::xml_node& node, Model& model) const {
  const std::string_view name = local_name(node);
  if (name == "import") {
    model.imports.push_back(
        {normalised_name(attribute(node, "name")), std::string(attribute(node, "namespace"))});
  } else if (name == "itemDefinition") {
    model.item_definitions.push_back(item(node));
  } else if (name == "inputData") {
    const std::string title = normalised_name(attribute(node, "name"));
    model.input_data.push_back({place(node), title, variable(node, title)});
  } else if (name == "decision") {
    HQ_TRY(Decision one, decision(node));
    model.decisions.push_back(std::move(one));
  } else if (name == "businessKnowledgeModel") {
    HQ_TRY(BusinessKnowledgeModel one, knowledge_model(node));
    model.knowledge_models.push_back(std::move(one));
  } else if (name == "decisionService") {
    model.services.push_back(service(node));
  }
  return {};
}

Result<Model> Reader::model() {
  const pugi::xml_node root = xml_.root();
  if (local_name(root) != "definitions") {
    return refuse(root, "the root is no DMN <definitions>", "根元素不是 DMN 的 <definitions>");
  }
  Model model;
  model.name = normalised_name(attribute(root, "name"));
  model.name_space = attribute(root, "namespace");
  for (const pugi::xml_node one : root) HQ_TRY_VOID(element(one, model));
  return model;
}

}  // namespace

Result<Model> read_model(std::string_view xml, std::string_view file, const ReaderLimits& limits) {
  HQ_TRY(const XmlText text, XmlText::parse(xml, file, limits));
  HQ_TRY(Model model, Reader(text).model());
  model.file = file;
  return model;
}

}  // namespace hq::rules
