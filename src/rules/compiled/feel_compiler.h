// FeelCompiler: trees of FEEL to nodes. One function for each kind of node, by the topic of their
// files; each file has the nodes that its functions make.
//
// Lives while one expression, or one model, is compiled; one thread. What it makes does not refer
// to the tree.
//
//   FeelCompiler compiler({.find_type = find_type});
//   compiler.scopes().bind("price");
//   const Code code = compiler.code(*tree);
#pragma once

#include <string>
#include <vector>

#include "rules/compiled/function.h"
#include "rules/compiled/node.h"
#include "rules/compiled/scopes.h"
#include "rules/compiled/tests.h"

namespace hq::rules {

/// A node as it is made.
struct Made {
  NodePtr node;
  uint64_t steps = 0;        // of what always runs with it
  bool is_constant = false;  // it depends on nothing
};

Made constant(Value value);
/// Of a node that constant() made.
Value constant_value(const Node& node);
/// Null, which is reported each time.
Made failing(Span span, std::string en, std::string zh);
/// A function as a value, with what it has to keep.
Made function_node(FunctionCode code, std::vector<Capture> captures, Span span);

class FeelCompiler {
 public:
  /// Of the options, only find_type counts: which types there are.
  explicit FeelCompiler(const EvaluationOptions& options) : types_(options) {}

  Scopes& scopes() { return scopes_; }

  Made make(const Expression& tree);
  Block block(const Expression& tree);
  /// A whole expression; the names that are bound have the first slots.
  Code code(const Expression& tree);
  Tests tests(const Expression& tree);
  /// The constant that a node gives, where it gives one without a report.
  Made folded(Made made);

 private:
  Made plain(const Expression& tree);

  // feel_compiler.cpp
  Made literal(const Expression& tree);
  Made name(const Expression& tree);
  Made list(const Expression& tree);
  Made context(const Expression& tree);

  // operators.cpp
  Made negation(const Expression& tree);
  Made operation(const Expression& tree);
  Made logic(const Expression& tree);
  Made conditional(const Expression& tree);
  Made instance_of(const Expression& tree);

  // tests.cpp
  Made between(const Expression& tree);
  Made in(const Expression& tree);
  Made interval(const Expression& tree);
  Made unary_compare(const Expression& tree);
  Made tests_of_name(const Expression& tree);
  Tests::One test(const Expression& tree, uint32_t slot);
  Tests tests_in(const Expression& tree, uint32_t slot);

  // members.cpp
  Made path(const Expression& tree);
  Made filter(const Expression& tree);

  // loops.cpp
  Made loop(const Expression& tree);

  // calls.cpp
  Made function(const Expression& tree, const std::string& self);
  Made call(const Expression& tree);

  /// Of all constants together: beyond, parts stay as they are written.
  static constexpr uint64_t kFoldingStepsMax = 2'000'000;
  static constexpr uint64_t kFoldingBytesMax = uint64_t{16} << 20;

  Scopes scopes_;
  Evaluation types_;
  Evaluation folding_{{.steps_max = kFoldingStepsMax, .bytes_max = kFoldingBytesMax}};
};

}  // namespace hq::rules
