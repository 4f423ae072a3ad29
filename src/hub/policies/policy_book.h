// PolicyBook: the policies of a hub, read from its folder (docs/format/policy.md).
//
// A folder each under policies/: policy.toml, parameters.csv, the models, a plain-language card in
// both languages. Everything is checked when it is read; the first thing wrong is an Error with
// file and line. Immutable afterwards, any thread; a hub without the folder has an empty book.
//
//   HQ_TRY(const auto book, load_policies("hubs/hongqiao/policies"));
//   if (const PolicyEntry* entry = book->find("departure-tax-refund")) ...
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "rules/policy/policy.h"

namespace hq::hub {

struct PolicyEntry {
  rules::Policy policy;
  rules::Wording card;  // Markdown
};

class PolicyBook {
 public:
  PolicyBook() = default;
  explicit PolicyBook(std::vector<std::unique_ptr<const PolicyEntry>> entries)
      : entries_(std::move(entries)) {}

  const std::vector<std::unique_ptr<const PolicyEntry>>& entries() const { return entries_; }
  /// nullptr where there is none of that id.
  const PolicyEntry* find(std::string_view id) const;
  /// The same; not_found names those that there are.
  Result<const PolicyEntry*> get(std::string_view id) const;

 private:
  std::vector<std::unique_ptr<const PolicyEntry>> entries_;  // by id
};

/// All policies of a folder; an empty book where there is no such folder. Errors: io_error, and
/// parse_error or invalid_argument with the file for anything wrong.
Result<std::shared_ptr<const PolicyBook>> load_policies(const std::filesystem::path& folder);

/// One policy from its folder.
Result<std::unique_ptr<const PolicyEntry>> load_policy(const std::filesystem::path& folder);

}  // namespace hq::hub
