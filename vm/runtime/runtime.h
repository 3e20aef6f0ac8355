// The root object of a Vm at run time: everything compiled code and natives reach. Owned by bindings; made before and
// destroyed after the scheduler ran its goroutines.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "gc/heap.h"
#include "vm/runtime/access.h"
#include "vm/runtime/native.h"
#include "vm/runtime/region.h"
#include "vm/runtime/static_data.h"
#include "vm/runtime/types.h"

namespace govm::sched {
class Scheduler;
}

namespace govm::rt {

class CodeMap;
struct PanicEntries;

// What bindings plug in: the compiler, or a loader of serialised programs.
class CodeSource {
 public:
  virtual ~CodeSource() = default;
  // Makes function.entry (and code) valid. Called once at a time, by the worker that calls the function first, without
  // Go heap allocation. false: it has no body and no native; error tells why.
  virtual bool compile(bc::Function& function, std::string& error) = 0;
  // A function by symbol name ("runtime.panicIndex"), or null.
  virtual bc::Function* find_function(std::string_view name) = 0;
};

class Runtime {
 public:
  explicit Runtime(Access& access);
  ~Runtime();
  Runtime(const Runtime&) = delete;

  // Once, before any goroutine: all borrowed, and outlive the runtime's use.
  void attach(gc::Heap& heap, sched::Scheduler& scheduler) { heap_ = &heap; scheduler_ = &scheduler; }
  void set_code_source(CodeSource* source) { source_ = source; }

  Access& access() { return access_; }
  gc::Heap& heap() { return *heap_; }
  sched::Scheduler& scheduler() { return *scheduler_; }
  Region& region() { return region_; }
  TypeTable& types() { return types_; }
  NativeRegistry& natives() { return natives_; }
  StaticData& statics() { return statics_; }       // globals and static data: roots of the collector
  CodeMap& code_map() { return *code_map_; }
  std::uint64_t hash_seed() const { return hash_seed_; }
  CodeSource* code_source() { return source_; }

  // Compiles function if that has not been done: the slow half of CompileLazily. Returns false and sets error when it
  // cannot; thread safe.
  bool ensure_compiled(bc::Function& function, std::string& error);
  // The Go function of a panic entry, or null when package runtime lacks it. Cached.
  const bc::Function* panic_function(PanicEntry entry);

  // The program has ended: everything stops. First call wins. exit_code is valid when exited().
  void request_exit(int code);
  bool exited() const { return exited_.load(std::memory_order_acquire); }
  int exit_code() const { return exit_code_; }

  // Hands the roots of this object to the collector: static data, globals. World stopped.
  void visit_roots(gc::Marker& marker);

  void print(std::string_view text) { access_.write(2, text.data(), text.size()); }

 private:
  Access& access_;
  gc::Heap* heap_ = nullptr;
  sched::Scheduler* scheduler_ = nullptr;
  CodeSource* source_ = nullptr;
  Region region_;
  TypeTable types_;
  NativeRegistry natives_;
  StaticData statics_;
  std::unique_ptr<CodeMap> code_map_;
  std::unique_ptr<PanicEntries> panic_entries_;
  std::uint64_t hash_seed_ = 0;
  std::mutex compile_lock_;
  std::atomic<bool> exited_{false};
  int exit_code_ = 0;
};

}  // namespace govm::rt
