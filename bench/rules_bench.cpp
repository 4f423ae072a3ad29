// Speed of the rules engine: decisions by tables, many rows at once, and how long a model takes to
// be made ready. Prints the best of five rounds in processor time of the thread, the batch by the
// wall clock.
//
//   rules_bench [tables | batch | compile]     all where none is named
//   rules_bench write FOLDER                   the tables and their cases, for the peers
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "base/assert.h"
#include "base/file.h"
#include "rules/compiled/json_plan.h"
#include "rules/compiled/program.h"
#include "rules/dmn/execute.h"
#include "rules/dmn/json_values.h"
#include "rules/dmn/reader.h"
#include "rules/table/batch.h"
#include "rules_work.h"

namespace {

using namespace hq;
using namespace hq::bench;
using rules::Program;
using rules::Value;

constexpr std::size_t kCases = 1'000;

double cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double wall_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// The value, which must be there: the work is our own.
template <class T>
T must(Result<T> result) {
  if (!result) fmt::print(stderr, "{}\n", result.error().text());
  HQ_ASSERT(result.has_value());
  return *std::move(result);
}

std::shared_ptr<const Program> program_of(const TableWork& work) {
  std::vector<rules::Model> models;
  models.push_back(must(rules::read_model(dmn_of(work), work.name + ".dmn")));
  return must(rules::compile(models));
}

/// A table, ready to decide, and cases for it.
struct Ready {
  TableWork work;
  std::shared_ptr<const Program> program = nullptr;
  std::vector<std::vector<Value>> inputs = {};  // of each case
  std::vector<std::string> jsons = {};
};

Ready ready(std::size_t rules, std::size_t texts, const WorkShape& shape) {
  Random random(rules);
  Ready ready{.work = TableWork::random(random, rules, mixed_columns(texts), shape)};
  ready.program = program_of(ready.work);
  for (std::size_t i = 0; i < kCases; ++i) {
    const std::vector<int64_t> values = ready.work.draw(random);
    ready.jsons.push_back(json_of(ready.work, values));
    auto& inputs = ready.inputs.emplace_back();
    for (std::size_t k = 0; k < ready.work.columns.size(); ++k) {
      inputs.push_back(value_of(ready.work.columns[k], values[k]));
    }
  }
  return ready;
}

Ready small_table() {
  return ready(20, 6, {.any_percent = 35, .parts = 2});
}
Ready large_table() {
  return ready(3'700, 200, {.any_percent = 20, .parts = 20});
}

/// As execute() says, which walks every rule.
Value executed(const Ready& ready, std::size_t index) {
  std::vector<rules::Input> inputs;
  inputs.reserve(ready.work.columns.size());
  for (std::size_t k = 0; k < ready.work.columns.size(); ++k) {
    inputs.push_back({ready.work.columns[k].name, ready.inputs[index][k], ""});
  }
  const rules::Target target{rules::ElementKind::decision, ready.work.name};
  return must(rules::execute(*ready.program, target, inputs, {})).value;
}

/// Decisions a second, over all cases again and again.
template <class Decide>
double rate_of(const Decide& decide, std::size_t rounds) {
  double best_s = 1e18;
  for (int i = 0; i < 5; ++i) {
    const double start_s = cpu_s();
    for (std::size_t round = 0; round < rounds; ++round) {
      for (std::size_t k = 0; k < kCases; ++k) decide(k);
    }
    best_s = std::min(best_s, cpu_s() - start_s);
  }
  return static_cast<double>(rounds * kCases) / best_s;
}

void print_rate(std::string_view what, double rate) {
  fmt::print("{:<44} {:12.0f}/s {:10.3f} us\n", what, rate, 1e6 / rate);
}

/// With typed values, and with JSON in and out. Every tenth answer is compared with execute().
void bench_table(const Ready& ready, std::string_view name, std::size_t rounds) {
  const rules::Target target{rules::ElementKind::decision, ready.work.name};
  std::vector<std::string> names;
  names.reserve(ready.work.columns.size());
  for (const WorkColumn& column : ready.work.columns) names.push_back(column.name);
  const rules::Plan plan = must(rules::CompiledProgram(ready.program).plan(target, names));
  const rules::JsonPlan json_plan = must(rules::JsonPlan::make(ready.program, target));
  rules::Machine machine;
  std::string answer;
  const auto decide = [&](std::size_t i) -> const Value& {
    return plan.decide(ready.inputs[i], machine);
  };
  const auto decide_json = [&](std::size_t i) {
    HQ_ASSERT(json_plan.decide(ready.jsons[i], machine, answer).has_value());
  };
  for (std::size_t i = 0; i < kCases; i += 10) {
    const Value expected = executed(ready, i);
    HQ_ASSERT(rules::is_same(decide(i), expected));
    decide_json(i);
    HQ_ASSERT(answer == rules::json_of(expected));
  }
  print_rate(fmt::format("{}, typed", name), rate_of(decide, rounds));
  print_rate(fmt::format("{}, JSON", name), rate_of(decide_json, rounds / 10));
}

void bench_tables() {
  bench_table(small_table(), "20 rules by 6 inputs, FIRST", 1'000);
  bench_table(large_table(), "3,700 rules by 6 inputs, FIRST", 500);
}

/// Rows of facts in flat arrays.
struct Firms {
  std::vector<WorkColumn> facts = firm_facts();
  std::vector<std::vector<Decimal>> numbers;
  std::vector<std::vector<uint32_t>> texts;
  std::vector<std::vector<uint8_t>> truths;
  std::vector<std::vector<rules::Date>> dates;

  explicit Firms(std::size_t rows)
      : numbers(facts.size()), texts(facts.size()), truths(facts.size()), dates(facts.size()) {
    Random random(30);
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = 0; i < facts.size(); ++i) {
        const int64_t value = facts[i].draw(random);
        numbers[i].push_back(Decimal::scaled(value, -2).value_or(Decimal()));
        texts[i].push_back(static_cast<uint32_t>(value));
        truths[i].push_back(value != 0 ? 1 : 0);
        dates[i].push_back({value});
      }
    }
  }

  rules::BatchColumn column(std::size_t i) const {
    switch (facts[i].kind) {
      case WorkColumn::Kind::number:
        return {std::span(numbers[i])};
      case WorkColumn::Kind::truth:
        return {std::span(truths[i])};
      case WorkColumn::Kind::date:
        return {std::span(dates[i])};
      case WorkColumn::Kind::text:
        break;
    }
    return {rules::TextColumn{facts[i].texts, texts[i]}};
  }
  Value value(std::size_t i, std::size_t row) const {
    switch (facts[i].kind) {
      case WorkColumn::Kind::number:
        return Value(numbers[i][row]);
      case WorkColumn::Kind::truth:
        return Value(truths[i][row] != 0);
      case WorkColumn::Kind::date:
        return Value(dates[i][row]);
      case WorkColumn::Kind::text:
        break;
    }
    return Value(facts[i].texts[texts[i][row]]);
  }
};

rules::TypeKind kind_of(const WorkColumn& column) {
  switch (column.kind) {
    case WorkColumn::Kind::number:
      return rules::TypeKind::number;
    case WorkColumn::Kind::truth:
      return rules::TypeKind::boolean;
    case WorkColumn::Kind::date:
      return rules::TypeKind::date;
    case WorkColumn::Kind::text:
      break;
  }
  return rules::TypeKind::string;
}

/// Decides the rows [begin, end) a thousand at a time; counts the outcomes with a rule that hit.
std::size_t decide_firms(const rules::Batch& batch, std::span<const rules::BatchColumn> columns,
                         std::size_t begin, std::size_t end) {
  constexpr std::size_t kRows = 2'000;
  rules::BatchRun run(batch);
  std::vector<uint32_t> outcomes(batch.policies() * kRows);
  std::size_t hits = 0;
  for (; begin < end; begin += kRows) {
    const std::size_t rows = std::min(kRows, end - begin);
    HQ_ASSERT(run.decide(columns, begin, begin + rows, outcomes).has_value());
    for (std::size_t i = 0; i < batch.policies() * rows; ++i) {
      hits += run.outcomes(i / rows)[outcomes[i]].rules.empty() ? 0 : 1;
    }
  }
  return hits;
}

/// Some rows, by every policy, as execute() says.
void check_firms(const rules::Batch& batch, std::span<const rules::BatchPolicy> policies,
                 std::span<const rules::BatchColumn> columns, const Firms& firms) {
  constexpr std::size_t kRows = 5;
  rules::BatchRun run(batch);
  std::vector<uint32_t> outcomes(policies.size() * kRows);
  HQ_ASSERT(run.decide(columns, 0, kRows, outcomes).has_value());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const rules::BatchPolicy& policy = policies[i / kRows];
    std::vector<rules::Input> inputs;
    inputs.reserve(firms.facts.size());
    for (std::size_t k = 0; k < firms.facts.size(); ++k) {
      inputs.push_back({firms.facts[k].name, firms.value(k, i % kRows), ""});
    }
    const rules::Target target{rules::ElementKind::decision, policy.decision};
    const Value expected = must(rules::execute(*policy.program, target, inputs, {})).value;
    HQ_ASSERT(
        rules::is_same(run.outcomes(i / kRows)[outcomes[i]].value.value_or(Value()), expected));
  }
}

