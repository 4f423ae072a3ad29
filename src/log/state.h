// StateWriter and StateReader: how a service writes its state into a snapshot and takes it back.
//
// State is whatever bytes the service itself understands; its version says which. Bytes that only
// ever grow (records that are never changed) are given apart: they lie once, in a file beside the
// snapshots, and each snapshot adds what is new. One thread. A write that fails is remembered, so
// `save` need not look; the snapshot is then not kept.
//
//   void Plans::save(StateWriter& out) const { out.add(to_json(plans_)); }
//   Result<> Plans::load(StateReader& in) { HQ_TRY(plans_, from_json<Plan>(in.bytes())); ... }
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace hq::log {

/// The first `bytes` of a file, which nobody changes.
struct GrowingFile {
  std::filesystem::path path;
  uint64_t bytes = 0;
};

class StateWriter {
 public:
  virtual ~StateWriter() = default;

  virtual void add(std::string_view bytes) = 0;

  /// All of what grows, from its beginning: the bytes of the last time, and those that came since.
  /// `name` is of small letters.
  virtual void add_growing(std::string_view name, std::string_view bytes) = 0;
};

class StateReader {
 public:
  StateReader(std::string_view bytes,
              const std::map<std::string, GrowingFile, std::less<>>& growing)
      : bytes_(bytes), growing_(growing) {}

  /// All that was added, in one piece.
  std::string_view bytes() const { return bytes_; }

  /// corrupt where nothing of this name was added.
  Result<GrowingFile> growing(std::string_view name) const;

 private:
  std::string_view bytes_;
  const std::map<std::string, GrowingFile, std::less<>>& growing_;
};

}  // namespace hq::log
