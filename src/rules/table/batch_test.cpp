#include "rules/table/batch.h"

#include <gmock/gmock.h>

#include "rules/dmn/model_testing.h"
#include "rules/table/table_testing.h"

namespace hq::rules {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string(1, c);
  return out;
}
std::string text_element(std::string_view text) {
  return "<text>" + escaped(text) + "</text>";
}

/// A decision `d` by a table; rows are cells, then one output.
struct TableText {
  std::string attributes = {};
  std::vector<std::string> inputs = {};   // names of facts
  std::vector<std::string> types = {};    // of them
  std::vector<std::string> allowed = {};  // by the table, may be empty
  std::string output = "<output/>";
  std::vector<std::vector<std::string>> rows = {};
};

std::string model_of(const TableText& table) {
  std::string xml = "<decisionTable " + table.attributes + ">";
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    xml += "<input><inputExpression>" + text_element(table.inputs[i]) + "</inputExpression>";
    if (i < table.allowed.size() && !table.allowed[i].empty()) {
      xml += "<inputValues>" + text_element(table.allowed[i]) + "</inputValues>";
    }
    xml += "</input>";
  }
  xml += table.output;
  for (const auto& row : table.rows) {
    xml += "<rule>";
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      xml += "<inputEntry>" + text_element(row[i]) + "</inputEntry>";
    }
    xml += "<outputEntry>" + text_element(row.back()) + "</outputEntry></rule>";
  }
  std::string model =
      "<itemDefinition name='tSmall'><typeRef>number</typeRef><allowedValues>"
      "<text>[0..2]</text></allowedValues></itemDefinition>";
  std::string needs;
  for (std::size_t i = 0; i < table.inputs.size(); ++i) {
    model += input(table.inputs[i], i < table.types.size() ? table.types[i] : "Any");
    needs += needs_input(table.inputs[i]);
  }
  return definitions(model + decision("d", xml + "</decisionTable>", needs));
}

BatchPolicy policy_of(const TableText& table) {
  return {compiled({model_of(table)}), "d"};
}

/// By one policy, facts of any kind as Values.
std::vector<BatchOutcome> decide_rows(const BatchPolicy& policy,
                                      const std::vector<BatchFact>& facts,
                                      const std::vector<std::vector<Value>>& columns) {
  const auto batch = Batch::make({&policy, 1}, facts);
  EXPECT_TRUE(batch) << batch.error().text();
  std::vector<BatchColumn> given;
  given.reserve(columns.size());
  for (const auto& column : columns) given.push_back({std::span<const Value>(column)});
  std::vector<uint32_t> numbers(columns.at(0).size());
  BatchRun run(*batch);
  EXPECT_TRUE(run.decide(given, 0, numbers.size(), numbers));
  std::vector<BatchOutcome> rows;
  rows.reserve(numbers.size());
  for (const uint32_t number : numbers) rows.push_back(run.outcomes(0)[number]);
  return rows;
}

Value executed(const BatchPolicy& policy, const std::vector<BatchFact>& facts,
               const std::vector<std::vector<Value>>& columns, std::size_t row) {
  std::vector<Input> inputs;
  inputs.reserve(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    inputs.push_back({facts[i].name, columns[i][row], ""});
  }
  return execute(*policy.program, {ElementKind::decision, policy.decision}, inputs, {})->value;
}

TEST(Batch, gives_rules_and_value_for_each_row) {
  const TableText table{.attributes = "hitPolicy='FIRST'",
                        .inputs = {"Age", "City"},
                        .types = {"number", "string"},
                        .rows = {{"< 18", "-", "1"}, {"-", "\"SH\"", "2"}, {">= 18", "-", "3"}}};
  const std::vector<Value> ages = {Value(int64_t{7}), Value(int64_t{18}), Value(int64_t{18}),
                                   Value()};
  const std::vector<Value> cities = {Value("SH"), Value("SH"), Value("BJ"), Value("BJ")};
  const auto rows = decide_rows(
      policy_of(table), {{"Age", TypeKind::number}, {"City", TypeKind::string}}, {ages, cities});
  EXPECT_THAT(rows[0].rules, ElementsAre(0));
  EXPECT_THAT(rows[1].rules, ElementsAre(1));
  EXPECT_THAT(rows[2].rules, ElementsAre(2));
  EXPECT_EQ(to_text(*rows[2].value), "3");
  EXPECT_THAT(rows[3].rules, IsEmpty());
  EXPECT_TRUE(rows[3].value->is_null());
}

