#include "rules/dmn/native_shims.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace hq::rules {
namespace {

using Arguments = std::span<const Value>;
using Native = std::optional<Value> (*)(Arguments arguments);

std::optional<double> to_double(const Value& value) {
  const Decimal* number = value.as<Decimal>();
  return number == nullptr ? std::nullopt : std::optional(number->to_double());
}

std::optional<Value> from_double(double value) {
  const auto number = Decimal::from_double(value);
  return number ? std::optional(Value(*number)) : std::nullopt;
}

/// The shortest decimal that reads back as the float, as Java prints it.
std::optional<Value> from_float(float value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  const auto number = Decimal::parse({digits, end.ptr});
  return number ? std::optional(Value(*number)) : std::nullopt;
}

template <double (*run)(double)>
std::optional<Value> of_double(Arguments arguments) {
  const auto x = to_double(arguments[0]);
  return x ? from_double(run(*x)) : std::nullopt;
}

template <double (*run)(double, double)>
std::optional<Value> of_doubles(Arguments arguments) {
  const auto x = to_double(arguments[0]);
  const auto y = to_double(arguments[1]);
  return x && y ? from_double(run(*x, *y)) : std::nullopt;
}

template <float (*run)(float, float)>
std::optional<Value> of_floats(Arguments arguments) {
  const auto x = to_double(arguments[0]);
  const auto y = to_double(arguments[1]);
  if (!x || !y) return std::nullopt;
  return from_float(run(static_cast<float>(*x), static_cast<float>(*y)));
}

template <class Integer>
std::optional<int64_t> to_integer(const Value& value) {
  const Decimal* number = value.as<Decimal>();
  const auto integer = number == nullptr ? std::nullopt : number->to_int64();
  if (!integer || *integer < std::numeric_limits<Integer>::min() ||
      *integer > std::numeric_limits<Integer>::max()) {
    return std::nullopt;
  }
  return integer;
}

template <class Integer>
std::optional<Value> max_of(Arguments arguments) {
  const auto x = to_integer<Integer>(arguments[0]);
  const auto y = to_integer<Integer>(arguments[1]);
  return x && y ? std::optional(Value(std::max(*x, *y))) : std::nullopt;
}

template <class Integer>
std::optional<Value> min_of(Arguments arguments) {
  const auto x = to_integer<Integer>(arguments[0]);
  const auto y = to_integer<Integer>(arguments[1]);
  return x && y ? std::optional(Value(std::min(*x, *y))) : std::nullopt;
}

template <class Integer>
std::optional<Value> absolute_of(Arguments arguments) {
  const auto x = to_integer<Integer>(arguments[0]);
  if (!x || *x == std::numeric_limits<Integer>::min()) return std::nullopt;
  return Value(*x < 0 ? -*x : *x);
}

template <class Integer>
std::optional<Value> same_integer(Arguments arguments) {
  const auto x = to_integer<Integer>(arguments[0]);
  return x ? std::optional(Value(*x)) : std::nullopt;
}

template <class Integer>
std::optional<Value> parsed_integer(Arguments arguments) {
  const std::string* digits = arguments[0].as<std::string>();
  if (digits == nullptr || digits->empty()) return std::nullopt;
  Integer value = 0;
  const char* begin = digits->data() + (digits->starts_with('+') ? 1 : 0);
  const char* end = digits->data() + digits->size();
  const auto read = std::from_chars(begin, end, value);
  if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  return Value(int64_t{value});
}

std::optional<Value> parsed_double(Arguments arguments) {
  const std::string* digits = arguments[0].as<std::string>();
  const auto number =
      digits == nullptr ? std::nullopt : Decimal::parse(trimmed(*digits, " \t\r\n"));
  return number ? from_double(number->to_double()) : std::nullopt;
}

std::optional<Value> parsed_float(Arguments arguments) {
  const std::string* digits = arguments[0].as<std::string>();
  const auto number =
      digits == nullptr ? std::nullopt : Decimal::parse(trimmed(*digits, " \t\r\n"));
  return number ? from_float(static_cast<float>(number->to_double())) : std::nullopt;
}

std::optional<Value> character_text(Arguments arguments) {
  const std::string* one = arguments[0].as<std::string>();
  if (one == nullptr) return std::nullopt;
  // A Java char is one UTF-16 unit.
  const std::u32string points = code_points(*one);
  if (points.size() != 1 || points[0] > 0xFFFF) return std::nullopt;
  return arguments[0];
}

std::optional<Value> boolean_text(Arguments arguments) {
  const bool* value = arguments[0].as<bool>();
  if (value == nullptr) return std::nullopt;
  return Value(*value ? "true" : "false");
}

/// String.format with %s, %d, %n and %%; any other conversion is not known.
std::optional<Value> formatted(Arguments arguments) {
  const std::string* pattern = arguments[0].as<std::string>();
  if (pattern == nullptr) return std::nullopt;
  std::string out;
  std::size_t next = 1;
  for (std::size_t i = 0; i < pattern->size(); ++i) {
    const char c = (*pattern)[i];
    if (c != '%') {
      out += c;
      continue;
    }
    const char kind = ++i < pattern->size() ? (*pattern)[i] : '\0';
    if (kind == '%' || kind == 'n') {
      out += kind == 'n' ? '\n' : '%';
    } else if ((kind == 's' || kind == 'd') && next < arguments.size()) {
      const Value& value = arguments[next++];
      if (kind == 'd' && !to_integer<int64_t>(value)) return std::nullopt;
      out += value.is_null() ? "null" : to_text(value);
    } else {
      return std::nullopt;
    }
  }
  return Value(std::move(out));
}

struct Shim {
  std::string_view signature;
  std::size_t arguments;  // how many; of String.format at least so many
  Native run;
};

constexpr Shim kShims[] = {
    {"java.lang.Math.abs(double)", 1, of_double<std::fabs>},
    {"java.lang.Math.abs(int)", 1, absolute_of<int32_t>},
    {"java.lang.Math.abs(long)", 1, absolute_of<int64_t>},
    {"java.lang.Math.acos(double)", 1, of_double<std::acos>},
    {"java.lang.Math.asin(double)", 1, of_double<std::asin>},
    {"java.lang.Math.atan(double)", 1, of_double<std::atan>},
    {"java.lang.Math.atan2(double,double)", 2, of_doubles<std::atan2>},
    {"java.lang.Math.cbrt(double)", 1, of_double<std::cbrt>},
    {"java.lang.Math.ceil(double)", 1, of_double<std::ceil>},
    {"java.lang.Math.cos(double)", 1, of_double<std::cos>},
    {"java.lang.Math.cosh(double)", 1, of_double<std::cosh>},
    {"java.lang.Math.exp(double)", 1, of_double<std::exp>},
    {"java.lang.Math.floor(double)", 1, of_double<std::floor>},
    {"java.lang.Math.hypot(double,double)", 2, of_doubles<std::hypot>},
    {"java.lang.Math.log(double)", 1, of_double<std::log>},
    {"java.lang.Math.log10(double)", 1, of_double<std::log10>},
    {"java.lang.Math.max(double,double)", 2, of_doubles<std::fmax>},
    {"java.lang.Math.max(float,float)", 2, of_floats<std::fmax>},
    {"java.lang.Math.max(int,int)", 2, max_of<int32_t>},
    {"java.lang.Math.max(long,long)", 2, max_of<int64_t>},
    {"java.lang.Math.min(double,double)", 2, of_doubles<std::fmin>},
    {"java.lang.Math.min(float,float)", 2, of_floats<std::fmin>},
    {"java.lang.Math.min(int,int)", 2, min_of<int32_t>},
    {"java.lang.Math.min(long,long)", 2, min_of<int64_t>},
    {"java.lang.Math.pow(double,double)", 2, of_doubles<std::pow>},
    {"java.lang.Math.sin(double)", 1, of_double<std::sin>},
    {"java.lang.Math.sinh(double)", 1, of_double<std::sinh>},
    {"java.lang.Math.sqrt(double)", 1, of_double<std::sqrt>},
    {"java.lang.Math.tan(double)", 1, of_double<std::tan>},
    {"java.lang.Math.tanh(double)", 1, of_double<std::tanh>},
    {"java.lang.Boolean.toString(boolean)", 1, boolean_text},
    {"java.lang.Byte.valueOf(byte)", 1, same_integer<int8_t>},
    {"java.lang.Byte.valueOf(java.lang.String)", 1, parsed_integer<int8_t>},
    {"java.lang.Double.parseDouble(java.lang.String)", 1, parsed_double},
    {"java.lang.Double.valueOf(java.lang.String)", 1, parsed_double},
    {"java.lang.Float.parseFloat(java.lang.String)", 1, parsed_float},
    {"java.lang.Float.valueOf(java.lang.String)", 1, parsed_float},
    {"java.lang.Integer.parseInt(java.lang.String)", 1, parsed_integer<int32_t>},
    {"java.lang.Integer.valueOf(int)", 1, same_integer<int32_t>},
    {"java.lang.Integer.valueOf(java.lang.String)", 1, parsed_integer<int32_t>},
    {"java.lang.Long.parseLong(java.lang.String)", 1, parsed_integer<int64_t>},
    {"java.lang.Long.valueOf(java.lang.String)", 1, parsed_integer<int64_t>},
    {"java.lang.Long.valueOf(long)", 1, same_integer<int64_t>},
    {"java.lang.Short.valueOf(java.lang.String)", 1, parsed_integer<int16_t>},
    {"java.lang.Short.valueOf(short)", 1, same_integer<int16_t>},
    {"java.lang.String.format(java.lang.String,[Ljava.lang.Object;)", 1, formatted},
    {"java.lang.String.valueOf(boolean)", 1, boolean_text},
    {"java.lang.String.valueOf(char)", 1, character_text},
};

class NativeFunction : public Function {
 public:
  NativeFunction(std::vector<Parameter> parameters, const Shim& shim)
      : Function(std::move(parameters)), shim_(shim) {}

