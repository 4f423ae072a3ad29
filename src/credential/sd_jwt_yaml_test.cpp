// The cases of sd-jwt-python, whose YAML marks with !sd what may be hidden: issued, shown in part,
// and read as the cases expect. A reader of as much YAML as they use stands here too.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/hash.h"
#include "credential/limits.h"
#include "credential/sd_jwt.h"
#include "credential/shared_data_testing.h"

namespace hq::credential {
namespace {

namespace fs = std::filesystem;

/// A value, the frame of what may be hidden in it, and whether it may itself be hidden.
struct Node {
  Json value;
  Json frame = Json::object();
  bool is_hidden = false;

  void add(const std::string& name, Node item) {
    if (item.is_hidden) {
      if (frame.find("_sd") == nullptr) frame.set("_sd", Json::array());
      frame.find("_sd")->as_array()->emplace_back(name);
    }
    if (!item.frame.as_object()->empty()) frame.set(name, std::move(item.frame));
    if (value.as_array() != nullptr) {
      value.as_array()->push_back(std::move(item.value));
    } else {
      value.set(name, std::move(item.value));
    }
  }
  void add(Node item) { add(std::to_string(value.as_array()->size()), std::move(item)); }
};

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(' ');
  if (start == text.npos) return {};
  return text.substr(start, text.find_last_not_of(" \r") - start + 1);
}

/// Takes "!sd" off the front of a text.
bool take_tag(std::string_view& text) {
  constexpr std::string_view kTag = "!sd";
  if (!text.starts_with(kTag)) return false;
  if (text.size() > kTag.size() && text[kTag.size()] != ' ') return false;
  text = trimmed(text.substr(kTag.size()));
  return true;
}

/// Where the first of `marks` stands outside of quotes.
std::size_t find_bare(std::string_view text, std::string_view marks) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quote != 0) {
      if (text[i] == quote) quote = 0;
    } else if (text[i] == '"' || text[i] == '\'') {
      quote = text[i];
    } else if (marks.contains(text[i])) {
      return i;
    }
  }
  return text.npos;
}

std::string unquoted(std::string_view text) {
  if (text.size() >= 2 && (text[0] == '"' || text[0] == '\''))
    text = text.substr(1, text.size() - 2);
  return std::string(text);
}

Json scalar(std::string_view text) {
  if (text.starts_with('"') || text.starts_with('\'')) return Json(unquoted(text));
  if (text.empty() || text == "null" || text == "None") return {};
  if (text == "true" || text == "True") return Json(true);
  if (text == "false" || text == "False") return Json(false);
  const bool may_be_number = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
  if (const auto number = Json::parse(text); may_be_number && number) return *number;
  return Json(text);
}

/// [a, !sd b] and {"a": b}, within each other.
class Flow {
 public:
  explicit Flow(std::string_view text) : rest_(text) {}

  Node value() {
    Node node;
    skip();
    node.is_hidden = take_tag(rest_);
    if (rest_.starts_with('[')) {
      node.value = Json::array();
      for (next(); !rest_.starts_with(']'); separator()) node.add(value());
      next();
    } else if (rest_.starts_with('{')) {
      node.value = Json::object();
      for (next(); !rest_.starts_with('}'); separator()) field(node);
      next();
    } else {
      node.value = scalar(take(find_bare(rest_, ",]}")));
    }
    return node;
  }

 private:
  void field(Node& node) {
    const bool is_hidden = take_tag(rest_);
    const std::string name = unquoted(take(find_bare(rest_, ":")));
    next();
    Node item = value();
    item.is_hidden = is_hidden;
    node.add(name, std::move(item));
  }
  void separator() {
    skip();
    if (rest_.starts_with(',')) next();
    skip();
  }
  void skip() { rest_ = trimmed(rest_); }
  void next() {
    rest_.remove_prefix(std::min<std::size_t>(1, rest_.size()));
    skip();
  }
  std::string_view take(std::size_t count) {
    const std::string_view taken = trimmed(rest_.substr(0, count));
    rest_.remove_prefix(std::min(count, rest_.size()));
    return taken;
  }

