// The spans of one span class that no cache holds.
#pragma once

#include <mutex>
#include <vector>

#include "gc/span.h"

namespace govm::gc {

class Central {
 public:
  Span* take_partial() {
    std::lock_guard lock(mutex_);
    return pop(partial_);
  }
  Span* take_unswept() {
    std::lock_guard lock(mutex_);
    Span* span = pop(unswept_partial_);
    return span != nullptr ? span : pop(unswept_full_);
  }
  void add(Span* span, bool full) {
    std::lock_guard lock(mutex_);
    (full ? full_ : partial_).push_back(span);
  }
  // World stopped, all swept: every span is unswept now.
  void begin_sweep() {
    unswept_partial_.swap(partial_);
    unswept_full_.swap(full_);
  }

 private:
  static Span* pop(std::vector<Span*>& list) {
    if (list.empty()) return nullptr;
    Span* span = list.back();
    list.pop_back();
    return span;
  }
  std::mutex mutex_;
  std::vector<Span*> partial_, full_, unswept_partial_, unswept_full_;
};

}  // namespace govm::gc
