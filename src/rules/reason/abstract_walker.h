// AbstractWalker: a program evaluated over regions, as the evaluators walk it over values.
//
// Where all that an expression needs is known, the FEEL evaluator itself computes it; so at single
// points the answer is exactly that of execute(). Elsewhere the answer holds at least what can come
// about. Lives as long as a question is worked on (it remembers what is constant); one thread.
//
//   AbstractWalker walker(program, options);
//   walker.begin(given);                       // the values of some elements: a region
//   const Abstract outcome = walker.value_of(index);
#pragma once

#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rules/dmn/compile.h"
#include "rules/reason/abstract.h"

namespace hq::rules {

/// Elements with their values, given or worked out.
struct AbstractRun {
  std::map<std::size_t, Abstract> values;
  std::set<std::size_t> running;
};

/// Names in scope. Those of required elements are worked out when they are first looked at.
class AbstractScope {
 public:
  explicit AbstractScope(const AbstractScope* outer) : outer_(outer) {}

  void set(std::string name, Abstract value) {
    names_.insert_or_assign(std::move(name), std::move(value));
  }
  const AbstractScope* outer() const { return outer_; }
  std::map<std::string, Abstract, std::less<>>& names() const { return names_; }

  const Element* element = nullptr;  // whose needs are in scope
  AbstractRun* run = nullptr;

 private:
  const AbstractScope* outer_;
  mutable std::map<std::string, Abstract, std::less<>> names_;
};

/// A knowledge model, a service, or a boxed function with what it saw.
struct Callable {
  const Element* element = nullptr;
  const Logic* logic = nullptr;  // of a function
  std::map<std::string, Abstract, std::less<>> seen = {};
};

/// What a table did while it was watched.
struct TableHits {
  enum class Hit : uint8_t { cannot, may, must };
  std::vector<Hit> rules;  // FIRST does not stop the count: rules behind are judged too
  bool is_certain = true;  // the table is looked at whatever is not known
  DoubtPtr doubt;          // of the rules that may hit
  /// The outputs of each rule that may or must hit.
  std::vector<Abstract> rows;
  /// Of FIRST and PRIORITY, where all is settled: the rule whose outputs are the answer.
  std::optional<std::size_t> decider;

  bool is_settled() const;
};

class AbstractWalker {
 public:
  AbstractWalker(const Program& program, EvaluationOptions options);

  /// A new region: the values of elements that are given. `versions`, by element: the same number
  /// stands for the same value, so that what depends on nothing else need not be worked out anew.
  void begin(std::map<std::size_t, Abstract> given, std::vector<uint32_t> versions);
  Abstract value_of(std::size_t element) { return value_of(element, run_); }
  /// The versions of what an element needs, all of which is worked out: where they are the same, it
  /// is the same function of what is not settled.
  std::vector<uint32_t> key_of(std::size_t element);
  uint32_t version_of(std::size_t element);
  /// The outputs of a service as its one value.
  Abstract serve(const Element& service, AbstractRun& run);
  AbstractRun& run() { return run_; }
  /// Something went beyond a limit: the answer is anything, whatever was said.
  bool has_given_up() const { return has_given_up_ || evaluation_.is_spent(); }

  Abstract coerced(const TypePtr& type, const Abstract& value);
  /// The member of what is a context; what is none stays as it is.
  Abstract outcome_member(const Abstract& value, const std::string& name);
  /// Do the unary tests pass?
  Judged passes(const Expression& tests, const Abstract& value, const AbstractScope& scope);
  /// As a cell of a table: nothing but true counts.
  Judged hit(const Feel& tests, const Abstract& value, const AbstractScope& scope);

  /// The table whose hits are kept while it is set; hits() are those since begin().
  void watch(const CompiledTable* table, std::size_t element) {
    watched_ = table;
    watched_in_ = element;
  }
  void watch_nothing() { watched_ = nullptr; }
  /// All elements that one requires, and what these require; itself too.
  const std::vector<std::size_t>& required_by(std::size_t element);
  const std::vector<TableHits>& hits() const { return hits_; }

  const Program& program() const { return program_; }
  const std::vector<std::string>& names_in(const Expression& tree) { return info_of(tree).names; }
  Abstract feel(const Feel& feel, const AbstractScope& scope);
  Value called_with_values(const Callable& callable, std::span<const Value> arguments);

 private:
  friend class AbstractTable;

  struct TreeInfo {
    std::vector<std::string> names;  // that it mentions
    std::optional<Value> folded;     // its value, where it mentions nothing in scope
  };
  using Arguments = std::vector<Abstract>;

