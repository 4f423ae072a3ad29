// A DMN model as it stands in its file (DMN 1.5, chapters 6 to 10): plain structs, nothing checked.
//
// Made by read_model, never changed afterwards; any thread. Texts are FEEL, not parsed yet.
// Diagrams, authority requirements, knowledge sources, descriptions and extensions are left out.
//
//   HQ_TRY(const Model model, read_model(xml, "loan.dmn"));
//   model.decisions[0].logic->kind == BoxedKind::decision_table;
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace hq::rules {

/// Where an element stands: what messages name.
struct Place {
  std::string id;
  uint32_t line = 0;  // of the XML, from 1
};

/// A name with a type reference, which may be empty.
struct Variable {
  std::string name;
  std::string type_ref;
};

enum class BoxedKind : uint8_t {
  literal,         // text
  context,         // names: of the entries, the result has none; parts: their expressions
  invocation,      // parts: what is called, then the bindings; names: of the bindings
  list,            // parts: items
  relation,        // names: columns; parts: rows, each a list
  function,        // names: formal parameters; part: body, may be missing; function_kind
  decision_table,  // table
  conditional,     // parts: if, then, else
  filter,          // parts: in, match
  for_in,          // names: iterator; parts: in, return
  some_in,         // names: iterator; parts: in, satisfies
  every_in,        // the same
};

enum class FunctionKind : uint8_t { feel, java, pmml };

enum class HitPolicy : uint8_t {
  unique,
  any,
  priority,
  first,
  output_order,
  rule_order,
  collect,
};
enum class Aggregation : uint8_t { none, sum, min, max, count };

struct InputClause {
  std::string text;
  std::string type_ref;
  std::string allowed;  // unary tests; empty: any value
};

struct OutputClause {
  std::string name;
  std::string type_ref;
  std::string allowed;
  std::string default_text;
};

struct TableRule {
  Place place;
  std::vector<std::string> inputs;  // unary tests, one for each input clause
  std::vector<std::string> outputs;
  std::vector<std::string> annotations;  // one for each annotation clause
};

struct DecisionTable {
  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::vector<InputClause> inputs;
  std::vector<OutputClause> outputs;
  std::vector<std::string> annotations;  // names of the annotation clauses
  std::vector<TableRule> rules;
};

/// A boxed expression.
struct Boxed {
  BoxedKind kind = BoxedKind::literal;
  Place place;
  std::string type_ref;
  std::string text;
  std::vector<Variable> names;
  std::vector<std::unique_ptr<const Boxed>> parts;  // a part that is left out is null
  std::unique_ptr<const DecisionTable> table;
  FunctionKind function_kind = FunctionKind::feel;
};
using BoxedPtr = std::unique_ptr<const Boxed>;

struct ItemDefinition {
  Place place;
  std::string name;
  std::string type_ref;
  bool is_collection = false;
  std::string allowed;     // unary tests of each value
  std::string constraint;  // unary tests of the whole
  std::vector<ItemDefinition> components;
  bool is_function = false;
  std::vector<Variable> parameters;  // of a function
  std::string result_ref;            // of a function
};

/// Input data: a name and its variable, which is required through `place.id`.
struct InputData {
  Place place;
  std::string name;
  Variable variable;
};

/// "#id", or "namespace#id" of an imported model.
using Href = std::string;

struct Decision {
  Place place;
  std::string name;
  Variable variable;
  std::vector<Href> required_decisions;
  std::vector<Href> required_inputs;
  std::vector<Href> required_knowledge;
  BoxedPtr logic;  // none: the decision is taken elsewhere, its value has to be given
};

struct BusinessKnowledgeModel {
  Place place;
  std::string name;
  Variable variable;
  std::vector<Href> required_knowledge;
  BoxedPtr logic;  // a function; may be missing
};

struct DecisionService {
  Place place;
  std::string name;
  Variable variable;
  std::vector<Href> output_decisions;
  std::vector<Href> encapsulated_decisions;
  std::vector<Href> input_decisions;
  std::vector<Href> input_data;
};

struct Import {
  std::string name;  // prefix of the imported names; empty: they are used without
  std::string name_space;
};

struct Model {
  std::string name;
  std::string name_space;
  std::string file;  // for messages
  std::vector<Import> imports;
  std::vector<ItemDefinition> item_definitions;
  std::vector<InputData> input_data;
  std::vector<Decision> decisions;
  std::vector<BusinessKnowledgeModel> knowledge_models;
  std::vector<DecisionService> services;
};

}  // namespace hq::rules
