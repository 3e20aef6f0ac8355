// What hangs on single objects: finalizers, cleanups, weak handles. Found by the object's base address.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "gc/heap.h"
#include "gc/mark.h"

namespace govm::gc {

class Specials {
 public:
  // base: of the allocation the object lies in. False: one is set already (a nil fn removes it).
  bool set_finalizer(std::uintptr_t base, void* object, void* fn, const abi::Type* arg_type);
  std::uint64_t add_cleanup(std::uintptr_t base, void* fn, void* arg);
  void remove_cleanup(std::uintptr_t base, std::uint64_t id);
  // The handle of exactly this pointer, or null; add_weak returns the one that won.
  void** find_weak(std::uintptr_t base, void* pointer);
  void** add_weak(std::uintptr_t base, void* pointer, void** handle);
  bool take_ready(Heap::Ready& out);
  bool has_ready();

  void mark_roots(MarkStack& marker);
  // When marking is nearly over: notes whose objects may be dead. Who gets a special later is alive, and who is marked
  // stays so: the others need not be looked at with the world stopped.
  void find_candidates(const MarkStack& marker);
  // World stopped, after marking and find_candidates: clears weak handles of dead objects, queues finalizers and cleanups, and marks what those need.
  // Returns whether something was queued.
  bool process_dead(MarkStack& marker);

 private:
  enum class Kind : std::uint8_t { kWeak, kFinalizer, kCleanup };
  struct Special {
    Kind kind;
    std::uint64_t id;
    void* pointer;                  // object as given
    void* fn;                       // closure; weak: the handle
    void* arg;
    const abi::Type* arg_type;
  };
  std::mutex mutex_;
  std::unordered_map<std::uintptr_t, std::vector<Special>> table_;
  std::deque<Heap::Ready> ready_;
  std::vector<std::uintptr_t> candidates_;   // by address
  std::uint64_t next_id_ = 1;
};

}  // namespace govm::gc
