#include "gc/mark_pool.h"

#include <algorithm>
#include <utility>

namespace govm::gc {
namespace {

// The last ones take the place of the first, which go.
template <class T>
void move_front(std::vector<T>& from, std::size_t count, std::vector<T>& to) {
  const auto end = from.begin() + static_cast<std::ptrdiff_t>(count);
  to.insert(to.end(), from.begin(), end);
  std::copy(from.end() - static_cast<std::ptrdiff_t>(count), from.end(), from.begin());
  from.resize(from.size() - count);
}
template <class T>
void move_back(std::vector<T>& from, std::size_t count, std::vector<T>& to) {
  to.insert(to.end(), from.end() - static_cast<std::ptrdiff_t>(count), from.end());
  from.resize(from.size() - count);
}

std::size_t stripe_of_thread(std::size_t stripes) {
  static std::atomic<std::size_t> next{0};
  thread_local const std::size_t mine = next.fetch_add(1, std::memory_order_relaxed);
  return mine % stripes;
}

}  // namespace

void MarkPool::put(GreyList& list) {
  if (list.empty()) return;
  std::lock_guard lock(mutex_);
  move_back(list.objects, list.objects.size(), list_.objects);
  move_back(list.arrays, list.arrays.size(), list_.arrays);
  count();
}

void MarkPool::share(GreyList& list) {
  std::lock_guard lock(mutex_);
  move_front(list.objects, std::min(list.objects.size() / 2, 16 * kBatch), list_.objects);
  move_front(list.arrays, list.arrays.size() / 2, list_.arrays);
  count();
}

bool MarkPool::take(GreyList& list) {
  if (waiting_.load(std::memory_order_relaxed) == 0) return false;
  std::lock_guard lock(mutex_);
  if (!take_locked(list)) return false;
  busy_++;
  return true;
}

bool MarkPool::take_more(GreyList& list) {
  if (waiting_.load(std::memory_order_relaxed) == 0) return false;
  std::lock_guard lock(mutex_);
  return take_locked(list);
}

// Arrays come last: each piece of one adds many objects, and who took them beside others would only add to what waits.
bool MarkPool::take_locked(GreyList& list) {
  if (list_.empty()) return false;
  if (!list_.objects.empty()) {
    move_back(list_.objects, std::min(list_.objects.size(), kBatch), list.objects);
  } else {
    move_back(list_.arrays, 1, list.arrays);
  }
  count();
  return true;
}

void MarkPool::done() {
  std::lock_guard lock(mutex_);
  busy_--;
}

bool MarkPool::idle() {
  std::lock_guard lock(mutex_);
  return busy_ == 0 && list_.empty();
}

void MarkPool::shade(GreyObject object, std::size_t bytes, bool noscan) {
  Stripe& stripe = stripes_[stripe_of_thread(stripes_.size())];
  std::lock_guard lock(stripe.mutex);
  stripe.bytes += bytes;
  if (!noscan) stripe.objects.push_back(object);
}

std::size_t MarkPool::take_shaded(GreyList& list) {
  std::size_t bytes = 0;
  for (Stripe& stripe : stripes_) {
    std::lock_guard lock(stripe.mutex);
    bytes += std::exchange(stripe.bytes, 0);
    move_back(stripe.objects, stripe.objects.size(), list.objects);
  }
  return bytes;
}

void MarkPool::clear() {
  GreyList dropped;
  take_shaded(dropped);
}

void MarkPool::release() {
  std::lock_guard lock(mutex_);
  list_.objects.shrink_to_fit();
  list_.arrays.shrink_to_fit();
  for (Stripe& stripe : stripes_) {
    std::lock_guard striped(stripe.mutex);
    stripe.objects.shrink_to_fit();
  }
}

}  // namespace govm::gc
