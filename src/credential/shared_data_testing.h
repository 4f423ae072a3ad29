// What tests need to run the published vectors: files of /work/shared and JSON in them.
//
// The data is not part of the project: where its folder is absent a test skips and says so. Only
// for tests; any thread.
//
//   HQ_SKIP_WITHOUT_VECTORS();
//   const Json file = shared_json("wycheproof/ed25519_test.json");
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/hash.h"
#include "base/time.h"
#include "credential/json_tree.h"

#define HQ_SKIP_WITHOUT_VECTORS()                                            \
  if (!std::filesystem::exists(::hq::credential::shared_path("README.txt"))) \
  GTEST_SKIP() << "no published vectors: " << ::hq::credential::shared_path("") << " is absent"

namespace hq::credential {

inline std::filesystem::path shared_path(const std::string& name) {
  return std::filesystem::path(HQ_SHARED_DIR) / "data/vc" / name;
}

inline std::string shared_text(const std::string& name) {
  std::ifstream in(shared_path(name), std::ios::binary);
  EXPECT_TRUE(in.good()) << name;
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Json parsed(std::string_view text) {
  auto value = Json::parse(text);
  EXPECT_TRUE(value.has_value()) << (value ? "" : value.error().text());
  return value ? std::move(*value) : Json();
}

inline Json shared_json(const std::string& name) {
  return parsed(shared_text(name));
}

/// A field that must be there.
inline const Json& at(const Json& object, std::string_view key) {
  static const Json missing;
  const Json* value = object.find(key);
  EXPECT_NE(value, nullptr) << key;
  return value == nullptr ? missing : *value;
}

inline std::string text_at(const Json& object, std::string_view key) {
  const std::string* text = at(object, key).as_string();
  EXPECT_NE(text, nullptr) << key;
  return text == nullptr ? "" : *text;
}

inline std::string bytes_at(const Json& object, std::string_view key) {
  return *from_hex(text_at(object, key));
}

inline const Json::Array& items_at(const Json& object, std::string_view key) {
  static const Json::Array none;
  const Json::Array* items = at(object, key).as_array();
  EXPECT_NE(items, nullptr) << key;
  return items == nullptr ? none : *items;
}

inline Instant instant(std::string_view text) {
  return *parse_instant(text);
}

/// The text of an error where there is one.
template <class T>
std::string why(const Result<T>& result) {
  return result ? "" : result.error().text();
}

}  // namespace hq::credential
