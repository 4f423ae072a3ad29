#include "hub/ledger/limit_json.h"

#include <fmt/format.h>

#include "base/json.h"

namespace hq::hub {
namespace {

using ledger::Status;

struct LimitText {
  Decimal id;
  Decimal value;
  ledger::LimitSide side = ledger::LimitSide::debits;
  ledger::LimitWindow window = ledger::LimitWindow::none;
  std::optional<uint32_t> span_s;
  std::optional<int32_t> utc_offset_s;
  std::vector<LimitWeightText> weights;
};
BOOST_DESCRIBE_STRUCT(LimitText, (), (id, value, side, window, span_s, utc_offset_s, weights))

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  HQ_TRY(const ledger::Uint128 value, ledger::parse_uint128(text));
  return Decimal{value};
}

std::string to_json_text(const ledger::Limit& limit) {
  LimitText text{{limit.id},   {limit.value}, limit.side, limit.window,
                 std::nullopt, std::nullopt,  {}};
  if (limit.span_s != 0) text.span_s = limit.span_s;
  if (limit.utc_offset_s != 0) text.utc_offset_s = limit.utc_offset_s;
  for (const ledger::LimitWeight& weight : limit.weights) {
    text.weights.push_back({{weight.account}, weight.weight});
  }
  return to_json(text);
}

Result<ledger::Limit> limit_from(std::string_view json) {
  HQ_TRY(const auto text, from_json<LimitText>(json));
  ledger::Limit limit{.id = text.id.value,
                      .value = text.value.value,
                      .side = text.side,
                      .window = text.window,
                      .span_s = text.span_s.value_or(0),
                      .utc_offset_s = text.utc_offset_s.value_or(0)};
  for (const LimitWeightText& weight : text.weights) {
    limit.weights.push_back({weight.account.value, weight.weight});
  }
  return limit;
}

std::string limit_change_text(ledger::Uint128 id, ledger::Uint128 value, Instant from) {
  return to_json(LimitChange{{id}, {value}, from});
}

Result<LimitChange> limit_change_from(std::string_view json) {
  return from_json<LimitChange>(json);
}

std::unexpected<Error> limit_refused(Status status) {
  std::string_view en = text(status, Language::en);
  std::string_view zh = text(status, Language::zh);
  if (status == Status::debit_account_unknown) {
    en = "It names no account, one that does not exist, or a weight of 0";
    zh = "未指明账户、账户不存在，或权重为 0";
  } else if (status == Status::accounts_equal) {
    en = "It names an account twice";
    zh = "同一账户出现两次";
  } else if (status == Status::flags_conflict) {
    en = "A sliding window needs its span, and no other window has one";
    zh = "滑动窗口须给出时长，其他窗口不得给出";
  }
  return fail(ErrorCode::invalid_argument,
              fmt::format("the limit was refused ({}): {}", id(status), en),
              fmt::format("限额被拒绝（{}）：{}", id(status), zh), "limit");
}

}  // namespace hq::hub
