#include "auth/operator_token.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <thread>

#include "auth/limits.h"
#include "base/file.h"

namespace hq::auth {
namespace {

using std::chrono::seconds;

const Instant kStart{seconds(1'800'000'000)};
constexpr const char* kRemote = "192.0.2.7";
const Actor kOperator{"operator", {}, {Role::hub_operator}};

class OperatorTokenTest : public testing::Test {
 protected:
  OperatorTokenTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "hq_auth_XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  ~OperatorTokenTest() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  std::filesystem::path file() const { return folder_ / kTokenFileName; }
  OperatorToken::Opened open() { return OperatorToken::open(folder_).value(); }

  static std::string bearer(const std::string& token) { return "Bearer " + token; }
  /// A token of the right shape that is not the right one.
  static std::string wrong(std::string token) {
    token.back() = token.back() == 'A' ? 'B' : 'A';
    return token;
  }

  Error open_error() {
    auto opened = OperatorToken::open(folder_);
    return opened ? Error{ErrorCode::internal, "opened", {}, {}} : opened.error();
  }
  void write(const std::string& bytes) { ASSERT_TRUE(write_file_atomically(file(), bytes, 0600)); }

  std::filesystem::path folder_;
};

TEST_F(OperatorTokenTest, first_start_makes_a_token_and_a_later_one_does_not) {
  const auto first = open();
  ASSERT_TRUE(first.new_token);
  EXPECT_TRUE(first.new_token->starts_with("hq_"));
  EXPECT_EQ(first.new_token->size(), 46u);
  EXPECT_FALSE(open().new_token);
}

TEST_F(OperatorTokenTest, no_two_tokens_are_the_same) {
  EXPECT_NE(OperatorToken::rotate(folder_), OperatorToken::rotate(folder_));
}

TEST_F(OperatorTokenTest, file_is_private_and_holds_only_the_hash) {
  const auto opened = open();
  struct stat status{};
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const std::string bytes = read_file(file()).value();
  EXPECT_EQ(bytes.find(*opened.new_token), std::string::npos);
  EXPECT_EQ(bytes.find(opened.new_token->substr(3)), std::string::npos);
  EXPECT_NE(bytes.find("$argon2id$v=19$m=65536,t=2,p=1$"), std::string::npos);
}

TEST_F(OperatorTokenTest, makes_the_data_folder) {
  folder_ /= "inner";
  EXPECT_TRUE(open().new_token);
}

TEST_F(OperatorTokenTest, without_header_the_actor_is_anonymous) {
  EXPECT_EQ(open().token->authenticate(std::nullopt, kRemote, kStart), anonymous());
}

TEST_F(OperatorTokenTest, the_token_is_accepted_now_and_after_a_restart) {
  const auto first = open();
  EXPECT_EQ(first.token->authenticate(bearer(*first.new_token), kRemote, kStart), kOperator);
  EXPECT_EQ(open().token->authenticate(bearer(*first.new_token), kRemote, kStart), kOperator);
}

TEST_F(OperatorTokenTest, the_word_bearer_is_taken_in_any_case_and_with_spare_blanks) {
  const auto opened = open();
  for (const char* word : {"bearer ", "BEARER ", "Bearer   "}) {
    EXPECT_EQ(opened.token->authenticate(word + *opened.new_token + " ", kRemote, kStart),
              kOperator);
  }
}

TEST_F(OperatorTokenTest, a_wrong_or_malformed_header_is_refused_and_never_anonymous) {
  const auto opened = open();
  const std::string& token = *opened.new_token;
  const std::string cases[] = {"",
                               "Bearer",
                               "Bearer ",
                               "Bearer  ",
                               token,
                               "Basic " + token,
                               "Bearer hq_",
                               "Bearer " + token + "A",
                               "Bearer " + token.substr(0, 45),
                               "Bearer " + token.substr(3),
                               "Bearer HQ_" + token.substr(3),
                               "Bearer " + token.substr(0, 45) + "=",
                               "Bearer " + token + ", Bearer " + token,
                               "Bearer " + wrong(token),
                               "Bearer " + token + std::string(kHeaderBytesMax, ' '),
                               std::string("Bearer \0", 8) + token};
  Instant time = kStart;
  for (const std::string& header : cases) {
    time += kRemoteRefill;  // so that the limit does not speak first
    const auto actor = opened.token->authenticate(header, kRemote, time);
    ASSERT_FALSE(actor) << header;
    EXPECT_EQ(actor.error().code, ErrorCode::unauthenticated) << header;
    EXPECT_EQ(actor.error().message.find(token), std::string::npos);
  }
  EXPECT_EQ(opened.token->slow_checks(), 0u);
}

TEST_F(OperatorTokenTest, argon2id_is_computed_once_after_a_restart) {
  const std::string token = *open().new_token;
  const auto opened = open();
  EXPECT_FALSE(opened.token->is_quick());
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(opened.token->authenticate(bearer(token), kRemote, kStart));
    EXPECT_TRUE(opened.token->is_quick());
  }
  EXPECT_EQ(opened.token->slow_checks(), 1u);
  // Once the right token is known, a wrong one costs no argon2id either.
  EXPECT_FALSE(opened.token->authenticate(bearer(wrong(token)), kRemote, kStart));
  EXPECT_EQ(opened.token->slow_checks(), 1u);
}

TEST_F(OperatorTokenTest, a_wrong_token_before_the_right_one_is_known_goes_through_argon2id) {
  const std::string token = *open().new_token;
  const auto opened = open();
  EXPECT_FALSE(opened.token->authenticate(bearer(wrong(token)), kRemote, kStart));
  EXPECT_EQ(opened.token->slow_checks(), 1u);
  EXPECT_TRUE(opened.token->authenticate(bearer(token), kRemote, kStart));
  EXPECT_EQ(opened.token->slow_checks(), 2u);
}

TEST_F(OperatorTokenTest, callers_at_the_same_time_share_one_argon2id) {
  const std::string token = *open().new_token;
  const auto opened = open();
  {
    std::vector<std::jthread> callers;
    callers.reserve(4);
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&] {
        EXPECT_EQ(opened.token->authenticate(bearer(token), kRemote, kStart), kOperator);
      });
    }
  }
  EXPECT_EQ(opened.token->slow_checks(), 1u);
}

