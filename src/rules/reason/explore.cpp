// The search through regions: which cut is best, and what is left when the budget ends.
#include <algorithm>
#include <set>
#include <unordered_map>

#include "rules/reason/region.h"

namespace hq::rules {
namespace {

struct Counted {
  Cut cut;
  std::size_t count = 0;
};

/// The votes of a doubt, counted by fact.
class Count {
 public:
  explicit Count(const Region& region)
      : region_(region), cuts_(region.size()), facts_(region.size()) {}

  void add(const DoubtPtr& doubt) {
    if (doubt == nullptr || votes_ > kVotesMax || !seen_.insert(doubt.get()).second) return;
    for (const Vote& vote : doubt->votes) add(vote);
    for (const DoubtPtr& part : doubt->parts) add(part);
  }

  /// The cut through the first fact in this order, or the one that most votes are for: of those
  /// along a scale the median.
  std::optional<std::pair<std::size_t, Cut>> best_cut(std::span<const std::size_t> order) {
    std::size_t best = cuts_.size();
    std::size_t most = 0;
    for (std::size_t fact = 0; fact < cuts_.size(); ++fact) {
      std::size_t count = 0;
      for (const Counted& one : cuts_[fact]) count += one.count;
      if (count > most) {
        most = count;
        best = fact;
      }
    }
    const auto first =
        std::ranges::find_if(order, [&](std::size_t fact) { return !cuts_[fact].empty(); });
    if (first != order.end()) best = *first;
    if (best == cuts_.size()) return std::nullopt;
    std::vector<Counted>& cuts = cuts_[best];
    const auto most_voted = std::ranges::max_element(cuts, {}, &Counted::count);
    if (!place_of(most_voted->cut.at)) return std::pair(best, most_voted->cut);
    std::erase_if(cuts, [&](const Counted& one) { return !place_of(one.cut.at); });
    std::ranges::sort(cuts, [](const Counted& a, const Counted& b) {
      return *place_of(a.cut.at) < *place_of(b.cut.at);
    });
    std::size_t sum = 0;
    for (const Counted& one : cuts) sum += one.count;
    std::size_t passed = 0;
    for (const Counted& one : cuts) {
      passed += one.count;
      if (2 * passed >= sum) return std::pair(best, one.cut);
    }
    return std::nullopt;
  }

  /// Without a cut: half of the fact that most votes are for, else of any.
  std::optional<std::pair<std::size_t, Cut>> best_half() const {
    std::vector<std::pair<std::size_t, std::size_t>> order;  // votes, fact
    for (std::size_t i = 0; i < facts_.size(); ++i) order.emplace_back(facts_[i], i);
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      return a.first > b.first || (a.first == b.first && a.second < b.second);
    });
    for (const auto& [votes, fact] : order) {
      const auto cut = region_[fact].halved();
      if (cut && goes_through(fact, *cut)) return std::pair(fact, *cut);
    }
    return std::nullopt;
  }

 private:
  bool goes_through(std::size_t fact, const Cut& cut) const {
    const auto [first, second] = region_[fact].split(cut);
    return !first.is_empty() && !second.is_empty();
  }

  void add(const Vote& vote) {
    if (vote.fact >= region_.size() || region_[vote.fact].single() != nullptr) return;
    ++votes_;
    ++facts_[vote.fact];
    if (!vote.cut || (vote.cut->side != Cut::Side::pick && !place_of(vote.cut->at))) return;
    std::size_t key = vote.fact * 4 + static_cast<std::size_t>(vote.cut->side);
    const auto place = place_of(vote.cut->at);
    key ^= place ? place->hash() * 31 : std::hash<std::string>{}(to_text(vote.cut->at));
    const auto [known, is_new] = index_.try_emplace(key, cuts_[vote.fact].size());
    if (!is_new) {
      if (known->second != kUseless) ++cuts_[vote.fact][known->second].count;
    } else if (goes_through(vote.fact, *vote.cut)) {
      cuts_[vote.fact].push_back({*vote.cut, 1});
    } else {
      known->second = kUseless;
    }
  }

  static constexpr std::size_t kUseless = SIZE_MAX;

  const Region& region_;
  std::vector<std::vector<Counted>> cuts_;
  std::vector<std::size_t> facts_;
  std::size_t votes_ = 0;
  std::set<const Doubt*> seen_;
  std::unordered_map<std::size_t, std::size_t> index_;  // of a cut, among those of its fact
};

}  // namespace

std::optional<std::pair<Region, Region>> split(const Region& region, const DoubtPtr& doubt,
                                               std::span<const std::size_t> order) {
  Count count(region);
  count.add(doubt);
  auto cut = count.best_cut(order);
  if (!cut) cut = count.best_half();
  if (!cut) return std::nullopt;
  auto [first, second] = region[cut->first].split(cut->second);
  std::pair<Region, Region> parts{region, region};
  parts.first[cut->first] = std::move(first);
  parts.second[cut->first] = std::move(second);
  return parts;
}

Explored explore(const Region& whole, const Budget& budget,
                 const std::function<Look(const Region&)>& look,
                 std::span<const std::size_t> order) {
  struct Open {
    Region region;
    uint32_t depth = 0;
  };
  Explored explored;
  std::set<std::vector<uint32_t>> seen_keys;
  std::vector<Open> stack = {{whole, 0}};
  while (!stack.empty()) {
    Open open = std::move(stack.back());
    stack.pop_back();
    if (explored.regions >= budget.regions_max || open.depth > budget.depth_max) {
      explored.open.push_back(std::move(open.region));
      continue;
    }
    ++explored.regions;
    Look seen = look(open.region);
    if (seen.is_settled) continue;
    if (!seen.key.empty() && !seen_keys.insert(std::move(seen.key)).second) {
      explored.has_repeats = true;
      continue;
    }
    auto parts = split(open.region, seen.doubt, order);
    if (!parts) {
      explored.open.push_back(std::move(open.region));
      continue;
    }
    stack.push_back({std::move(parts->second), open.depth + 1});
    stack.push_back({std::move(parts->first), open.depth + 1});
  }
  return explored;
}

}  // namespace hq::rules
