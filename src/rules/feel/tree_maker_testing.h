// For tests: random trees such as the parser makes them. One thread.
//
//   Random random(seed);
//   const ExpressionPtr tree = TreeMaker(random).tree(3);   // 3 levels
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "rules/feel/ast.h"
#include "rules/feel/parser.h"

namespace hq::rules {

using Random = std::mt19937_64;

/// Random trees such as the parser makes them, places aside.
class TreeMaker {
 public:
  static constexpr std::array<std::string_view, 10> kNames = {
      "a", "b", "c d", "a-b", "years and months duration", "x1 + y1", "?", "收入", "f", "it's 2.1"};
  static constexpr std::array<std::string_view, 4> kMembers = {"m", "time offset", "deep value",
                                                               "start"};

  explicit TreeMaker(Random& random) : random_(random) {}

  /// Those that the trees use.
  static Names names() {
    Names names;
    for (const std::string_view name : kNames) names.add(name);
    for (const std::string_view member : kMembers) names.add_member(member);
    return names;
  }

  ExpressionPtr tree(int depth) {
    if (depth <= 0) return leaf();
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3: {
        const uint64_t first = static_cast<uint64_t>(Kind::add);
        const uint64_t count = static_cast<uint64_t>(Kind::logical_or) - first + 1;
        return node(static_cast<Kind>(first + below(count)), depth, 2);
      }
      case 4:
        return node(Kind::negate, depth, 1);
      case 5:
        return node(Kind::list, depth, below(4));
      case 6:
        return context(depth);
      case 7:
        return node(Kind::between, depth, 3);
      case 8:
        return in(depth);
      case 9:
        return interval(depth);
      case 10:
        return instance_of(depth);
      case 11:
        return node(Kind::conditional, depth, 3);
      case 12:
        return loop(depth);
      case 13:
        return function(depth);
      case 14:
        return call(depth);
      default:
        return below(2) == 0 ? member(depth) : node(Kind::filter, depth, 2);
    }
  }

  ExpressionPtr unary_tests(int depth) {
    Expression tests = made(below(2) == 0 ? Kind::tests : Kind::negated_tests);
    add_tests(tests, depth);
    // Alone, a minus is the test that any value passes; and not(...) is no call.
    const ExpressionPtr& first = tests.parts[0];
    if (first->kind == Kind::call) tests.kind = Kind::negated_tests;
    return done(std::move(tests));
  }

 private:
  uint64_t below(uint64_t bound) { return random_() % bound; }

  template <class Pool>
  std::string one_of(const Pool& pool) {
    return std::string(pool[below(pool.size())]);
  }

  static Expression made(Kind kind, std::string text = {}) {
    Expression node;
    node.kind = kind;
    node.text = std::move(text);
    return node;
  }

  static ExpressionPtr done(Expression node) {
    for (const ExpressionPtr& part : node.parts) {
      node.height = std::max(node.height, part->height + 1);
    }
    return std::make_unique<const Expression>(std::move(node));
  }

  ExpressionPtr leaf() {
    constexpr std::array<std::string_view, 5> kNumbers = {"0", "12", ".5", "1.25", "1.2e-3"};
    constexpr std::array<std::string_view, 6> kTexts = {"", "x", "a\"b", "\\d\n", "中🐎", "//"};
    switch (below(6)) {
      case 0:
        return done(made(Kind::null_literal));
      case 1:
        return done(made(Kind::boolean_literal, below(2) == 0 ? "true" : "false"));
      case 2:
        return done(made(Kind::number_literal, one_of(kNumbers)));
      case 3:
        return done(made(below(3) == 0 ? Kind::at_literal : Kind::string_literal, one_of(kTexts)));
      default:
        return done(made(Kind::name, one_of(kNames)));
    }
  }