  // abstract_walker.cpp: the graph, names, constants
  Abstract value_of(std::size_t element, AbstractRun& run);
  Abstract decide(const Element& element, AbstractRun& run);
  bool is_in_cycle(std::size_t element);
  const Abstract* find(const AbstractScope& scope, std::string_view name);
  const Abstract* find_need(const AbstractScope& scope, std::string_view name);
  Abstract need_value(const Element::Need& need, AbstractRun* run);
  TreeInfo& info_of(const Expression& tree);
  std::optional<Value> known(const Expression& tree, const AbstractScope& scope);
  std::optional<Value> known_passes(const Expression& tests, const Value& value,
                                    const AbstractScope& scope);
  /// The values of the names; nothing where one is not known. `is_constant`: none of them is there.
  std::optional<Scope> known_names(const TreeInfo& info, const AbstractScope& scope,
                                   bool& is_constant);
  Judged fits(const Type& type, const Abstract& value);
  Abstract coerced_plain(const Type& type, const Abstract& value);
  Abstract by_cases(const Expression& tree, const AbstractScope& scope);
  Value concrete(const Abstract& value);

  // abstract_feel.cpp: expressions
  Abstract walk(const Expression& tree, const AbstractScope& scope);
  Abstract walk_unknown(const Expression& tree, const AbstractScope& scope);
  Abstract walk_context(const Expression& tree, const AbstractScope& scope);
  Abstract walk_logic(const Expression& tree, const AbstractScope& scope);
  Abstract walk_between(const Expression& tree, const AbstractScope& scope);
  Abstract walk_in(const Expression& tree, const AbstractScope& scope);
  Abstract walk_conditional(const Expression& tree, const AbstractScope& scope);
  Abstract member(const Abstract& value, const std::string& name);
  Judged test_one(const Expression& test, const Abstract& value, const AbstractScope& scope);
  Judged test_any(std::span<const ExpressionPtr> tests, const Abstract& value,
                  const AbstractScope& scope);
  Abstract branched(const Abstract& condition, const std::function<Abstract(bool)>& branch);

  // abstract_calls.cpp
  Abstract walk_call(const Expression& tree, const AbstractScope& scope);
  Abstract call_built_in_named(const std::string& name, const Arguments& arguments,
                               const std::vector<std::string>& names);
  Abstract call_value(const Abstract& callee, Arguments arguments,
                      const std::vector<std::string>& names);
  Abstract call_callable(const Callable& callable, const Arguments& arguments);
  Abstract each_case(const Arguments& arguments,
                     const std::function<Value(std::span<const Value>)>& work);
  std::optional<Abstract> known_function(const std::string& name, const Arguments& arguments);

  // abstract_logic.cpp: boxes
  Abstract logic(const Logic& logic, const AbstractScope& scope);
  Abstract part(const LogicPtr& part, const AbstractScope& scope);
  Abstract plain_logic(const Logic& logic, const AbstractScope& scope);
  Abstract context_logic(const Logic& logic, const AbstractScope& scope);
  Abstract invocation_logic(const Logic& logic, const AbstractScope& scope);
  Abstract logic_by_cases(const Logic& logic, const AbstractScope& scope);
  Scope concrete_scope(const AbstractScope& scope, bool& is_whole);

  const Program& program_;
  std::size_t model_ = 0;  // whose type names are in scope
  EvaluationOptions options_;
  Evaluation evaluation_;
  AbstractRun run_;
  std::unordered_map<const Expression*, TreeInfo> trees_;
  /// Of a decision: its values by the versions of what it needs. A value that is settled has one
  /// version, however it came about.
  struct Remembered {
    struct Known {
      Abstract value;
      uint32_t version = 0;
    };
    std::map<std::vector<uint32_t>, Known> by_key;
    std::vector<std::pair<ValueSet, uint32_t>> settled;
    uint32_t versions = 0;
    std::optional<bool> is_in_cycle;

    uint32_t version_of(const Abstract& value);
  };
  std::vector<uint32_t> versions_;      // by element, of this region
  std::vector<Remembered> remembered_;  // by element
  uint32_t not_remembered_ = 0;
  std::map<std::size_t, std::vector<std::size_t>> required_;
  const CompiledTable* watched_ = nullptr;
  std::size_t watched_in_ = 0;  // the element whose logic it is in
  std::vector<TableHits> hits_;
  std::size_t depth_ = 0;
  std::size_t unsure_ = 0;  // branches around that may not be taken
  bool has_given_up_ = false;
};

}  // namespace hq::rules
