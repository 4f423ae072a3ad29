#include "hub/views/detail/table_store.h"

#include <fmt/format.h>

#include <array>

#include "base/assert.h"
#include "log/postgres_log.h"

namespace hq::hub::views {
namespace {

WriteForm whole(const Table& table, WriteForm::Mode mode) {
  return {&table, mode, {table.columns.begin(), table.columns.end()}};
}

WriteForm ended_form() {
  WriteForm form{&kTransfers, WriteForm::Mode::update, {}};
  for (const std::string_view name : {"record", "state", "ended_by"}) {
    for (const Column& column : kTransfers.columns) {
      if (name == column.name) form.columns.push_back(column);
    }
  }
  HQ_ASSERT(form.columns.size() == 3);
  return form;
}

}  // namespace

const WriteForm& form_of(Write write) {
  using enum WriteForm::Mode;
  static const std::array<WriteForm, kWriteCount> kForms = {whole(kCommits, insert),
                                                            whole(kTimetables, replace),
                                                            whole(kAssets, replace),
                                                            whole(kAccounts, replace),
                                                            ended_form(),
                                                            whole(kTransfers, insert),
                                                            whole(kEntries, insert),
                                                            whole(kLimits, replace),
                                                            whole(kLimitWeights, insert)};
  return kForms[static_cast<std::size_t>(write)];
}

Result<std::unique_ptr<TableStore>> open_store(const std::string& place, Opening opening) {
  if (log::is_postgres_address(place)) return open_postgres_store(place, opening);
  return open_sqlite_store(place, opening);
}

std::unexpected<Error> written_by_another(const Standing& expected, const Standing& found) {
  return fail(ErrorCode::conflict,
              fmt::format("the tables stand at commit {}, not at {}: another program writes them, "
                          "or the database lost its last transactions; run this again once it is "
                          "the only one",
                          found.seq, expected.seq),
              fmt::format("表处于第 {} 号提交而不是第 {} 号：有其他程序在写，或数据库丢失了最近的"
                          "事务；请在没有其他写入者时重新运行",
                          found.seq, expected.seq));
}

Result<> check_format(int64_t format, const std::string& place, bool may_be_older) {
  if (format > kViewsFormat) {
    return fail(ErrorCode::newer_version,
                fmt::format("the tables have format {}; this program knows formats up to {}. Use "
                            "the newer program; nothing was changed",
                            format, kViewsFormat),
                fmt::format("表的格式为 {}，本程序只支持到 {}；请使用新版本程序，数据未被改动",
                            format, kViewsFormat),
                place);
  }
  if (format < kViewsFormat && !may_be_older) {
    return fail(
        ErrorCode::conflict,
        fmt::format("the tables have the earlier format {}; make them anew with --rebuild", format),
        fmt::format("表为旧格式 {}；请用 --rebuild 重建", format), place);
  }
  return {};
}

std::unexpected<Error> no_tables(const std::string& place) {
  return fail(ErrorCode::not_found,
              "there are no tables of the log here yet; make them with 'hongqiao views build'",
              "此处还没有日志视图；请用 hongqiao views build 建立", place);
}

}  // namespace hq::hub::views
