// KnownIssuers: what the hub knows of others, out of files: DID documents and status lists.
//
// `credentials/dids/*.json` of the hub folder and of the data folder hold DID documents (did:web,
// https), `credentials/status/*.json` of the data folder status list credentials of others.
// Nothing is fetched; whoever runs the hub puts files there, and they count within seconds. A file
// that cannot be read is passed over and said. Any thread.
//
//   KnownIssuers known("data", "hubs/hongqiao", tell);
//   const auto now_known = known.get(at);              // an immutable snapshot
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "credential/did.h"

namespace hq::hub {

class KnownIssuers {
 public:
  struct Snapshot {
    credential::DidDocuments dids;
    std::map<std::string, std::string, std::less<>> status_lists;  // texts, by their id
    std::set<std::string> passed_over;                             // what was said of files
  };

  /// Told once of each file that is passed over, with its path as `where`; maybe on several
  /// threads.
  using OnPassedOver = std::function<void(const Error&)>;

  /// Folders may be missing. `own_document` is the DID document of the hub.
  KnownIssuers(std::filesystem::path data, std::filesystem::path hub, std::string own_document,
               OnPassedOver on_passed_over = {});

  /// Read anew where it is older than some seconds of steady time.
  std::shared_ptr<const Snapshot> get() const;

 private:
  std::shared_ptr<const Snapshot> read() const;

  const std::filesystem::path data_;
  const std::filesystem::path hub_;
  const std::string own_document_;
  const OnPassedOver on_passed_over_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Snapshot> snapshot_;
  mutable std::chrono::steady_clock::time_point read_at_;
};

}  // namespace hq::hub
