#include "api/waiting_reads.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>

#include "api/api_testing.h"
#include "net/testing/wait_for_later.h"

namespace hq::api {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// A standby as the API sees it: commits are folded when the test says so.
class FoldedSoFar : public log::CommandSink {
 public:
  void submit(log::Command /*command*/, Answer answer) override {
    answer(fail(ErrorCode::unavailable, "a standby"));
  }
  std::optional<Error> overload() const override { return std::nullopt; }
  uint64_t subscribe(Subscriber on_commits) override {
    const std::lock_guard lock(mutex_);
    subscribers_.emplace(++last_, std::move(on_commits));
    return last_;
  }
  void unsubscribe(uint64_t subscription) override {
    const std::lock_guard lock(mutex_);
    subscribers_.erase(subscription);
  }
  uint64_t last_seq() const override { return seq_; }

  void fold_until(uint64_t seq) {
    log::Commit commit;
    commit.seq = seq;
    seq_ = seq;
    const std::lock_guard lock(mutex_);
    for (const auto& [id, on_commits] : subscribers_) on_commits({&commit, 1});
  }
  std::size_t subscriber_count() {
    const std::lock_guard lock(mutex_);
    return subscribers_.size();
  }

 private:
  std::mutex mutex_;
  std::map<uint64_t, Subscriber> subscribers_;
  uint64_t last_ = 0;
  std::atomic<uint64_t> seq_ = 0;
};

class WaitingReadsTest : public testing::Test {
 protected:
  static net::Request read(const std::string& at_least,
                           const std::string& path = "/api/v1/ledger/accounts") {
    net::Request request;
    request.path = path;
    if (!at_least.empty()) request.headers.set("X-At-Least-Commit", at_least);
    return request;
  }
  net::Response ask(WaitingReads& reads, const net::Request& request) {
    auto response = reads.answer(request, handler_);
    EXPECT_TRUE(response) << response.error().text();
    return net::wait_for_later(request, *std::move(response));
  }
  static bool is_later(const Result<net::Response>& response) {
    return response && std::holds_alternative<std::shared_ptr<net::LaterResponse>>(response->body);
  }
  static std::string commit_of(const net::Response& response) {
    return std::string(response.headers.find("X-Commit").value_or("none"));
  }
  static std::string text(const net::Response& response) {
    return std::string(response.whole_body().value_or(""));
  }

