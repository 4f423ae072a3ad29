// Any files as a GTFS feed: read_gtfs must end with a sound Feed or an Error, and what was read
// must come back from its own files.
//
// The input is a row of files: "=name\n", then its content up to the next line that starts with
// '='. What stands before the first '=' is stop_times.txt. Files that are not named are those of a
// small sound feed, so that a few bytes reach deep into the reader.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include "route/gtfs_reader.h"
#include "route/gtfs_writer.h"

namespace {

std::map<std::string, std::string> small_feed() {
  return {
      {"agency.txt", "agency_id,agency_name,agency_url,agency_timezone\nO,O,u,Asia/Shanghai\n"},
      {"stops.txt", "stop_id,stop_name,stop_lat,stop_lon\nA,a,31,121\nB,b,31.1,121\nC,c,32,121\n"},
      {"routes.txt", "route_id,agency_id,route_short_name,route_type\nL,O,1,2\n"},
      {"calendar_dates.txt", "service_id,date,exception_type\nD,20260101,1\n"},
      {"trips.txt", "route_id,service_id,trip_id\nL,D,T\nL,D,U\n"},
      {"stop_times.txt",
       "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
       "T,8:00:00,8:00:00,A,1\nT,,,B,2\nT,9:00:00,9:00:00,C,3\n"}};
}

std::map<std::string, std::string> files_of(std::string_view input) {
  std::map<std::string, std::string> files = small_feed();
  std::string name = "stop_times.txt";
  bool named = false;
  while (!input.empty()) {
    const std::size_t end = input.find('\n');
    const std::string_view line = input.substr(0, end == input.npos ? end : end + 1);
    input.remove_prefix(line.size());
    if (line.starts_with('=')) {
      name = line.substr(1, line.find('\n') - 1);
      files[name].clear();
      named = true;
      continue;
    }
    if (!named) files[name].clear();
    named = true;
    files[name] += line;
  }
  return files;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace hq::route;
  const auto files = files_of({reinterpret_cast<const char*>(data), size});
  ImportReport report;
  const auto feed = read_gtfs(Archive::of(files), "fuzz", report);
  if (!feed) return 0;
  if (!check(*feed)) std::abort();
  const auto written = gtfs_files(*feed);
  if (!written) std::abort();
  ImportReport again;
  if (!read_gtfs(Archive::of(*written), "fuzz", again)) std::abort();
  return 0;
}
