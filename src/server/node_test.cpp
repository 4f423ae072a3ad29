#include "server/node.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "api/waiting_reads.h"
#include "log/sqlite_log.h"
#include "log/test_postgres.h"
#include "log/test_service.h"
#include "net/testing/wait_for_later.h"
#include "server/metrics.h"
#include "server/server.h"

namespace hq::server {
namespace {

using log::add_command;
using log::TestPostgres;
using std::chrono::milliseconds;
using testing::HasSubstr;

/// A node with its own machine and service.
struct TestNode {
  log::TestService service;
  log::Machine machine;
  std::promise<Error> fatal;
  std::unique_ptr<Node> node;

  explicit TestNode(log::PostgresOptions options, const std::string& name) {
    machine.add(service);
    options.holder = name;
    options.address = "http://" + name;
    options.lease_time = milliseconds(1500);
    NodeOptions wanted;
    wanted.log = std::move(options);
    wanted.on_fatal = [this](const Error& error) { fatal.set_value(error); };
    auto opened = Node::open(std::move(wanted), machine);
    EXPECT_TRUE(opened) << opened.error().text();
    node = *std::move(opened);
    const auto started = node->start();
    EXPECT_TRUE(started) << started.error().text();
  }

  bool is_active() const { return node->state().role == Role::active; }
};

template <class Condition>
bool comes_true(const Condition& condition) {
  for (int i = 0; i < 600; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(milliseconds(50));
  }
  return false;
}

class NodeTest : public testing::Test {
 protected:
  void SetUp() override {
    HQ_REQUIRE_POSTGRES();
    server_ = &TestPostgres::shared();
    options_ = server_->options(log::fresh_stream());
  }

  void set_lease(const std::string& what) {
    server_->sql(
        fmt::format("UPDATE hongqiao.lease SET {} WHERE stream = '{}'", what, options_.stream));
  }

