// The server that test_postgres.h promises.
#include "log/test_postgres.h"

#include <gtest/gtest.h>

namespace hq::log {
namespace {

TEST(TestPostgres, runs_and_comes_back_after_a_kill) {
  HQ_REQUIRE_POSTGRES();
  TestPostgres server;
  server.sql("CREATE TABLE t(x int); INSERT INTO t VALUES (7)");
  server.kill();
  server.start();
  EXPECT_EQ(server.sql("SELECT x FROM t"), "7");
}

}  // namespace
}  // namespace hq::log
