#include "rules_work.h"

#include <fmt/format.h>

#include <algorithm>

namespace hq::bench {
namespace {

using Kind = WorkColumn::Kind;
using Form = WorkCell::Form;

Decimal hundredths(int64_t value) {
  // A whole number is one, as where it was read from a text.
  if (value % 100 == 0) return Decimal(value / 100);
  return Decimal::scaled(value, -2).value_or(Decimal());  // never too large
}

/// FEEL and JSON write numbers, truths and texts alike; a date is FEEL.
std::string literal(const WorkColumn& column, int64_t value) {
  switch (column.kind) {
    case Kind::number:
      return hundredths(value).text();
    case Kind::truth:
      return value != 0 ? "true" : "false";
    case Kind::date: {
      const rules::CivilDate day = rules::Date{value}.civil();
      return fmt::format("@\"{}-{:02}-{:02}\"", day.year, day.month, day.day);
    }
    case Kind::text:
      break;
  }
  return '"' + column.texts[static_cast<std::size_t>(value)] + '"';
}

WorkCell random_cell(Random& random, const WorkColumn& column, int64_t parts) {
  if (column.kind == Kind::truth) return {.form = Form::one_of, .values = {below(random, 2)}};
  if (column.kind == Kind::text) {
    const bool is_none = parts == 1 && below(random, 6) == 0;
    WorkCell cell{.form = is_none ? Form::none_of : Form::one_of};
    for (int64_t i = below(random, 3); i >= 0; --i) cell.values.push_back(column.draw(random));
    return cell;
  }
  WorkCell cell{.low = column.draw(random)};
  const int64_t steps = (column.greatest - column.least) / column.step / parts;
  cell.high = std::min(column.greatest, cell.low + below(random, steps + 1) * column.step);
  const int64_t form = parts == 1 ? below(random, 4) : 2;
  cell.form = form == 0 ? Form::below : form == 1 ? Form::at_least : Form::range;
  return cell;
}

/// A value that the cell holds for, where there is one.
int64_t draw_of(Random& random, const WorkColumn& column, const WorkCell& cell) {
  switch (cell.form) {
    case Form::one_of:
      return cell.values[static_cast<std::size_t>(below(random, std::ssize(cell.values)))];
    case Form::range:
      return cell.low + below(random, (cell.high - cell.low) / column.step + 1) * column.step;
    case Form::below:
      return std::max(column.least, cell.high - column.step);
    case Form::at_least:
      return cell.low + below(random, (column.greatest - cell.low) / column.step + 1) * column.step;
    default:
      return column.draw(random);
  }
}

std::string joined(const WorkColumn& column, const WorkCell& cell) {
  std::string text;
  for (const int64_t value : cell.values) {
    text += (text.empty() ? "" : ", ") + literal(column, value);
  }
  return text;
}

std::string feel_of(const WorkColumn& column, const WorkCell& cell) {
  switch (cell.form) {
    case Form::range:
      return "[" + literal(column, cell.low) + ".." + literal(column, cell.high) + "]";
    case Form::below:
      return "< " + literal(column, cell.high);
    case Form::at_least:
      return ">= " + literal(column, cell.low);
    case Form::one_of:
      return joined(column, cell);
    case Form::none_of:
      return "not(" + joined(column, cell) + ")";
    default:
      return "-";
  }
}

/// The same in the words of zen-engine: an empty cell is any, `not` is written out.
std::string zen_of(const WorkColumn& column, const WorkCell& cell) {
  if (cell.form == Form::any) return "";
  if (cell.form == Form::none_of) return "not in [" + joined(column, cell) + "]";
  return feel_of(column, cell);
}

std::string escaped(std::string_view text, bool is_json) {
  std::string out;
  for (const char c : text) {
    if (c == '"' && is_json) {
      out += "\\\"";
    } else if (c == '<' && !is_json) {
      out += "&lt;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view type_of(const WorkColumn& column) {
  switch (column.kind) {
    case Kind::number:
      return "number";
    case Kind::truth:
      return "boolean";
    case Kind::date:
      return "date";
    case Kind::text:
      break;
  }
  return "string";
}

WorkColumn numbers(std::string name, int64_t least, int64_t greatest, int64_t step = 1) {
  return {.name = std::move(name),
          .least = least * 100,
          .greatest = greatest * 100,
          .step = step * 100};
}
WorkColumn texts(std::string name, std::string_view prefix, std::size_t count) {
  WorkColumn column{.name = std::move(name), .kind = Kind::text};
  for (std::size_t i = 0; i < count; ++i) column.texts.push_back(fmt::format("{} {}", prefix, i));
  column.greatest = static_cast<int64_t>(count) - 1;
  return column;
}

}  // namespace

TableWork TableWork::random(Random& random, std::size_t rules, std::vector<WorkColumn> columns,
                            const WorkShape& shape) {
  TableWork work{.columns = std::move(columns)};
  work.rules.reserve(rules);
  for (std::size_t i = 0; i < rules; ++i) {
    WorkRule& rule = work.rules.emplace_back();
    rule.output = static_cast<int64_t>(10 * i);
    for (const WorkColumn& column : work.columns) {
      const bool is_any = below(random, 100) < shape.any_percent;
      rule.cells.push_back(is_any ? WorkCell{} : random_cell(random, column, shape.parts));
    }
  }
  return work;
}

std::vector<int64_t> TableWork::draw(Random& random) const {
  std::vector<int64_t> values;
  const bool is_any = below(random, 10) == 0;
  const WorkRule& rule = rules[static_cast<std::size_t>(below(random, std::ssize(rules)))];
  for (std::size_t i = 0; i < columns.size(); ++i) {
    values.push_back(is_any ? columns[i].draw(random) : draw_of(random, columns[i], rule.cells[i]));
  }
  return values;
}

std::vector<WorkColumn> mixed_columns(std::size_t texts_count) {
  return {numbers("age", 0, 100),
          numbers("income", 0, 500'000, 500),
          texts("region", "region", texts_count),
          {.name = "resident", .kind = Kind::truth},
          numbers("years", 0, 40),
          texts("sector", "sector", texts_count)};
}

std::string dmn_of(const TableWork& work) {
  std::string model = fmt::format(
      "<definitions xmlns=\"https://www.omg.org/spec/DMN/20230324/MODEL/\" name=\"{0}\" "
      "namespace=\"urn:bench:{0}\">\n",
      work.name);
  std::string needs;
  std::string inputs;
  for (const WorkColumn& column : work.columns) {
    model += fmt::format(
        "<inputData name=\"{0}\" id=\"i{2}\"><variable name=\"{0}\" "
        "typeRef=\"{1}\"/></inputData>\n",
        column.name, type_of(column), needs.size());
    needs += fmt::format(
        "<informationRequirement><requiredInput href=\"#i{}\"/></informationRequirement>\n",
        needs.size());
    inputs += fmt::format(
        "<input><inputExpression typeRef=\"{1}\"><text>{0}</text></inputExpression></input>\n",
        column.name, type_of(column));
  }
  model += fmt::format(
      "<decision name=\"{0}\" id=\"d\"><variable name=\"{0}\" typeRef=\"number\"/>\n{1}"
      "<decisionTable {2}>\n{3}<output typeRef=\"number\"/>\n",
      work.name, needs, work.attributes, inputs);
  for (const WorkRule& rule : work.rules) {
    model += "<rule>";
    for (std::size_t i = 0; i < work.columns.size(); ++i) {
      model += "<inputEntry><text>" + escaped(feel_of(work.columns[i], rule.cells[i]), false) +
               "</text></inputEntry>";
    }
    model += fmt::format("<outputEntry><text>{}</text></outputEntry></rule>\n", rule.output);
  }
  return model + "</decisionTable></decision></definitions>\n";
}

std::string jdm_of(const TableWork& work) {
  std::string inputs;
  for (const WorkColumn& column : work.columns) {
    inputs += fmt::format("{}{{\"id\":\"{}\",\"name\":\"{}\",\"field\":\"{}\"}}",
                          inputs.empty() ? "" : ",", column.name, column.name, column.name);
  }
  std::string rules;
  for (std::size_t i = 0; i < work.rules.size(); ++i) {
    rules += fmt::format("{}{{\"_id\":\"r{}\"", i == 0 ? "" : ",", i);
    for (std::size_t k = 0; k < work.columns.size(); ++k) {
      rules += fmt::format(",\"{}\":\"{}\"", work.columns[k].name,
                           escaped(zen_of(work.columns[k], work.rules[i].cells[k]), true));
    }
    rules += fmt::format(",\"out\":\"{}\"}}\n", work.rules[i].output);
  }
  return fmt::format(
      R"({{"contentType":"application/vnd.gorules.decision","nodes":[
{{"id":"in","type":"inputNode","name":"in","position":{{"x":0,"y":0}}}},
{{"id":"table","type":"decisionTableNode","name":"table","position":{{"x":1,"y":0}},
"content":{{"hitPolicy":"first","inputs":[{}],"outputs":[{{"id":"out","name":"{}","field":"{}"}}],
"rules":[{}]}}}},
{{"id":"end","type":"outputNode","name":"end","position":{{"x":2,"y":0}}}}],
"edges":[{{"id":"a","sourceId":"in","targetId":"table","type":"edge"}},
{{"id":"b","sourceId":"table","targetId":"end","type":"edge"}}]}}
)",
      inputs, work.name, work.name, rules);
}

