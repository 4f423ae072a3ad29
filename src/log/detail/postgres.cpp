#include "log/detail/postgres.h"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <map>

#include "base/assert.h"

namespace hq::log {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr uint32_t kBytesType = 17;  // object id of bytea, fixed in PostgreSQL (pg_type.dat)
constexpr int kBinary = 1;

template <class Integer>
void append_big_endian(std::string& bytes, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((value >> shift) & 0xff));
  }
}

/// libpq ends its messages with a new line, and some have several lines.
std::string one_line(std::string_view text) {
  std::string line(text.substr(0, text.find_last_not_of('\n') + 1));
  for (char& c : line) {
    if (c == '\n') c = ' ';
  }
  return line;
}

/// What an SQLSTATE (PostgreSQL, appendix A) means to us.
ErrorCode code_of(std::string_view state) {
  static const std::map<std::string_view, ErrorCode> kWhole = {
      {"23505", ErrorCode::already_exists}, {"42501", ErrorCode::forbidden},
      {"3D000", ErrorCode::not_found},      {"53100", ErrorCode::disk_full},
      {"25006", ErrorCode::unavailable},  // read-only: the server became a standby
      {"XX001", ErrorCode::corrupt},        {"XX002", ErrorCode::corrupt},
  };
  if (const auto found = kWhole.find(state); found != kWhole.end()) return found->second;
  static const std::map<std::string_view, ErrorCode> kClass = {
      {"08", ErrorCode::unavailable},  // connection
      {"28", ErrorCode::forbidden},    // who we are
      {"40", ErrorCode::unavailable},  // deadlock, serialisation
      {"53", ErrorCode::unavailable},  // too many connections, memory
      {"54", ErrorCode::too_large},
      {"57", ErrorCode::unavailable},  // shutting down, starting up, cancelled
  };
  if (const auto found = kClass.find(state.substr(0, 2)); found != kClass.end()) {
    return found->second;
  }
  return ErrorCode::io_error;
}

/// States after which this connection is of no more use, though its socket may be open.
bool ends_connection(std::string_view state) {
  return state.starts_with("08") || state == "57P01" || state == "57P02" || state == "57P03" ||
         state == "25006";
}

std::string_view or_empty(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

void keep_warning(void* kept, const PGresult* notice) {
  const auto severity = or_empty(PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED));
  if (severity != "WARNING") return;
  *static_cast<std::optional<std::string>*>(kept) =
      one_line(or_empty(PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY)));
}

/// The pairs of a connection string with what we need besides, unless it says otherwise.
Result<std::map<std::string, std::string>> settings_of(const std::string& address,
                                                       PostgresConnection::Role role) {
  std::map<std::string, std::string> settings = {
      {"application_name", "hongqiao"}, {"connect_timeout", "2"},
      {"keepalives_idle", "5"},         {"keepalives_interval", "2"},
      {"keepalives_count", "3"},        {"tcp_user_timeout", "10000"},
      {"client_encoding", "UTF8"},      {"target_session_attrs", "read-write"},
  };
  char* said = nullptr;
  PQconninfoOption* const parsed = PQconninfoParse(address.c_str(), &said);
  if (parsed == nullptr) {
    std::string why = one_line(or_empty(said));
    PQfreemem(said);
    return fail(ErrorCode::invalid_argument,
                fmt::format("this is no address of a PostgreSQL database: {}", why),
                "PostgreSQL 连接地址无效");
  }
  for (const PQconninfoOption* one = parsed; one->keyword != nullptr; ++one) {
    if (one->val != nullptr) settings[one->keyword] = one->val;
  }
  PQconninfoFree(parsed);
  if (role == PostgresConnection::Role::write) settings["target_session_attrs"] = "read-write";
  return settings;
}

std::string place_of(const std::map<std::string, std::string>& settings) {
  const auto value = [&](const char* key) {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string() : found->second;
  };
  return fmt::format("postgresql {}:{}/{}", value("host"), value("port"), value("dbname"));
}

}  // namespace

PostgresValues& PostgresValues::add(int64_t value) {
  Value& added = values_.emplace_back();
  append_big_endian(added.owned, static_cast<uint64_t>(value));
  added.is_owned = true;
  return *this;
}

PostgresValues& PostgresValues::add_text(std::string_view text) {
  values_.emplace_back().given = text;
  return *this;
}

PostgresValues& PostgresValues::add_bytes(std::string_view bytes) {
  values_.emplace_back().given = bytes;
  return *this;
}