TEST_F(OperatorTokenTest, failures_are_limited_by_address) {
  const auto opened = open();
  const std::string right = bearer(*opened.new_token);
  for (int i = 0; i < kRemoteFailuresMax; ++i) {
    const std::string header = i % 2 == 0 ? bearer(wrong(*opened.new_token)) : "nonsense";
    EXPECT_EQ(opened.token->authenticate(header, kRemote, kStart).error().code,
              ErrorCode::unauthenticated);
  }
  const auto limited = opened.token->authenticate(right, kRemote, kStart);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(limited.error().retry_after_s, kRemoteRefill.count());
  EXPECT_EQ(opened.token->authenticate(std::nullopt, kRemote, kStart), anonymous());
  EXPECT_EQ(opened.token->authenticate(right, "192.0.2.8", kStart), kOperator);
  EXPECT_EQ(opened.token->authenticate(right, kRemote, kStart + kRemoteRefill), kOperator);
}

TEST_F(OperatorTokenTest, failures_of_all_close_the_slow_way_but_never_the_known_token) {
  const std::string token = *open().new_token;
  const auto opened = open();
  const auto exhaust = [&](Instant time) {
    for (int i = 0; i < kAllFailuresMax; ++i) {
      static_cast<void>(opened.token->authenticate("nonsense", fmt::format("a{}", i), time));
    }
  };
  exhaust(kStart);
  const auto limited = opened.token->authenticate(bearer(token), kRemote, kStart);
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, ErrorCode::rate_limited);
  EXPECT_EQ(opened.token->slow_checks(), 0u);
  const Instant later = kStart + std::chrono::hours(1);
  EXPECT_TRUE(opened.token->authenticate(bearer(token), kRemote, later));
  exhaust(later);
  EXPECT_TRUE(opened.token->authenticate(bearer(token), kRemote, later));
}

