#include "gc/specials.h"

#include <algorithm>

namespace govm::gc {

bool Specials::set_finalizer(std::uintptr_t base, void* object, void* fn, const abi::Type* arg_type) {
  std::lock_guard lock(mutex_);
  auto it = table_.find(base);
  if (fn == nullptr) {
    if (it == table_.end()) return true;
    std::erase_if(it->second, [&](const Special& s) { return s.kind == Kind::kFinalizer && s.pointer == object; });
    if (it->second.empty()) table_.erase(it);
    return true;
  }
  std::vector<Special>& list = table_[base];
  for (const Special& s : list) {
    if (s.kind == Kind::kFinalizer && s.pointer == object) return false;   // tiny objects that share a block have their own
  }
  list.push_back({Kind::kFinalizer, 0, object, fn, nullptr, arg_type});
  return true;
}

std::uint64_t Specials::add_cleanup(std::uintptr_t base, void* fn, void* arg) {
  std::lock_guard lock(mutex_);
  table_[base].push_back({Kind::kCleanup, next_id_, nullptr, fn, arg, nullptr});
  return next_id_++;
}

void Specials::remove_cleanup(std::uintptr_t base, std::uint64_t id) {
  std::lock_guard lock(mutex_);
  auto it = table_.find(base);
  if (it == table_.end()) return;
  std::erase_if(it->second, [&](const Special& s) { return s.kind == Kind::kCleanup && s.id == id; });
  if (it->second.empty()) table_.erase(it);
}

void** Specials::find_weak(std::uintptr_t base, void* pointer) {
  std::lock_guard lock(mutex_);
  auto it = table_.find(base);
  if (it == table_.end()) return nullptr;
  for (const Special& s : it->second) {
    if (s.kind == Kind::kWeak && s.pointer == pointer) return static_cast<void**>(s.fn);
  }
  return nullptr;
}

void** Specials::add_weak(std::uintptr_t base, void* pointer, void** handle) {
  std::lock_guard lock(mutex_);
  std::vector<Special>& list = table_[base];
  for (const Special& s : list) {
    if (s.kind == Kind::kWeak && s.pointer == pointer) return static_cast<void**>(s.fn);
  }
  list.push_back({Kind::kWeak, 0, pointer, handle, nullptr, nullptr});
  return handle;
}

bool Specials::take_ready(Heap::Ready& out) {
  std::lock_guard lock(mutex_);
  if (ready_.empty()) return false;
  out = ready_.front();
  ready_.pop_front();
  return true;
}

bool Specials::has_ready() {
  std::lock_guard lock(mutex_);
  return !ready_.empty();
}

void Specials::mark_roots(MarkStack& marker) {
  std::lock_guard lock(mutex_);
  for (const auto& [base, list] : table_) {
    for (const Special& s : list) {
      marker.mark_pointer(s.fn);
      marker.mark_pointer(s.arg);
      if (s.kind == Kind::kFinalizer) marker.mark_fields(base);
    }
  }
  for (const Heap::Ready& r : ready_) {
    marker.mark_pointer(r.object);
    marker.mark_pointer(r.fn);
    marker.mark_pointer(r.arg);
  }
}

void Specials::find_candidates(const MarkStack& marker) {
  std::lock_guard lock(mutex_);
  candidates_.clear();
  for (const auto& [base, list] : table_) {
    if (!marker.is_marked(base)) candidates_.push_back(base);
  }
  std::sort(candidates_.begin(), candidates_.end());  // the same order whatever the hash table's
}

bool Specials::process_dead(MarkStack& marker) {
  std::lock_guard lock(mutex_);
  std::vector<std::uintptr_t> dead;
  for (std::uintptr_t base : candidates_) {
    auto it = table_.find(base);
    if (it == table_.end() || marker.is_marked(base)) continue;
    dead.push_back(base);
    for (const Special& s : it->second) {
      if (s.kind == Kind::kWeak) *static_cast<void**>(s.fn) = nullptr;
    }
  }
  bool queued = false;
  for (std::uintptr_t base : dead) {
    std::vector<Special>& list = table_[base];
    std::erase_if(list, [](const Special& s) { return s.kind == Kind::kWeak; });
    const std::size_t finalizers = std::erase_if(list, [&](const Special& s) {
      if (s.kind != Kind::kFinalizer) return false;
      ready_.push_back({s.pointer, s.fn, nullptr, s.arg_type, false});
      return true;
    });
    if (finalizers != 0) {  // lives once more; cleanups wait until it is really gone
      marker.mark_pointer(reinterpret_cast<void*>(base));
      queued = true;
    } else {
      for (const Special& s : list) {
        ready_.push_back({nullptr, s.fn, s.arg, nullptr, true});
        queued = true;
      }
      list.clear();
    }
    if (list.empty()) table_.erase(base);
  }
  marker.drain_alone();
  return queued;
}

}  // namespace govm::gc
