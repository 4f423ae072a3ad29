// Functions that compare ranges and points (DMN 1.5, table 81, after Allen's interval algebra),
// and range(), which reads one from text.
#include <utility>

#include "rules/feel/built_in_families.h"
#include "rules/feel/parser.h"

namespace hq::rules {
namespace {

/// An end of a range; a point is a range that starts and ends with it.
struct End {
  const Value* value = nullptr;  // nullptr: no bound
  bool is_start = false;
  bool is_included = true;

  bool is_open() const { return value == nullptr || !is_included; }
};

struct Ends {
  End start;
  End end;
};

Ends ends_of(const Value& value) {
  const auto* range = value.as<Range>();
  if (range == nullptr) return {{&value, true, true}, {&value, false, true}};
  const auto bound = [](const Value& end) { return end.is_null() ? nullptr : &end; };
  return {{bound(range->low), true, !range->open_low},
          {bound(range->high), false, !range->open_high}};
}

/// The order of two ends by value; without a bound a start is before and an end behind all else.
std::optional<int> order(const End& a, const End& b) {
  const auto beyond = [](const End& end) {
    if (end.value != nullptr) return 0;
    return end.is_start ? -1 : 1;
  };
  if (a.value != nullptr && b.value != nullptr) return compare(*a.value, *b.value);
  return beyond(a) - beyond(b);
}

/// What holds of two ranges; nothing where their ends cannot be compared.
using Relation = std::optional<bool> (*)(const Ends& a, const Ends& b);

std::optional<bool> is_before(const Ends& a, const Ends& b) {
  const std::optional<int> gap = order(a.end, b.start);
  if (!gap) return std::nullopt;
  return *gap < 0 || (*gap == 0 && (a.end.is_open() || b.start.is_open()));
}

std::optional<bool> is_after(const Ends& a, const Ends& b) {
  return is_before(b, a);
}

std::optional<bool> meets(const Ends& a, const Ends& b) {
  const std::optional<int> gap = order(a.end, b.start);
  if (!gap) return std::nullopt;
  return *gap == 0 && !a.end.is_open() && !b.start.is_open();
}

std::optional<bool> met_by(const Ends& a, const Ends& b) {
  return meets(b, a);
}

std::optional<bool> overlaps(const Ends& a, const Ends& b) {
  const std::optional<bool> before = is_before(a, b);
  const std::optional<bool> after = is_before(b, a);
  if (!before || !after) return std::nullopt;
  return !*before && !*after;
}

/// Does `a` start where `b` does, or later?
std::optional<bool> starts_within(const Ends& a, const Ends& b) {
  const std::optional<int> starts = order(a.start, b.start);
  if (!starts) return std::nullopt;
  return *starts > 0 || (*starts == 0 && (a.start.is_open() || !b.start.is_open()));
}

std::optional<bool> ends_within(const Ends& a, const Ends& b) {
  const std::optional<int> ends = order(a.end, b.end);
  if (!ends) return std::nullopt;
  return *ends < 0 || (*ends == 0 && (a.end.is_open() || !b.end.is_open()));
}

std::optional<bool> both(std::optional<bool> a, std::optional<bool> b) {
  if (!a || !b) return std::nullopt;
  return *a && *b;
}

std::optional<bool> overlaps_before(const Ends& a, const Ends& b) {
  const std::optional<bool> starts_later = starts_within(a, b);
  if (!starts_later) return std::nullopt;
  return both(both(!*starts_later, overlaps(a, b)), ends_within(a, b));
}

std::optional<bool> overlaps_after(const Ends& a, const Ends& b) {
  return overlaps_before(b, a);
}

std::optional<bool> during(const Ends& a, const Ends& b) {
  return both(starts_within(a, b), ends_within(a, b));
}

std::optional<bool> includes(const Ends& a, const Ends& b) {
  return during(b, a);
}

/// Do they have the same end there, with or without it?
std::optional<bool> is_same_end(const End& a, const End& b) {
  const std::optional<int> gap = order(a, b);
  if (!gap) return std::nullopt;
  return *gap == 0 && a.is_open() == b.is_open();
}

std::optional<bool> finishes(const Ends& a, const Ends& b) {
  return both(is_same_end(a.end, b.end), starts_within(a, b));
}

std::optional<bool> finished_by(const Ends& a, const Ends& b) {
  return finishes(b, a);
}

std::optional<bool> starts(const Ends& a, const Ends& b) {
  return both(is_same_end(a.start, b.start), ends_within(a, b));
}

std::optional<bool> started_by(const Ends& a, const Ends& b) {
  return starts(b, a);
}

std::optional<bool> coincides(const Ends& a, const Ends& b) {
  return both(is_same_end(a.start, b.start), is_same_end(a.end, b.end));
}

template <Relation kRelation>
Value related(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const std::optional<bool> holds = kRelation(ends_of(arguments[0]), ends_of(arguments[1]));
  if (holds) return Value(*holds);
  return evaluation.null(evaluation.call_span,
                         "the ends of the ranges cannot be compared with each other",
                         "区间端点之间无法比较");
}

struct RangeText {
  std::string_view low;
  std::string_view high;
  bool open_low = false;
  bool open_high = false;
};

/// Where the two dots are, outside of texts in quotes.
std::size_t dots_of(std::string_view text) {
  bool is_quoted = false;
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (is_quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && text[i] == '.' && text[i + 1] == '.') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<RangeText> split_range(std::string_view text) {
  text = without_blanks(text);
  if (text.size() < 2) return std::nullopt;
  const char first = text.front();
  const char last = text.back();
  const bool is_bracketed =
      (first == '[' || first == '(' || first == ']') && (last == ']' || last == ')' || last == '[');
  if (!is_bracketed) return std::nullopt;
  text = text.substr(1, text.size() - 2);
  const std::size_t dots = dots_of(text);
  if (dots == std::string_view::npos) return std::nullopt;
  RangeText range{.low = without_blanks(text.substr(0, dots)),
                  .high = without_blanks(text.substr(dots + 2)),
                  .open_low = first != '[',
                  .open_high = last != ']'};
  // An end that is left out is open, and there is one at least.
  if (range.low.empty() && (range.high.empty() || !range.open_low)) return std::nullopt;
  if (range.high.empty() && !range.open_high) return std::nullopt;
  return range;
}

/// Ends are literals alone: so a text cannot reach names or compute.
bool is_literal(const Expression& tree) {
  switch (tree.kind) {
    case Kind::number_literal:
    case Kind::string_literal:
    case Kind::at_literal:
      return true;
    case Kind::negate:
      return tree.parts.front()->kind == Kind::number_literal;
    case Kind::call: {
      const std::string& name = tree.parts.front()->text;
      const bool is_temporal =
          name == "date" || name == "time" || name == "date and time" || name == "duration";
      return tree.parts.front()->kind == Kind::name && is_temporal && tree.parts.size() == 2 &&
             tree.parts.back()->kind == Kind::string_literal;
    }
    default:
      return false;
  }
}

/// The value of an end, null where it has none; none where it is no literal.
std::optional<Value> end_value(std::string_view text, Evaluation& evaluation) {
  if (text.empty()) return Value();
  const Result<ExpressionPtr> tree = parse_expression(text, Names());
  if (!tree || !is_literal(**tree)) return std::nullopt;
  const Span span = evaluation.call_span;
  Value value = evaluate(**tree, Scope(), evaluation);
  evaluation.call_span = span;
  if (value.is_null()) return std::nullopt;
  return value;
}

Value range(Arguments arguments, std::size_t /*form*/, Evaluation& evaluation) {
  const auto& from = get<std::string>(arguments[0]);
  if (!can_afford_text(evaluation, 16 * from.size())) return out_of_budget(evaluation);
  const std::optional<RangeText> text = split_range(from);
  const std::optional<Value> low = text ? end_value(text->low, evaluation) : std::nullopt;
  const std::optional<Value> high = low ? end_value(text->high, evaluation) : std::nullopt;
  if (!high) {
    return failed(evaluation, "range",
                  "the text must be a range between two literals, such as \"[18..65)\"",
                  "文本应为两个字面量之间的区间，例如 \"[18..65)\"");
  }
  if (!low->is_null() && !high->is_null()) {
    const bool is_one_kind = low->kind().index() == high->kind().index();
    const std::optional<int> order = is_one_kind ? compare(*low, *high) : std::nullopt;
    if (!order || *order > 0) {
      return failed(evaluation, "range", "both ends must be of one kind, the lower one first",
                    "区间两端须为同一类型，且下端不大于上端");
    }
  }
  Range result{*low, *high, text->open_low, text->open_high};
  // Without one end it is the test of the other: "[2..)" is (>= 2).
  if (low->is_null()) result.test = text->open_high ? Kind::less : Kind::less_or_equal;
  if (high->is_null()) result.test = text->open_low ? Kind::greater : Kind::greater_or_equal;
  return Value(std::move(result));
}

}  // namespace

std::vector<BuiltIn> range_built_ins() {
  const Parameter point{"point", Accepts::point};
  const Parameter whole{"range", Accepts::range};
  const BuiltIn::Form points = form({{"point1", Accepts::point}, {"point2", Accepts::point}});
  const BuiltIn::Form ranges = form({{"range1", Accepts::range}, {"range2", Accepts::range}});
  const BuiltIn::Form point_first = form({point, whole});
  const BuiltIn::Form range_first = form({whole, point});
  return {
      {"range", {form({{"from", Accepts::string}})}, range},
      {"before", {points, point_first, range_first, ranges}, related<is_before>},
      {"after", {points, point_first, range_first, ranges}, related<is_after>},
      {"meets", {ranges}, related<meets>},
      {"met by", {ranges}, related<met_by>},
      {"overlaps", {ranges}, related<overlaps>},
      {"overlaps before", {ranges}, related<overlaps_before>},
      {"overlaps after", {ranges}, related<overlaps_after>},
      {"finishes", {point_first, ranges}, related<finishes>},
      {"finished by", {range_first, ranges}, related<finished_by>},
      {"includes", {range_first, ranges}, related<includes>},
      {"during", {point_first, ranges}, related<during>},
      {"starts", {point_first, ranges}, related<starts>},
      {"started by", {range_first, ranges}, related<started_by>},
      {"coincides", {points, ranges}, related<coincides>},
  };
}

}  // namespace hq::rules
