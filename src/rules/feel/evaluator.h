// Evaluator: the small obvious one that walks the tree. What it answers is what FEEL means; faster
// ways are compared with it.
//
// evaluate() never fails: an error is null with its Reason, and is in Evaluation::reports() too.
// One Evaluation is one decision: it counts steps, depth and bytes, so that a hostile expression
// ends in an error. One thread at a time.
//
//   Evaluation evaluation({.now = parse_date_time("2026-11-22T08:00:00+08:00").value()});
//   Scope scope;
//   scope.set("a", Value(int64_t{1}));
//   const Value three = evaluate(*tree, scope, evaluation);
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/feel/ast.h"
#include "rules/feel/type.h"
#include "rules/feel/value.h"

namespace hq::rules {

class Evaluation;
struct BuiltIn;
class Observer;  // of rules/dmn/observer.h: evaluation hands it on

/// Names and their values; an inner scope sees the outer one. It must not outlive it.
class Scope {
 public:
  Scope() = default;
  explicit Scope(const Scope* outer) : outer_(outer) {}
  /// With the members of a context before its own names; `is_item`: it is one that a filter looks
  /// at. The context must live as long.
  Scope(const Scope* outer, const Context* members, bool is_item)
      : outer_(outer), context_(members), is_item_(is_item) {}

  void set(std::string name, Value value);
  /// nullptr where no scope has the name.
  const Value* find(std::string_view name) const;
  /// All names of this scope as values, the innermost first; for functions that keep what they saw.
  std::vector<Context::Member> flattened() const;
  /// Is this within the condition of a filter over contexts? There an unknown name may be a member
  /// that one of them lacks, and is null without a reason.
  bool is_in_context() const;

 private:
  const Scope* outer_ = nullptr;
  const Context* context_ = nullptr;
  bool is_item_ = false;
  std::vector<Context::Member> members_;
};

/// Something that can be called: built in, written in FEEL, a business knowledge model, a decision
/// service, a native shim.
class Function {
 public:
  struct Parameter {
    std::string name;
    TypePtr type;  // any, where none is given
  };

  explicit Function(std::vector<Parameter> parameters, TypePtr result = simple(TypeKind::any))
      : parameters_(std::move(parameters)), result_(std::move(result)) {}
  virtual ~Function() = default;

  const std::vector<Parameter>& parameters() const { return parameters_; }
  const TypePtr& result() const { return result_; }
  /// As of a Value: that of what it keeps.
  uint32_t nesting() const { return nesting_; }

  /// Which built-in function it is; nullptr where it is none.
  virtual const BuiltIn* built_in() const { return nullptr; }

  /// As many arguments as parameters, already coerced.
  virtual Value call(std::span<const Value> arguments, Evaluation& evaluation) const = 0;

 protected:
  uint32_t nesting_ = 0;

 private:
  std::vector<Parameter> parameters_;
  TypePtr result_;
};

struct EvaluationOptions {
  /// Of now() and today(); without it they are null with a reason.
  std::optional<DateTime> now = std::nullopt;
  uint64_t steps_max = 10'000'000;
  uint32_t depth_max = 500;
  uint64_t bytes_max = uint64_t{256} << 20;
  /// Type names in scope (item definitions), for `instance of` and parameters.
  std::function<TypePtr(std::string_view name)> find_type = nullptr;
  /// What stands for external functions: "java.lang.Math.cos(double)"; nullptr where there is none.
  std::function<std::shared_ptr<const Function>(const Value& body, const std::vector<std::string>&)>
      find_external = nullptr;
  /// Told how the values of a model come about; lives as long as the evaluation. May be nullptr.
  Observer* observer = nullptr;
};

class Evaluation {
 public:
  explicit Evaluation(EvaluationOptions options) : options_(std::move(options)) {}

  const EvaluationOptions& options() const { return options_; }

  /// Null, and why; it is also reported.
  Value null(Span span, std::string en, std::string zh);
  static constexpr std::size_t kReportsMax = 1000;
  /// What was reported so far, oldest first; at most kReportsMax of them.
  const std::vector<Reason>& reports() const { return reports_; }

