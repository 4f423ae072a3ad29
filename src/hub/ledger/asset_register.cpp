#include "hub/ledger/asset_register.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "hub/ledger/currencies.h"

namespace hq::hub {
namespace {

constexpr std::string_view kDescribe = "asset.describe";
constexpr std::string_view kDescribed = "asset.described";

Asset asset_of(const Currency& currency) {
  const int8_t exponent = std::max<int8_t>(currency.exponent, 0);
  return {currency.number, std::string(currency.code), static_cast<uint8_t>(exponent), {}};
}

Asset asset_of(const AssetDescription& description) {
  return {description.asset, description.code, description.exponent, description.name};
}

bool is_code(std::string_view code) {
  return !code.empty() && code.size() <= kAssetCodeBytesMax &&
         std::ranges::all_of(code, [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kAssetNameBytesMax;
}

Result<> check(const AssetDescription& wanted) {
  if (wanted.asset < kFirstOwnAsset) {
    return fail(ErrorCode::invalid_argument, "numbers below 1000 are those of currencies",
                "小于 1000 的代号属于货币", "asset");
  }
  if (!is_code(wanted.code)) {
    return fail(ErrorCode::invalid_argument,
                "a code has 1 to 12 capital letters, digits, hyphens or underscores",
                "代码由 1 至 12 个大写字母、数字、连字符或下划线组成", "code");
  }
  if (wanted.exponent > kAssetExponentMax) {
    return fail(ErrorCode::invalid_argument, fmt::format("at most {} decimals", kAssetExponentMax),
                fmt::format("小数位不超过 {} 位", kAssetExponentMax), "exponent");
  }
  if (!is_name(wanted.name.zh) || !is_name(wanted.name.en)) {
    return fail(
        ErrorCode::invalid_argument,
        fmt::format("give the name in both languages, of at most {} bytes", kAssetNameBytesMax),
        fmt::format("请以两种语言给出名称，各不超过 {} 字节", kAssetNameBytesMax), "name");
  }
  return {};
}

bool is_taken(const std::string& code, const std::map<uint32_t, AssetDescription>& known) {
  const auto is_it = [&](const Currency& one) { return one.code == code; };
  if (std::ranges::any_of(all_currencies(), is_it)) return true;
  return std::ranges::any_of(known, [&](const auto& one) { return one.second.code == code; });
}

}  // namespace

std::string major_text(ledger::Uint128 amount, int exponent) {
  std::string digits = ledger::to_text(amount);
  if (exponent == 0) return digits;
  const auto decimals = static_cast<std::size_t>(exponent);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  digits.insert(digits.size() - decimals, 1, '.');
  return digits;
}

std::string amount_text(ledger::Uint128 amount, const Asset& asset) {
  return major_text(amount, asset.exponent) + " " + asset.code;
}

std::vector<Asset> currencies_as_assets() {
  std::vector<Asset> assets;
  for (const Currency& currency : all_currencies()) assets.push_back(asset_of(currency));
  return assets;
}

Result<log::Decision> AssetRegister::decide(const log::Command& command) const {
  if (command.type != kDescribe) {
    return fail(ErrorCode::unsupported, fmt::format("there is no command '{}'", command.type),
                fmt::format("没有命令“{}”", command.type), "type");
  }
  HQ_TRY(const auto wanted, from_json<AssetDescription>(command.body));
  HQ_TRY_VOID(check(wanted));
  if (const auto known = descriptions_.find(wanted.asset); known != descriptions_.end()) {
    if (to_json(known->second) == to_json(wanted)) return log::Decision{};
    return fail(
        ErrorCode::conflict,
        fmt::format("asset {} is described already, as {}", wanted.asset, known->second.code),
        fmt::format("资产 {} 已有说明：{}", wanted.asset, known->second.code), "asset");
  }
  if (is_taken(wanted.code, descriptions_)) {
    return fail(ErrorCode::conflict, fmt::format("the code {} is taken", wanted.code),
                fmt::format("代码 {} 已被使用", wanted.code), "code");
  }
  if (descriptions_.size() >= kAssetsMax) {
    return fail(ErrorCode::limit_exceeded,
                fmt::format("there are {} descriptions already", kAssetsMax),
                fmt::format("已有 {} 项说明", kAssetsMax), "asset");
  }
  return log::Decision{{{std::string(kDescribed), to_json(wanted)}}, "null"};
}

void AssetRegister::evolve(const log::Event& event, const log::Commit&) {
  if (event.type != kDescribed) return;
  auto described = from_json<AssetDescription>(event.body).value();
  fresh_.push_back(described);
  descriptions_.emplace(described.asset, std::move(described));
}

void AssetRegister::stage() {
  staged_ = std::exchange(fresh_, {});
}

void AssetRegister::publish() {
  const std::lock_guard lock(mutex_);
  for (AssetDescription& one : staged_) published_.emplace(one.asset, std::move(one));
  staged_.clear();
}

void AssetRegister::add_state_to(Sha256Hasher& hasher) const {
  for (const auto& [asset, description] : descriptions_) hasher.add(to_json(description));
}

void AssetRegister::save(log::StateWriter& out) const {
  std::vector<AssetDescription> all;
  for (const auto& [asset, description] : descriptions_) all.push_back(description);
  out.add(to_json(all));
}

Result<> AssetRegister::load(log::StateReader& in) {
  const std::string_view bytes = in.bytes();
  HQ_TRY(auto all, from_json<std::vector<AssetDescription>>(bytes, {.bytes_max = bytes.size()}));
  for (const AssetDescription& one : all) descriptions_.emplace(one.asset, one);
  fresh_ = std::move(all);
  return {};
}

std::optional<Asset> AssetRegister::find(uint32_t asset) const {
  if (const Currency* currency = find_currency(asset)) return asset_of(*currency);
  const std::lock_guard lock(mutex_);
  const auto found = published_.find(asset);
  if (found == published_.end()) return std::nullopt;
  return asset_of(found->second);
}

std::vector<Asset> AssetRegister::described() const {
  std::vector<Asset> assets;
  const std::lock_guard lock(mutex_);
  for (const auto& [asset, description] : published_) assets.push_back(asset_of(description));
  return assets;
}

}  // namespace hq::hub
