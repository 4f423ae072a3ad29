// KeptAnswers: a bounded number of answers that cost work, by what was asked. Two that ask the same
// at the same time work it out once: the second waits for the first. Any thread.
//
// For answers that depend on their key only; faults are not kept. Lives as long as its owner.
//
//   KeptAnswers<ProofsAnswer> proofs(kKeptAnswersMax);
//   return proofs.get("tiny 2 2026-11-22", [&] { return work_it_out(); });
#pragma once

#include <algorithm>
#include <cstdint>
#include <future>
#include <map>
#include <mutex>
#include <string>

#include "base/error.h"

namespace hq::hub {

template <class Answer>
class KeptAnswers {
 public:
  explicit KeptAnswers(std::size_t max) : max_(max) {}

  /// What `work` says, a Result<Answer>; it is called only where nothing is kept for the key.
  template <class Work>
  Result<Answer> get(const std::string& key, Work work) {
    std::unique_lock lock(mutex_);
    if (const auto found = kept_.find(key); found != kept_.end()) {
      found->second.asked = ++asked_;
      const std::shared_future<Result<Answer>> answer = found->second.answer;
      lock.unlock();
      return answer.get();
    }
    make_room();
    std::promise<Result<Answer>> promise;
    kept_.emplace(key, Kept{promise.get_future().share(), ++asked_});
    lock.unlock();
    try {
      Result<Answer> answer = work();
      if (!answer) forget(key);
      promise.set_value(answer);
      return answer;
    } catch (...) {
      // Out of memory, say: who waits must not wait for ever, and the next one tries again.
      forget(key);
      promise.set_exception(std::current_exception());
      throw;
    }
  }

 private:
  struct Kept {
    std::shared_future<Result<Answer>> answer;
    uint64_t asked = 0;  // the number of the question that it answered last
  };

  /// What was not asked for the longest time goes; who waits for it has a share of it.
  void make_room() {
    if (kept_.size() < max_) return;
    kept_.erase(
        std::ranges::min_element(kept_, {}, [](const auto& one) { return one.second.asked; }));
  }
  void forget(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    kept_.erase(key);
  }

  std::size_t max_;
  std::mutex mutex_;
  std::map<std::string, Kept> kept_;
  uint64_t asked_ = 0;
};

}  // namespace hq::hub
