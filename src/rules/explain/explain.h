// Explanation: why a decision came out as it did, and how near the rules were that did not hit.
//
// explain() executes the model as execute() does and watches. It gives a tree: each decision that
// was needed, the inputs it read, its table with the rules that hit and the nearest misses, entries
// of contexts, knowledge models that were called. Each condition says whether it holds and, where
// it fails, the least change of the value that would make it hold. All texts for people come in
// English and Chinese. Plain values, good beyond the Program; one thread per call.
//
//   HQ_TRY(const Explanation why,
//          explain(*program, {ElementKind::decision, "Refund"}, inputs, {}));
//   why.why.table->misses[0].conditions[0].text.en;
//   // "Amount is 180, at least 200 needed: 20 short"
//   for (const ExplanationLine& line : lines_of(why)) print(line.depth, line.text.zh);
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/dmn/execute.h"

namespace hq::rules {

/// A text in both languages.
struct Wording {
  std::string en;
  std::string zh;
};

/// What people call things: without a label a name stands as in the model, a value as in FEEL.
struct Labels {
  std::map<std::string, Wording, std::less<>> names = {};  // "Purchase amount", or "Applicant.age"
  /// Of text values and of true and false, by the name they belong to; "" is any name.
  std::map<std::string, std::map<std::string, Wording, std::less<>>, std::less<>> values = {};
  /// Of the numbers of that name: "days", "天", and "day" for one of them.
  struct Unit {
    Wording many;
    std::string one_en;
  };
  std::map<std::string, Unit, std::less<>> units = {};
};

struct ExplainOptions {
  EvaluationOptions evaluation = {};
  Labels labels = {};
  std::size_t misses_max = 3;    // of each table
  std::size_t nodes_max = 2000;  // Why nodes in all; what is beyond is left out
};

enum class Truth : uint8_t { holds, fails, unknown };  // unknown: no value, or it cannot be told

/// The least change of a value that makes a condition hold.
struct Change {
  /// What to add: a number; days for dates, date-times and times; a duration for durations. Null
  /// where the values have no differences: then `alternatives` says what would hold.
  Value by;
  bool is_open = false;             // a little more than `by`: the end does not belong to the test
  std::vector<Value> alternatives;  // values of a closed list for which the condition holds
};

struct Condition {
  std::string input;  // FEEL text of what is tested: "Purchase amount"
  std::string test;   // ">= 200"; of an expression the whole of it: "Purchase amount >= 200"
  Value value;        // what is tested; null for `and` and `or`
  Truth truth = Truth::unknown;
  std::optional<Change> change;  // only where it fails, and where it is known
  Wording text;                  // "Purchase amount is 180, at least 200 needed: 20 short"
  std::string joined_by;         // "and" or "or": then parts are its operands; else empty
  std::vector<Condition> parts;
};

struct NamedValue {
  std::string name;
  Wording label;
  Value value;
  Wording value_text;
};

struct Annotation {
  std::string name;
  std::string text;
};

struct ExplainedRule {
  std::size_t number = 0;             // from 1
  std::vector<Condition> conditions;  // one for each input whose cell is no `-`
  std::size_t failing = 0;            // conditions that fail or are unknown
  /// How far it is from hitting, for the order of misses: each failing condition is at most 1.
  double distance = 0;
  std::vector<NamedValue> outputs;
  std::vector<Annotation> annotations;
  // Of the annotation columns `article`, `zh` and `en`, where the table has them.
  std::string article;
  Wording reason;
};

struct ExplainedTable {
  HitPolicy hit_policy = HitPolicy::unique;
  Aggregation aggregation = Aggregation::none;
  std::size_t rules = 0;
  std::vector<NamedValue> inputs;
  std::vector<ExplainedRule> hits;  // in the order of the rules
  /// Those that would have given another answer, and do not ask that something be unknown; the
  /// nearest first: fewest failing conditions, then the least distance.
  std::vector<ExplainedRule> misses;
  bool is_default = false;  // no rule hit, and the default output is the value
};

enum class Origin : uint8_t {
  given,     // an input
  missing,   // an input that was not given
  repeated,  // worked out, and explained elsewhere in the tree
  literal,   // a FEEL text
  table,
  context,
  other,  // another boxed expression
};

/// One thing that has a value: a decision, input data, an entry of a context, a call.
struct Why {
  std::string name;
  Wording label;
  ElementKind kind = ElementKind::decision;
  bool is_part = false;  // of the logic of what it stands in: entry of a context, argument, branch
  Origin origin = Origin::other;
  Value value;
  Wording value_text;
  std::string text;  // of a literal: its FEEL
  std::optional<ExplainedTable> table;
  std::vector<Condition> conditions;  // of a literal: itself where it is one, or those of its ifs
  std::vector<Why> parts;             // entries, branches, calls, in the order they were worked out
  std::vector<Why> needs;             // decisions and input data it read; of a call: its arguments
  std::vector<Reason> reports;        // its own, not those of parts and needs
};

struct Explanation {
  Answer answer;  // exactly that of execute()
  Why why;
  bool is_cut = false;  // there was more than nodes_max
};

/// Errors as of execute(). What is asked about may be a decision, service or knowledge model.
Result<Explanation> explain(const Program& program, const Target& target,
                            const std::vector<Input>& inputs, ExplainOptions options);

/// A sentence, `depth` levels in.
struct ExplanationLine {
  std::size_t depth = 0;
  Wording text;
  /// It is on the way from the facts to the answer, or tells of the nearest miss on that way.
  bool is_decisive = true;
};

/// The whole explanation as sentences.
std::vector<ExplanationLine> lines_of(const Explanation& explanation);

/// A value as people write it, in both languages; `name` is what it is the value of, for labels.
Wording wording_of(const Value& value, std::string_view name, const Labels& labels);

}  // namespace hq::rules