PostgresValues& PostgresValues::add_bytes_list(std::span<const std::string_view> list) {
  Value& added = values_.emplace_back();
  added.is_owned = true;
  // Dimensions, has nulls, type of the elements; then size and first index of the one dimension.
  for (const uint32_t word : {1U, 0U, kBytesType, static_cast<uint32_t>(list.size()), 1U}) {
    append_big_endian(added.owned, word);
  }
  for (const std::string_view bytes : list) {
    append_big_endian(added.owned, static_cast<uint32_t>(bytes.size()));
    added.owned.append(bytes);
  }
  return *this;
}

void PostgresRows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

std::size_t PostgresRows::count() const {
  return static_cast<std::size_t>(PQntuples(result_.get()));
}

bool PostgresRows::is_null(std::size_t row, int column) const {
  return PQgetisnull(result_.get(), static_cast<int>(row), column) != 0;
}

int64_t PostgresRows::integer(std::size_t row, int column) const {
  const std::string_view raw = bytes(row, column);
  HQ_ASSERT(raw.size() == sizeof(int64_t));
  uint64_t value = 0;
  for (const char c : raw) value = value << 8 | static_cast<uint8_t>(c);
  return static_cast<int64_t>(value);
}

std::string_view PostgresRows::bytes(std::size_t row, int column) const {
  const int at = static_cast<int>(row);
  return {PQgetvalue(result_.get(), at, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), at, column))};
}

void PostgresConnection::Finish::operator()(pg_conn* connection) const {
  PQfinish(connection);
}

Result<PostgresConnection> PostgresConnection::open(const std::string& address, Role role,
                                                    std::chrono::milliseconds answer_wait) {
  HQ_TRY(const auto settings, settings_of(address, role));
  std::vector<const char*> keys;
  std::vector<const char*> values;
  for (const auto& [key, value] : settings) {
    keys.push_back(key.c_str());
    values.push_back(value.c_str());
  }
  keys.push_back(nullptr);
  values.push_back(nullptr);
  PostgresConnection opened;
  opened.answer_wait_ = answer_wait;
  opened.where_ = place_of(settings);
  opened.connection_.reset(PQconnectdbParams(keys.data(), values.data(), 0));
  pg_conn* const raw = opened.connection_.get();
  if (raw == nullptr || PQstatus(raw) != CONNECTION_OK) {
    // libpq keeps no SQLSTATE of a failed connection; its words tell a refusal from an absence.
    std::string why = one_line(raw == nullptr ? "no memory" : PQerrorMessage(raw));
    const bool refused = why.find("password") != why.npos || why.find("pg_hba") != why.npos ||
                         why.find("role \"") != why.npos;
    return fail(refused ? ErrorCode::forbidden : ErrorCode::unavailable,
                fmt::format("no connection to PostgreSQL: {}", why), "无法连接 PostgreSQL",
                opened.where_);
  }
  opened.warning_ = std::make_unique<std::optional<std::string>>();
  PQsetNoticeReceiver(raw, keep_warning, opened.warning_.get());
  return opened;
}

bool PostgresConnection::is_broken() const {
  return is_broken_ || PQstatus(connection_.get()) != CONNECTION_OK;
}

std::optional<std::string> PostgresConnection::take_warning() {
  return std::exchange(*warning_, std::nullopt);
}

Error PostgresConnection::lost(std::string why) {
  is_broken_ = true;
  return {ErrorCode::unavailable, fmt::format("the connection to PostgreSQL is lost: {}", why),
          "与 PostgreSQL 的连接已中断", where_, 1};
}

/// What an answer, or its absence, says went wrong.
Error PostgresConnection::error_of(const pg_result* result) {
  const std::string_view state = or_empty(PQresultErrorField(result, PG_DIAG_SQLSTATE));
  if (state.empty()) return lost(one_line(PQerrorMessage(connection_.get())));
  if (ends_connection(state)) is_broken_ = true;
  violated_constraint_ = or_empty(PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME));
  const auto message = or_empty(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY));
  return {code_of(state), fmt::format("PostgreSQL: {} ({})", one_line(message), state), {}, where_};
}

Result<> PostgresConnection::wait_readable(SteadyClock::time_point deadline) {
  while (PQisBusy(connection_.get()) != 0) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    pollfd watched{PQsocket(connection_.get()), POLLIN, 0};
    const int ready = left.count() <= 0 ? 0 : ::poll(&watched, 1, static_cast<int>(left.count()));
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return std::unexpected(lost(system_error(errno, where_).message));
    if (ready == 0) return std::unexpected(lost("no answer in time"));
    if (PQconsumeInput(connection_.get()) == 0) {
      return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
    }
  }
  return {};
}

