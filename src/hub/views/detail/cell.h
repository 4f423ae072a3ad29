// Row: the values of one row on their way into a table, and the texts of them.
//
// A value. Texts are not copied: they outlive the row.
//
//   Row row;
//   row.integer(7).number(transfer.amount).null().text("debit");
//   store.put(Write::entries, row);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "ledger/records.h"

namespace hq::hub::views {

struct Cell {
  enum class Kind : uint8_t { null, integer, number, text, time };

  Kind kind = Kind::null;
  bool is_negative = false;    // of a number
  int64_t integer = 0;         // or microseconds
  ledger::Uint128 number = 0;  // its size, without the sign
  std::string_view text = {};
};

class Row {
 public:
  Row& clear();
  Row& null();
  Row& integer(int64_t value);
  Row& number(ledger::Uint128 value);
  Row& signed_number(ledger::Int128 value);
  Row& text(std::string_view value);
  Row& time(Instant value);
  Row& time_us(int64_t value);
  Row& flag(bool value) { return integer(value ? 1 : 0); }
  /// NULL for zero.
  Row& integer_or_null(int64_t value) { return value == 0 ? null() : integer(value); }
  Row& number_or_null(ledger::Uint128 value) { return value == 0 ? null() : number(value); }

  const std::vector<Cell>& cells() const { return cells_; }

 private:
  std::vector<Cell> cells_;
};

/// UTC to the microsecond, always as long: "2026-11-24T08:00:00.000000Z". Sorts as it should.
std::string time_text(int64_t time_us);

/// With a minus where it is below zero.
std::string number_text(const Cell& cell);

/// What is no UTF-8, and NUL, as U+FFFD: text that both databases take.
std::string storable(std::string_view text);
bool is_storable(std::string_view text);

}  // namespace hq::hub::views
