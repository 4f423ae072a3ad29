// A PostgreSQL server for tests: in a fresh folder, on a Unix socket alone, gone with the process.
//
// Tests that need it skip where PostgreSQL is not installed (HQ_REQUIRE_POSTGRES).
//
//   HQ_REQUIRE_POSTGRES();
//   TestPostgres& server = TestPostgres::shared();       // one for all tests of the process
//   auto log = open_postgres_log(server.options(fresh_stream())).value();
#pragma once

#include <string>

#include "log/lease.h"
#include "log/test_commits.h"

namespace hq::log {

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

  void start(const std::string& more_settings = {});
  /// SIGKILL to the server process; its children follow.
  void kill();
  /// SIGSTOP or SIGCONT to the server and all its children: it does not answer, but is there.
  void pause(bool on);
  /// Runs SQL as the superuser; gives the first value of the first row.
  std::string sql(const std::string& statement, const std::string& database = "postgres");

 private:
  TestFolder folder_;
  int pid_ = -1;
};

/// A name that no other test of this process has.
std::string fresh_stream();

}  // namespace hq::log

#define HQ_REQUIRE_POSTGRES()           \
  if (TestPostgres::programs().empty()) \
  GTEST_SKIP() << "PostgreSQL is not installed (apt-get install postgresql): not tried"
