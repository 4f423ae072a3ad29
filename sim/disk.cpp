#include "sim/disk.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/assert.h"

namespace hq::sim {
namespace {

// How a loss of power treats what waits in one file.
enum Mode : int { keep_all, drop_all, keep_first_ones, each_by_chance, kModes };

void put(std::string& content, uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  std::ranges::copy(bytes, content.begin() + static_cast<std::ptrdiff_t>(offset));
}

}  // namespace

Disk::File Disk::open(const std::string& name, bool create) {
  const std::lock_guard lock(mutex_);
  if (const auto known = files_.find(name); known != files_.end()) return known->second;
  if (!create) return nullptr;
  auto file = std::make_shared<DiskFile>();
  file->name = name;
  files_.emplace(name, file);
  return file;
}

bool Disk::exists(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return files_.contains(name);
}

bool Disk::remove(const std::string& name, bool sync_folder) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(name);
  if (at == files_.end()) return false;
  if (at->second->is_name_durable) removed_.push_back({name, at->second->durable});
  files_.erase(at);
  if (sync_folder) {
    removed_.clear();
    for (auto& [other, file] : files_) file->is_name_durable = true;
  }
  return true;
}

std::vector<std::string> Disk::names() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> all;
  all.reserve(files_.size());
  for (const auto& [name, file] : files_) all.push_back(name);
  return all;
}

std::size_t Disk::read(const File& file, uint64_t offset, char* to, std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  if (offset >= file->seen.size()) return 0;
  return file->seen.copy(to, bytes, offset);
}

bool Disk::write(const File& file, uint64_t offset, std::string_view bytes) {
  const std::lock_guard lock(mutex_);
  if (capacity_ > 0 && offset + bytes.size() > file->seen.size()) {
    uint64_t all = offset + bytes.size() - file->seen.size();
    for (const auto& [name, other] : files_) all += other->seen.size();
    if (all > capacity_) return false;
  }
  put(file->seen, offset, bytes);
  file->waiting.push_back({offset, std::string(bytes), false});
  return true;
}

void Disk::write_astray(const File& file, uint64_t offset, std::string_view bytes,
                        const File& other, uint64_t other_offset) {
  const std::lock_guard lock(mutex_);
  put(file->seen, offset, bytes);
  other->waiting.push_back({other_offset, std::string(bytes), false});
}

void Disk::truncate(const File& file, uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  file->seen.resize(bytes);
  file->waiting.push_back({bytes, {}, true});
}

void Disk::sync(const File& file, bool sync_folder) {
  const std::lock_guard lock(mutex_);
  for (const Change& change : file->waiting) apply(change, file->durable);
  file->waiting.clear();
  if (!sync_folder) return;
  removed_.clear();
  for (auto& [name, other] : files_) other->is_name_durable = true;
}

uint64_t Disk::size(const File& file) const {
  const std::lock_guard lock(mutex_);
  return file->seen.size();
}

void Disk::apply(const Change& change, std::string& content) {
  if (change.is_truncation) {
    content.resize(change.offset);
  } else {
    put(content, change.offset, change.bytes);
  }
}

Settled Disk::lose_power(Random& random) {
  const std::lock_guard lock(mutex_);
  Settled settled;
  for (auto& [name, file] : files_) settle(*file, random, settled);
  settle_names(random);
  // Whoever holds a handle of before holds a file that is no longer of this disk.
  for (auto& [name, file] : files_) {
    auto after = std::make_shared<DiskFile>();
    after->name = name;
    after->seen = file->durable;
    after->durable = std::move(file->durable);
    after->is_name_durable = true;
    file = std::move(after);
  }
  return settled;
}

void Disk::settle(DiskFile& file, Random& random, Settled& settled) {
  const int mode = static_cast<int>(random.below(kModes));
  const std::size_t first_ones =
      mode == keep_first_ones ? random.below(file.waiting.size() + 1) : file.waiting.size();
  bool lost_one = false;
  for (std::size_t i = 0; i < file.waiting.size(); ++i) {
    const Change& change = file.waiting[i];
    const int own_mode = mode == keep_first_ones ? (i < first_ones ? keep_all : drop_all) : mode;
    if (!change.is_truncation) {
      settle_write(change, file.durable, own_mode, random, lost_one, settled);
    } else if (own_mode == keep_all || (own_mode == each_by_chance && random.one_in(2))) {
      apply(change, file.durable);
    }
  }
  file.waiting.clear();
}

void Disk::settle_write(const Change& change, std::string& content, int mode, Random& random,
                        bool& lost_one, Settled& settled) {
  for (uint64_t at = change.offset; at < change.offset + change.bytes.size();) {
    const uint64_t end = std::min<uint64_t>((at / kSectorBytes + 1) * kSectorBytes,
                                            change.offset + change.bytes.size());
    const std::string_view piece =
        std::string_view(change.bytes).substr(at - change.offset, end - at);
    const uint64_t fate = mode == keep_all ? 0 : mode == drop_all ? 1 : random.below(5);
    if (fate == 1 || fate == 2) {
      ++settled.dropped;
      lost_one = true;
    } else if (fate == 3) {
      // The head or the tail of the sector is new, the rest as it was.
      const std::size_t cut = random.below(piece.size() + 1);
      if (random.one_in(2)) {
        put(content, at, piece.substr(0, cut));
      } else {
        put(content, at + cut, piece.substr(cut));
      }
      ++settled.torn;
    } else {
      put(content, at, piece);
      ++settled.kept;
      settled.reordered += lost_one ? 1 : 0;
    }
    at = end;
  }
}

void Disk::settle_names(Random& random) {
  std::erase_if(files_, [&](const auto& entry) {
    return !entry.second->is_name_durable && random.one_in(2);
  });
  for (Removed& removed : removed_) {
    if (files_.contains(removed.name) || random.one_in(2)) continue;
    auto file = std::make_shared<DiskFile>();
    file->name = removed.name;
    file->durable = std::move(removed.durable);
    files_.emplace(removed.name, std::move(file));
  }
  removed_.clear();
}

void Disk::reboot() {
  const std::lock_guard lock(mutex_);
  removed_.clear();
  for (auto& [name, file] : files_) {
    auto after = std::make_shared<DiskFile>();
    for (const Change& change : file->waiting) apply(change, file->durable);
    after->name = name;
    after->seen = file->durable;
    after->durable = std::move(file->durable);
    after->is_name_durable = true;
    file = std::move(after);
  }
}

std::string Disk::rot(const std::string& name, Random& random) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(name);
  if (at == files_.end() || at->second->durable.empty()) return {};
  DiskFile& file = *at->second;
  HQ_ASSERT(file.waiting.empty());  // at rest
  const std::size_t byte = random.below(file.durable.size());
  const char flip = static_cast<char>(1u << random.below(8));
  file.durable[byte] = static_cast<char>(file.durable[byte] ^ flip);
  file.seen = file.durable;
  return fmt::format("{} byte {}", name, byte);
}

void Disk::set_capacity(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  capacity_ = bytes;
}

uint64_t Disk::used() const {
  const std::lock_guard lock(mutex_);
  uint64_t all = 0;
  for (const auto& [name, file] : files_) all += file->seen.size();
  return all;
}

}  // namespace hq::sim
