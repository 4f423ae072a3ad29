// The process that views_test.cpp kills: builds the tables of a log in small transactions.
//
//   hq_hub_views_child DATA_FOLDER PLACE [FILE_BYTES_MAX]
//
// Says "open" on its standard output once it is at work. With a bound on the size of files a write
// fails as on a full disk. Ends with the exit code of the Error, whose words in both languages it
// puts on standard error.
#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

#include "hub/views/views.h"
#include "log/sqlite_log.h"

namespace {

using namespace hq;

Result<> run(const std::string& folder, const std::string& place) {
  HQ_TRY(const auto log, log::open_log_reader(folder));
  HQ_TRY(const auto views, hub::Views::open(place, {.rows_per_transaction = 100}));
  fmt::print("open\n");
  std::fflush(stdout);
  return views->fold(*log);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 64;
  if (argc > 3) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{std::strtoull(argv[3], nullptr, 10), RLIM_INFINITY};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  const Result<> done = run(argv[1], argv[2]);
  if (done) return 0;
  fmt::print(stderr, "{}\n{}\n", done.error().text(), done.error().text(Language::zh));
  return info(done.error().code).exit_code;
}
