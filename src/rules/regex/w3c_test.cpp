// The W3C's cases for fn:matches, fn:replace and fn:tokenize (qt3tests, commit b6584bd).
//
// Where a case depends on the version of XSD, we are 1.1. A case only for XQuery is read as XQuery.
#include <gtest/gtest.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <pugixml.hpp>
#include <set>
#include <string>

#include "rules/regex/xpath_cases_testing.h"

namespace hq::rules {
namespace {

enum class Verdict { passed, failed, not_applicable };

struct Tally {
  int cases = 0;
  int applicable = 0;
  int passed = 0;
  std::vector<std::string> failures;
  std::map<std::string, std::vector<std::string>> not_applicable;  // reason to names
};

std::string all_text(const pugi::xml_node& node) {
  std::string text;
  for (const auto& child : node.children()) text += child.value();
  return text;
}

std::string_view forx_code(const Error& error) {
  return std::string_view(error.message).substr(0, 8);
}

Verdict judge(const pugi::xml_node& wanted, const Result<XPathSequence>& got, XPathDialect dialect,
              std::string& reason) {
  const std::string name = wanted.name();
  if (name == "any-of") {
    Verdict best = Verdict::not_applicable;
    for (const auto& child : wanted.children()) {
      const Verdict one = judge(child, got, dialect, reason);
      if (one == Verdict::passed) return one;
      if (one == Verdict::failed) best = one;
    }
    return best;
  }
  const auto verdict = [](bool holds) { return holds ? Verdict::passed : Verdict::failed; };
  if (name == "error") {
    const std::string code = wanted.attribute("code").value();
    return verdict(!got && forx_code(got.error()) == code);
  }
  if (name == "assert-type" && wanted.text().get() == std::string_view("xs:boolean")) {
    return verdict(got && got->size() == 1 && std::holds_alternative<bool>(got->front()));
  }
  if (name == "assert-true") return verdict(got && *got == XPathSequence{true});
  if (name == "assert-false") return verdict(got && *got == XPathSequence{false});
  if (name == "assert-empty") return verdict(got && got->empty());
  if (name == "assert-string-value") return verdict(got && xpath_text(*got) == all_text(wanted));
  if (name == "assert-eq" || name == "assert-deep-eq") {
    const std::string expression = "(" + all_text(wanted) + ")";
    const auto expected = XPathCase(expression, dialect).evaluate();
    if (!expected) {
      reason = "an expected value in " + expected.error().message;
      return Verdict::not_applicable;
    }
    return verdict(got && *got == *expected);
  }
  reason = "a result told by " + name;
  return Verdict::not_applicable;
}

// Why a case is not for us; empty where it is.
std::string foreign_dependency(const pugi::xml_node& one, XPathDialect& dialect) {
  for (const auto& dependency : one.children("dependency")) {
    const std::string type = dependency.attribute("type").value();
    const std::string value = dependency.attribute("value").value();
    if (type == "xsd-version" && value == "1.0") return "XSD 1.0, and we are 1.1";
    if (type == "spec") {
      if (!value.contains('+')) return "an older XPath, and we are 3.1";
      if (!value.contains("XP")) dialect = XPathDialect::xquery;
    }
  }
  return {};
}

Tally run(const pugi::xml_document& document) {
  Tally tally;
  for (const auto& one : document.child("test-set").children("test-case")) {
    ++tally.cases;
    const std::string name = one.attribute("name").value();
    XPathDialect dialect = XPathDialect::xpath;
    std::string reason = foreign_dependency(one, dialect);
    Verdict verdict = Verdict::not_applicable;
    std::string got_text;
    if (reason.empty()) {
      const std::string text = all_text(one.child("test"));
      const auto got = XPathCase(text, dialect).evaluate();
      got_text = got ? xpath_text(*got) : got.error().text();
      if (!got && got.error().code == ErrorCode::unsupported) {
        reason = got.error().message;
      } else {
        verdict = judge(one.child("result").first_child(), got, dialect, reason);
      }
    }
    if (verdict == Verdict::not_applicable) {
      tally.not_applicable[reason].push_back(name);
      continue;
    }
    ++tally.applicable;
    if (verdict == Verdict::passed) {
      ++tally.passed;
    } else {
      tally.failures.push_back(name + ": got " + got_text);
    }
  }
  return tally;
}

struct Expected {
  std::string file;
  int cases;
  int applicable;
};

class W3cCases : public testing::TestWithParam<Expected> {};

TEST_P(W3cCases, all_that_apply_pass) {
  const std::filesystem::path path =
      std::filesystem::path(HQ_SHARED_DIR) / "data/regex" / GetParam().file;
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no W3C cases at " << path;
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file(path.c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single));
  const Tally tally = run(document);
  std::cout << GetParam().file << ": " << tally.cases << " cases, " << tally.applicable
            << " applicable, " << tally.passed << " passed\n";
  for (const auto& [reason, names] : tally.not_applicable) {
    std::cout << "  not applicable, " << names.size() << ", " << reason << ":";
    for (const std::string& name : names) std::cout << ' ' << name;
    std::cout << '\n';
  }
  for (const std::string& failure : tally.failures) ADD_FAILURE() << failure;
  EXPECT_EQ(tally.cases, GetParam().cases);
  EXPECT_EQ(tally.applicable, GetParam().applicable);
  EXPECT_EQ(tally.passed, tally.applicable);
}

INSTANTIATE_TEST_SUITE_P(Files, W3cCases,
                         testing::Values(Expected{"matches.xml", 166, 160},
                                         Expected{"matches.re.xml", 1009, 1005},
                                         Expected{"replace.xml", 91, 83},
                                         Expected{"tokenize.xml", 67, 43}),
                         [](const auto& one) {
                           std::string name = one.param.file.substr(0, one.param.file.size() - 4);
                           for (char& letter : name) letter = letter == '.' ? '_' : letter;
                           return name;
                         });

}  // namespace
}  // namespace hq::rules
