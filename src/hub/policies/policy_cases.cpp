#include "hub/policies/policy_cases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/json_document.h"
#include "base/json_writer.h"
#include "base/text.h"
#include "hub/policies/policy_service.h"

namespace hq::hub {
namespace {

using Facts = std::map<std::string, std::string>;

/// Texts between the separators, without blanks around them.
std::vector<std::string> parts_of(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// A number, true, false or a text in double quotes as it stands; all else is a text.
std::string as_json(std::string_view text) {
  if (const auto json = JsonDocument::parse(text)) {
    const JsonType type = json->root().type();
    if (type == JsonType::number || type == JsonType::boolean || type == JsonType::string) {
      return std::string(text);
    }
  }
  std::string quoted;
  JsonWriter(quoted).string(text);
  return quoted;
}

/// What people write for a value: a text without its quotes.
std::string plain(std::string_view json) {
  const auto document = JsonDocument::parse(json);
  if (document && document->root().type() == JsonType::string) {
    return std::string(document->root().as_string().value_or(""));
  }
  return std::string(json);
}

std::string plain(const JsonValue& value) {
  switch (value.type()) {
    case JsonType::string:
      return std::string(value.as_string().value_or(""));
    case JsonType::number:
      return std::string(value.as_number_text().value_or(""));
    case JsonType::boolean:
      return value.as_bool().value_or(false) ? "true" : "false";
    case JsonType::null:
      return "null";
    default:
      return "a list or an object";
  }
}

std::string text_of(const Facts& facts) {
  std::string text;
  for (const auto& [name, value] : facts) {
    text += (text.empty() ? "" : "; ") + name + (value.empty() ? "" : " = " + plain(value));
  }
  return text.empty() ? "nothing" : text;
}

/// Reads a file line by line; `facts_` is where facts go: the base or case that was begun last.
class CaseReader {
 public:
  CaseReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  Result<std::vector<TextCase>> read();

 private:
  Result<> read_line(std::string_view line);
  Result<> read_fact(std::string_view line);
  Result<> begin(std::string_view key, std::string value);
  Result<> read_expectation(std::string_view key, std::string value);
  Result<> read_day(Date& day, std::string_view value);
  Result<> read_what_if(const std::string& value);
  Result<> finish_case();

  TextCase& present() { return cases_.back(); }
  std::string where() const { return fmt::format("{}:{}", file_, line_); }
  std::unexpected<Error> wrong(std::string en, std::string zh) const {
    return fail(ErrorCode::parse_error, std::move(en), std::move(zh), where());
  }

  std::string_view text_;
  const std::string& file_;
  int line_ = 0;
  std::string policy_;
  std::map<std::string, Facts> bases_;
  std::vector<TextCase> cases_;
  Facts* facts_ = nullptr;
  bool is_in_case_ = false;
  std::string from_;           // of the present case
  std::set<std::string> met_;  // keys and facts of the present block
};

Result<std::vector<TextCase>> CaseReader::read() {
  while (!text_.empty()) {
    const std::size_t end = text_.find('\n');
    const std::string_view line = trimmed(text_.substr(0, end), " \t\r");
    text_.remove_prefix(end == std::string_view::npos ? text_.size() : end + 1);
    ++line_;
    if (line.empty() || line.front() == '#') continue;
    HQ_TRY_VOID(read_line(line));
  }
  HQ_TRY_VOID(finish_case());
  if (cases_.empty()) return wrong("the file has no cases", "文件中没有用例");
  return std::move(cases_);
}

Result<> CaseReader::read_line(std::string_view line) {
  if (line.starts_with("- ")) return read_fact(line.substr(2));
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return wrong("a line is `key: value`, or `- fact: value`",
                 "每行应为“项目: 内容”或“- 事实: 值”");
  }
  const std::string_view key = trimmed(line.substr(0, colon));
  std::string value(trimmed(line.substr(colon + 1)));
  if (value.empty()) return wrong("nothing stands behind the colon", "冒号之后没有内容");
  if (key == "policy" || key == "base" || key == "case") return begin(key, std::move(value));
  if (!is_in_case_) return wrong("this belongs into a case", "此项应写在用例之内");
  if (!met_.insert(std::string(key)).second) {
    return wrong("this stands twice in the case", "此项在用例中重复");
  }
  return read_expectation(key, std::move(value));
}

Result<> CaseReader::read_fact(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (facts_ == nullptr || colon == std::string_view::npos || colon == 0) {
    return wrong("a fact is `- name: value`, in a base or a case",
                 "事实应为“- 名称: 值”，写在 base 或 case 之内");
  }
  const std::string name(trimmed(line.substr(0, colon)));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!met_.insert("- " + name).second) return wrong("the fact stands twice", "事实重复");
  (*facts_)[name] = value == "?" ? "" : as_json(value);
  return {};
}

Result<> CaseReader::begin(std::string_view key, std::string value) {
  HQ_TRY_VOID(finish_case());
  met_.clear();
  if (key == "policy") {
    if (!policy_.empty()) return wrong("the policy stands twice", "policy 重复");
    policy_ = std::move(value);
    return {};
  }
  if (policy_.empty()) return wrong("the policy comes first", "应先写 policy");
  if (key == "base") {
    const auto [base, is_new] = bases_.try_emplace(std::move(value));
    if (!is_new) return wrong("a base of this name is there already", "该名称的 base 已有");
    facts_ = &base->second;
    return {};
  }
  TextCase& one = cases_.emplace_back();
  one.where = where();
  one.title = std::move(value);
  one.policy = policy_;
  facts_ = &one.facts;
  is_in_case_ = true;
  return {};
}

Result<> CaseReader::read_day(Date& day, std::string_view value) {
  auto read = parse_date(value);
  if (!read) return std::unexpected(std::move(read).error().at(where()));
  day = *read;
  return {};
}

/// A word, or changes `FACT = VALUE; FACT = VALUE`.
Result<> CaseReader::read_what_if(const std::string& value) {
  Facts& changes = present().what_if.emplace();
  constexpr std::array<std::string_view, 3> kWords = {"already", "impossible", "not_settled"};
  if (std::ranges::find(kWords, value) != kWords.end()) {
    changes[value] = "";
    return {};
  }
  for (const std::string& change : parts_of(value, ';')) {
    const auto sides = parts_of(change, '=');
    if (sides.size() != 2 || sides[0].empty()) {
      return wrong("this is already, impossible, not_settled, or `FACT = VALUE; ...`",
                   "应为 already、impossible、not_settled，或“事实 = 值; ……”");
    }
    changes[sides[0]] = as_json(sides[1]);
  }
  return {};
}

Result<> CaseReader::read_expectation(std::string_view key, std::string value) {
  TextCase& one = present();
  if (key == "as of") return read_day(one.as_of, value);
  if (key == "known at") return read_day(one.known_at, value);
  if (key == "what-if") return read_what_if(value);
  if (key.starts_with("expect ")) {
    one.members[std::string(trimmed(key.substr(7)))] = plain(value);
  } else if (key == "from") {
    from_ = std::move(value);
  } else if (key == "version") {
    one.version = std::move(value);
  } else if (key == "expect") {
    one.outcome = plain(value);
  } else if (key == "fails") {
    if (!error_code_from_id(value)) return wrong("there is no such error", "没有这种错误");
    one.error = std::move(value);
  } else if (key == "ask") {
    one.ask.emplace();
    if (value == "nothing") return {};
    for (std::string& fact : parts_of(value, ';')) one.ask->try_emplace(std::move(fact));
  } else if (key == "assumed" && (value == "yes" || value == "no")) {
    one.is_assumed = value == "yes";
  } else {
    return wrong("this is no key of a case; see spec/rules/README.md",
                 "用例没有此项目，见 spec/rules/README.md");
  }
  return {};
}

/// Puts the base under the facts of the case that ends here, and looks whether it is whole.
Result<> CaseReader::finish_case() {
  facts_ = nullptr;
  if (!std::exchange(is_in_case_, false)) return {};
  TextCase& one = present();
  if (!met_.contains("as of") || one.outcome.has_value() == one.error.has_value()) {
    return fail(ErrorCode::parse_error, "a case has `as of:`, and either `expect:` or `fails:`",
                "用例须有 as of，并有 expect 或 fails 之一", one.where);
  }
  if (!met_.contains("known at")) one.known_at = one.as_of;
  if (met_.contains("from")) {
    const auto base = bases_.find(from_);
    if (base == bases_.end()) {
      return fail(ErrorCode::parse_error, "there is no base of this name above: " + from_,
                  "上文没有该名称的 base：" + from_, one.where);
    }
    one.facts.insert(base->second.begin(), base->second.end());
  }
  std::erase_if(one.facts, [](const auto& fact) { return fact.second.empty(); });
  return {};
}

/// What differs is told in one form: what it is, what came out, what is right.
void compare(std::vector<std::string>& wrong, std::string_view what, std::string_view got,
             std::string_view expected) {
  if (got == expected) return;
  wrong.push_back(fmt::format("{} is {}, expected {}", what, got, expected));
}

template <class Request>
Request request_of(const TextCase& one) {
  Request request;
  request.policy = one.policy;
  request.as_of = one.as_of;
  request.known_at = one.known_at;
  JsonWriter out(request.facts.text);
  out.begin_object();
  for (const auto& [name, json] : one.facts) out.key(name).verbatim(json);
  out.end_object();
  return request;
}

void compare_answer(const DecisionAnswer& answer, const TextCase& one,
                    std::vector<std::string>& wrong) {
  if (one.version) compare(wrong, "version", answer.version, *one.version);
  if (one.outcome) compare(wrong, "outcome", plain(answer.outcome.text), *one.outcome);
  if (one.is_assumed) {
    compare(wrong, "assumed", answer.is_assumed ? "yes" : "no", *one.is_assumed ? "yes" : "no");
  }
  const auto value = JsonDocument::parse(answer.value.text);
  for (const auto& [name, expected] : one.members) {
    const auto member = value ? value->root().find(name) : std::nullopt;
    compare(wrong, name, member ? plain(*member) : "not there", expected);
  }
}

void compare_what_if(const PolicyService& policies, const TextCase& one, Instant now,
                     std::vector<std::string>& wrong) {
  const auto answer = policies.what_if(request_of<WhatIfRequest>(one), now);
  if (!answer) {
    wrong.push_back("what-if: " + answer.error().text());
    return;
  }
  Facts changes;
  if (answer->verdict != "possible") changes[answer->verdict] = "";
  for (const ChangeAnswer& change : answer->changes) changes[change.fact] = change.to.text;
  compare(wrong, "what-if", text_of(changes), text_of(*one.what_if));
}

void compare_ask(const PolicyService& policies, const TextCase& one, Instant now,
                 std::vector<std::string>& wrong) {
  const auto answer = policies.ask(request_of<AskRequest>(one), now);
  if (!answer) {
    wrong.push_back("ask: " + answer.error().text());
    return;
  }
  Facts asked;
  for (const FactAnswer& fact : answer->questions) asked[fact.name] = "";
  compare(wrong, "ask", text_of(asked), text_of(*one.ask));
}

}  // namespace

Result<std::vector<TextCase>> read_cases(std::string_view text, const std::string& file) {
  if (!is_valid_utf8(text)) {
    return fail(ErrorCode::parse_error, "the file is not UTF-8; save it as UTF-8",
                "文件不是UTF-8编码，请另存为UTF-8", file);
  }
  return CaseReader(text, file).read();
}

std::vector<std::string> run_case(const PolicyService& policies, const TextCase& one, Instant now) {
  std::vector<std::string> wrong;
  const auto answer = policies.decide(request_of<DecisionRequest>(one), now);
  const std::string error(answer ? "none" : info(answer.error().code).id);
  if (!answer || one.error) {
    compare(wrong, "error", error, one.error.value_or("none"));
    if (!wrong.empty() && !answer) wrong.back() += ": " + answer.error().text();
    return wrong;
  }
  compare_answer(*answer, one, wrong);
  if (one.what_if) compare_what_if(policies, one, now, wrong);
  if (one.ask) compare_ask(policies, one, now, wrong);
  return wrong;
}

}  // namespace hq::hub
