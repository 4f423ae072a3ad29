#include "log/inspect.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "log/limits.h"
#include "log/sqlite_log.h"

namespace hq::log {
namespace {

/// `text` as a value of the line: as it is where it is JSON, else as a string, or in hexadecimal.
void put_json(JsonWriter& out, std::string_view text) {
  auto checked = from_json<JsonText>(text, {.bytes_max = kCommitBytesMax});
  if (!checked) {
    // Records of an engine, not a text.
    if (text.contains('\0') || !is_valid_utf8(text)) {
      const std::span bytes(reinterpret_cast<const uint8_t*>(text.data()), text.size());
      out.begin_object().field("hex", to_hex(bytes)).end_object();
    } else {
      out.string(text);
    }
    return;
  }
  // A line end in JSON can only be white space between values.
  std::ranges::replace(checked->text, '\n', ' ');
  std::ranges::replace(checked->text, '\r', ' ');
  out.value(*checked);
}

}  // namespace

Result<Verification> verify_folder(const std::filesystem::path& folder,
                                   const LogReader::Progress& progress) {
  HQ_TRY(const auto log, open_log_reader(folder));
  return log->verify(progress);
}

Result<> tail(const LogReader& log, const TailOptions& options, const PrintLine& print,
              std::stop_token stop) {
  HQ_TRY(const Head end, log.last());
  const uint64_t skipped = end.seq > options.count ? end.seq - options.count : 0;
  const uint64_t from = options.from_seq.value_or(skipped + 1);
  const auto visit = [&](const Commit& commit) { return print(to_json_line(commit)); };
  if (options.follow) return follow(log, from, visit, std::move(stop));
  return log.read(from, [&](const Commit& commit) {
    return commit.seq <= end.seq && visit(commit) && !stop.stop_requested();
  });
}

Result<> tail_folder(const std::filesystem::path& folder, const TailOptions& options,
                     const PrintLine& print, std::stop_token stop) {
  HQ_TRY(const auto log, open_log_reader(folder));
  return tail(*log, options, print, std::move(stop));
}

std::string to_json_line(const Commit& commit) {
  std::string line;
  JsonWriter out(line);
  out.begin_object();
  out.field("seq", commit.seq).field("time", commit.time).field("actor", commit.actor);
  out.field("organisation", commit.organisation).field("command_id", commit.command_id);
  out.field("type", commit.type).key("events").begin_array();
  for (const Event& event : commit.events) {
    out.begin_object().field("type", event.type).key("body");
    put_json(out, event.body);
    out.end_object();
  }
  out.end_array().key("reply");
  put_json(out, commit.reply);
  out.field("request", to_hex(commit.request)).field("previous", to_hex(commit.previous));
  out.field("hash", to_hex(commit.hash)).end_object();
  return line;
}

}  // namespace hq::log
