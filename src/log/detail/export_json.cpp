#include "log/detail/export_json.h"

#include "base/json.h"
#include "base/text.h"
#include "log/limits.h"

namespace hq::log {
namespace {

// A body stands three levels deep in its line.
constexpr int kBodyDepthMax = 32;
constexpr int kLineDepthMax = kBodyDepthMax + 4;

/// A text in whichever of three fields can hold it.
struct Carried {
  std::optional<JsonText> json = {};
  std::optional<std::string> text = {};
  std::optional<std::string> hex = {};
};

struct EventLine {
  std::string type;
  std::optional<JsonText> body;
  std::optional<std::string> body_text;
  std::optional<std::string> body_hex;
};
BOOST_DESCRIBE_STRUCT(EventLine, (), (type, body, body_text, body_hex))

struct CommitLine {
  uint64_t seq = 0;
  Instant time{};
  std::string actor;
  std::string organisation;
  std::string command_id;
  std::string type;
  std::vector<EventLine> events;
  std::optional<JsonText> reply;
  std::optional<std::string> reply_text;
  std::optional<std::string> reply_hex;
  std::string request;
  std::string previous;
  std::string hash;
};
BOOST_DESCRIBE_STRUCT(CommitLine, (),
                      (seq, time, actor, organisation, command_id, type, events, reply, reply_text,
                       reply_hex, request, previous, hash))

std::string hex_of(std::string_view bytes) {
  return to_hex(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

Carried carry(std::string_view text) {
  const bool is_one_line = text.find_first_of("\n\r") == text.npos;
  if (is_one_line) {
    auto json =
        from_json<JsonText>(text, {.bytes_max = kCommitBytesMax, .depth_max = kBodyDepthMax});
    // White space around the value would be lost.
    if (json && json->text == text) return {.json = *std::move(json)};
  }
  if (is_valid_utf8(text) && !text.contains('\0')) return {.text = std::string(text)};
  return {.hex = hex_of(text)};
}

Result<std::string> uncarry(std::optional<JsonText> json, std::optional<std::string> text,
                            const std::optional<std::string>& hex) {
  const int forms = static_cast<int>(json.has_value()) + static_cast<int>(text.has_value()) +
                    static_cast<int>(hex.has_value());
  if (forms > 1) {
    return fail(ErrorCode::parse_error, "a text stands in two forms", "同一文本以两种形式出现");
  }
  if (text) return *std::move(text);
  if (hex) return from_hex(*hex);
  // A JSON null reads as no value at all.
  return json ? std::move(json->text) : "null";
}

Result<> read_digest(Sha256& digest, std::string_view hex, const char* where) {
  const Result<std::string> bytes = from_hex(hex);
  if (!bytes || bytes->size() != digest.size()) {
    return fail(ErrorCode::parse_error, "not a SHA-256 in hexadecimal digits",
                "不是十六进制的 SHA-256", where);
  }
  std::ranges::copy(*bytes, digest.begin());
  return {};
}

}  // namespace

std::string export_line(const Commit& commit) {
  CommitLine line;
  line.seq = commit.seq;
  line.time = commit.time;
  line.actor = commit.actor;
  line.organisation = commit.organisation;
  line.command_id = commit.command_id;
  line.type = commit.type;
  for (const Event& event : commit.events) {
    Carried body = carry(event.body);
    line.events.push_back(
        {event.type, std::move(body.json), std::move(body.text), std::move(body.hex)});
  }
  Carried reply = carry(commit.reply);
  line.reply = std::move(reply.json);
  line.reply_text = std::move(reply.text);
  line.reply_hex = std::move(reply.hex);
  line.request = to_hex(commit.request);
  line.previous = to_hex(commit.previous);
  line.hash = to_hex(commit.hash);
  return to_json(line);
}

Result<Commit> commit_from_export_line(std::string_view text) {
  HQ_TRY(CommitLine line, from_json<CommitLine>(text, {.bytes_max = export_line_bytes_max(),
                                                       .depth_max = kLineDepthMax}));
  Commit commit;
  commit.seq = line.seq;
  commit.time = line.time;
  commit.actor = std::move(line.actor);
  commit.organisation = std::move(line.organisation);
  commit.command_id = std::move(line.command_id);
  commit.type = std::move(line.type);
  for (EventLine& event : line.events) {
    HQ_TRY(std::string body,
           uncarry(std::move(event.body), std::move(event.body_text), event.body_hex));
    commit.events.push_back({std::move(event.type), std::move(body)});
  }
  HQ_TRY(commit.reply, uncarry(std::move(line.reply), std::move(line.reply_text), line.reply_hex));
  HQ_TRY_VOID(read_digest(commit.request, line.request, "request"));
  HQ_TRY_VOID(read_digest(commit.previous, line.previous, "previous"));
  HQ_TRY_VOID(read_digest(commit.hash, line.hash, "hash"));
  return commit;
}

// A byte is at most six of a JSON string (an escape), and an event has 30 bytes of names around it
// where the record has eight.
std::size_t export_line_bytes_max() {
  return 6 * kCommitBytesMax;
}

}  // namespace hq::log