  void add_parts(Expression& to, int depth, uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) to.parts.push_back(tree(depth - 1));
  }

  ExpressionPtr node(Kind kind, int depth, uint64_t parts) {
    Expression made_now = made(kind);
    add_parts(made_now, depth, parts);
    return done(std::move(made_now));
  }

  ExpressionPtr context(int depth) {
    Expression all = made(Kind::context);
    for (uint64_t i = below(4); i > 0; --i) {
      Expression entry = made(Kind::entry, one_of(kNames));
      add_parts(entry, depth, 1);
      all.parts.push_back(done(std::move(entry)));
    }
    return done(std::move(all));
  }

  ExpressionPtr compare(int depth) {
    Expression test = made(Kind::unary_compare);
    test.compare = static_cast<Kind>(static_cast<uint64_t>(Kind::equal) + below(6));
    add_parts(test, depth, 1);
    return done(std::move(test));
  }

  void add_tests(Expression& to, int depth) {
    for (uint64_t i = 1 + below(3); i > 0; --i) {
      to.parts.push_back(below(3) == 0 ? compare(depth - 1) : tree(depth - 1));
    }
  }

  ExpressionPtr in(int depth) {
    Expression all = made(Kind::in);
    add_parts(all, depth, 1);
    add_tests(all, depth);
    return done(std::move(all));
  }

  ExpressionPtr interval(int depth) {
    if (below(4) == 0) return compare(depth);
    Expression all = made(Kind::interval);
    all.open_low = below(2) == 0;
    all.open_high = below(2) == 0;
    add_parts(all, depth, 2);
    return done(std::move(all));
  }

  TypeExpression type(int depth) {
    constexpr std::array<std::string_view, 4> kTypes = {"number", "Any", "date and time",
                                                        "years and months duration"};
    TypeExpression one;
    switch (depth <= 0 ? 0 : below(4)) {
      case 1:
        one.name = below(2) == 0 ? "list" : "range";
        one.parameters.push_back(type(depth - 1));
        return one;
      case 2:
        one.name = "context";
        one.members = {"m", "deep value"};
        one.parameters = {type(depth - 1), type(depth - 1)};
        return one;
      case 3:
        one.name = "function";
        for (uint64_t i = below(3); i > 0; --i) one.parameters.push_back(type(depth - 1));
        one.result = std::make_shared<const TypeExpression>(type(depth - 1));
        return one;
      default:
        one.name = one_of(kTypes);
        return one;
    }
  }

  ExpressionPtr instance_of(int depth) {
    Expression all = made(Kind::instance_of);
    add_parts(all, depth, 1);
    all.type = std::make_unique<const TypeExpression>(type(3));
    return done(std::move(all));
  }

  ExpressionPtr loop(int depth) {
    constexpr std::array<Kind, 3> kLoops = {Kind::for_in, Kind::some_in, Kind::every_in};
    Expression all = made(kLoops[below(3)]);
    for (uint64_t i = 1 + below(2); i > 0; --i) {
      Expression one = made(Kind::iterator, one_of(kNames));
      add_parts(one, depth, all.kind == Kind::for_in && below(3) == 0 ? 2 : 1);
      all.parts.push_back(done(std::move(one)));
    }
    add_parts(all, depth, 1);
    return done(std::move(all));
  }

  ExpressionPtr function(int depth) {
    Expression all = made(Kind::function);
    for (uint64_t i = below(3); i > 0; --i) {
      Expression one = made(Kind::parameter, one_of(kNames));
      if (below(2) == 0) one.type = std::make_unique<const TypeExpression>(type(2));
      all.parts.push_back(done(std::move(one)));
    }
    all.is_external = below(4) == 0;
    all.parts.push_back(all.is_external ? context(depth - 1) : tree(depth - 1));
    return done(std::move(all));
  }

  ExpressionPtr call(int depth) {
    Expression all = made(below(2) == 0 ? Kind::call : Kind::named_call);
    add_parts(all, depth, 1);
    if (all.kind == Kind::call) {
      add_parts(all, depth, below(3));
      return done(std::move(all));
    }
    for (uint64_t i = 1 + below(2); i > 0; --i) {
      Expression one = made(Kind::argument, one_of(kNames));
      add_parts(one, depth, 1);
      all.parts.push_back(done(std::move(one)));
    }
    return done(std::move(all));
  }

  ExpressionPtr member(int depth) {
    Expression all = made(Kind::path, one_of(kMembers));
    add_parts(all, depth, 1);
    return done(std::move(all));
  }

  Random& random_;
};

}  // namespace hq::rules