void bench_batch() {
  constexpr std::size_t kFirms = 100'000;
  constexpr std::size_t kPolicies = 854;
  const Firms firms(kFirms);
  std::vector<rules::BatchFact> facts;
  std::vector<rules::BatchColumn> columns;
  for (std::size_t i = 0; i < firms.facts.size(); ++i) {
    facts.push_back({firms.facts[i].name, kind_of(firms.facts[i])});
    columns.push_back(firms.column(i));
  }
  Random random(854);
  std::vector<rules::BatchPolicy> policies;
  policies.reserve(kPolicies);
  const double start_s = wall_s();
  for (std::size_t i = 0; i < kPolicies; ++i) {
    const TableWork work = random_policy(random, firms.facts);
    policies.push_back({program_of(work), work.name});
  }
  const double compiled_s = wall_s() - start_s;
  const rules::Batch batch = must(rules::Batch::make(policies, facts));
  const double indexed_s = wall_s() - start_s - compiled_s;
  check_firms(batch, policies, columns, firms);
  double best_s = 1e18;
  std::size_t hits = 0;
  for (int round = 0; round < 3; ++round) {
    const double round_s = wall_s();
    std::size_t second = 0;
    std::thread other([&] { second = decide_firms(batch, columns, kFirms / 2, kFirms); });
    const std::size_t first = decide_firms(batch, columns, 0, kFirms / 2);
    other.join();
    hits = first + second;
    best_s = std::min(best_s, wall_s() - round_s);
  }
  fmt::print("{:<44} {:12.2f} s, two threads ({} hits)\n", "100,000 firms by 854 policies", best_s,
             hits);
  fmt::print("{:<44} {:12.2f} s, {:.2f} s\n", "854 policies: read and compiled, indexed in",
             compiled_s, indexed_s);
}

