// Speed of FEEL: ten usual expressions, compiled once and then evaluated again and again, and
// walked. Prints processor time of this thread, the best of five rounds, and evaluations a second
// of the ten by turns. Each answer is compared with the one that bench/peers/rules/feelin.mjs
// expects too.
#include <fmt/format.h>

#include <array>
#include <ctime>

#include "base/assert.h"
#include "rules/compiled/expression.h"
#include "rules/feel/parser.h"

namespace {

using namespace hq::rules;

struct Work {
  std::string_view what;
  std::string_view text;
  std::string_view answer;
};

// The same stand in bench/peers/rules/feelin.mjs.
constexpr std::array<Work, 10> kWork = {{
    {"arithmetic", "price * quantity * (1 + rate) - discount", "206.7"},
    {"comparison", "age >= 18 and age < 65", "true"},
    {"if", R"(if score > 80 then "high" else if score > 50 then "middle" else "low")", "middle"},
    {"text functions", R"(upper case(substring(name, 1, 3)) + "-" + string(quantity))", "HON-4"},
    {"difference of dates", "(date(end) - date(start)).days", "325"},
    {"sum of a list", "sum(amounts) / count(amounts)", "150"},
    {"filter over contexts", R"(count(orders[amount > 100 and status = "open"]))", "2"},
    {"for", "for x in amounts return x * 1.5", "[75, 150, 225, 300, 375]"},
    {"some", "some one in orders satisfies one.amount > 400", "true"},
    {"access to contexts", R"(applicant.address.city = "Shanghai")", "true"},
}};

constexpr std::string_view kScope = R"({
  price: 49.5, quantity: 4, rate: 0.06, discount: 3.18, age: 44, score: 72, name: "Hongqiao",
  start: "2026-01-01", end: "2026-11-22", amounts: [50, 100, 150, 200, 250],
  orders: [{id: 1, amount: 80, status: "open"}, {id: 2, amount: 120, status: "open"},
           {id: 3, amount: 300, status: "closed"}, {id: 4, amount: 410, status: "open"},
           {id: 5, amount: 20, status: "closed"}],
  applicant: {name: "Li", address: {city: "Shanghai", street: "Shenchang Road"}}
})";

double cpu_s() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// Nanoseconds a call.
template <class Act>
double measure(int calls, Act act) {
  double best_s = 1e18;
  for (int round = 0; round < 5; ++round) {
    const double start_s = cpu_s();
    for (int i = 0; i < calls; ++i) act();
    best_s = std::min(best_s, cpu_s() - start_s);
  }
  return best_s * 1e9 / calls;
}

}  // namespace

int main() {
  const auto scope_tree = parse_expression(kScope, {});
  HQ_ASSERT(scope_tree.has_value());
  Evaluation evaluation({});
  const Value all = evaluate(**scope_tree, Scope(), evaluation);
  HQ_ASSERT(all.as<Context>() != nullptr);
  Scope scope;
  Names known;
  std::vector<std::string> names;
  std::vector<Value> values;
  for (const auto& [name, value] : all.as<Context>()->members()) {
    scope.set(name, value);
    known.add(name);
    names.push_back(name);
    values.push_back(value);
  }
  Machine machine;
  double compiled_ns = 0;
  double walked_ns = 0;
  fmt::print("{:<24}{:>12}{:>12}\n", "ns an evaluation", "compiled", "walked");
  for (const Work& work : kWork) {
    const auto tree = parse_expression(work.text, known);
    HQ_ASSERT(tree.has_value());
    const CompiledExpression expression = compile_expression(**tree, names);
    HQ_ASSERT(to_text(expression.run(values, machine)) == work.answer);
    const double compiled = measure(200'000, [&] { (void)expression.run(values, machine); });
    const double walked = measure(20'000, [&] {
      Evaluation one({});
      (void)evaluate(**tree, scope, one);
    });
    fmt::print("{:<24}{:>12.0f}{:>12.0f}\n", work.what, compiled, walked);
    compiled_ns += compiled;
    walked_ns += walked;
  }
  const double count = kWork.size();
  fmt::print("{:<24}{:>12.0f}{:>12.0f}\n", "evaluations a second", count * 1e9 / compiled_ns,
             count * 1e9 / walked_ns);
  return 0;
}