  TestPostgres* server_ = nullptr;
  log::PostgresOptions options_;
};

TEST_F(NodeTest, the_first_becomes_active_and_takes_commands) {
  TestNode one(options_, "one");
  ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
  const auto receipt = one.node->submit(add_command("a", 5)).get();
  ASSERT_TRUE(receipt) << receipt.error().text();
  EXPECT_EQ(receipt->seq, 1u);
  EXPECT_EQ(one.node->last_seq(), 1u);
  EXPECT_EQ(one.node->metrics().commits, 1u);
  EXPECT_EQ(one.node->state().holder, "one");
  EXPECT_EQ(one.service.published(), 5);
}

TEST_F(NodeTest, the_second_follows_refuses_commands_and_names_the_active_one) {
  TestNode one(options_, "one");
  ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
  ASSERT_TRUE(one.node->submit(add_command("a", 5)).get());
  TestNode two(options_, "two");
  EXPECT_EQ(two.service.published(), 5);  // what was there when it started
  std::atomic<uint64_t> told = 0;
  const uint64_t subscription =
      two.node->subscribe([&](std::span<const log::Commit> commits) { told = commits.back().seq; });
  ASSERT_TRUE(one.node->submit(add_command("b", 2)).get());
  ASSERT_TRUE(comes_true([&] { return told == 2; }));
  EXPECT_EQ(two.service.published(), 7);
  EXPECT_EQ(two.node->last_seq(), 2u);
  two.node->unsubscribe(subscription);
  EXPECT_FALSE(two.is_active());
  EXPECT_EQ(two.node->metrics().commits, 0u);
  const auto refused = two.node->submit(add_command("c", 1)).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_GT(refused.error().retry_after_s, 0);
  EXPECT_THAT(refused.error().message, HasSubstr("http://one"));
}

TEST_F(NodeTest, a_standby_answers_a_read_once_it_has_folded_the_commit_that_is_asked_for) {
  TestNode one(options_, "one");
  ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
  TestNode two(options_, "two");
  api::WaitingReads reads(*two.node, std::chrono::seconds(20));
  const net::RouteHandler show = [&](const net::Request&) -> Result<net::Response> {
    return net::Response::json(std::to_string(two.service.published()));
  };
  net::Request request;
  request.path = "/api/v1/sum";
  int64_t sum = 0;
  for (int i = 1; i <= 20; ++i) {
    const auto receipt = one.node->submit(add_command(fmt::format("r-{}", i), i)).get();
    ASSERT_TRUE(receipt) << receipt.error().text();
    sum += i;
    request.headers.set("X-At-Least-Commit", std::to_string(receipt->seq));
    const auto read = net::wait_for_later(request, reads.answer(request, show).value());
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(*read.whole_body(), std::to_string(sum));
    EXPECT_EQ(read.headers.find("X-Commit"), std::to_string(receipt->seq));
  }
  api::WaitingReads hasty(*two.node, milliseconds(30));
  request.headers.set("X-At-Least-Commit", "21");
  const auto late = net::wait_for_later(request, hasty.answer(request, show).value());
  EXPECT_EQ(late.status, 503);
  EXPECT_THAT(std::string(*late.whole_body()), HasSubstr("has folded commit 20"));
}

TEST_F(NodeTest, the_second_takes_over_when_the_first_stops) {
  auto one = std::make_unique<TestNode>(options_, "one");
  ASSERT_TRUE(comes_true([&] { return one->is_active(); }));
  TestNode two(options_, "two");
  std::vector<uint64_t> told;
  two.node->subscribe([&](std::span<const log::Commit> commits) {
    for (const log::Commit& commit : commits) told.push_back(commit.seq);
  });
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(one->node->submit(add_command(fmt::format("a{}", i), 1)).get());
  }
  one.reset();
  ASSERT_TRUE(comes_true([&] { return two.is_active(); }));
  EXPECT_EQ(two.node->state().term, 2u);
  EXPECT_EQ(two.service.published(), 20);
  const auto next = two.node->submit(add_command("b", 5)).get();
  ASSERT_TRUE(next) << next.error().text();
  EXPECT_EQ(next->seq, 21u);
  EXPECT_EQ(next->reply, "25");
  // A command that the first had done gets the answer of then.
  const auto repeated = two.node->submit(add_command("a3", 1)).get();
  ASSERT_TRUE(repeated);
  EXPECT_TRUE(repeated->repeated);
  EXPECT_EQ(repeated->seq, 4u);
  two.node->stop();
  ASSERT_EQ(told.size(), 21u);  // each once, in order, across the change
  for (uint64_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], i + 1);
}

TEST_F(NodeTest, one_alone_of_several_is_active) {
  TestNode one(options_, "one");
  TestNode two(options_, "two");
  TestNode three(options_, "three");
  const auto active = [&] {
    return int{one.is_active()} + int{two.is_active()} + int{three.is_active()};
  };
  ASSERT_TRUE(comes_true([&] { return active() == 1; }));
  std::this_thread::sleep_for(milliseconds(2500));  // longer than the lease
  EXPECT_EQ(active(), 1);
}

