#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/ledger/ledger_service.h"
#include "log/sqlite_log.h"
#include "log/writer.h"
#include "server/metrics.h"

namespace hq::server {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    options_.port = 0;
    options_.data = fs::path(testing::TempDir()) /
                    testing::UnitTest::GetInstance()->current_test_info()->name();
    options_.hub = fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao";
    options_.log.level = LogLevel::error;
    fs::remove_all(options_.data);
  }
  ~ServerTest() override { fs::remove_all(options_.data); }

  Options options_;
};

TEST_F(ServerTest, starts_on_a_new_folder_and_again_on_the_same) {
  auto first = Server::start(options_).value();
  EXPECT_TRUE(first->new_token().has_value());
  EXPECT_THAT(first->url(), HasSubstr("http://127.0.0.1:"));
  first.reset();
  const auto second = Server::start(options_).value();
  EXPECT_FALSE(second->new_token().has_value());
}

TEST_F(ServerTest, refuses_a_folder_that_another_process_or_server_has) {
  const auto first = Server::start(options_).value();
  EXPECT_EQ(Server::start(options_).error().code, ErrorCode::conflict);
}

TEST_F(ServerTest, refuses_a_hub_that_is_not_there_and_a_certificate_that_is_none) {
  Options wrong = options_;
  wrong.hub = options_.data / "nothing";
  EXPECT_EQ(Server::start(wrong).error().code, ErrorCode::not_found);
  wrong = options_;
  wrong.tls_certificate = "/dev/null";
  wrong.tls_key = "/dev/null";
  EXPECT_EQ(Server::start(wrong).error().code, ErrorCode::invalid_argument);
}

TEST_F(ServerTest, keeps_the_keys_of_its_credentials_to_itself) {
  options_.public_url = "https://hub.example";
  Server::start(options_).value().reset();
  EXPECT_EQ(fs::status(options_.data / "credential_keys").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  options_.public_url = "http://hub.example";
  EXPECT_EQ(Server::start(options_).error().code, ErrorCode::invalid_argument);
}

TEST_F(ServerTest, refuses_a_log_that_holds_more_than_the_ledger_has_room_for) {
  fs::create_directories(options_.data);
  {
    const auto log = log::open_log(options_.data).value();
    hub::LedgerService ledger({});
    log::Machine machine;
    machine.add(ledger);
    const auto writer = log::Writer::start(*log, machine).value();
    const std::vector<ledger::Account> accounts = {{.id = 1, .asset = 156, .kind = 1},
                                                   {.id = 2, .asset = 156, .kind = 1}};
    log::Command command;
    command.id = "a";
    command.type = "ledger.open";
    command.actor = "test";
    command.body = hub::to_bytes(accounts);
    ASSERT_TRUE(writer->submit(std::move(command)).get());
    writer->stop();
  }
  options_.ledger.accounts_max = 1;
  EXPECT_EQ(Server::start(options_).error().code, ErrorCode::limit_exceeded);
  options_.ledger.accounts_max = 2;
  EXPECT_TRUE(Server::start(options_));
}

TEST(Metrics, counts_requests_by_route_and_status) {
  Metrics metrics;
  metrics.count_request({.method = "GET",
                         .path = "/x",
                         .route = "/api/v1/stops/{id}",
                         .request_id = "1",
                         .remote_address = "",
                         .status = 200,
                         .bytes = 10,
                         .seconds = 0.002});
  metrics.count_request({.method = "GET",
                         .path = "/y",
                         .route = "",
                         .request_id = "2",
                         .remote_address = "",
                         .status = 404,
                         .bytes = 10,
                         .seconds = 0.002});
  const std::string text = metrics.text({}, 7, {});
  EXPECT_THAT(
      text,
      HasSubstr(R"(hongqiao_http_requests_total{route="/api/v1/stops/{id}",status="200"} 1)"));
  EXPECT_THAT(text, HasSubstr(R"(route="other",status="404")"));
  EXPECT_THAT(text, HasSubstr("hongqiao_log_last_seq 7"));
}

}  // namespace
}  // namespace hq::server
