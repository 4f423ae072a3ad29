// hongqiao ledger asset.
#include <fmt/format.h>

#include "base/json.h"
#include "cli/desk.h"
#include "cli/ledger.h"

namespace hq::cli {
namespace {

struct AssetList {
  std::vector<hub::Asset> assets;
};
BOOST_DESCRIBE_STRUCT(AssetList, (), (assets))

void show(const std::vector<hub::Asset>& assets, const Console& console) {
  if (console.json()) return console.line(to_json(AssetList{assets}));
  if (assets.empty()) {
    return console.line(console.choose("No asset is described; only currencies are known.",
                                       "尚未说明任何资产；仅有货币。"));
  }
  const auto word = [&](const char* en, const char* zh) {
    return std::string(console.choose(en, zh));
  };
  std::vector<std::vector<std::string>> rows;
  rows.reserve(assets.size());
  for (const hub::Asset& asset : assets) {
    const hub::Name name = asset.name.value_or(hub::Name{});
    rows.push_back({std::to_string(asset.asset), asset.code, std::to_string(asset.exponent),
                    word(name.en.c_str(), name.zh.c_str())});
  }
  console.table({word("asset", "资产"), word("code", "代码"), word("decimals", "小数位"),
                 word("name", "名称")},
                rows);
}

}  // namespace

int ledger_asset(const LedgerAssetOptions& options, const Console& console) {
  const auto run = [&]() -> Result<std::vector<hub::Asset>> {
    if (options.description.asset == 0) {
      HQ_TRY(const auto view, read_ledger(options.source));
      return view->assets.described();
    }
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    HQ_TRY_VOID(desk->desk.submit("asset.describe", to_json(options.description)));
    return std::vector{*desk->assets.find(options.description.asset)};
  };
  const auto assets = run();
  if (!assets) return console.fail(assets.error());
  show(*assets, console);
  return 0;
}

}  // namespace hq::cli
