// AssetRegister: what the asset numbers of the ledger stand for.
//
// Numbers below 1000 are those of currencies (currencies.h). Any other asset, a quota, a bonded
// lot, a kilowatt-hour, is described once: its code, the decimals of its least unit, its name. The
// ledger itself needs none of it and counts least units; whoever shows an amount to people does.
// The writer's thread decides and folds; reads may be made on any thread and see what is on disk.
//
//   AssetRegister assets;
//   machine.add(assets);
//   writer->submit({.type = "asset.describe", .body = R"({"asset":1001,"code":"KWH",...})"});
//   amount_text(4500, *assets.find(156));       // "45.00 CNY"
#pragma once

#include <boost/describe.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hub/name.h"
#include "ledger/records.h"
#include "log/machine.h"

namespace hq::hub {

inline constexpr uint32_t kFirstOwnAsset = 1000;
inline constexpr int kAssetExponentMax = 18;
inline constexpr std::size_t kAssetsMax = 4096;  // described ones
inline constexpr std::size_t kAssetCodeBytesMax = 12;
inline constexpr std::size_t kAssetNameBytesMax = 200;

/// Body of "asset.describe" and of the event "asset.described".
struct AssetDescription {
  uint32_t asset = 0;
  std::string code;  // capital letters, digits, - and _
  uint8_t exponent = 0;
  Name name;
};
BOOST_DESCRIBE_STRUCT(AssetDescription, (), (asset, code, exponent, name))

/// What a number stands for. A currency has no name here: readers know it, or look it up.
struct Asset {
  uint32_t asset = 0;
  std::string code;
  uint8_t exponent = 0;
  std::optional<Name> name;
};
BOOST_DESCRIBE_STRUCT(Asset, (), (asset, code, exponent, name))

/// 4500 with two decimals: "45.00".
std::string major_text(ledger::Uint128 amount, int exponent);
std::string amount_text(ledger::Uint128 amount, const Asset& asset);  // "45.00 CNY"

class AssetRegister : public log::Service {
 public:
  std::string_view prefix() const override { return "asset."; }
  /// invalid_argument: a number below 1000, a code or name that is none; conflict: the number or
  /// the code is taken by another description; limit_exceeded. The same again changes nothing.
  Result<log::Decision> decide(const log::Command& command) const override;
  void evolve(const log::Event& event, const log::Commit& commit) override;
  void stage() override;
  void publish() override;
  void add_state_to(Sha256Hasher& hasher) const override;
  uint32_t state_version() const override { return 1; }
  void save(log::StateWriter& out) const override;
  Result<> load(log::StateReader& in) override;

  std::optional<Asset> find(uint32_t asset) const;
  std::vector<Asset> described() const;  // by number, without the currencies

 private:
  using Descriptions = std::map<uint32_t, AssetDescription>;

  Descriptions descriptions_;             // the writer's
  std::vector<AssetDescription> fresh_;   // since the last stage
  std::vector<AssetDescription> staged_;  // to be shown next
  mutable std::mutex mutex_;
  Descriptions published_;
};

/// All that may be shown of a number: the currency, or what is described.
std::vector<Asset> currencies_as_assets();

}  // namespace hq::hub
