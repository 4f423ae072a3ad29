// hongqiao views build, views wait.
#include "cli/views.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/json.h"
#include "hub/views/views.h"

namespace hq::cli {
namespace {

struct StandingAnswer {
  uint64_t seq = 0;
  std::string hash;
  std::optional<Instant> time;
};
BOOST_DESCRIBE_STRUCT(StandingAnswer, (), (seq, hash, time))

void show(const hub::Standing& standing, const Console& console) {
  if (console.json()) {
    StandingAnswer answer{standing.seq, standing.hash, {}};
    if (standing.seq > 0) answer.time = standing.time;
    console.line(to_json(answer));
  } else if (standing.seq == 0) {
    console.line(console.choose("the log is empty, and so are the tables", "日志为空，表亦为空"));
  } else {
    console.line(fmt::format("{} {} ({}, {})",
                             console.choose("the tables stand at commit", "表处于提交"),
                             standing.seq, standing.hash, format_instant(standing.time)));
  }
  std::fflush(stdout);
}

Result<> build(const ViewsBuildOptions& options, const Console& console) {
  HQ_TRY(const auto log, open_reader(options.source));
  hub::ViewsOptions wanted;
  wanted.capacity = options.capacity;
  wanted.rebuild = options.rebuild;
  HQ_TRY(const auto views, hub::Views::open(options.to, wanted));
  const Result<> folded = views->fold(*log, [&](uint64_t done, uint64_t total) {
    console.progress(console.choose("folding commits", "读取提交"), done, total);
  });
  console.end_progress();
  HQ_TRY_VOID(folded);
  show(views->standing(), console);
  if (!options.follow) return {};
  // Until it is killed, which leaves the tables whole.
  hub::Standing shown = views->standing();
  return views->follow(*log,
                       [&](const hub::Standing& now) {
                         if (!now.is_at(shown)) show(now, console);
                         shown = now;
                       },
                       {});
}

}  // namespace

int views_build(const ViewsBuildOptions& options, const Console& console) {
  const auto built = build(options, console);
  return built ? 0 : console.fail(built.error());
}

int views_wait(const ViewsWaitOptions& options, const Console& console) {
  const auto reached =
      hub::wait_for_views(options.to, options.at_least, std::chrono::seconds(options.timeout_s));
  if (!reached) return console.fail(reached.error());
  show(*reached, console);
  return 0;
}

}  // namespace hq::cli
