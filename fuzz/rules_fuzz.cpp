// FEEL of any bytes: it is refused, or the compiled form and the walker answer alike, within
// limits.
#include <cstdio>

#include "base/assert.h"
#include "rules/compiled/agreement_testing.h"
#include "rules/feel/parser.h"

namespace {

using namespace hq::rules;

Value value_of(std::string_view text) {
  const auto tree = parse_expression(text, {});
  HQ_ASSERT(tree.has_value());
  Evaluation evaluation({});
  return evaluate(**tree, Scope(), evaluation);
}

const Variables& variables() {
  static const Variables all = {
      {"n", value_of("3")},
      {"s", value_of(R"("text")")},
      {"day", value_of(R"(@"2024-02-29")")},
      {"ns", value_of("[1, 2, 3]")},
      {"m", value_of("{a: 1, b: {c: null}}")},
      {"rows", value_of(R"([{a: 1, b: "x"}, {a: 2}, {item: 3}])")},
      {"?", value_of("2")},
  };
  return all;
}

void agree(const hq::Result<ExpressionPtr>& tree) {
  if (!tree) {
    HQ_ASSERT(!tree.error().message.empty() && !tree.error().message_zh.empty());
    return;
  }
  EvaluationOptions options;
  options.now = parse_date_time("2026-11-22T08:00:00+08:00").value();
  options.steps_max = 20'000;
  options.bytes_max = 1 << 20;
  options.depth_max = 60;
  const std::optional<std::string> found = difference(**tree, variables(), options);
  if (found) std::fprintf(stderr, "%s\n", found->c_str());
  HQ_ASSERT(!found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const Names names = [] {
    Names known;
    for (const auto& [name, value] : variables()) known.add(name);
    return known;
  }();
  agree(parse_expression(text, names));
  agree(parse_unary_tests(text, names));
  return 0;
}