TEST_F(NodeTest, a_node_that_folded_what_the_log_has_not_stops) {
  {
    TestNode one(options_, "one");
    ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
    ASSERT_TRUE(one.node->submit(add_command("a", 5)).get());
    ASSERT_TRUE(one.node->submit(add_command("b", 5)).get());
  }
  set_lease("holder = 'other', expires = now() + interval '1 hour'");
  TestNode two(options_, "two");
  // As if a commit that no second disk had was lost with its server.
  server_->sql(
      fmt::format("DELETE FROM hongqiao.commit_group WHERE stream = '{0}' AND "
                  "first_seq = 2",
                  options_.stream));
  server_->sql(fmt::format("DELETE FROM hongqiao.command WHERE stream = '{0}' AND seq = 2",
                           options_.stream));
  set_lease("expires = now() - interval '1 s'");
  auto fatal = two.fatal.get_future();
  ASSERT_EQ(fatal.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_THAT(fatal.get().message, HasSubstr("no longer has"));
  EXPECT_FALSE(two.is_active());
}

TEST_F(NodeTest, a_standby_that_meets_another_past_stops) {
  TestNode one(options_, "one");
  ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
  ASSERT_TRUE(one.node->submit(add_command("a", 5)).get());
  TestNode two(options_, "two");
  one.node->stop();
  set_lease("holder = 'other', expires = now() + interval '1 hour'");
  // Commit 1 is lost, and another node wrote two others in its place.
  const std::string other = "s" + options_.stream;
  {
    auto written = log::open_postgres_log(server_->options(other)).value();
    log::Head head;
    ASSERT_TRUE(written->append(log::test_commits(head, 1)));
    ASSERT_TRUE(written->append(log::test_commits(head, 1)));
  }
  server_->sql(
      fmt::format("DELETE FROM hongqiao.commit_group WHERE stream = '{0}'; "
                  "UPDATE hongqiao.commit_group SET stream = '{0}' WHERE stream = '{1}'",
                  options_.stream, other));
  auto fatal = two.fatal.get_future();
  ASSERT_EQ(fatal.wait_for(std::chrono::seconds(30)), std::future_status::ready);
  EXPECT_THAT(fatal.get().message, HasSubstr("a commit 1 that the log no longer has"));
}

TEST_F(NodeTest, an_answer_of_the_check_ends_it) {
  log::TestService service;
  log::Machine machine;
  machine.add(service);
  NodeOptions wanted;
  wanted.log = options_;
  wanted.check = [] { return fail(ErrorCode::limit_exceeded, "no room"); };
  const auto node = Node::open(std::move(wanted), machine).value();
  EXPECT_EQ(node->start().error().code, ErrorCode::limit_exceeded);
}

TEST_F(NodeTest, goes_on_after_the_database_was_away) {
  TestPostgres server;
  TestNode one(server.options("main"), "one");
  ASSERT_TRUE(comes_true([&] { return one.is_active(); }));
  TestNode two(server.options("main"), "two");
  ASSERT_TRUE(one.node->submit(add_command("a", 1)).get());
  server.kill();
  auto late = one.node->submit(add_command("b", 1));
  server.start();
  const auto receipt = late.get();
  ASSERT_TRUE(receipt) << receipt.error().text();
  ASSERT_TRUE(comes_true([&] { return two.node->last_seq() == 2; }));
  EXPECT_TRUE(one.is_active());  // the holder gets the time to renew
  EXPECT_FALSE(two.is_active());
}

TEST_F(NodeTest, a_server_on_a_database_is_a_node) {
  Options options;
  options.port = 0;
  options.data = std::filesystem::path(testing::TempDir()) / "node_server";
  options.hub = std::filesystem::path(HQ_SOURCE_DIR) / "hubs/hongqiao";
  options.log.level = LogLevel::error;
  options.log_address = options_.connection;
  options.stream = options_.stream;
  options.advertised = "http://hub.example";
  std::filesystem::remove_all(options.data);
  {
    const auto server = Server::start(options);
    ASSERT_TRUE(server) << server.error().text();
    log::LeaseReader lease(options_);
    ASSERT_TRUE(comes_true([&] { return lease.read().value().has_value(); }));
    EXPECT_EQ(lease.read().value()->address, "http://hub.example");
  }
  // A folder with a log of its own is not silently passed over.
  ASSERT_TRUE(log::open_log(options.data));
  EXPECT_EQ(Server::start(options).error().code, ErrorCode::conflict);
  std::filesystem::remove_all(options.data);
}

TEST(Node, the_metrics_tell_the_role_and_the_term) {
  const std::string text = node_metrics({Role::active, 7, "one", "http://one"});
  EXPECT_THAT(text, HasSubstr("hongqiao_node_active 1\n"));
  EXPECT_THAT(text, HasSubstr("hongqiao_node_term 7\n"));
  EXPECT_THAT(node_metrics({}), HasSubstr("hongqiao_node_active 0\n"));
}

TEST(Node, the_last_word_of_a_standby_names_what_happened) {
  EXPECT_EXIT(stop_standby({ErrorCode::conflict, "commit 7 is gone", "第 7 号提交不见了", {}}),
              testing::ExitedWithCode(info(ErrorCode::conflict).exit_code),
              "cannot go on following the log: commit 7 is gone");
}

}  // namespace
}  // namespace hq::server
