#include "log/export.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <thread>

#include "base/file.h"
#include "base/json.h"
#include "log/detail/byte_file.h"
#include "log/detail/export_json.h"
#include "log/memory_log.h"
#include "log/sqlite_log.h"
#include "log/test_commits.h"

namespace hq::log {
namespace {

class Exports : public testing::TestWithParam<ExportFormat> {
 protected:
  Exports() { EXPECT_TRUE(log_.append(test_commits(head_, 12))); }

  std::filesystem::path file() const { return folder_.path() / "file"; }

  ExportSummary make(ExportOptions options = {}) {
    options.format = GetParam();
    return export_log(log_, options, file()).value();
  }

  Result<std::vector<Commit>> read() {
    std::vector<Commit> commits;
    HQ_TRY_VOID(read_export(file(), [&](const Commit& commit) {
      commits.push_back(commit);
      return true;
    }));
    return commits;
  }

  Error refused(const std::string& bytes) {
    EXPECT_TRUE(write_file_atomically(file(), bytes));
    return refused();
  }
  Error refused() {
    const auto commits = read();
    return commits ? Error{ErrorCode::internal, "it was taken", {}, {}} : commits.error();
  }

  TestFolder folder_;
  MemoryLog log_;
  Head head_;
};

INSTANTIATE_TEST_SUITE_P(Formats, Exports,
                         testing::Values(ExportFormat::binary, ExportFormat::json),
                         [](const auto& one) {
                           return one.param == ExportFormat::binary ? "binary" : "json";
                         });

TEST_P(Exports, give_back_every_commit) {
  const ExportSummary made = make({.stream = "north"});
  EXPECT_EQ(made.count, 12u);
  EXPECT_EQ(made.head, head_);
  EXPECT_EQ(made.base, Head{});
  EXPECT_EQ(made.bytes, std::filesystem::file_size(file()));
  Head head;
  EXPECT_EQ(read(), test_commits(head, 12));
  std::string stream_at_first;
  const auto summary = read_export(
      file(), [](const Commit&) { return true; },
      [&](const ExportSummary& header) { stream_at_first = header.stream; });
  ASSERT_TRUE(summary);
  EXPECT_EQ(stream_at_first, "north");
  EXPECT_EQ(summary->stream, "north");
  EXPECT_EQ(summary->head, head_);
  EXPECT_EQ(summary->bytes, made.bytes);
}

TEST_P(Exports, may_be_of_some_commits) {
  Head at_4;
  test_commits(at_4, 4);
  const ExportSummary made = make({.from_seq = 5, .to_seq = 7});
  EXPECT_EQ(made.count, 3u);
  EXPECT_EQ(made.base.seq, 4u);
  EXPECT_EQ(made.base.hash, at_4.hash);
  const auto commits = read();
  ASSERT_TRUE(commits) << commits.error().text();
  EXPECT_EQ(commits->front().seq, 5u);
  EXPECT_EQ(commits->back().seq, 7u);
  EXPECT_EQ(make({.from_seq = 13}).count, 0u);
  EXPECT_EQ(read(), std::vector<Commit>{});
}

TEST_P(Exports, of_an_empty_log_are_empty) {
  const MemoryLog empty;
  const auto made = export_log(empty, {.format = GetParam()}, file());
  ASSERT_TRUE(made);
  EXPECT_EQ(made->count, 0u);
  EXPECT_EQ(read(), std::vector<Commit>{});
}

TEST_P(Exports, refuse_commits_that_are_not_there) {
  for (const auto& [from, to] :
       std::vector<std::pair<uint64_t, uint64_t>>{{0, 3}, {1, 13}, {14, 14}, {7, 5}}) {
    const auto made =
        export_log(log_, {.from_seq = from, .to_seq = to, .format = GetParam()}, file());
    ASSERT_FALSE(made) << from << " " << to;
    EXPECT_EQ(made.error().code, ErrorCode::invalid_argument);
  }
  EXPECT_EQ(export_log(log_, {.stream = "A"}, file()).error().code, ErrorCode::invalid_argument);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_P(Exports, leave_nothing_where_they_fail) {
  EXPECT_EQ(export_log(log_, {.format = GetParam()}, folder_.path() / "no" / "where").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(export_log(log_, {.format = GetParam()}, "/dev/full/x").error().code,
            ErrorCode::io_error);
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_P(Exports, stop_when_the_visitor_does) {
  make();
  int visited = 0;
  const auto summary = read_export(file(), [&](const Commit&) { return ++visited < 3; });
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->head.seq, 3u);
}

TEST_P(Exports, find_any_flipped_bit) {
  make();
  const std::string sound = read_file(file()).value();
  for (std::size_t bit = 0; bit < sound.size() * 8; bit += 3) {
    const auto put = [&](char byte) {  // in place: a file written anew waits for the disk
      std::fstream(file(), std::ios::in | std::ios::out | std::ios::binary)
          .seekp(static_cast<std::streamoff>(bit / 8))
          .put(byte);
    };
    put(static_cast<char>(sound[bit / 8] ^ (1 << (bit % 8))));
    const Error error = refused();
    put(sound[bit / 8]);
    ASSERT_TRUE(error.code == ErrorCode::corrupt || error.code == ErrorCode::parse_error ||
                error.code == ErrorCode::newer_version || error.code == ErrorCode::invalid_argument)
        << "bit " << bit << ": " << error.text();
    ASSERT_TRUE(error.where.starts_with(file().string())) << error.text();
  }
}

TEST_P(Exports, find_where_they_were_cut) {
  make();
  const std::string sound = read_file(file()).value();
  for (std::size_t bytes = sound.size(); bytes-- > 0;) {
    std::filesystem::resize_file(file(), bytes);
    const Error error = refused();
    ASSERT_TRUE(error.code == ErrorCode::corrupt || error.code == ErrorCode::parse_error)
        << bytes << ": " << error.text();
    if (bytes > 200) {
      ASSERT_NE(error.message.find("cut off"), std::string::npos) << bytes << error.text();
    }
  }
  EXPECT_NE(refused(sound + "x").message.find("was changed"), std::string::npos);
}

TEST_P(Exports, refuse_what_is_none_or_newer) {
  EXPECT_EQ(refused("something else").code, ErrorCode::parse_error);
  EXPECT_EQ(refused(R"({"format":"x","version":1,"stream":"main","from":1,"previous":""})"
                    "\n")
                .code,
            ErrorCode::parse_error);
  make();
  std::string bytes = read_file(file()).value();
  bytes[GetParam() == ExportFormat::json ? bytes.find("\"version\":1") + 10 : 8] =
      GetParam() == ExportFormat::json ? '2' : '\2';
  EXPECT_EQ(refused(bytes).code, ErrorCode::newer_version);
  EXPECT_EQ(read_export("/nowhere", [](const Commit&) { return true; }).error().code,
            ErrorCode::not_found);
  EXPECT_FALSE(read_export(folder_.path(), [](const Commit&) { return true; }));
}

TEST_P(Exports, run_beside_the_writer) {
  const auto log = open_log(folder_.path()).value();
  Head head;
  ASSERT_TRUE(log->append(test_commits(head, 20)));
  std::jthread writing([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) ASSERT_TRUE(log->append(test_commits(head, 3)));
  });
  const auto reader = open_log_reader(folder_.path()).value();
  for (int round = 0; round < 10; ++round) {
    const auto made = export_log(*reader, {.format = GetParam()}, file());
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(read()->size(), made->count);
  }
}

TEST_P(Exports, say_where_the_log_itself_is_damaged) {
  {
    const auto log = open_log(folder_.path()).value();
    Head head;
    ASSERT_TRUE(log->append(test_commits(head, 5)));
  }
  std::string bytes = read_file(folder_.path() / kLogFileName).value();
  bytes[bytes.find("c-4")] ^= 1;
  ASSERT_TRUE(write_file_atomically(folder_.path() / kLogFileName, bytes));
  const auto reader = open_log_reader(folder_.path());
  const auto made = reader ? export_log(**reader, {.format = GetParam()}, file())
                           : Result<ExportSummary>(std::unexpected(reader.error()));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::corrupt);
  EXPECT_FALSE(std::filesystem::exists(file()));
}

/// While it lives, this process cannot make a file longer than so many bytes: a full disk.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    signal_ = ::signal(SIGXFSZ, SIG_IGN);
    HQ_ASSERT(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit limit{bytes, before_.rlim_max};
    HQ_ASSERT(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, signal_);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
  void (*signal_)(int) = nullptr;
};

TEST_P(Exports, leave_nothing_on_a_full_disk) {
  ASSERT_TRUE(log_.append(test_commits(head_, 20, 100'000)));
  {
    const FullDisk full(300'000);
    EXPECT_FALSE(export_log(log_, {.format = GetParam()}, file()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  EXPECT_TRUE(export_log(log_, {.format = GetParam()}, file()));
}

TEST_P(Exports, find_a_log_that_gives_fewer_commits_than_it_says) {
  class Short final : public LogReader {
   public:
    explicit Short(const LogReader& log) : log_(log) {}
    Result<Head> last() const override { return log_.last(); }
    Result<> read(uint64_t from_seq, const Visit& visit) const override {
      return log_.read(from_seq,
                       [&](const Commit& commit) { return commit.seq < 9 && visit(commit); });
    }
    Result<std::optional<Commit>> find(std::string_view id) const override { return log_.find(id); }
    Result<bool> wait_for(uint64_t seq, std::chrono::milliseconds timeout,
                          std::stop_token stop) const override {
      return log_.wait_for(seq, timeout, stop);
    }
    Result<Verification> verify(const Progress& progress) const override {
      return log_.verify(progress);
    }

   private:
    const LogReader& log_;
  };
  const auto made = export_log(Short(log_), {.format = GetParam()}, file());
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().where, "commit 9");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST(ExportLine, carries_whatever_bytes_a_body_has) {
  for (const std::string& body :
       {std::string("null"), std::string("{\"a\":[1,2.50,\"x\"]}"), std::string(" 1"),
        std::string("{\n}"), std::string("not json"), std::string(), std::string("\"枢纽\""),
        std::string("\xFF\0\x01", 3), std::string("a\0b", 3), std::string("{\"hex\":\"00\"}"),
        std::string(31, '[') + std::string(31, ']'), std::string(40, '[') + std::string(40, ']'),
        std::string("\xE2\x80\xA8\x7F\x01")}) {
    Head head;
    Commit commit;
    commit.command_id = "id";
    commit.events = {{"t.e", body}, {"t.f", "1"}};
    commit.reply = body;
    seal(commit, head);
    const std::string line = export_line(commit);
    EXPECT_EQ(line.find('\n'), line.npos);
    const auto read = commit_from_export_line(line);
    ASSERT_TRUE(read) << line << read.error().text();
    EXPECT_EQ(*read, commit) << line;
  }
}

RC_GTEST_PROP(ExportLineProperty, gives_back_every_commit, (const std::string& body)) {
  Head head;
  Commit commit;
  commit.time = Instant(std::chrono::microseconds(*rc::gen::inRange(0, 2'000'000'000)));
  commit.actor = *rc::gen::container<std::string>(rc::gen::inRange<char>(1, 127));
  commit.command_id = "id";
  commit.events = {{"t.e", body}};
  commit.reply = *rc::gen::arbitrary<std::string>();
  seal(commit, head);
  const auto read = commit_from_export_line(export_line(commit));
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == commit);
}

TEST(ExportLine, refuses_a_text_in_two_forms_and_a_hash_that_is_none) {
  Head head;
  const std::string line = export_line(test_commits(head, 1).front());
  std::string twice = line;
  twice.insert(twice.find(R"("reply":)"), R"("reply_text":"1",)");
  EXPECT_EQ(commit_from_export_line(twice).error().code, ErrorCode::parse_error);
  std::string short_hash = line;
  short_hash.erase(short_hash.size() - 4, 2);
  EXPECT_EQ(commit_from_export_line(short_hash).error().where, "hash");
}

TEST(GroupAppender, appends_to_any_log_in_groups_that_it_takes) {
  MemoryLog log;
  GroupAppender appender(log);
  Head head;
  for (const Commit& commit : test_commits(head, 5000)) ASSERT_TRUE(appender.add(commit));
  ASSERT_TRUE(appender.finish());
  ASSERT_TRUE(appender.finish());
  EXPECT_EQ(log.last(), head);
}

TEST(GroupAppender, says_its_first_error_again) {
  MemoryLog log;
  GroupAppender appender(log);
  Head head;
  const auto commits = test_commits(head, 2);
  ASSERT_TRUE(appender.add(commits[1]));  // does not continue the log
  EXPECT_EQ(appender.finish().error().code, ErrorCode::conflict);
  EXPECT_EQ(appender.add(commits[0]).error().code, ErrorCode::conflict);
  EXPECT_EQ(appender.finish().error().code, ErrorCode::conflict);
}

TEST(ByteFile, lines_may_be_longer_than_its_buffer_but_not_than_asked) {
  TestFolder folder;
  const auto file = folder.path() / "lines";
  ASSERT_TRUE(write_file_atomically(file, "a\n" + std::string(3 << 20, 'b') + "\n\nrest"));
  auto in = ByteReader::open(file).value();
  EXPECT_EQ(in->line(100)->value(), "a");
  EXPECT_EQ(in->line(4 << 20)->value().size(), std::size_t{3} << 20);
  EXPECT_EQ(in->line(100)->value(), "");
  EXPECT_EQ(in->line(100).value(), std::nullopt);
  in = ByteReader::open(file).value();
  in->line(100).value();
  EXPECT_EQ(in->line(1 << 20).error().code, ErrorCode::too_large);
}

}  // namespace
}  // namespace hq::log