/// The next result of what was sent; null after the last.
Result<PostgresConnection::Rows> PostgresConnection::next_result() {
  HQ_TRY_VOID(wait_readable(SteadyClock::now() + answer_wait_));
  return Rows(PQgetResult(connection_.get()));
}

/// The last of the results of what was sent, or the first failure among them.
Result<PostgresConnection::Rows> PostgresConnection::last_result() {
  Rows last;
  std::optional<Error> failed;
  while (true) {
    HQ_TRY(Rows result, next_result());
    if (!result) break;
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && !failed) {
      failed = error_of(result.get());
    }
    last = std::move(result);
  }
  if (failed) return std::unexpected(*std::move(failed));
  if (!last) return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
  return last;
}

Result<> PostgresConnection::finish_sent() {
  if (is_broken()) return std::unexpected(lost("it broke earlier"));
  if (!std::exchange(is_sent_, false)) return {};
  // A notification that fails is made good by polling; only a lost connection counts.
  const auto passed_over = last_result();
  if (!passed_over && is_broken()) return std::unexpected(passed_over.error());
  return {};
}

Result<> PostgresConnection::prepare(const PostgresStatement& statement) {
  if (prepared_.contains(statement.name)) return {};
  if (PQsendPrepare(connection_.get(), statement.name, statement.sql, 0, nullptr) == 0) {
    return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
  }
  HQ_TRY_VOID(last_result());
  prepared_.emplace(statement.name);
  return {};
}

Result<PostgresRows> PostgresConnection::run(const PostgresStatement& statement,
                                             const PostgresValues& values) {
  HQ_TRY_VOID(finish_sent());
  HQ_TRY_VOID(prepare(statement));
  violated_constraint_.clear();
  std::vector<const char*> pointers;
  std::vector<int> sizes;
  for (const PostgresValues::Value& value : values.values_) {
    const std::string_view bytes = value.is_owned ? std::string_view(value.owned) : value.given;
    pointers.push_back(bytes.data() == nullptr ? "" : bytes.data());  // a null pointer is NULL
    sizes.push_back(static_cast<int>(bytes.size()));
  }
  const std::vector<int> formats(pointers.size(), kBinary);
  if (PQsendQueryPrepared(connection_.get(), statement.name, static_cast<int>(pointers.size()),
                          pointers.data(), sizes.data(), formats.data(), kBinary) == 0) {
    return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
  }
  PostgresRows rows;
  HQ_TRY(rows.result_, last_result());
  return rows;
}

Result<> PostgresConnection::run_script(const std::string& sql) {
  HQ_TRY_VOID(finish_sent());
  if (PQsendQuery(connection_.get(), sql.c_str()) == 0) {
    return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
  }
  HQ_TRY_VOID(last_result());
  return {};
}

void PostgresConnection::send(const std::string& sql) {
  if (!finish_sent()) return;
  is_sent_ = PQsendQuery(connection_.get(), sql.c_str()) != 0;
}

Result<bool> PostgresConnection::wait_for_notification(std::chrono::milliseconds timeout,
                                                       const std::stop_token& stop) {
  const auto deadline = SteadyClock::now() + timeout;
  const int wake = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) return std::unexpected(system_error(errno, "eventfd"));
  const std::unique_ptr<const int, void (*)(const int*)> closed(
      &wake, [](const int* descriptor) { ::close(*descriptor); });
  const std::stop_callback on_stop(stop, [wake] {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake, &one, sizeof one);
  });
  while (true) {
    if (PQconsumeInput(connection_.get()) == 0) {
      return std::unexpected(lost(one_line(PQerrorMessage(connection_.get()))));
    }
    bool notified = false;
    while (PGnotify* const one = PQnotifies(connection_.get())) {
      PQfreemem(one);
      notified = true;
    }
    if (notified) return true;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    if (left.count() <= 0 || stop.stop_requested()) return false;
    pollfd watched[] = {{PQsocket(connection_.get()), POLLIN, 0}, {wake, POLLIN, 0}};
    if (::poll(watched, 2, static_cast<int>(left.count())) < 0 && errno != EINTR) {
      return std::unexpected(lost(system_error(errno, where_).message));
    }
  }
}

}  // namespace hq::log
