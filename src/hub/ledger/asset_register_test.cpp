#include "hub/ledger/asset_register.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/json.h"
#include "hub/ledger/currencies.h"
#include "log/memory_log.h"
#include "log/writer.h"

namespace hq::hub {
namespace {

/// A register behind a writer on a log in memory.
struct Desk {
  explicit Desk(log::Log& log) {
    machine.add(assets);
    writer = log::Writer::start(log, machine).value();
  }
  ~Desk() { writer->stop(); }

  Result<log::Receipt> send(const std::string& type, const std::string& body) {
    log::Command command;
    command.id = std::to_string(++commands);
    command.type = type;
    command.actor = "test";
    command.body = body;
    return writer->submit(std::move(command)).get();
  }
  Result<log::Receipt> describe(uint32_t asset, const std::string& code, uint8_t exponent = 3,
                                const std::string& en = "Energy") {
    return send("asset.describe", to_json(AssetDescription{asset, code, exponent, {"电量", en}}));
  }

  AssetRegister assets;
  log::Machine machine;
  std::unique_ptr<log::Writer> writer;
  int commands = 0;
};

TEST(Currencies, have_the_decimals_of_the_standard) {
  for (const auto& [number, code, exponent] :
       {std::tuple{156u, "CNY", 2}, {392u, "JPY", 0}, {414u, "KWD", 3}, {990u, "CLF", 4}}) {
    const Currency* currency = find_currency(number);
    ASSERT_NE(currency, nullptr);
    EXPECT_EQ(currency->code, code);
    EXPECT_EQ(currency->exponent, exponent);
  }
  EXPECT_EQ(find_currency(999)->exponent, kNoMinorUnit);
  EXPECT_EQ(find_currency(1), nullptr);
  EXPECT_EQ(find_currency(1000), nullptr);
}

TEST(Currencies, stand_once_each) {
  std::set<std::string_view> codes;
  std::set<uint32_t> numbers;
  for (const Currency& currency : all_currencies()) {
    EXPECT_TRUE(codes.insert(currency.code).second) << currency.code;
    EXPECT_TRUE(numbers.insert(currency.number).second) << currency.code;
    EXPECT_EQ(currency.code.size(), 3u);
    EXPECT_LT(currency.number, kFirstOwnAsset);
  }
  EXPECT_EQ(codes.size(), 178u);
}

TEST(Assets, are_written_with_their_decimals) {
  EXPECT_EQ(major_text(4500, 2), "45.00");
  EXPECT_EQ(major_text(5, 2), "0.05");
  EXPECT_EQ(major_text(0, 3), "0.000");
  EXPECT_EQ(major_text(100, 0), "100");
  EXPECT_EQ(major_text(~ledger::Uint128{0}, 4), "34028236692093846346337460743176821.1455");
  EXPECT_EQ(amount_text(1234, *AssetRegister().find(392)), "1234 JPY");
}

TEST(AssetRegister, describes_an_asset_once) {
  log::MemoryLog log;
  Desk desk(log);
  EXPECT_FALSE(desk.assets.find(1001));
  ASSERT_TRUE(desk.describe(1001, "KWH"));
  EXPECT_EQ(amount_text(1500, *desk.assets.find(1001)), "1.500 KWH");
  EXPECT_EQ(desk.assets.find(1001)->name->zh, "电量");
  const uint64_t commits = desk.writer->last_seq();
  EXPECT_TRUE(desk.describe(1001, "KWH")) << "the same again";
  EXPECT_EQ(desk.describe(1001, "KWH", 2).error().code, ErrorCode::conflict);
  EXPECT_EQ(desk.describe(1002, "KWH").error().code, ErrorCode::conflict);
  EXPECT_EQ(desk.describe(1002, "CNY").error().code, ErrorCode::conflict) << "a currency's";
  EXPECT_GE(desk.writer->last_seq(), commits);
  EXPECT_EQ(desk.assets.described().size(), 1u);
}

TEST(AssetRegister, refuses_what_is_no_description) {
  log::MemoryLog log;
  Desk desk(log);
  EXPECT_EQ(desk.describe(999, "KWH").error().where, "asset");
  for (const char* code : {"", "kwh", "TOO-LONG-A-CODE", "A B"}) {
    EXPECT_EQ(desk.describe(1001, code).error().where, "code") << code;
  }
  EXPECT_EQ(desk.describe(1001, "KWH", 19).error().where, "exponent");
  EXPECT_EQ(desk.describe(1001, "KWH", 3, "").error().where, "name");
  EXPECT_EQ(desk.describe(1001, "KWH", 3, std::string(201, 'x')).error().where, "name");
  EXPECT_EQ(desk.send("asset.describe", "{}").error().code, ErrorCode::parse_error);
  EXPECT_EQ(desk.send("asset.forget", "{}").error().code, ErrorCode::unsupported);
}

TEST(AssetRegister, is_the_same_again_from_the_log) {
  log::MemoryLog log;
  Sha256 live{};
  {
    Desk desk(log);
    ASSERT_TRUE(desk.describe(1001, "KWH"));
    ASSERT_TRUE(desk.describe(2001, "QUOTA-2026", 0));
    desk.writer->stop();
    live = desk.machine.state_hash();
  }
  AssetRegister folded;
  log::Machine machine;
  machine.add(folded);
  ASSERT_TRUE(log::replay(log, machine));
  EXPECT_EQ(machine.state_hash(), live);
  EXPECT_EQ(folded.find(2001)->code, "QUOTA-2026");
}

TEST(AssetRegister, has_bounds) {
  log::MemoryLog log;
  Desk desk(log);
  std::vector<std::future<Result<log::Receipt>>> sent;  // all at once: a few large groups
  for (uint32_t i = 0; i < kAssetsMax; ++i) {
    log::Command command;
    command.id = fmt::format("all-{}", i);
    command.type = "asset.describe";
    command.actor = "test";
    command.body =
        to_json(AssetDescription{kFirstOwnAsset + i, fmt::format("A{}", i), 0, {"资产", "Asset"}});
    sent.push_back(desk.writer->submit(std::move(command)));
  }
  for (auto& one : sent) ASSERT_TRUE(one.get());
  EXPECT_EQ(desk.describe(50'000, "ONE-MORE").error().code, ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace hq::hub
