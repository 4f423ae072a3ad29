// Proofs about random tables, alone and behind another, against all inputs one by one.
#include <gtest/gtest.h>

#include <set>

#include "rules/reason/reason_testing.h"
#include "rules/reason/table_proof.h"

namespace hq::rules {
namespace {

/// What a table does at one input.
struct Hits {
  std::vector<std::size_t> rules;
  std::vector<Value> rows;  // of all rules
};

/// The plain way: every cell at every input.
class AllInputs {
 public:
  AllInputs(const Question& question, const Space& space, const TableTarget& target)
      : table_(*target.table) {
    for (const auto& point : points_of(space, space.whole)) {
      points_.push_back(point);
      hits_.push_back(at(question, target, point));
    }
  }

  std::set<std::string> findings() {
    const HitPolicy policy = table_.hit_policy;
    const bool is_single = policy == HitPolicy::unique || policy == HitPolicy::any ||
                           policy == HitPolicy::first || policy == HitPolicy::priority;
    std::set<std::string> found;
    for (std::size_t p = 0; p < points_.size(); ++p) {
      const Hits& hits = hits_[p];
      if (is_single && hits.rules.empty()) found.insert("gap at " + text_of(points_[p]));
      if (policy != HitPolicy::unique && policy != HitPolicy::any) continue;
      for (const std::size_t a : hits.rules) {
        for (const std::size_t b : hits.rules) {
          if (a >= b) continue;
          const bool same = is_same(hits.rows[a], hits.rows[b]);
          if (same && policy == HitPolicy::any) continue;
          found.insert((same ? "overlap " : "conflict ") + two(a, b));
        }
      }
    }
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      if (is_dead(i)) found.insert("dead " + std::to_string(i + 1));
      if (is_single && !is_dead(i)) add_subsumed(i, found);
    }
    return found;
  }

 private:
  static std::string two(std::size_t a, std::size_t b) {
    return std::to_string(a + 1) + " " + std::to_string(b + 1);
  }

  Hits at(const Question& question, const TableTarget& target, const std::vector<Input>& point) {
    Evaluation evaluation({});
    Scope scope;
    for (const Input& input : point) scope.set(input.name, input.value);
    for (std::size_t i = 0; i < question.program.elements().size(); ++i) {
      const Element& other = question.program.element(i);
      if (other.kind != ElementKind::decision || i == target.element) continue;
      const auto answer = execute(question.program, {other.kind, other.name}, point, {});
      scope.set(other.name, answer.value_or(Answer()).value);
    }
    Hits hits;
    for (std::size_t i = 0; i < table_.rules.size(); ++i) {
      bool is_hit = true;
      for (std::size_t k = 0; k < table_.inputs.size(); ++k) {
        const Value input = evaluate(*table_.inputs[k].expression.tree, scope, evaluation);
        const Value passed = passes(*table_.rules[i].inputs[k].tree, input, scope, evaluation);
        is_hit = is_hit && passed.as<bool>() != nullptr && *passed.as<bool>();
      }
      if (is_hit) hits.rules.push_back(i);
      hits.rows.push_back(evaluate(*table_.rules[i].outputs[0].tree, scope, evaluation));
    }
    return hits;
  }

  /// The rule that answers, of FIRST and PRIORITY (whose order is b, a, c).
  std::size_t decider(const Hits& hits) const {
    if (table_.hit_policy == HitPolicy::first) return hits.rules[0];
    std::size_t best = hits.rules[0];
    const auto place = [&](std::size_t rule) {
      return std::string("\"b\"\"a\"\"c\"").find("\"" + to_text(hits.rows[rule]) + "\"");
    };
    for (const std::size_t rule : hits.rules) {
      if (place(rule) < place(best)) best = rule;
    }
    return best;
  }

  bool is_dead(std::size_t rule) const {
    const bool decides =
        table_.hit_policy == HitPolicy::first || table_.hit_policy == HitPolicy::priority;
    for (const Hits& hits : hits_) {
      const bool is_hit = std::ranges::find(hits.rules, rule) != hits.rules.end();
      if (is_hit && (!decides || decider(hits) == rule)) return false;
    }
    return true;
  }

