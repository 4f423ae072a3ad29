// CSV of any bytes: nothing crashes, and rows that are whole come back after writing.

#include "base/assert.h"
#include "base/csv.h"

namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows whole_rows(std::string_view bytes) {
  Rows rows;
  auto csv = hq::CsvReader::open(bytes, "f");
  if (!csv) return rows;
  std::size_t line = csv->line();
  while (csv->next()) {
    HQ_ASSERT(csv->line() > line);
    line = csv->line();
    if (csv->row_is_broken()) continue;
    auto& row = rows.emplace_back();
    for (int i = 0; i < static_cast<int>(csv->cell_count()); ++i) row.emplace_back(csv->cell(i));
  }
  return rows;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const Rows rows = whole_rows({reinterpret_cast<const char*>(data), size});
  std::string bytes = "header\n";
  for (const auto& row : rows) bytes += hq::csv_row(row);
  HQ_ASSERT(whole_rows(bytes) == rows);
  return 0;
}