  Value call(std::span<const Value> arguments, Evaluation& evaluation) const override {
    if (arguments.size() >= shim_.arguments) {
      if (std::optional<Value> value = shim_.run(arguments)) return *std::move(value);
    }
    return evaluation.null(evaluation.call_span,
                           std::string(shim_.signature) + " does not take these arguments",
                           std::string(shim_.signature) + " 不接受这些参数");
  }

 private:
  const Shim& shim_;
};

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') out += c;
  }
  return out;
}

const std::string* text_member(const Context& context, std::string_view name) {
  const Value* value = context.find(name);
  return value == nullptr ? nullptr : value->as<std::string>();
}

}  // namespace

std::shared_ptr<const Function> find_native_function(const Value& body,
                                                     const std::vector<std::string>& parameters) {
  const Context* outer = body.as<Context>();
  const Value* java = outer == nullptr ? nullptr : outer->find("java");
  const Context* where = java == nullptr ? nullptr : java->as<Context>();
  if (where == nullptr) return nullptr;
  const std::string* class_name = text_member(*where, "class");
  const std::string* method = text_member(*where, "method signature");
  if (class_name == nullptr || method == nullptr) return nullptr;
  const std::string signature = without_blanks(*class_name) + "." + without_blanks(*method);
  for (const Shim& shim : kShims) {
    if (shim.signature != signature) continue;
    if (parameters.size() < shim.arguments) return nullptr;
    std::vector<Function::Parameter> named;
    named.reserve(parameters.size());
    for (const std::string& name : parameters) named.push_back({name, simple(TypeKind::any)});
    return std::make_shared<const NativeFunction>(std::move(named), shim);
  }
  return nullptr;
}

}  // namespace hq::rules