  bool is_within(std::size_t rule, std::size_t other) const {
    return std::ranges::all_of(hits_, [&](const Hits& hits) {
      if (std::ranges::find(hits.rules, rule) == hits.rules.end()) return true;
      return std::ranges::find(hits.rules, other) != hits.rules.end() &&
             is_same(hits.rows[rule], hits.rows[other]);
    });
  }

  void add_subsumed(std::size_t rule, std::set<std::string>& found) const {
    const std::string number = std::to_string(rule + 1);
    if (table_.hit_policy == HitPolicy::first) {
      const bool is_redundant = std::ranges::all_of(hits_, [&](const Hits& hits) {
        if (hits.rules.empty() || hits.rules[0] != rule) return true;
        return hits.rules.size() > 1 && is_same(hits.rows[rule], hits.rows[hits.rules[1]]);
      });
      if (is_redundant) found.insert("subsumed " + number);
      return;
    }
    for (std::size_t other = 0; other < table_.rules.size(); ++other) {
      if (other == rule || !is_within(rule, other)) continue;
      if (is_within(other, rule) && !is_dead(other) && rule < other) continue;
      found.insert("subsumed " + two(rule, other));
      return;
    }
  }

  const CompiledTable& table_;
  std::vector<std::vector<Input>> points_;
  std::vector<Hits> hits_;
};

std::set<std::string> found_by(const TableTarget& target, const Space& space,
                               const TableProof& proof) {
  std::vector<Finding> findings;
  add_findings(target, space, proof, findings);
  std::set<std::string> found;
  for (const Finding& finding : findings) {
    EXPECT_TRUE(finding.is_proved);
    const char* kinds[] = {"gap", "overlap", "conflict", "subsumed", "dead"};
    std::string text = kinds[static_cast<std::size_t>(finding.kind)];
    if (finding.kind == FindingKind::gap) {
      Region region = space.whole;
      for (const Restriction& side : finding.region) region[*space.find(side.fact)] = side.values;
      for (const auto& point : points_of(space, region)) found.insert("gap at " + text_of(point));
      continue;
    }
    const std::size_t rules = finding.kind == FindingKind::dead ? 1 : finding.rules.size();
    for (std::size_t i = 0; i < rules; ++i) text += " " + std::to_string(finding.rules[i]);
    found.insert(text);
  }
  return found;
}

TEST(ProveProperty, finds_what_all_inputs_show) {
  const uint64_t seed = testing_seed();
  SCOPED_TRACE("HQ_SEED=" + std::to_string(seed));
  std::size_t boxes = 0;
  std::size_t all_findings = 0;
  for (uint64_t round = 0; round < testing_rounds(300); ++round) {
    RandomModel random(seed + round);
    SCOPED_TRACE("round seed " + std::to_string(seed + round) + "\n" + random.xml());
    const auto program = compiled({random.xml()});
    const Question question = random.question(*program);
    const Space space = Space::of(question).value();
    const auto evaluator = RegionEvaluator::make(question, space).value();
    for (const TableTarget& target : tables_of(*program, evaluator->target(), evaluator->given())) {
      evaluator->set_target(target.element);
      AllInputs all(question, space, target);
      const std::set<std::string> expected = all.findings();
      all_findings += expected.size();
      const TableProof best = prove_table(target, space, *evaluator, {});
      ASSERT_TRUE(best.is_complete);
      ASSERT_EQ(found_by(target, space, best), expected) << "the best way, " << target.where;
      const TableProof regions =
          prove_by_regions(target, space, *evaluator, {}, Repeats::looked_at);
      ASSERT_TRUE(regions.is_complete);
      ASSERT_EQ(found_by(target, space, regions), expected) << "regions, " << target.where;
      const auto by_boxes = prove_by_boxes(target, space, *evaluator, {}, Repeats::looked_at);
      if (!by_boxes) continue;
      ++boxes;
      ASSERT_TRUE(by_boxes->is_complete);
      ASSERT_EQ(found_by(target, space, *by_boxes), expected) << "boxes, " << target.where;
    }
  }
  if (testing_rounds(300) >= 300) {
    EXPECT_GT(boxes, 50U);
    EXPECT_GT(all_findings, 300U);
  }
}

/// Four facts, three tables about two of them each, and one about these: the same status comes
/// about in many ways.
class RandomChain {
 public:
  explicit RandomChain(uint64_t seed) : random_(seed) {}

