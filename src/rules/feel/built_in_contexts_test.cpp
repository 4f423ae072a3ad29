#include "rules/feel/built_ins_testing.h"

namespace hq::rules {
namespace {

TEST(BuiltInContexts, give_values_and_entries) {
  expect_answers({
      {R"x(get value({a: "foo"}, "a"))x", "foo"},
      {R"x(get value(key: "a", m: {a: "foo"}))x", "foo"},
      {R"x(get value({a: "foo"}, "b"))x", "null"},
      {R"x(get value({a: "foo"}, 12))x", "error"},
      {R"x(get value(null, "a"))x", "error"},
      {R"x(get value({a: 1}))x", "error"},
      {R"x(get entries({a: "foo", b: 2})[1].key)x", "a"},
      {R"x(get entries(m: {a: "foo", b: 2})[2].value)x", "2"},
      {"get entries({})", "[]"},
      {"get entries({}, {})", "error"},
  });
}

TEST(BuiltInContexts, are_made_of_entries) {
  expect_answers({
      {R"x(context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2})x", "true"},
      {R"x(context(entries: {key: "a", value: null, more: 1}) = {a: null})x", "true"},
      {"context([]) = {}", "true"},
      {R"x(context([{key: "a", value: 1}, {key: "a", value: 2}]))x", "error"},
      {"context({value: 1})", "error"},
      {R"x(context({key: "a"}))x", "error"},
      {"context({key: null, value: 1})", "error"},
      {"context(null)", "error"},
      {R"x(context("foo"))x", "error"},
  });
}

TEST(BuiltInContexts, take_a_value_under_a_key_or_path) {
  expect_answers({
      {R"x(context put({x: 1}, "x", 2) = {x: 2})x", "true"},
      {R"x(get entries(context put({a: 1}, "b", 2))[2].key)x", "b"},
      {R"x(context put({}, "a", null) = {a: null})x", "true"},
      {R"x(context put({x: 1, y: {a: 0}}, ["y", "a"], 2) = {x: 1, y: {a: 2}})x", "true"},
      {R"x(context put({x: 1, y: {a: 0}}, ["y", "b"], 2) = {x: 1, y: {a: 0, b: 2}})x", "true"},
      {R"x(context put(context: {a: 0}, keys: ["a"], value: 2) = {a: 2})x", "true"},
      {R"x(context put({y: {a: 0}}, ["y", "a", "b"], 2))x", "error"},
      {R"x(context put({y: {a: 0}}, [null, "a"], 2))x", "error"},
      {"context put({y: {a: 0}}, [], 2)", "error"},
      {R"x(context put([], "a", 1))x", "error"},
      {R"x(context put({}, "a"))x", "error"},
  });
}

TEST(BuiltInContexts, are_merged_the_last_value_first) {
  expect_answers({
      {"context merge([{a: 1}, {b: 2}]) = {a: 1, b: 2}", "true"},
      {"context merge([{a: {aa: 1}}, {a: {bb: 2}}]) = {a: {bb: 2}}", "true"},
      {"context merge(contexts: {a: 1}) = {a: 1}", "true"},
      {"context merge([]) = {}", "true"},
      {"context merge([{a: 1}, 2])", "error"},
      {"context merge(null)", "error"},
  });
}

TEST(BuiltInContexts, are_told_apart_by_kind_and_value) {
  expect_answers({
      {"is(1, 1)", "true"},
      {"is(1, \"1\")", "false"},
      {"is(null, null)", "true"},
      {R"x(is(@"23:00:50Z", @"23:00:50+00:00"))x", "true"},
      {R"x(is(@"20:00:50+00:00", @"21:00:50+01:00"))x", "false"},
      {R"x(is(value1: @"2021-02-13"))x", "false"},
  });
}

}  // namespace
}  // namespace hq::rules
