// A PostgreSQL server for tests: in a fresh folder, on a Unix socket alone, gone with the process.
//
// Tests that need it skip where PostgreSQL is not installed (HQ_REQUIRE_POSTGRES).
//
//   HQ_REQUIRE_POSTGRES();
//   TestPostgres& server = TestPostgres::shared();       // one for all tests of the process
//   auto log = open_postgres_log(server.options(fresh_stream())).value();
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "log/lease.h"
#include "log/test_commits.h"

namespace hq::log {
namespace test_postgres {

namespace fs = std::filesystem;

/// PostgreSQL refuses to run as root; Debian's package makes a user for it.
inline const passwd* server_user() {
  return ::geteuid() == 0 ? ::getpwnam("postgres") : nullptr;
}

/// Starts a program as the server's user; its output goes to `output`.
inline pid_t spawn(const std::vector<std::string>& arguments, const fs::path& folder) {
  std::vector<char*> raw;
  raw.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  const std::string output = (folder / "output").string();
  const passwd* const user = server_user();
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  HQ_ASSERT(pid >= 0);
  if (pid > 0) return pid;
  const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ::dup2(file, STDOUT_FILENO);
  ::dup2(file, STDERR_FILENO);
  if (user != nullptr && (::setgid(user->pw_gid) != 0 || ::setuid(user->pw_uid) != 0)) ::_exit(126);
  if (::chdir(folder.c_str()) != 0) ::_exit(125);
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // a test that crashes leaves no server behind
  if (::getppid() != parent) ::_exit(124);
  ::execv(raw[0], raw.data());
  ::_exit(127);
}

inline int wait_for_end(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return status;
}

}  // namespace test_postgres

class TestPostgres {
 public:
  /// Folder of initdb and postgres, or empty where they are not installed.
  static std::string programs();
  static TestPostgres& shared();

  TestPostgres();
  ~TestPostgres();
  TestPostgres(const TestPostgres&) = delete;
  TestPostgres& operator=(const TestPostgres&) = delete;

  /// Connection string for a database of this server.
  std::string connection(const std::string& database = "postgres") const;
  /// Options with times that suit a test.
  PostgresOptions options(const std::string& stream,
                          const std::string& database = "postgres") const;

  /// On a thread that outlives the server: the server ends with the thread that started it.
  void start(const std::string& more_settings = {});
  /// SIGKILL to the server process; its children follow.
  void kill();
  /// Runs SQL as the superuser; gives the first value of the first row.
  std::string sql(const std::string& statement, const std::string& database = "postgres");

 private:
  // In memory where there is such a place: what is tested here is not the disk, and tests of many
  // processes at once must not wait for it.
  TestFolder folder_{::access("/dev/shm", W_OK) == 0 ? "/dev/shm"
                                                     : std::filesystem::temp_directory_path()};
  int pid_ = -1;
};

/// A name that no other test of this process has.
inline std::string fresh_stream();

inline std::string TestPostgres::programs() {
  std::string newest;
  std::error_code error;
  for (const auto& version : test_postgres::fs::directory_iterator("/usr/lib/postgresql", error)) {
    const test_postgres::fs::path folder = version.path() / "bin";
    if (test_postgres::fs::exists(folder / "initdb") &&
        test_postgres::fs::exists(folder / "postgres")) {
      newest = std::max(newest, folder.string());
    }
  }
  if (::geteuid() == 0 && test_postgres::server_user() == nullptr) return {};
  return newest;
}

inline TestPostgres& TestPostgres::shared() {
  static TestPostgres server;
  return server;
}

inline TestPostgres::TestPostgres() {
  const std::string folder = folder_.path().string();
  if (const passwd* const user = test_postgres::server_user()) {
    HQ_ASSERT(::chown(folder.c_str(), user->pw_uid, user->pw_gid) == 0);
  }
  // Made once for each build folder, then copied: that takes a twentieth of the time.
  const test_postgres::fs::path kept = HQ_BINARY_DIR "/postgres_template";
  const int lock = ::open((kept.string() + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  HQ_ASSERT(lock >= 0 && ::flock(lock, LOCK_EX) == 0);
  if (!test_postgres::fs::exists(kept)) {
    const int made = test_postgres::wait_for_end(test_postgres::spawn(
        {programs() + "/initdb", "-D", folder + "/made", "-U", "hongqiao", "-A", "trust", "-E",
         "UTF8", "--locale=C", "--no-sync", "--wal-segsize=1"},
        folder_.path()));
    HQ_ASSERT(made == 0);
    const std::string copy =
        fmt::format("cp -a '{0}/made' '{1}.new' && mv '{1}.new' '{1}'", folder, kept.string());
    HQ_ASSERT(std::system(copy.c_str()) == 0);
  }
  ::close(lock);
  const std::string copy = fmt::format("cp -a '{}' '{}/data'", kept.string(), folder);
  HQ_ASSERT(std::system(copy.c_str()) == 0);
  start();
}

inline TestPostgres::~TestPostgres() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGQUIT);
  test_postgres::wait_for_end(pid_);
}

inline void TestPostgres::start(const std::string& more_settings) {
  HQ_ASSERT(pid_ < 0);
  std::vector<std::string> arguments = {programs() + "/postgres",
                                        "-D",
                                        (folder_.path() / "data").string(),
                                        "-k",
                                        folder_.path().string(),
                                        "-c",
                                        "listen_addresses=",
                                        "-c",
                                        "shared_buffers=16MB",
                                        "-c",
                                        "max_connections=60"};
  if (!more_settings.empty()) arguments.insert(arguments.end(), {"-c", more_settings});
  pid_ = test_postgres::spawn(arguments, folder_.path());
  for (int i = 0; i < 600; ++i) {
    if (PQping(connection().c_str()) == PQPING_OK) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  HQ_ASSERT(false && "the server does not answer");
}

inline void TestPostgres::kill() {
  ::kill(pid_, SIGKILL);
  test_postgres::wait_for_end(std::exchange(pid_, -1));
}

inline std::string TestPostgres::sql(const std::string& statement, const std::string& database) {
  PGconn* const opened = PQconnectdb(connection(database).c_str());
  PGresult* const result = PQexec(opened, statement.c_str());
  const ExecStatusType status = PQresultStatus(result);
  EXPECT_TRUE(status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) << PQerrorMessage(opened);
  std::string value;
  if (status == PGRES_TUPLES_OK && PQntuples(result) > 0) value = PQgetvalue(result, 0, 0);
  PQclear(result);
  PQfinish(opened);
  return value;
}

inline std::string TestPostgres::connection(const std::string& database) const {
  return fmt::format("postgresql:///{}?host={}&user=hongqiao", database, folder_.path().string());
}

inline PostgresOptions TestPostgres::options(const std::string& stream,
                                             const std::string& database) const {
  PostgresOptions options;
  options.connection = connection(database);
  options.stream = stream;
  options.reconnect_wait = std::chrono::seconds(20);
  options.on_lease_lost = [](const Error&) {};
  return options;
}

inline std::string fresh_stream() {
  static std::atomic<int> last = 0;
  return fmt::format("s{}", ++last);
}

}  // namespace hq::log

#define HQ_REQUIRE_POSTGRES()           \
  if (TestPostgres::programs().empty()) \
  GTEST_SKIP() << "PostgreSQL is not installed (apt-get install postgresql): not tried"