  FoldedSoFar standby_;
  // Answers with the commit that the state was at.
  net::RouteHandler handler_ = [this](const net::Request&) -> Result<net::Response> {
    return net::Response::json(std::to_string(standby_.last_seq()));
  };
};

TEST_F(WaitingReadsTest, says_in_each_answer_which_commit_it_shows_at_least) {
  WaitingReads reads(standby_);
  standby_.fold_until(7);
  EXPECT_EQ(commit_of(ask(reads, read(""))), "7");
  const net::RouteHandler refusing = [](const net::Request&) -> Result<net::Response> {
    return fail(ErrorCode::not_found, "no such account", "没有该账户");
  };
  const auto refused = reads.answer(read(""), refusing).value();
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(commit_of(refused), "7");
  const net::RouteHandler knowing = [](const net::Request&) -> Result<net::Response> {
    auto response = net::Response::json("{}");
    response.headers.set("X-Commit", "5");
    return response;
  };
  EXPECT_EQ(commit_of(reads.answer(read(""), knowing).value()), "5");
}

TEST_F(WaitingReadsTest, answers_at_once_where_the_commit_is_there) {
  WaitingReads reads(standby_);
  standby_.fold_until(7);
  for (const char* seq : {"0", "6", "7"}) {
    const auto response = reads.answer(read(seq), handler_);
    EXPECT_FALSE(is_later(response));
    EXPECT_EQ(text(*response), "7");
  }
}

TEST_F(WaitingReadsTest, waits_until_the_commit_is_folded) {
  WaitingReads reads(standby_, std::chrono::minutes(10));
  standby_.fold_until(7);
  auto response = reads.answer(read("9"), handler_);
  ASSERT_TRUE(is_later(response));
  auto answer = std::async(std::launch::async,
                           [&] { return net::wait_for_later(read("9"), *std::move(response)); });
  standby_.fold_until(8);
  EXPECT_EQ(answer.wait_for(milliseconds(30)), std::future_status::timeout);
  standby_.fold_until(10);
  const net::Response got = answer.get();
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(text(got), "10");
  EXPECT_EQ(commit_of(got), "10");
}

TEST_F(WaitingReadsTest, says_how_far_it_is_where_the_commit_does_not_come) {
  WaitingReads reads(standby_, milliseconds(40));
  standby_.fold_until(7);
  const net::Response late = ask(reads, read("9"));
  EXPECT_EQ(late.status, 503);
  EXPECT_EQ(late.headers.find("Retry-After"), "1");
  EXPECT_EQ(commit_of(late), "7");
  EXPECT_THAT(text(late), HasSubstr("folded commit 7; commit 9 is not here yet"));
  net::Request chinese = read("9");
  chinese.headers.set("Accept-Language", "zh");
  EXPECT_THAT(text(ask(reads, chinese)), HasSubstr("已读到第 7 号提交，尚无第 9 号"));
  standby_.fold_until(9);  // nobody waits any more
  EXPECT_EQ(ask(reads, read("9")).status, 200);
}

TEST_F(WaitingReadsTest, lets_each_go_when_its_own_commit_comes) {
  WaitingReads reads(standby_, std::chrono::minutes(10));
  std::vector<std::future<net::Response>> answers;
  for (int seq = 1; seq <= 20; ++seq) {
    answers.push_back(std::async(
        std::launch::async, [&reads, this, seq] { return ask(reads, read(std::to_string(seq))); }));
  }
  for (uint64_t seq = 1; seq <= 20; ++seq) {
    standby_.fold_until(seq);
    EXPECT_GE(std::stoull(commit_of(answers[seq - 1].get())), seq);
  }
}

TEST_F(WaitingReadsTest, refuses_what_is_no_sequence_number) {
  WaitingReads reads(standby_);
  for (const char* wrong : {"-1", "x", "1 ", "9223372036854775808", "1.5"}) {
    const auto response = reads.answer(read(wrong), handler_);
    ASSERT_FALSE(response) << wrong;
    EXPECT_EQ(response.error().code, ErrorCode::invalid_argument);
    EXPECT_EQ(response.error().where, "X-At-Least-Commit");
  }
}

TEST_F(WaitingReadsTest, refuses_more_than_it_may_keep) {
  WaitingReads reads(standby_, std::chrono::minutes(10), 2);
  const auto one = reads.answer(read("1"), handler_);
  const auto two = reads.answer(read("1"), handler_);
  ASSERT_TRUE(is_later(one) && is_later(two));
  const auto three = reads.answer(read("1"), handler_);
  ASSERT_FALSE(three);
  EXPECT_EQ(three.error().code, ErrorCode::overloaded);
  EXPECT_EQ(three.error().retry_after_s, 1);
  standby_.fold_until(1);
  EXPECT_TRUE(reads.answer(read("1"), handler_));
}

TEST_F(WaitingReadsTest, leaves_alone_what_is_no_resource) {
  WaitingReads reads(standby_);
  const auto response = reads.answer(read("99", "/healthz"), handler_);
  ASSERT_FALSE(is_later(response));
  EXPECT_EQ(commit_of(*response), "none");
}

TEST_F(WaitingReadsTest, hears_of_nothing_once_it_is_gone) {
  {
    const WaitingReads reads(standby_);
  }
  EXPECT_EQ(standby_.subscriber_count(), 0u);
  standby_.fold_until(1);
}

// On the node that writes, what was acknowledged is visible to the next read.
TEST_F(ApiTest, shows_what_was_acknowledged_and_says_which_commit) {
  for (uint64_t n = 1; n <= 20; ++n) {
    const std::string body =
        fmt::format(R"({{"accounts":[{{"id":"{}","asset":156,"kind":1}}]}})", n);
    const Response opened = ask(Method::post, "/ledger/accounts", {}, body, "Bearer good");
    ASSERT_EQ(opened.status, 200);
    headers_.set("X-At-Least-Commit", std::to_string(n));
    const Response read =
        ask(Method::get, "/ledger/accounts/" + std::to_string(n), {}, {}, "Bearer good");
    EXPECT_EQ(read.status, 200);
    EXPECT_GE(std::stoull(std::string(*read.headers.find("X-Commit"))), n);
    headers_.remove("X-At-Least-Commit");
  }
  EXPECT_EQ(get("/hub").headers.find("X-Commit"), "20");
  EXPECT_EQ(get("/stops/NOWHERE").headers.find("X-Commit"), "20");
  headers_.set("X-At-Least-Commit", "soon");
  EXPECT_EQ(get("/hub").status, 400);
  EXPECT_EQ(ask(Method::head, "/hub").status, 400);
}

}  // namespace
}  // namespace hq::api