TEST_F(OperatorTokenTest, rotating_ends_the_old_token_at_once_even_from_elsewhere) {
  const auto opened = open();
  const std::string old_token = *opened.new_token;
  EXPECT_TRUE(opened.token->authenticate(bearer(old_token), kRemote, kStart));
  const std::string new_token = OperatorToken::rotate(folder_).value();
  EXPECT_NE(new_token, old_token);
  EXPECT_EQ(opened.token->authenticate(bearer(old_token), kRemote, kStart).error().code,
            ErrorCode::unauthenticated);
  EXPECT_EQ(opened.token->authenticate(bearer(new_token), kRemote, kStart), kOperator);
}

TEST_F(OperatorTokenTest, a_file_lost_or_damaged_while_running_lets_nobody_in) {
  const auto opened = open();
  std::filesystem::remove(file());
  const std::string right = bearer(*opened.new_token);
  EXPECT_EQ(opened.token->authenticate(right, kRemote, kStart).error().code,
            ErrorCode::unavailable);
  write("damaged");
  EXPECT_EQ(opened.token->authenticate(right, kRemote, kStart).error().code,
            ErrorCode::unavailable);
}

TEST_F(OperatorTokenTest, refuses_a_damaged_file) {
  static_cast<void>(open());
  const std::string sound = read_file(file()).value();
  const std::size_t hash = sound.find('$');
  const std::string cases[] = {"",
                               "x",
                               sound.substr(0, 10),
                               sound.substr(0, hash),
                               sound.substr(0, sound.size() - 1),
                               sound.substr(0, hash) + "plain\n",
                               sound.substr(0, hash) + sound.substr(hash, 30) + "\n",
                               sound.substr(0, hash) + std::string(200, '$') + "\n",
                               sound.substr(0, hash - 2) + "x\n" + sound.substr(hash),
                               sound.substr(0, hash - 2) + "0\n" + sound.substr(hash),
                               std::string("\0", 1) + sound};
  for (const std::string& bytes : cases) {
    write(bytes);
    const Error error = open_error();
    EXPECT_EQ(error.code, ErrorCode::corrupt) << bytes;
    EXPECT_EQ(error.where, file().string());
  }
  write(std::string(kTokenFileBytesMax + 1, 'x'));
  EXPECT_EQ(open_error().code, ErrorCode::too_large);
  ASSERT_TRUE(OperatorToken::rotate(folder_));  // the way out that the message names
  EXPECT_TRUE(OperatorToken::open(folder_));
}

TEST_F(OperatorTokenTest, refuses_a_file_of_a_newer_version) {
  write("hongqiao operator token 2\nwhatever\n");
  EXPECT_EQ(open_error().code, ErrorCode::newer_version);
}

TEST_F(OperatorTokenTest, refuses_a_file_that_others_may_read) {
  static_cast<void>(open());
  for (const mode_t mode : {0640u, 0604u, 0620u}) {
    ASSERT_EQ(::chmod(file().c_str(), mode), 0);
    const Error error = open_error();
    EXPECT_EQ(error.code, ErrorCode::forbidden);
    EXPECT_NE(error.message.find("chmod 600"), std::string::npos);
  }
  ASSERT_EQ(::chmod(file().c_str(), 0400), 0);
  EXPECT_TRUE(OperatorToken::open(folder_));
}

TEST_F(OperatorTokenTest, a_folder_that_cannot_be_made_is_an_error) {
  ASSERT_TRUE(write_file_atomically(folder_ / "taken", "x"));
  EXPECT_FALSE(OperatorToken::open(folder_ / "taken"));
  EXPECT_FALSE(OperatorToken::rotate(folder_ / "taken"));
}

}  // namespace
}  // namespace hq::auth
