#include "hub/credentials/known_issuers.h"

#include <algorithm>
#include <vector>

#include "base/file.h"
#include "credential/json_tree.h"
#include "credential/limits.h"
#include "hub/credentials/limits.h"

namespace hq::hub {
namespace {

namespace fs = std::filesystem;

/// The JSON files of a folder, by name; none where there is no folder.
std::vector<fs::path> json_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (fs::directory_iterator entry(folder, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  std::ranges::sort(files);
  if (files.size() > kKnownFilesMax) files.resize(kKnownFilesMax);
  return files;
}

Result<> add_status_list(const std::string& text, KnownIssuers::Snapshot& snapshot) {
  HQ_TRY(const credential::Json list, credential::Json::parse(text));
  const std::string* id = list.find_string("id");
  if (id == nullptr) {
    return fail(ErrorCode::parse_error, "a status list without an id", "状态列表缺少 id", "id");
  }
  snapshot.status_lists.insert_or_assign(*id, text);
  return {};
}

}  // namespace

KnownIssuers::KnownIssuers(fs::path data, fs::path hub, std::string own_document,
                           OnPassedOver on_passed_over)
    : data_(std::move(data)),
      hub_(std::move(hub)),
      own_document_(std::move(own_document)),
      on_passed_over_(std::move(on_passed_over)) {}

std::shared_ptr<const KnownIssuers::Snapshot> KnownIssuers::get() const {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (snapshot_ == nullptr || now - read_at_ > kKnownAge) {
    snapshot_ = read();
    read_at_ = now;
  }
  return snapshot_;
}

std::shared_ptr<const KnownIssuers::Snapshot> KnownIssuers::read() const {
  auto snapshot = std::make_shared<Snapshot>();
  // Its own first: no file may speak in its place. A did:key is known without a document.
  static_cast<void>(snapshot->dids.add(own_document_));
  const auto read_all = [&](const fs::path& folder, auto add) {
    for (const fs::path& file : json_files(folder)) {
      auto text = read_file(file, credential::kTextBytesMax);
      Result<> added = text ? add(*text) : Result<>(std::unexpected(text.error()));
      if (added) continue;
      const Error error = std::move(added).error().at(file.string());
      const bool is_new = snapshot_ == nullptr || !snapshot_->passed_over.contains(error.text());
      snapshot->passed_over.insert(error.text());
      if (is_new && on_passed_over_) on_passed_over_(error);
    }
  };
  const auto add_did = [&](const std::string& text) { return snapshot->dids.add(text); };
  if (!data_.empty()) read_all(data_ / "credentials/dids", add_did);
  if (!hub_.empty()) read_all(hub_ / "credentials/dids", add_did);
  if (!data_.empty()) {
    read_all(data_ / "credentials/status",
             [&](const std::string& text) { return add_status_list(text, *snapshot); });
  }
  return snapshot;
}

}  // namespace hq::hub