  std::string_view rest_;
};

/// Blocks by indentation: maps, lists, and what a line holds of the two above.
class Block {
 public:
  explicit Block(std::string_view text) {
    int open = 0;
    while (!text.empty()) {
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(line.size() + 1, text.size()));
      const std::size_t comment = find_bare(line, "#");
      if (comment != line.npos && (comment == 0 || line[comment - 1] == ' ')) {
        line = line.substr(0, comment);
      }
      if (trimmed(line).empty()) continue;
      // What is open in brackets goes on in the next line.
      if (open > 0) {
        lines_.back().text += " " + std::string(trimmed(line));
      } else {
        lines_.push_back({line.find_first_not_of(' '), std::string(trimmed(line))});
      }
      for (const char c : line) open += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
    }
  }

  Node value() { return block(); }

 private:
  struct Line {
    std::size_t indent;
    std::string text;
  };

  /// Length of the key of "key: value" or "!sd key:"; npos where a line is none.
  static std::size_t key_end(std::string_view text) {
    std::string_view untagged = text;
    take_tag(untagged);
    if (untagged.starts_with('[') || untagged.starts_with('{')) return text.npos;
    for (std::size_t from = 0; from < text.size();) {
      const std::size_t colon = find_bare(text.substr(from), ":");
      if (colon == text.npos) return text.npos;
      from += colon;
      if (from + 1 == text.size() || text[from + 1] == ' ') return from;
      ++from;
    }
    return text.npos;
  }

  bool is_at(std::size_t indent) const {
    return next_ < lines_.size() && lines_[next_].indent == indent;
  }

  Node block() {
    const std::size_t indent = lines_[next_].indent;
    Node node;
    if (lines_[next_].text.starts_with('-')) {
      node.value = Json::array();
      while (is_at(indent) && lines_[next_].text.starts_with('-')) node.add(item(indent));
      return node;
    }
    if (key_end(lines_[next_].text) == std::string::npos) {
      return Flow(lines_[next_++].text).value();
    }
    node.value = Json::object();
    while (is_at(indent)) field(indent, node);
    return node;
  }

  Node item(std::size_t indent) {
    Line& line = lines_[next_];
    const std::string text(trimmed(std::string_view(line.text).substr(1)));
    if (key_end(text) != text.npos) {  // a map that begins in this line
      line = {line.indent + line.text.find(text, 1), text};
      return block();
    }
    return inner(indent, text);
  }

  void field(std::size_t indent, Node& node) {
    const std::string text = lines_[next_].text;
    std::string_view key = std::string_view(text).substr(0, key_end(text));
    const bool is_hidden = take_tag(key);
    Node item =
        inner(indent, std::string(trimmed(std::string_view(text).substr(key_end(text) + 1))));
    item.is_hidden = is_hidden;
    node.add(unquoted(key), std::move(item));
  }

  /// What stands behind a dash or a key: in the line, or in the lines below it.
  Node inner(std::size_t indent, const std::string& text) {
    ++next_;
    std::string_view rest = text;
    const bool is_hidden = take_tag(rest);
    Node node;
    if (rest == ">-") {
      std::string folded;
      while (next_ < lines_.size() && lines_[next_].indent > indent) {
        folded += (folded.empty() ? "" : " ") + lines_[next_++].text;
      }
      node.value = Json(folded);
    } else if (!rest.empty()) {
      const bool is_flow = rest.starts_with('[') || rest.starts_with('{');
      node = is_flow ? Flow(rest).value() : Node{scalar(rest)};
    } else if (next_ < lines_.size() && lines_[next_].indent > indent) {
      node = block();
    }
    node.is_hidden = is_hidden;
    return node;
  }

  std::vector<Line> lines_;
  std::size_t next_ = 0;
};