TEST(Batch, reads_flat_columns_from_any_row_on) {
  const TableText table{.attributes = "hitPolicy='COLLECT' aggregation='SUM'",
                        .inputs = {"n", "s", "b", "day", "t"},
                        .rows = {{"> 5", "-", "-", "-", "-", "1"},
                                 {"-", "\"a\"", "-", "-", "-", "2"},
                                 {"-", "-", "true", "-", "-", "4"},
                                 {"-", "-", "-", "< @\"2025-01-01\"", "-", "8"},
                                 {"-", "-", "-", "-", "> @\"P1D\"", "16"}}};
  const BatchPolicy policy = policy_of(table);
  const std::vector<BatchFact> facts = {{"n", TypeKind::number},
                                        {"s", TypeKind::string},
                                        {"b", TypeKind::boolean},
                                        {"day", TypeKind::date},
                                        {"t", TypeKind::days_duration}};
  const Batch batch = *Batch::make({&policy, 1}, facts);
  const std::vector<Decimal> numbers = {Decimal(9), Decimal(9), Decimal(1), Decimal(9)};
  const std::vector<std::string> texts = {"b", "a"};
  const std::vector<uint32_t> text_of = {1, 1, 0, 1};
  const std::vector<uint8_t> truths = {1, 1, 0, 1};
  const std::vector<Date> dates(4, *Date::from_civil(2024, 5, 1));
  const std::vector<Value> stays = {Value(), feel("@\"P3D\""), feel("@\"PT1H\""), Value()};
  const std::vector<uint64_t> third_row = {4};
  const std::vector<uint64_t> last_row = {8};
  const std::vector<BatchColumn> columns = {{std::span(numbers), last_row},
                                            {TextColumn{texts, text_of}, {}},
                                            {std::span(truths), {}},
                                            {std::span(dates), third_row},
                                            {std::span(stays), {}}};
  BatchRun run(batch);
  std::vector<uint32_t> outcomes(3);
  ASSERT_TRUE(run.decide(columns, 1, 4, outcomes));
  const auto sum = [&](std::size_t i) { return to_text(*run.outcomes(0)[outcomes[i]].value); };
  EXPECT_EQ(sum(0), "31");
  EXPECT_EQ(sum(1), "null");
  EXPECT_EQ(sum(2), "14");
}

TEST(Batch, takes_values_that_a_type_does_not_allow_as_null_and_refuses_those_of_the_table) {
  const TableText table{.inputs = {"x", "y"},
                        .types = {"tSmall", "Any"},
                        .allowed = {"", "\"a\", \"b\""},
                        .rows = {{"null", "-", "\"none\""}, {"1", "-", "\"one\""}}};
  const BatchPolicy policy = policy_of(table);
  const std::vector<BatchFact> facts = {{"x", TypeKind::number}, {"y", TypeKind::string}};
  const std::vector<std::vector<Value>> columns = {
      {Value(int64_t{1}), Value(int64_t{9}), Value(int64_t{1}), Value()},
      {Value("a"), Value("b"), Value("c"), Value()}};
  const auto rows = decide_rows(policy, facts, columns);
  EXPECT_EQ(to_text(*rows[0].value), "one");
  EXPECT_EQ(to_text(*rows[1].value), "none");
  EXPECT_TRUE(rows[2].is_refused);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(to_text(*rows[i].value), to_text(executed(policy, facts, columns, i))) << i;
  }
}

TEST(Batch, leaves_the_value_to_others_where_outputs_read_facts) {
  const TableText table{.inputs = {"x"}, .rows = {{"> 1", "x * 2"}}};
  const auto rows = decide_rows(policy_of(table), {{"x", TypeKind::number}}, {{Value(int64_t{4})}});
  EXPECT_THAT(rows[0].rules, ElementsAre(0));
  EXPECT_FALSE(rows[0].value);
}

std::string error_of(const BatchPolicy& policy, const std::vector<BatchFact>& facts) {
  const auto batch = Batch::make({&policy, 1}, facts);
  return batch ? "" : std::string(info(batch.error().code).id) + ": " + batch.error().message;
}

