#include "rules/dmn/tck_cases.h"

#include <utility>

#include "base/text.h"
#include "rules/dmn/xml.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

/// The value as T's Value, or the error.
template <class T>
Result<Value> as_value(Result<T> parsed) {
  if (!parsed) return std::unexpected(std::move(parsed).error());
  return Value(*std::move(parsed));
}

Result<Value> typed_value(std::string_view type, const std::string& text) {
  const std::string_view word = trimmed(text, " \t\r\n");
  if (type == "boolean") return Value(word == "true" || word == "1");
  if (type == "date") return as_value(parse_date(word));
  if (type == "time") return as_value(parse_time(word));
  if (type == "dateTime") return as_value(parse_date_time(word));
  if (type == "duration" || type == "dayTimeDuration" || type == "yearMonthDuration") {
    HQ_TRY(Duration duration, parse_duration(word));
    return std::visit([](auto one) { return Value(one); }, duration);
  }
  if (type == "decimal" || type == "double" || type == "float" || type == "integer" ||
      type == "int" || type == "long") {
    const auto number = Decimal::parse(word);
    if (!number) {
      return fail(ErrorCode::parse_error, "no number: " + text, "不是数字：" + text);
    }
    return Value(*number);
  }
  return Value(text);
}

class TckReader {
 public:
  explicit TckReader(const XmlText& xml) : xml_(xml) {}

  Result<TckFile> file() {
    TckFile file;
    if (local_name(xml_.root()) != "testCases") {
      return fail(ErrorCode::parse_error, "the root is no <testCases>", "根元素不是 <testCases>",
                  xml_.where(xml_.root()));
    }
    file.model = trimmed(text_of(child(xml_.root(), "modelName")), " \t\r\n");
    for (const pugi::xml_node one : xml_.root()) {
      if (local_name(one) != "testCase") continue;
      HQ_TRY(TckCase test, test_case(one));
      file.cases.push_back(std::move(test));
    }
    return file;
  }

 private:
  /// What stands in an element: a value, a list or components.
  Result<Value> content(const pugi::xml_node& node) {
    Context context;
    bool is_context = false;
    for (const pugi::xml_node one : node) {
      const std::string_view name = local_name(one);
      if (name == "value") return value(one);
      if (name == "list") return list(one);
      if (name != "component") continue;
      is_context = true;
      HQ_TRY(Value member, content(one));
      context.set(std::string(attribute(one, "name")), std::move(member));
    }
    return is_context ? Value(std::move(context)) : Value();
  }

  Result<Value> value(const pugi::xml_node& node) {
    if (attribute(node, "nil") == "true") return Value();
    std::string_view type = attribute(node, "type");
    if (const std::size_t colon = type.find(':'); colon != std::string_view::npos) {
      type = type.substr(colon + 1);
    }
    auto read = typed_value(type, text_of(node));
    if (!read) return std::unexpected(std::move(read).error().at(xml_.where(node)));
    return read;
  }

  Result<Value> list(const pugi::xml_node& node) {
    if (attribute(node, "nil") == "true") return Value();
    List items;
    for (const pugi::xml_node one : node) {
      if (local_name(one) != "item") continue;
      HQ_TRY(Value item, content(one));
      items.push_back(std::move(item));
    }
    return Value(std::move(items));
  }

  Result<TckCase> test_case(const pugi::xml_node& node) {
    TckCase test;
    test.id = attribute(node, "id");
    test.invocable = attribute(node, "invocableName");
    const std::string_view type = attribute(node, "type");
    if (type == "bkm") test.kind = ElementKind::knowledge_model;
    if (type == "decisionService") test.kind = ElementKind::service;
    for (const pugi::xml_node one : node) {
      if (local_name(one) == "inputNode") {
        HQ_TRY(Value given, content(one));
        test.inputs.push_back({normalised_name(attribute(one, "name")), std::move(given),
                               std::string(attribute(one, "namespace"))});
      } else if (local_name(one) == "resultNode") {
        TckResult result;
        result.name = normalised_name(attribute(one, "name"));
        result.wants_error = attribute(one, "errorResult") == "true";
        HQ_TRY(result.expected, content(child(one, "expected")));
        test.results.push_back(std::move(result));
      }
    }
    return test;
  }

  const XmlText& xml_;
};

}  // namespace

Result<TckFile> read_tck_file(std::string_view xml, std::string_view file) {
  HQ_TRY(const XmlText text, XmlText::parse(xml, file, {}));
  return TckReader(text).file();
}

}  // namespace hq::rules
