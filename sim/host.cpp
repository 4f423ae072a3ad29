#include "sim/host.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cstring>

#include "base/assert.h"
#include "sim/vfs.h"

namespace hq::sim {
namespace {

std::atomic<uint64_t> processes = 0;  // a name for each, in the whole program

}  // namespace

bool changes_disk(Call call) {
  return call == Call::open || call == Call::remove || call == Call::write ||
         call == Call::truncate || call == Call::sync;
}

std::string_view id(Call call) {
  constexpr std::string_view kIds[kCallCount] = {
      "open", "remove", "exists", "read",       "write",       "truncate",      "sync",
      "size", "lock",   "unlock", "map_shared", "lock_shared", "unlock_shared", "close"};
  return kIds[static_cast<std::size_t>(call)];
}

void Trace::add(uint64_t number) {
  const std::lock_guard lock(mutex_);
  digest_ = Random(digest_ ^ number).next();
}

void Trace::add(std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  uint64_t digest = digest_ ^ bytes.size();
  while (bytes.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), 8);
    digest = (digest ^ word) * 0x9E37'79B9'7F4A'7C15;
    digest ^= digest >> 29;
    bytes.remove_prefix(8);
  }
  for (const char c : bytes) digest = (digest ^ static_cast<uint8_t>(c)) * 0x100'0000'01B3;
  digest_ = digest;
}

uint64_t Trace::digest() const {
  const std::lock_guard lock(mutex_);
  return digest_;
}

Process::Process(Host& host, uint64_t seed)
    : host_(host), name_(fmt::format("hq-sim-{}", ++processes)), random_(seed) {
  vfs_ = make_vfs(*this, name_);
  HQ_ASSERT(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

Process::~Process() {
  HQ_ASSERT(files_.empty());
  sqlite3_vfs_unregister(vfs_.get());
  const std::lock_guard lock(host_.mutex);
  // What a dead process scribbled on its way out was not done.
  for (Kept& kept : kept_) {
    for (std::size_t i = 0; i < kept.regions.size(); ++i) {
      *kept.shared->regions[i] = kept.regions[i];
    }
  }
  for (const std::string& folder : folders_) host_.locked_folders.erase(folder);
}

log::SqliteOptions Process::options(int wal_pages) {
  log::SqliteOptions options;
  options.vfs = name_;
  options.wal_pages = wal_pages;
  options.take_lock = [this](const std::filesystem::path& folder) -> Result<std::shared_ptr<void>> {
    const std::lock_guard lock(host_.mutex);
    if (!host_.locked_folders.insert(folder.string()).second && !host_.loses_folder_locks) {
      return fail(ErrorCode::conflict, "the data folder is in use by another process",
                  "数据文件夹正被另一进程使用", folder.string());
    }
    folders_.insert(folder.string());
    return std::shared_ptr<void>(nullptr, [this, name = folder.string()](void*) {
      const std::lock_guard inner(host_.mutex);
      if (folders_.erase(name) > 0) host_.locked_folders.erase(name);
    });
  };
  return options;
}

Fate Process::ask(Call call, std::string_view file, uint64_t offset, uint64_t bytes) {
  if (!is_alive_) return Fate::die_before;
  const CallInfo info{call, ++calls_, file, offset, bytes};
  Fate fate = judge_ ? judge_(info) : Fate::pass;
  if (fate == Fate::die_after && !changes_disk(call)) fate = Fate::die_before;
  host_.trace.add(static_cast<uint64_t>(call) << 8 | static_cast<uint64_t>(fate));
  host_.trace.add(file);
  host_.trace.add(offset << 20 ^ bytes);
  if (!is_alive_) return Fate::die_before;  // the judge let another thread of it die
  if (fate == Fate::die_before) kill();
  return fate;
}

void Process::kill() {
  const std::lock_guard lock(host_.mutex);
  if (!is_alive_.exchange(false)) return;
  for (OpenFile* file : files_) {
    const std::shared_ptr<SharedMemory> shared = file->shared();
    file->let_go();
    if (shared == nullptr || shared->connections == 0) continue;
    Kept kept{shared, {}};
    for (const auto& region : shared->regions) kept.regions.push_back(*region);
    kept_.push_back(std::move(kept));
  }
  for (const std::string& folder : folders_) host_.locked_folders.erase(folder);
  folders_.clear();
}

void Process::add(OpenFile* file) {
  const std::lock_guard lock(host_.mutex);
  files_.insert(file);
}

void Process::remove(OpenFile* file) {
  const std::lock_guard lock(host_.mutex);
  file->let_go();
  files_.erase(file);
}

void seed_sqlite(uint64_t seed) {
  sqlite3_initialize();
  // Zero would ask for the system's random numbers.
  sqlite3_test_control(SQLITE_TESTCTRL_PRNG_SEED, static_cast<int>(seed % 0x7FFF'FFFF) + 1,
                       static_cast<sqlite3*>(nullptr));
}

}  // namespace hq::sim