TEST(Batch, refuses_what_it_cannot_decide_by_columns) {
  const std::vector<BatchFact> x = {{"x", TypeKind::number}};
  const auto table = [](std::string cell) {
    return policy_of({.inputs = {"x"}, .rows = {{std::move(cell), "1"}}});
  };
  EXPECT_EQ(error_of(table("< 5"), x), "");
  EXPECT_THAT(error_of(table("? > 5"), x), testing::HasSubstr("depends on more than it"));
  EXPECT_THAT(error_of(table("] broken"), x), testing::HasSubstr("depends on more than it"));
  EXPECT_THAT(error_of(table("< 5"), {}), testing::StartsWith("not_found"));
  EXPECT_THAT(error_of(table("< 5"), {{"x", TypeKind::context}}),
              testing::StartsWith("unsupported"));
  EXPECT_THAT(error_of({table("< 5").program, "e"}, x), testing::StartsWith("not_found"));
  const auto plain = compiled({definitions(decision("d", literal("1")))});
  EXPECT_THAT(error_of({plain, "d"}, x), testing::HasSubstr("decision table"));
  EXPECT_THAT(error_of(policy_of({.inputs = {"x"}, .types = {"string"}, .rows = {{"-", "1"}}}), x),
              testing::StartsWith("invalid_argument"));
  EXPECT_THAT(error_of(policy_of({.inputs = {"x"}, .allowed = {"< x"}, .rows = {{"-", "1"}}}), x),
              testing::StartsWith("unsupported"));
}

TEST(Batch, refuses_inputs_that_are_more_than_a_name_and_types_that_read_names) {
  const std::string table =
      "<decisionTable><input><inputExpression><text>x + 1</text></inputExpression></input>"
      "<output/></decisionTable>";
  const auto sum = compiled({definitions(input("x") + decision("d", table, needs_input("x")))});
  EXPECT_THAT(error_of({sum, "d"}, {{"x", TypeKind::number}}),
              testing::HasSubstr("more than the name"));
  const std::string named =
      "<decisionTable><input><inputExpression><text>x</text></inputExpression></input>"
      "<output/></decisionTable>";
  const auto odd = compiled({definitions(
      "<itemDefinition name='tOdd'><typeRef>number</typeRef><allowedValues><text>modulo(?, 2) = 1"
      "</text></allowedValues></itemDefinition>" +
      input("x", "tOdd") + decision("d", named, needs_input("x")))});
  EXPECT_THAT(error_of({odd, "d"}, {{"x", TypeKind::number}}),
              testing::HasSubstr("no simple test"));
}

TEST(Batch, refuses_columns_that_do_not_fit_their_facts) {
  const BatchPolicy policy = policy_of({.inputs = {"x"}, .rows = {{"< 5", "1"}}});
  const std::vector<Decimal> numbers(3);
  const std::vector<uint8_t> truths(3);
  const std::vector<Date> dates(3);
  const std::vector<std::string> texts = {"a"};
  const std::vector<uint32_t> text_of = {0, 0, 7};
  const std::vector<Value> values = {Value(), Value(int64_t{1}), Value("a")};
  const std::vector<uint64_t> no_words;
  std::vector<uint32_t> outcomes(3);
  const auto is_taken = [&](TypeKind kind, const BatchColumn& column, std::size_t end) {
    const std::vector<BatchFact> facts = {{"x", kind}};
    const Batch batch = *Batch::make({&policy, 1}, facts);
    const auto done = BatchRun(batch).decide({&column, 1}, 0, end, outcomes);
    EXPECT_TRUE(done || done.error().code == ErrorCode::invalid_argument);
    return done.has_value();
  };
  EXPECT_TRUE(is_taken(TypeKind::number, {std::span(numbers)}, 3));
  EXPECT_FALSE(is_taken(TypeKind::number, {std::span(numbers)}, 4));
  EXPECT_FALSE(is_taken(TypeKind::string, {std::span(numbers)}, 3));
  EXPECT_TRUE(is_taken(TypeKind::boolean, {std::span(truths)}, 3));
  EXPECT_FALSE(is_taken(TypeKind::number, {std::span(truths)}, 3));
  EXPECT_FALSE(is_taken(TypeKind::date_time, {std::span(dates)}, 3));
  EXPECT_TRUE(is_taken(TypeKind::string, {TextColumn{texts, text_of}}, 2));
  EXPECT_FALSE(is_taken(TypeKind::string, {TextColumn{texts, text_of}}, 3));
  EXPECT_TRUE(is_taken(TypeKind::number, {std::span(values)}, 2));
  EXPECT_FALSE(is_taken(TypeKind::number, {std::span(values)}, 3));
  const std::vector<uint64_t> nulls(1);
  const std::vector<Decimal> many(65);
  outcomes.resize(65);
  EXPECT_FALSE(is_taken(TypeKind::number, {std::span(many), nulls}, 65));
  const BatchColumn column{std::span(numbers)};
  const std::vector<BatchFact> facts = {{"x", TypeKind::number}};
  const Batch batch = *Batch::make({&policy, 1}, facts);
  EXPECT_FALSE(BatchRun(batch).decide({}, 0, 3, outcomes));
  EXPECT_FALSE(BatchRun(batch).decide({&column, 1}, 0, 3, std::span(outcomes).first(2)));
}

