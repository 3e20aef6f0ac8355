// The spans of one span class that no cache holds.
#pragma once

#include <mutex>
#include <vector>

#include "gc/span.h"

namespace govm::gc {

class Central {
 public:
  Span* take_partial() { return pop(partial_); }
  Span* take_unswept() { return pop(unswept_); }
  void add(Span* span, bool full) {
    std::lock_guard lock(mutex_);
    (full ? full_ : partial_).push_back(span);
  }
  // World stopped, all swept: every span is unswept now.
  void begin_sweep() {
    unswept_.swap(partial_);
    unswept_.insert(unswept_.end(), full_.begin(), full_.end());
    full_.clear();
  }

 private:
  Span* pop(std::vector<Span*>& list) {
    std::lock_guard lock(mutex_);
    if (list.empty()) return nullptr;
    Span* span = list.back();
    list.pop_back();
    return span;
  }
  std::mutex mutex_;
  std::vector<Span*> partial_, full_, unswept_;
};

}  // namespace govm::gc
