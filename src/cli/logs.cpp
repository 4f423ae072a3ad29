// hongqiao log verify, log tail.
#include <fmt/format.h>

#include "base/json.h"
#include "cli/commands.h"
#include "log/inspect.h"

namespace hq::cli {

int log_verify(const LogVerifyOptions& options, const Console& console) {
  const auto found = log::verify_folder(options.sources.data, [&](uint64_t done, uint64_t total) {
    console.progress(console.choose("verifying", "校验"), done, total);
  });
  console.end_progress();
  if (!found) return console.fail(found.error());
  if (const auto& damage = found->damage) return console.fail(*damage);
  const std::string hash = to_hex(found->head.hash);
  if (console.json()) {
    std::string text;
    JsonWriter out(text);
    out.begin_object().field("commits", found->head.seq).field("hash", hash).end_object();
    console.line(text);
  } else {
    console.line(fmt::format("{}: {}; {}: {}", console.choose("sound, commits", "完好，提交数"),
                             found->head.seq, console.choose("hash", "哈希"), hash));
  }
  return 0;
}

int log_tail(const LogTailOptions& options, const Console& console) {
  const log::TailOptions tail{options.count, options.from_seq, options.follow};
  const auto told = log::tail_folder(options.sources.data, tail, [&](std::string_view line) {
    const bool written = console.text(line).has_value() && console.text("\n").has_value();
    std::fflush(stdout);
    return written;
  });
  return told ? 0 : console.fail(told.error());
}

}  // namespace hq::cli