constexpr std::string_view kRanked =
    R"(<output><outputValues><text>3, 2, 1</text></outputValues></output>)";
const std::vector<std::pair<std::string, std::string_view>> kPolicies = {
    {"hitPolicy='UNIQUE'", "<output/>"},
    {"hitPolicy='FIRST'", "<output/>"},
    {"hitPolicy='ANY'", "<output/>"},
    {"hitPolicy='PRIORITY'", kRanked},
    {"hitPolicy='RULE ORDER'", "<output/>"},
    {"hitPolicy='OUTPUT ORDER'", kRanked},
    {"hitPolicy='COLLECT' aggregation='SUM'", "<output/>"},
    {"hitPolicy='COLLECT' aggregation='COUNT'", "<output/>"},
    {"hitPolicy='COLLECT'",
     "<output><defaultOutputEntry><text>0</text></defaultOutputEntry>"
     "</output>"}};

TEST(Batch, says_what_the_execution_of_each_row_says) {
  constexpr std::array kKinds = {
      TypeKind::number,        TypeKind::string,          TypeKind::date,   TypeKind::date_time,
      TypeKind::days_duration, TypeKind::months_duration, TypeKind::boolean};
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    RandomTexts texts(seed);
    std::vector<BatchFact> facts;
    std::vector<std::vector<Value>> columns;
    for (std::size_t kind = 0; kind < kKinds.size(); ++kind) {
      facts.push_back({"f" + std::to_string(kind), kKinds[kind]});
      auto& column = columns.emplace_back();
      for (int row = 0; row < 12; ++row) {
        column.push_back(texts.below(6) == 0 ? Value() : feel(texts.constant(kind)));
      }
    }
    std::vector<BatchPolicy> policies;
    for (int i = 0; i < 4; ++i) {
      const auto& [attributes, output] = kPolicies[texts.below(kPolicies.size())];
      TableText table{.attributes = attributes, .output = std::string(output)};
      for (std::size_t kind = 0; kind < facts.size(); ++kind) {
        if (texts.below(2) == 0) table.inputs.push_back(facts[kind].name);
      }
      table.rows.resize(1 + texts.below(70));
      for (auto& row : table.rows) {
        for (const std::string& input : table.inputs) {
          row.push_back(texts.below(2) == 0 ? "-" : texts.constant(input[1] - '0'));
        }
        row.push_back(std::to_string(1 + texts.below(3)));
      }
      policies.push_back(policy_of(table));
    }
    const auto batch = Batch::make(policies, facts);
    ASSERT_TRUE(batch) << batch.error().text() << " seed " << seed;
    std::vector<BatchColumn> given;
    given.reserve(columns.size());
    for (const auto& column : columns) given.push_back({std::span<const Value>(column)});
    std::vector<uint32_t> outcomes(policies.size() * 12);
    BatchRun run(*batch);
    ASSERT_TRUE(run.decide(given, 0, 12, outcomes));
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      const BatchOutcome& outcome = run.outcomes(i / 12)[outcomes[i]];
      const Value expected = executed(policies[i / 12], facts, columns, i % 12);
      ASSERT_EQ(to_text(*outcome.value), to_text(expected)) << "seed " << seed << " of " << i;
    }
  }
}

/// More masks than an index keeps, more words than one, more rows than a block.
TEST(Batch, says_what_the_index_says_of_a_large_table) {
  TableText table{.attributes = "hitPolicy='RULE ORDER'", .inputs = {"x"}};
  for (int i = 0; i < 700; ++i) {
    table.rows.push_back({"[" + std::to_string(i) + ".." + std::to_string(i + i % 9) + "]", "1"});
  }
  std::vector<Value> column;
  column.reserve(3'000);
  for (int64_t i = 0; i < 3'000; ++i) column.emplace_back(i % 711);
  const auto rows = decide_rows(policy_of(table), {{"x", TypeKind::number}}, {column});
  for (int64_t i = 0; i < 3'000; ++i) {
    std::vector<std::size_t> expected;
    for (int64_t rule = 0; rule < 700; ++rule) {
      if (i % 711 >= rule && i % 711 <= rule + rule % 9) {
        expected.push_back(static_cast<std::size_t>(rule));
      }
    }
    ASSERT_EQ(rows[static_cast<std::size_t>(i)].rules, expected) << i;
  }
}

}  // namespace
}  // namespace hq::rules
