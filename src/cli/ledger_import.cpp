// hongqiao ledger import csv: transfers from a table, in batches.
#include <fmt/format.h>

#include <charconv>

#include "base/csv.h"
#include "base/file.h"
#include "base/json.h"
#include "cli/desk.h"
#include "cli/ledger.h"
#include "hub/ledger/ledger_json.h"

namespace hq::cli {
namespace {

using ledger::Status;
using ledger::Transfer;
using ledger::Uint128;

constexpr std::size_t kRefusalsShown = 20;

struct Refusal {
  std::size_t line = 0;
  std::string status;
  hub::Name detail;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (line, status, detail))

struct ImportAnswer {
  uint64_t created = 0;
  uint64_t existed = 0;
  std::vector<Refusal> refused;
};
BOOST_DESCRIBE_STRUCT(ImportAnswer, (), (created, existed, refused))

struct Columns {
  int id, debit_account, credit_account, amount, asset, code, reference, flags;
  int pending_id, timeout_s, note;  // may be absent
};

struct Rows {
  std::vector<Transfer> transfers;
  std::vector<std::size_t> lines;
};

Result<Columns> columns_of(const CsvReader& csv) {
  Columns columns{};
  HQ_TRY(columns.id, csv.require_column("id"));
  HQ_TRY(columns.debit_account, csv.require_column("debit_account"));
  HQ_TRY(columns.credit_account, csv.require_column("credit_account"));
  HQ_TRY(columns.amount, csv.require_column("amount"));
  HQ_TRY(columns.asset, csv.require_column("asset"));
  HQ_TRY(columns.code, csv.require_column("code"));
  columns.reference = csv.column("reference");
  columns.flags = csv.column("flags");
  columns.pending_id = csv.column("pending_id");
  columns.timeout_s = csv.column("timeout_s");
  columns.note = csv.column("note");
  return columns;
}

/// A cell as a number of the width of T; zero where it is empty.
template <class T>
Result<T> number(const CsvReader& csv, int column) {
  const std::string_view cell = csv.cell(column);
  if (cell.empty()) return T{0};
  auto value = ledger::parse_uint128(cell);
  if (!value) return std::unexpected(std::move(value).error().at(csv.where(column)));
  if (*value > static_cast<T>(~T{0})) {
    return fail(ErrorCode::parse_error, fmt::format("'{}' is too large", cell),
                fmt::format("“{}”过大", cell), csv.where(column));
  }
  return static_cast<T>(*value);
}

Result<Transfer> row_of(const CsvReader& csv, const Columns& columns) {
  if (csv.row_is_broken()) {
    return fail(ErrorCode::parse_error, "the row cannot be read: a quote is not closed",
                "该行无法读取：引号未闭合", csv.where());
  }
  Transfer transfer;
  HQ_TRY(transfer.id, number<Uint128>(csv, columns.id));
  HQ_TRY(transfer.debit_account, number<Uint128>(csv, columns.debit_account));
  HQ_TRY(transfer.credit_account, number<Uint128>(csv, columns.credit_account));
  HQ_TRY(transfer.amount, number<Uint128>(csv, columns.amount));
  HQ_TRY(transfer.pending_id, number<Uint128>(csv, columns.pending_id));
  HQ_TRY(transfer.reference, number<Uint128>(csv, columns.reference));
  HQ_TRY(transfer.note, number<uint64_t>(csv, columns.note));
  HQ_TRY(transfer.asset, number<uint32_t>(csv, columns.asset));
  HQ_TRY(transfer.timeout_s, number<uint32_t>(csv, columns.timeout_s));
  HQ_TRY(transfer.code, number<uint16_t>(csv, columns.code));
  auto flags = hub::transfer_flags_from(csv.cell(columns.flags));
  if (!flags) return std::unexpected(std::move(flags).error().at(csv.where(columns.flags)));
  transfer.flags = *flags;
  return transfer;
}

/// The whole file, so that nothing is done where a line cannot be read.
Result<Rows> read_rows(const std::filesystem::path& file) {
  HQ_TRY(const std::string bytes, read_file(file));
  HQ_TRY(CsvReader csv, CsvReader::open(bytes, file.string()));
  HQ_TRY(const Columns columns, columns_of(csv));
  Rows rows;
  while (csv.next()) {
    HQ_TRY(const Transfer transfer, row_of(csv, columns));
    rows.transfers.push_back(transfer);
    rows.lines.push_back(csv.line());
  }
  return rows;
}

/// How many of those from `begin` on go together: all that a batch may hold, without cutting a
/// chain. Zero where a chain alone is longer.
std::size_t batch_size(std::span<const Transfer> transfers, std::size_t begin) {
  std::size_t count = std::min(transfers.size() - begin, hub::kLedgerBatchMax);
  if (begin + count == transfers.size()) return count;
  while (count > 0 && (transfers[begin + count - 1].flags & ledger::kLinked) != 0) --count;
  return count;
}

Result<ImportAnswer> import_rows(const Rows& rows, LedgerDesk& desk, const Console& console) {
  ImportAnswer answer;
  for (std::size_t begin = 0; begin < rows.transfers.size();) {
    const std::size_t count = batch_size(rows.transfers, begin);
    if (count == 0) {
      return fail(
          ErrorCode::limit_exceeded,
          fmt::format("the chain from line {} on is longer than {} transfers", rows.lines[begin],
                      hub::kLedgerBatchMax),
          fmt::format("自第 {} 行起的链超过 {} 笔", rows.lines[begin], hub::kLedgerBatchMax));
    }
    const auto batch = std::span(rows.transfers).subspan(begin, count);
    HQ_TRY(const log::Receipt receipt, desk.desk.submit("ledger.transfer", hub::to_bytes(batch)));
    HQ_TRY(const auto statuses, desk.ledger->statuses(count, receipt));
    for (std::size_t i = 0; i < count; ++i) {
      if (statuses[i] == Status::created) {
        ++answer.created;
      } else if (statuses[i] == Status::exists) {
        ++answer.existed;
      } else {
        answer.refused.push_back({rows.lines[begin + i],
                                  std::string(id(statuses[i])),
                                  {std::string(text(statuses[i], Language::zh)),
                                   std::string(text(statuses[i], Language::en))}});
      }
    }
    begin += count;
    console.progress(console.choose("importing", "导入"), begin, rows.transfers.size());
  }
  console.end_progress();
  return answer;
}

}  // namespace

int ledger_import(const LedgerImportOptions& options, const Console& console) {
  const auto import = [&]() -> Result<ImportAnswer> {
    HQ_TRY(const Rows rows, read_rows(options.file));
    HQ_TRY(const auto desk, LedgerDesk::open(options.source));
    return import_rows(rows, *desk, console);
  };
  const auto answer = import();
  if (!answer) return console.fail(answer.error());
  if (console.json()) {
    console.line(to_json(*answer));
  } else {
    console.line(fmt::format("{} {}, {} {}, {} {}", answer->created,
                             console.choose("made", "笔已转账"), answer->existed,
                             console.choose("made before", "笔先前已有"), answer->refused.size(),
                             console.choose("refused", "笔被拒绝")));
    for (std::size_t i = 0; i < std::min(answer->refused.size(), kRefusalsShown); ++i) {
      const Refusal& refusal = answer->refused[i];
      console.line(fmt::format("  {}:{}: {}: {}", options.file.string(), refusal.line,
                               refusal.status,
                               console.choose(refusal.detail.en, refusal.detail.zh)));
    }
  }
  if (answer->refused.empty()) return 0;
  const Refusal& first = answer->refused.front();
  return console.fail(
      {ErrorCode::parse_error,
       fmt::format("{} refused, the first: {}", answer->refused.size(), first.status),
       fmt::format("{} 笔被拒绝，第一笔：{}", answer->refused.size(), first.status),
       fmt::format("{}:{}", options.file.string(), first.line)});
}

}  // namespace hq::cli
