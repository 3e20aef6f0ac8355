// The heap of one Vm: size-class spans with a cache per worker, large spans, a page map for interior pointers, marking
// beside the program and lazy sweep. Objects never move. docs/gc.md tells the whole story.
//
// Each span holds objects of one size class, either without pointers (noscan) or with: then pointer bits lie beside the
// objects (up to 512 bytes), or a hidden header word in front of the object holds its type. An object larger than its
// type is an array of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/abi.h"
#include "gc/world.h"

namespace govm::gc {

class AllocationObserver;   // gc/sampler.h
class Heap;

// Allocation cache of a worker; used by one thread at a time. Create and destroy through Heap.
class Cache;

struct HeapLimits {
  std::size_t hard_bytes = 0;      // 0: none. Over it, allocate returns null after a collection did not help
};

struct HeapStats {
  std::uint64_t heap_live, heap_alloc, heap_objects, total_alloc, mallocs, frees, sys, next_gc, num_gc, num_forced_gc;
  std::uint64_t pause_total_ns, last_gc_unix_ns;
  std::uint64_t in_use, released;    // bytes of pages with objects; bytes given back to the system. sys does not have them
  static constexpr std::size_t kPauses = 256;
  static constexpr std::size_t kPauseBuckets = 34;
  std::uint64_t pause_counts[kPauseBuckets];        // stops that took less than 64 ns << i, and longer ones in the last
  static constexpr std::size_t kClasses = 68;
  std::uint64_t class_bytes[kClasses], class_mallocs[kClasses], class_frees[kClasses];   // by size; 0: large objects
  std::uint64_t pause_ns[kPauses], pause_end_unix_ns[kPauses];  // of cycle n (from 0) at n % kPauses
};

// A cycle that has ended, for $GODEBUG gctrace=1. Times in ns.
struct CycleTrace {
  std::uint64_t number;
  // A cycle that stops the world for all its time has one pause, the first.
  std::uint64_t begin_pause, mark, end_pause;  // stopped to begin; beside the program; stopped to end
  std::uint64_t begin_wait, end_wait;          // of the pauses: until everybody had stopped
  std::uint64_t assist_cpu, background_cpu, idle_cpu;  // of marking: by allocators; by the collector; on spare processors
  std::uint64_t total_cpu;           // of all cycles
  std::size_t before, after, marked, goal;  // heap when it began and when it ended, what it found alive, what it aimed at
  bool forced;
};

class Marker {
 public:
  virtual void mark_pointer(const void* p) = 0;               // exact or interior pointer; non-heap values are ignored
  virtual void mark_range(const void* begin, std::size_t bytes) = 0;  // conservatively, word by word
  virtual void mark_typed(const void* p, const abi::Type* type) = 0;  // precise, one object of type at p

 protected:
  ~Marker() = default;
};

class Heap {
 public:
  Heap(World& world, HeapLimits limits);
  ~Heap();                          // returns all memory; runs no finalizers

  Cache* new_cache();
  void free_cache(Cache* cache);

  // A zeroed object of `size` bytes (size 0: the address of a shared zero-size object). type: element type whose pointer
  // map repeats over the object; null or pointer-free: noscan. May collect (the world may stop meanwhile): the caller is at
  // a safepoint, everything it needs is in its frame. Null only over the hard limit.
  void* allocate(Cache& cache, std::size_t size, const abi::Type* type);
  // As allocate, but contents of a noscan object are undefined (strings, byte buffers about to be overwritten).
  void* allocate_noscan_dirty(Cache& cache, std::size_t size);
  // Capacity in bytes that an allocation of `size` really gets (append rounds up to it).
  static std::size_t size_class_bytes(std::size_t size, bool noscan);

  // From now on the observer is told of allocations it wants sampled. Once; it lives as long as the heap is used.
  void observe(AllocationObserver& observer);
  void observed_rate_changed();     // at once for all; stops the world, the caller is at a safepoint

  // The allocation an address lies in, or null; and its usable size. No lock; safe at any safepoint.
  void* find_object(const void* p, std::size_t* size = nullptr) const;

  // ---- collection
  void free_os_memory();            // a cycle, then all free pages are returned to the system
  // Waits for a cycle that begins from now on; the calling thread is a mutator at a safepoint. forced: counted as such, and
  // sweeping is done too.
  void collect(bool forced);
  // As collect, but does not wait: calls `then` when it is over, on another thread or (World::concurrent) at once. Not if
  // collections end before.
  void collect_and_tell(bool forced, std::function<void()> then);
  // What the collector's thread asks a mutator for (World::ask_for_turn): a piece of its work. The caller is at a safepoint;
  // the world may stop meanwhile.
  void take_turn();
  // No cycle runs or begins afterwards, one that runs is given up. The world is still there; allocating needs it no more.
  void end_collections();
  int set_gc_percent(int percent);  // returns the previous; < 0: off
  std::int64_t set_memory_limit(std::int64_t bytes);
  HeapStats stats() const;          // exact: stops the world; the caller is at a safepoint
  // Calls visit with each object: its address, its size, and the offsets of its pointers. Stops the world meanwhile, in which
  // nothing may be allocated here; the caller is at a safepoint.
  void for_each_object(const std::function<void(const void* object, std::size_t bytes, const std::vector<std::size_t>& pointers)>& visit);
  bool verify(std::string_view* why);  // heap invariants; stops the world, the caller is at a safepoint

  // ---- write barrier: true while marking beside the program. Whoever overwrites or clears a pointer outside of the
  // running goroutine's own frames, in the heap or in a global, then shades the old value first. docs/gc.md tells why that
  // is enough. Any thread.
  std::atomic<bool> barrier_on{false};
  void shade(const void* old_value);
  // Lets the calling thread mark what it visits (World::begin_marking).
  void visit_beside_marking(const std::function<void(Marker&)>& visit);

  // ---- finalizers, cleanups, weak pointers. Ready ones are queued; take_ready gives them to the finalizer goroutine.
  struct Ready { void* object; void* fn; void* arg; const abi::Type* arg_type; bool is_cleanup; };
  bool set_finalizer(void* object, void* fn_closure, const abi::Type* arg_type);  // fn null: removes
  std::uint64_t add_cleanup(void* object, void* fn_closure, void* arg);
  void remove_cleanup(void* object, std::uint64_t id);
  bool take_ready(Ready& out);
  // What the process occupies, in bytes, if all of it counts against the memory limit; else the heap alone does. Any thread.
  std::function<std::size_t()> process_bytes;
  std::function<void(const CycleTrace&)> on_cycle;  // called after each cycle; must not allocate
  std::function<void()> on_ready;   // called after a cycle that queued some; must not allocate
  // The same 8-byte handle for the same pointer, itself a heap object: *handle is nulled when the object dies. May
  // collect; null over the hard limit.
  void* weak_handle(Cache& cache, void* object);
  void* weak_to_strong(void* handle);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govm::gc