rules::Value value_of(const WorkColumn& column, int64_t value) {
  switch (column.kind) {
    case Kind::number:
      return rules::Value(hundredths(value));
    case Kind::truth:
      return rules::Value(value != 0);
    case Kind::date:
      return rules::Value(rules::Date{value});
    case Kind::text:
      break;
  }
  return rules::Value(column.texts[static_cast<std::size_t>(value)]);
}

std::string json_of(const TableWork& work, const std::vector<int64_t>& values) {
  std::string json;
  for (std::size_t i = 0; i < values.size(); ++i) {
    json += fmt::format("{}\"{}\":{}", i == 0 ? "{" : ",", work.columns[i].name,
                        literal(work.columns[i], values[i]));
  }
  return json + "}";
}

std::vector<WorkColumn> firm_facts() {
  std::vector<WorkColumn> facts = {numbers("staff", 1, 5'000),
                                   numbers("revenue", 0, 200'000'000, 10'000),
                                   numbers("profit", -20'000'000, 20'000'000, 10'000),
                                   numbers("research share", 0, 60),
                                   numbers("patents", 0, 300),
                                   numbers("tax paid", 0, 30'000'000, 1'000),
                                   numbers("exports", 0, 90'000'000, 10'000),
                                   numbers("energy use", 0, 80'000, 10),
                                   numbers("graduates", 0, 800),
                                   numbers("rent", 0, 900'000, 100),
                                   numbers("investment", 0, 50'000'000, 10'000),
                                   numbers("credit score", 300, 900)};
  const std::vector<std::pair<std::string, std::size_t>> vocabularies = {
      {"district", 16}, {"industry", 97}, {"legal form", 12}, {"ownership", 6}, {"size class", 4},
      {"park", 60},     {"rating", 8},    {"listing", 5},     {"origin", 40},   {"seat", 30}};
  for (const auto& [name, count] : vocabularies) facts.push_back(texts(name, name, count));
  for (const char* name : {"high tech", "specialised", "bonded", "in arrears", "headquarters"}) {
    facts.push_back({.name = name, .kind = Kind::truth});
  }
  for (const char* name : {"founded", "settled", "certified"}) {
    facts.push_back({.name = name, .kind = Kind::date, .least = 9'000, .greatest = 20'700});
  }
  return facts;
}

TableWork random_policy(Random& random, const std::vector<WorkColumn>& facts) {
  std::vector<WorkColumn> used = facts;
  std::ranges::shuffle(used, random);
  used.resize(static_cast<std::size_t>(4 + below(random, 5)));
  const auto rules = static_cast<std::size_t>(3 + below(random, 10));
  TableWork policy = TableWork::random(random, rules, std::move(used), {});
  const std::vector<std::string> attributes = {"hitPolicy=\"FIRST\"", "hitPolicy=\"UNIQUE\"",
                                               "hitPolicy=\"COLLECT\" aggregation=\"SUM\""};
  policy.attributes = attributes[static_cast<std::size_t>(below(random, 3))];
  return policy;
}

}  // namespace hq::bench
