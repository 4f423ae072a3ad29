// Watcher: the observer that grows the tree of an explanation while a model is executed.
//
// One for each execution; read root() when that has ended. One thread.
#pragma once

#include <set>
#include <vector>

#include "rules/dmn/observer.h"
#include "rules/explain/explain.h"

namespace hq::rules {

class Watcher final : public Observer {
 public:
  /// Refers to the options while it lives.
  explicit Watcher(const ExplainOptions& options);

  void begin(const Element& element, std::span<const Value> arguments,
             const Evaluation& evaluation) override;
  void reads(const Element& other, const Value& value) override;
  void end(const Element& element, const Value& value, const Evaluation& evaluation) override;
  void begin(const Logic& logic, const Scope& scope) override;
  void end(const Logic& logic, const Scope& scope, const Value& value) override;
  void decided(const CompiledTable& table, const Scope& scope, std::span<const Value> inputs,
               std::span<const std::size_t> hits) override;

  /// What was asked about; nothing where no element was worked out.
  std::optional<Why> root();
  bool is_cut() const { return is_cut_; }

 private:
  /// An element or boxed expression that has begun and not ended.
  struct Frame {
    Why why;
    const Element* element = nullptr;
    const Logic* logic = nullptr;
    std::size_t reports = 0;         // there were when it began
    const Element* ended = nullptr;  // the decision that was worked out for it last
    bool is_left_out = false;
  };

  Why named(const std::string& name, ElementKind kind) const;
  void set(Why& why, const Value& value) const;
  Why leaf(const Element& element, const Value& value) const;
  void merge(Why logic, Why& into) const;
  bool takes_a_node();

  const ExplainOptions& options_;
  Evaluation looking_;  // for looks at conditions; keeps reports away from the answer
  const Evaluation* evaluation_ = nullptr;
  std::vector<Frame> frames_;
  std::vector<std::set<const Element*>> explained_;  // of each request that runs
  std::size_t nodes_ = 0;
  bool is_cut_ = false;
};

}  // namespace hq::rules
