#include "hub/timetables/timetables.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "hub/reference/reference.h"
#include "hub/timetables/import.h"
#include "log/memory_log.h"
#include "log/writer.h"
#include "route/compile.h"
#include "route/gtfs_writer.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;

const Date kDay = *parse_date("2026-11-24");

/// Two stops and one train that leaves at `departure_s`.
route::Feed small_feed(int32_t departure_s) {
  route::Feed feed;
  feed.id = "small";
  feed.title = "Small";
  feed.agencies.push_back({"a", "甲", "A", "https://example.org", "Asia/Shanghai"});
  for (const char* id : {"X", "Y"}) {
    route::Stop stop;
    stop.id = id;
    stop.name = id;
    stop.position = {31.0 + static_cast<double>(feed.stops.size()) / 10, 121.0};
    stop.has_position = true;
    feed.stops.push_back(stop);
  }
  route::Line line;
  line.id = "l";
  line.short_name = "1";
  line.agency = 0;
  line.type = 2;
  feed.lines.push_back(line);
  feed.services.push_back({"DAILY", 127, kDay, kDay + std::chrono::days(30), {}, {}});
  feed.trips.push_back({"t", "G1", "Y", "", 0, 0, 0, 2});
  feed.stop_times.push_back({departure_s, departure_s, 0, true, true});
  feed.stop_times.push_back({departure_s + 1200, departure_s + 1200, 1, true, true});
  return feed;
}

std::shared_ptr<const route::Timetable> compiled(const route::Feed& feed) {
  route::ImportReport report;
  return route::Timetable::from_bytes(route::compile(feed, {}, report).value()).value();
}

class TimetablesTest : public testing::Test {
 protected:
  TimetablesTest() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    machine_.add(timetables_);
    writer_ = log::Writer::start(log_, machine_).value();
  }
  ~TimetablesTest() override {
    writer_->stop();
    fs::remove_all(folder_);
  }

  Result<log::Receipt> submit(std::string type, std::string body) {
    log::Command command;
    command.id = "c" + std::to_string(++commands_);
    command.type = std::move(type);
    command.body = std::move(body);
    return writer_->submit(std::move(command)).get();
  }

  /// Imports a feed through a GTFS folder on disk.
  PreparedImport import(const route::Feed& feed, bool activate) {
    const fs::path gtfs = folder_ / "gtfs";
    EXPECT_TRUE(route::write_gtfs(feed, gtfs));
    const PreparedImport prepared =
        prepare_import({.file = gtfs, .name = "small"}, folder_, {}).value();
    EXPECT_TRUE(submit("timetables.import", to_json(ImportCommand{prepared.record, activate})));
    fs::remove_all(gtfs);
    return prepared;
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name();
  std::shared_ptr<const route::Timetable> reference_ = compiled(small_feed(8 * 3600));
  Timetables timetables_{folder_, reference_};
  log::MemoryLog log_;
  log::Machine machine_;
  std::unique_ptr<log::Writer> writer_;
  int commands_ = 0;
};

TEST_F(TimetablesTest, answers_from_the_reference_plan_at_first) {
  ASSERT_EQ(timetables_.list().size(), 1u);
  EXPECT_TRUE(timetables_.list()[0].active);
  EXPECT_EQ(timetables_.list()[0].kind, TimetableKind::reference);
  EXPECT_EQ(timetables_.active_id(), timetable_id(*reference_));
  EXPECT_EQ(timetables_.open(timetables_.active_id()).value(), reference_);
}

TEST_F(TimetablesTest, switches_to_an_import_and_back) {
  const PreparedImport prepared = import(small_feed(9 * 3600), true);
  EXPECT_EQ(timetables_.active_id(), prepared.record.id);
  const auto list = timetables_.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, prepared.record.id);
  EXPECT_EQ(list[0].seq, 1u);
  EXPECT_EQ(list[0].trips, 1u);
  EXPECT_FALSE(list[1].active);
  EXPECT_EQ(timetable_id(*timetables_.open(prepared.record.id).value()), prepared.record.id);

  ASSERT_TRUE(submit("timetables.activate", to_json(ActivateCommand{timetable_id(*reference_)})));
  EXPECT_EQ(timetables_.active_id(), timetable_id(*reference_));
}

TEST_F(TimetablesTest, keeps_an_import_without_switching) {
  const PreparedImport prepared = import(small_feed(9 * 3600), false);
  EXPECT_EQ(timetables_.active_id(), timetable_id(*reference_));
  EXPECT_TRUE(timetables_.find(prepared.record.id).has_value());
}

TEST_F(TimetablesTest, imports_the_same_feed_once) {
  import(small_feed(9 * 3600), true);
  import(small_feed(9 * 3600), true);
  EXPECT_EQ(timetables_.list().size(), 2u);
}