  /// Begins anew, with nothing counted and nothing reported; not while it runs.
  void restart();

  /// Counts work; false once the limit is passed: then give null(...) and unwind.
  bool spend(uint64_t steps) {
    if (is_spent() || steps > options_.steps_max - steps_) return end_steps();
    steps_ += steps;
    return true;
  }
  bool hold(uint64_t bytes) {
    if (is_spent() || bytes > options_.bytes_max - bytes_) return end_bytes();
    bytes_ += bytes;
    return true;
  }
  bool is_spent() const { return spent_reason_ != nullptr; }
  /// The null to unwind with once it is spent.
  Value spent() const { return Value(Null{spent_reason_}); }

  /// One level deeper while it lives.
  class Deeper {
   public:
    explicit Deeper(Evaluation& evaluation) : evaluation_(evaluation) { ++evaluation_.depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    ~Deeper() { --evaluation_.depth_; }
    bool is_too_deep() const { return evaluation_.depth_ > evaluation_.options_.depth_max; }

   private:
    Evaluation& evaluation_;
  };

  /// The same within one expression: chains of operators, brackets. Not counted as depth, as one
  /// call takes several. It looks at the stack itself too, whose frames differ with the build.
  class Nested {
   public:
    explicit Nested(Evaluation& evaluation) : evaluation_(evaluation) {
      const auto here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
      if (evaluation_.nested_++ == 0) evaluation_.stack_begin_ = here;
      stack_bytes_ = evaluation_.stack_begin_ > here ? evaluation_.stack_begin_ - here : 0;
    }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;
    ~Nested() { --evaluation_.nested_; }
    bool is_too_deep() const {
      return evaluation_.nested_ > kNestedPerDepth * evaluation_.options_.depth_max ||
             stack_bytes_ > kStackBytesMax;
    }

   private:
    Evaluation& evaluation_;
    uintptr_t stack_bytes_ = 0;
  };
  /// A thread has 8 MiB; what is called at the lowest level needs some, and so does who calls us.
  static constexpr uintptr_t kStackBytesMax = uintptr_t{5} << 20;
  static constexpr uint32_t kNestedPerDepth = 8;
  /// Of values in each other.
  static constexpr uint32_t kNestingMax = 500;

  /// Where reports come from now: "decision Risk". The text belongs to who sets it.
  std::string_view where;
  /// The place in its expression of the call that runs, for built-in functions.
  Span call_span;

 private:
  /// Ends it: no more work is done from here on. False.
  bool end(std::string en, std::string zh);
  bool end_steps();
  bool end_bytes();

  EvaluationOptions options_;
  std::vector<Reason> reports_;
  std::shared_ptr<const Reason> spent_reason_;  // empty while there is something left
  uint64_t steps_ = 0;
  uint64_t bytes_ = 0;
  uint32_t depth_ = 0;
  uint32_t nested_ = 0;
  uintptr_t stack_begin_ = 0;  // where the outermost Nested stands
};

Value evaluate(const Expression& tree, const Scope& scope, Evaluation& evaluation);

/// Does `value` pass the unary tests? Null where that cannot be told. `?` is the value.
Value passes(const Expression& tests, const Value& value, const Scope& scope,
             Evaluation& evaluation);

/// The value as one of the type, by the implicit conversions of DMN (10.3.2.9.4: to and from lists
/// of one, date to date and time, conforming to null); allowed values are checked.
Value coerce(const Value& value, const Type& type, const Scope& scope, Evaluation& evaluation);

/// Is the value for certain one of the type as it is? Quick, and says no where it would take a look
/// into the value.
bool is_coerced(const Value& value, const Type& type);

/// Calls a function: by position, or by name where `names` is not empty. Arguments are coerced.
Value call(const Value& function, std::span<const Value> arguments,
           std::span<const std::string> names, Evaluation& evaluation);

/// The type that is written; any where a name is unknown.
TypePtr resolve(const TypeExpression& type, const Evaluation& evaluation);

}  // namespace hq::rules