  std::string xml() {
    std::string out;
    for (const char* fact : kFacts) out += input(fact, "string");
    const std::size_t shared = below(4);
    out += status("S1", {kFacts[0], kFacts[1]});
    out += status("S2", {kFacts[2], kFacts[3]});
    out += status("S3", {kFacts[shared], kFacts[(shared + 2) % 4]});
    const std::vector<std::string> all = {"S1", "S2", "S3"};
    return definitions(
        out + decision("Top", table(all, 3 + below(5)).xml(),
                       needs_decision("S1") + needs_decision("S2") + needs_decision("S3")));
  }

  static Question question(const Program& program) {
    Question question{program, {ElementKind::decision, "Top"}};
    for (const char* fact : kFacts) {
      FactDomain domain{.name = fact};
      for (const char* text : {"a", "b", "c"}) domain.values.emplace_back(text);
      question.facts.push_back(std::move(domain));
    }
    return question;
  }

 private:
  static constexpr const char* kFacts[] = {"F1", "F2", "F3", "F4"};

  std::size_t below(std::size_t end) { return random_() % end; }
  std::string cell() {
    const char* cells[] = {"-", "\"a\"", "\"b\"", "\"a\", \"c\"", "not(\"b\")", "null"};
    return cells[below(6)];
  }
  TableText table(std::vector<std::string> inputs, std::size_t rules) {
    TableText made;
    made.hit_policy = below(2) == 0 ? "FIRST" : "UNIQUE";
    made.inputs = std::move(inputs);
    made.outputs = {"out"};
    for (std::size_t i = 0; i < rules; ++i) {
      std::vector<std::string> cells;
      for (std::size_t k = 0; k < made.inputs.size(); ++k) cells.push_back(cell());
      cells.push_back(std::string("\"") + char('a' + below(3)) + "\"");
      made.rules.push_back(std::move(cells));
    }
    return made;
  }
  std::string status(const std::string& name, const std::vector<std::string>& facts) {
    return decision(name, table(facts, 2 + below(4)).xml(),
                    needs_input(facts[0]) + needs_input(facts[1]));
  }

  std::mt19937_64 random_;
};

TEST(ProveProperty, one_of_like_regions_shows_what_all_of_them_do) {
  const uint64_t seed = testing_seed();
  SCOPED_TRACE("HQ_SEED=" + std::to_string(seed));
  std::size_t repeats = 0;
  for (uint64_t round = 0; round < testing_rounds(200); ++round) {
    const std::string xml = RandomChain(seed + round).xml();
    SCOPED_TRACE("round seed " + std::to_string(seed + round) + "\n" + xml);
    const auto program = compiled({xml});
    const Question question = RandomChain::question(*program);
    const Space space = Space::of(question).value();
    const auto evaluator = RegionEvaluator::make(question, space).value();
    for (const TableTarget& target : tables_of(*program, evaluator->target(), evaluator->given())) {
      evaluator->set_target(target.element);
      const std::set<std::string> expected = AllInputs(question, space, target).findings();
      const TableProof best = prove_table(target, space, *evaluator, {});
      ASSERT_TRUE(best.is_complete);
      ASSERT_EQ(found_by(target, space, best), expected) << target.where;
      TableProof some = prove_by_regions(target, space, *evaluator, {}, Repeats::skipped);
      ASSERT_TRUE(some.is_complete);
      repeats += some.has_repeats ? 1 : 0;
      const TableProof all = prove_by_regions(target, space, *evaluator, {}, Repeats::looked_at);
      ASSERT_EQ(some.gaps.empty(), all.gaps.empty());
      if (some.has_repeats) some.gaps = all.gaps;  // of like gaps one is told
      ASSERT_EQ(found_by(target, space, some), expected) << "repeats, " << target.where;
    }
  }
  if (testing_rounds(200) >= 200) EXPECT_GT(repeats, 50U);
}

}  // namespace
}  // namespace hq::rules