void bench_compile() {
  Random random(4'000);
  const TableWork work =
      TableWork::random(random, 4'000, mixed_columns(200), {.any_percent = 20, .parts = 20});
  const std::string xml = dmn_of(work);
  double best_s = 1e18;
  for (int round = 0; round < 5; ++round) {
    const double start_s = cpu_s();
    std::vector<rules::Model> models;
    models.push_back(must(rules::read_model(xml, "model.dmn")));
    const rules::CompiledProgram program(must(rules::compile(models)));
    best_s = std::min(best_s, cpu_s() - start_s);
  }
  fmt::print("{:<44} {:12.0f} ms ({:.1f} MB)\n", "4,000 rules by 6 inputs, made ready in",
             best_s * 1e3, static_cast<double>(xml.size()) / 1e6);
}

/// NAME.jdm.json, and NAME.cases.json: what goes in, and what has to come out.
void write_table(const Ready& ready, const std::string& path) {
  std::string cases;
  for (std::size_t i = 0; i < kCases; ++i) {
    cases += fmt::format("{}{{\"input\":{},\"output\":{}}}", i == 0 ? "[" : ",\n", ready.jsons[i],
                         to_text(executed(ready, i)));
  }
  HQ_ASSERT(write_file_atomically(path + ".jdm.json", jdm_of(ready.work)).has_value());
  HQ_ASSERT(write_file_atomically(path + ".cases.json", cases + "]\n").has_value());
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  const std::string_view what = arguments.empty() ? "all" : arguments[0];
  if (what == "write" && arguments.size() == 2) {
    write_table(small_table(), std::string(arguments[1]) + "/small");
    write_table(large_table(), std::string(arguments[1]) + "/large");
    return 0;
  }
  if (what == "all" || what == "tables") bench_tables();
  if (what == "all" || what == "batch") bench_batch();
  if (what == "all" || what == "compile") bench_compile();
  return 0;
}