/// Lists of a case name what is shown by place, ours by index.
Json selection_of(const Json& disclosed) {
  if (disclosed.as_array() != nullptr) {
    Json selection = Json::object();
    for (std::size_t i = 0; i < disclosed.as_array()->size(); ++i) {
      selection.set(std::to_string(i), selection_of((*disclosed.as_array())[i]));
    }
    return selection;
  }
  if (disclosed.as_object() == nullptr) return disclosed;
  Json selection = Json::object();
  for (const auto& [name, value] : *disclosed.as_object()) selection.set(name, selection_of(value));
  return selection;
}

Json claims_of(const std::string& text) {
  const auto token = parse_sd_jwt(text);
  EXPECT_TRUE(token.has_value()) << why(token);
  const auto claims = token ? disclosed_claims(*token) : Result<Json>(Json());
  EXPECT_TRUE(claims.has_value()) << why(claims);
  return claims.value_or(Json());
}

void run_case(const std::string& text) {
  const Node all = Block(text).value();
  const Json* claims = all.value.find("user_claims");
  ASSERT_NE(claims, nullptr);
  const Json* frame = all.frame.find("user_claims");
  int count = 0;
  const auto salts = [&] {
    const Sha256 hash = sha256(std::to_string(count++));
    return std::string(reinterpret_cast<const char*>(hash.data()), kSaltBytes);
  };
  const auto issued = issue_sd_jwt({.claims = *claims,
                                    .frame = frame == nullptr ? Json::object() : *frame,
                                    .type = "example+sd-jwt"},
                                   salts, *SigningKey::from_seed(std::string(32, '\7')));
  ASSERT_TRUE(issued.has_value()) << why(issued);
  EXPECT_EQ(claims_of(*issued), *claims);
  const auto shown =
      select_disclosures(*issued, selection_of(at(all.value, "holder_disclosed_claims")));
  ASSERT_TRUE(shown.has_value()) << why(shown);
  const Json* expected = all.value.find("expect_verified_user_claims");
  if (expected != nullptr) EXPECT_EQ(claims_of(*shown), *expected) << claims_of(*shown).text();
}

TEST(SdJwtYaml, reads_what_the_cases_are_written_in) {
  const Node node = Block(
                        "a: # note\n"
                        "  !sd b: \"x: y\"\n"
                        "  'c':\n"
                        "    - !sd [1, !sd two, {\"d\": null}]\n"
                        "    - e: +1-2\n"
                        "      !sd f: >-\n"
                        "        long\n"
                        "        text\n"
                        "    - !sd\n"
                        "      g: 2.50\n"
                        "h: {\n"
                        "  \"i\": True }\n")
                        .value();
  EXPECT_EQ(node.value.text(),
            R"({"a":{"b":"x: y","c":[[1,"two",{"d":null}],{"e":"+1-2","f":"long text"},)"
            R"({"g":2.50}]},"h":{"i":true}})");
  EXPECT_EQ(node.frame.text(),
            R"({"a":{"_sd":["b"],"c":{"_sd":["0","2"],"0":{"_sd":["1"]},"1":{"_sd":["f"]}}}})");
}

TEST(SdJwtYaml, passes_the_cases_of_sd_jwt_python) {
  HQ_SKIP_WITHOUT_VECTORS();
  std::set<fs::path> files;
  for (const char* folder : {"python-testcases", "python-examples", "ietf-sd-jwt-vc-examples"}) {
    for (const auto& entry :
         fs::recursive_directory_iterator(shared_path(std::string("sdjwt/") + folder))) {
      if (entry.path().filename() == "specification.yml") files.insert(entry.path());
    }
  }
  EXPECT_EQ(files.size(), 35U);
  for (const fs::path& file : files) {
    SCOPED_TRACE(file.parent_path().filename().string());
    run_case(shared_text(fs::relative(file, shared_path("")).string()));
  }
}

}  // namespace
}  // namespace hq::credential
