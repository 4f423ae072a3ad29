// Plain values as the bytes that they are in memory, one after the other: how the parts of a
// ledger are saved and taken back by the same program. Sizes are checked when they are read.
//
//   put_array(put, balances_.span());
//   TakeState take(bytes);
//   take.array(balances);                     // false from the first that does not fit
#pragma once

#include <cstring>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace hq::ledger {

/// Takes bytes in the order in which they are given.
using PutBytes = std::function<void(std::string_view)>;

template <class T>
void put_value(const PutBytes& put, const T& value) {
  static_assert(std::is_trivially_copyable_v<T>);
  put({reinterpret_cast<const char*>(&value), sizeof value});
}

template <class T>
void put_array(const PutBytes& put, std::span<const T> values) {
  put_value(put, values.size());
  put({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
}

class TakeState {
 public:
  explicit TakeState(std::string_view bytes) : rest_(bytes) {}

  bool is_done() const { return fits_ && rest_.empty(); }

  template <class T>
  T value() {
    T value{};
    const std::string_view raw = bytes(sizeof value);
    if (!raw.empty()) std::memcpy(&value, raw.data(), raw.size());
    return value;
  }

  /// The bytes of the array that comes next.
  template <class T>
  std::string_view array() {
    const auto count = value<std::size_t>();
    if (count > rest_.size() / sizeof(T)) fits_ = false;
    return fits_ ? bytes(count * sizeof(T)) : std::string_view();
  }

  template <class T>
  void array(std::vector<T>& values) {
    const std::string_view raw = array<T>();
    values.resize(raw.size() / sizeof(T));
    if (!raw.empty()) std::memcpy(values.data(), raw.data(), raw.size());
  }

 private:
  std::string_view bytes(std::size_t count) {
    if (count > rest_.size()) fits_ = false;
    if (!fits_) return {};
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }

  std::string_view rest_;
  bool fits_ = true;
};

}  // namespace hq::ledger
