#include "rules/dmn/native_shims.h"

#include "rules/dmn/model_testing.h"

namespace hq::rules {
namespace {

/// Calls the Java method with FEEL arguments.
std::string java(const std::string& class_name, const std::string& signature,
                 const std::vector<std::string>& arguments) {
  std::string names;
  std::string values;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    names += (i == 0 ? "" : ", ") + std::string(1, static_cast<char>('p' + i));
    values += (i == 0 ? "" : ", ") + arguments[i];
  }
  const std::string function = "function(" + names + ") external {java: {class: \"" + class_name +
                               "\", method signature: \"" + signature + "\"}}";
  return decide(decision("d", "<context><contextEntry><variable name='f'/>" + literal(function) +
                                  "</contextEntry><contextEntry>" + literal("f(" + values + ")") +
                                  "</contextEntry></context>"),
                "d");
}

TEST(NativeShims, numbers_go_through_the_type_of_the_signature) {
  EXPECT_EQ(java("java.lang.Math", "max(double, double)", {"1.5", "2.25"}), "2.25");
  EXPECT_EQ(java("java.lang.Math", "max(int,int)", {"1", "2"}), "2");
  EXPECT_EQ(java("java.lang.Math", "max(int,int)", {"1", "2147483648"}), "null !");
  EXPECT_EQ(java("java.lang.Math", "max(long,long)", {"1", "2147483648"}), "2147483648");
  EXPECT_EQ(java("java.lang.Math", "max(int,int)", {"1", "2.5"}), "null !");
  EXPECT_EQ(java("java.lang.Math", "max(float,float)", {"1", "456.78"}), "456.78");
  EXPECT_EQ(java("java.lang.Math", "abs(int)", {"-7"}), "7");
  EXPECT_EQ(java("java.lang.Math", "sqrt(double)", {"-1"}), "null !");
  EXPECT_EQ(java("java.lang.Math", "cos(double)", {"0"}), "1");
}

TEST(NativeShims, texts_are_parsed_and_made) {
  EXPECT_EQ(java("java.lang.Integer", "valueOf(java.lang.String)", {"\"123\""}), "123");
  EXPECT_EQ(java("java.lang.Integer", "valueOf(java.lang.String)", {"\"12x\""}), "null !");
  EXPECT_EQ(java("java.lang.Float", "valueOf(java.lang.String)", {"\"1234.56\""}), "1234.56");
  EXPECT_EQ(java("java.lang.Byte", "valueOf(byte)", {"128"}), "null !");
  EXPECT_EQ(java("java.lang.String", "valueOf(char)", {"\"a\""}), "a");
  EXPECT_EQ(java("java.lang.String", "valueOf(char)", {"\"abc\""}), "null !");
  EXPECT_EQ(java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)",
                 {"\"%s has %d%%\"", "\"foo\"", "7"}),
            "foo has 7%");
  EXPECT_EQ(java("java.lang.String", "format(java.lang.String, [Ljava.lang.Object;)",
                 {"\"%s %s\"", "\"foo\""}),
            "null !");
}

TEST(NativeShims, an_unknown_method_is_an_error) {
  EXPECT_EQ(java("java.lang.Runtime", "exec(java.lang.String)", {"\"ls\""}), "null !");
  EXPECT_EQ(java("java.lang.Math", "max(double,double)", {"1"}), "null !");
  EXPECT_EQ(find_native_function(Value("java"), {}), nullptr);
}

TEST(NativeShims, a_boxed_function_may_be_external) {
  EXPECT_EQ(
      decide(decision("d",
                      "<context><contextEntry><variable name='f'/><functionDefinition kind='Java'>"
                      "<formalParameter name='a'/><formalParameter name='b'/><context>"
                      "<contextEntry><variable name='class'/>" +
                          literal("\"java.lang.Math\"") +
                          "</contextEntry><contextEntry><variable name='method signature'/>" +
                          literal("\"min(double, double)\"") +
                          "</contextEntry></context></functionDefinition></contextEntry>"
                          "<contextEntry>" +
                          literal("f(3, 2)") + "</contextEntry></context>"),
             "d"),
      "2");
}

}  // namespace
}  // namespace hq::rules