TEST_F(TimetablesTest, refuses_what_it_does_not_know) {
  EXPECT_EQ(submit("timetables.activate", R"({"id":"0123456789abcdef"})").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(submit("timetables.activate", "{}").error().code, ErrorCode::parse_error);
  EXPECT_EQ(submit("timetables.paint", "{}").error().code, ErrorCode::unsupported);
  ImportCommand command{describe_timetable(*reference_, "x", TimetableKind::gtfs), true};
  EXPECT_EQ(submit("timetables.import", to_json(command)).error().code,
            ErrorCode::invalid_argument);
  command.timetable.id = "../../etc/passwd";
  EXPECT_EQ(submit("timetables.import", to_json(command)).error().code,
            ErrorCode::invalid_argument);
  EXPECT_EQ(timetables_.open("0123456789abcdef").error().code, ErrorCode::not_found);
}

TEST_F(TimetablesTest, folds_the_log_to_the_same_state_each_time) {
  import(small_feed(9 * 3600), true);
  import(small_feed(10 * 3600), false);
  const Sha256 state = machine_.state_hash();
  Timetables again(folder_, reference_);
  log::Machine machine;
  machine.add(again);
  ASSERT_TRUE(log::replay(log_, machine));
  EXPECT_EQ(machine.state_hash(), state);
  EXPECT_EQ(again.active_id(), timetables_.active_id());
}

TEST_F(TimetablesTest, tells_a_damaged_file_from_a_good_one) {
  const PreparedImport prepared = import(small_feed(9 * 3600), true);
  const fs::path image = timetables_.image_path(prepared.record.id);
  std::string bytes = read_file(image).value();
  bytes[bytes.size() / 2] ^= 1;
  ASSERT_TRUE(write_file_atomically(image, bytes));
  EXPECT_EQ(timetables_.open(prepared.record.id).error().code, ErrorCode::corrupt);
}

TEST_F(TimetablesTest, keeps_the_report_of_an_import) {
  route::Feed feed = small_feed(9 * 3600);
  feed.services.push_back({"NEVER", 0, {}, {}, {}, {}});
  const PreparedImport prepared = import(feed, true);
  const ReportAnswer report = read_report(timetables_, prepared.record.id).value();
  EXPECT_EQ(to_json(report), to_json(prepared.report));
  EXPECT_TRUE(read_report(timetables_, timetable_id(*reference_))->counts.empty());
}

TEST_F(TimetablesTest, refuses_a_bad_name_and_a_file_that_is_no_feed) {
  const auto refused = [&](const std::string& name, const fs::path& file) {
    return prepare_import({.file = file, .name = name}, folder_, {}).error().code;
  };
  EXPECT_EQ(refused("", folder_), ErrorCode::invalid_argument);
  EXPECT_EQ(refused("-x", folder_), ErrorCode::invalid_argument);
  EXPECT_EQ(refused("X Y", folder_), ErrorCode::invalid_argument);
  EXPECT_EQ(refused("x", folder_ / "nothing.zip"), ErrorCode::not_found);
  ASSERT_TRUE(write_file_atomically(folder_ / "text.zip", "not a zip"));
  EXPECT_EQ(refused("x", folder_ / "text.zip"), ErrorCode::parse_error);
}

TEST_F(TimetablesTest, imports_a_train_listing_with_the_stations_of_the_hub) {
  ASSERT_TRUE(write_file_atomically(folder_ / "trains.txt",
                                    "G9\n上海虹桥\t08:00\t08:00\n苏州北\t08:23\t08:23\n\n"));
  const ReferenceHub hub = load_hub(fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao").value();
  const PreparedImport prepared =
      prepare_import({.kind = TimetableKind::trains, .file = folder_ / "trains.txt", .name = "t"},
                     folder_, hub)
          .value();
  const auto timetable = route::Timetable::open(folder_ / (prepared.record.id + ".hqt")).value();
  ASSERT_TRUE(timetable->find_stop("AOH").has_value());
  EXPECT_TRUE(timetable->stop(*timetable->find_stop("AOH")).has_position);
}

TEST(Reference, is_compiled_once_for_the_same_files) {
  const fs::path cache = fs::path(testing::TempDir()) / "reference_cache";
  fs::remove_all(cache);
  const fs::path folder = fs::path(HQ_SOURCE_DIR) / "hubs/hongqiao";
  const ReferenceHub hub = load_hub(folder).value();
  const auto first = open_reference(hub, folder, cache).value();
  EXPECT_EQ(std::distance(fs::directory_iterator(cache), fs::directory_iterator()), 1);
  const auto second = open_reference(hub, folder, cache).value();
  EXPECT_EQ(first->hash(), second->hash());
  const auto uncached = open_reference(hub, folder, {}).value();
  EXPECT_EQ(first->hash(), uncached->hash());
  fs::remove_all(cache);
}

}  // namespace
}  // namespace hq::hub
