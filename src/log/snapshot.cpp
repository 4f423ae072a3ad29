#include "log/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "log/detail/snapshot_file.h"

namespace hq::log {
namespace {

constexpr std::string_view kUnfinished = ".unfinished";

/// Whether the services are those of the machine, in versions that it reads.
Result<> check_services(const SnapshotFile& file, const Machine& machine) {
  const auto other = [&](std::string_view prefix) {
    return fail(ErrorCode::unsupported,
                fmt::format("the state of '{}' in it is of another version", prefix),
                fmt::format("其中“{}”的状态属于另一版本", prefix));
  };
  for (const Service* service : machine.services()) {
    const StateEntry* state = file.find(service->prefix());
    if (state == nullptr || state->version != service->state_version()) {
      return other(service->prefix());
    }
  }
  for (const StateEntry& state : file.directory().states) {
    const auto known = std::ranges::find(machine.services(), state.prefix,
                                         [](const Service* one) { return one->prefix(); });
    if (known == machine.services().end()) return other(state.prefix);
  }
  return {};
}

Result<> check_in_log(const Head& head, const LogReader& log) {
  HQ_TRY(const Head end, log.last());
  bool found = false;
  if (head.seq <= end.seq) {
    HQ_TRY_VOID(log.read(head.seq, [&](const Commit& commit) {
      found = Head{commit.seq, commit.time, commit.hash} == head;
      return false;
    }));
  }
  if (found) return {};
  return fail(ErrorCode::conflict,
              fmt::format("the log does not hold the commit {} of the snapshot", head.seq),
              fmt::format("日志中没有快照所在的第 {} 号提交", head.seq));
}

std::filesystem::path unfinished(const std::filesystem::path& path) {
  return path.string() + std::string(kUnfinished);
}

uint64_t file_bytes(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

Result<SnapshotStore> SnapshotStore::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == kUnfinished) std::filesystem::remove(entry.path(), error);
  }
  if (error) return std::unexpected(system_error(error.value(), folder.string()));
  return SnapshotStore(folder);
}

std::filesystem::path SnapshotStore::path_of(uint64_t seq) const {
  return folder_ / fmt::format("snapshot-{:020}", seq);
}

std::vector<std::filesystem::path> SnapshotStore::list() const {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("snapshot-") && !name.ends_with(kUnfinished)) {
      found.push_back(entry.path());
    }
  }
  std::ranges::sort(found, std::greater());
  return found;
}

Result<Head> SnapshotStore::load(Machine& machine, const LogReader& log,
                                 const OnPassedOver& on_passed_over) {
  const auto sound = [&](const std::filesystem::path& path) -> Result<SnapshotFile> {
    HQ_TRY(SnapshotFile file, SnapshotFile::open(path));
    HQ_TRY_VOID(file.check());
    HQ_TRY_VOID(check_services(file, machine));
    HQ_TRY(const Head head, file.head());
    HQ_TRY_VOID(check_in_log(head, log));
    return file;
  };
  for (const auto& path : list()) {
    const Result<SnapshotFile> file = sound(path);
    if (!file) {
      Error why = file.error();
      if (why.where.empty()) why.where = path.string();
      if (on_passed_over) on_passed_over(why);
      continue;
    }
    for (Service* service : machine.services()) {
      const StateEntry& state = *file->find(service->prefix());
      const auto growing = file->growing(state);
      StateReader reader(file->bytes(state), growing);
      HQ_TRY_VOID(service->load(reader));
    }
    last_ = path;
    last_bytes_ = file_bytes(path);
    return file->head();
  }
  return Head{};
}

Result<> SnapshotStore::write(const Machine& machine, const Head& head) const {
  SnapshotDirectory before;
  if (!last_.empty()) {
    HQ_TRY(const SnapshotFile last, SnapshotFile::open(last_));
    before = last.directory();
  }
  SnapshotFileWriter writer(unfinished(path_of(head.seq)), std::move(before));
  for (const Service* service : machine.services()) {
    writer.begin(service->prefix(), service->state_version());
    service->save(writer);
  }
  return writer.finish(head);
}

Result<> SnapshotStore::keep(Machine& machine, const Head& head) {
  const auto path = path_of(head.seq);
  HQ_TRY_VOID(rename_durably(unfinished(path), path));
  HQ_TRY(const SnapshotFile file, SnapshotFile::open(path));
  for (Service* service : machine.services()) {
    const StateEntry* state = file.find(service->prefix());
    const auto growing = file.growing(*state);
    StateReader reader(file.bytes(*state), growing);
    service->kept(reader);
  }
  last_ = path;
  last_bytes_ = file_bytes(path);
  // One that stands behind this commit is of another log: it was passed over.
  std::size_t kept = 0;
  for (const auto& one : list()) {
    if (one <= path && ++kept <= kSnapshotsKept) continue;
    std::error_code error;
    std::filesystem::remove(one, error);
    if (error) return std::unexpected(system_error(error.value(), one.string()));
  }
  return {};
}

}  // namespace hq::log
