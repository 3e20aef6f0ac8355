// Natives: C++ functions behind bodyless Go functions.
//
// A native is `void f(NativeFrame& frame)`. It reads its arguments and writes its results by slot: every parameter
// (receiver first) and every result starts on its own slot; a string is two slots, a slice three, an interface two, a
// struct ceil(size/8). arg slots count from the first parameter, result slots from the first result:
//
//   // func Count(s string, c byte) (n int, ok bool)
//   void count(NativeFrame& frame) {
//     auto s = frame.arg<abi::String>(0);
//     auto c = frame.arg<std::uint8_t>(2);
//     frame.result<std::int64_t>(0, n);
//     frame.result<bool>(1, true);
//   }
//   constexpr Native kNatives[] = {{"func Count(s string, c byte) (n int, ok bool)", count}};
//   const NativeTable kTable = {"some/pkg", kNatives};
//
// Returning ends the call, unless the native asked for something else with exactly one of the requests below
// (park, call, panic_*, throw_error, exit, yield) as its last action: then it must simply return. A native called again
// after a park(kRepeat) or a call() sees the phase it gave; phase 0 is the first entry. What must live from one entry to
// the next is kept in locals (slots of the frame, declared in the table row, zero at first entry).
//
// GC: objects never move. The collector sees arguments, results and locals, not C++ variables: a fresh object must be in
// one of those before the next allocation, call or park.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/abi.h"
#include "base/assert.h"
#include "vm/bytecode/function.h"
#include "vm/bytecode/instruction.h"

namespace govm::gc {
class Cache;
class Heap;
}  // namespace govm::gc
namespace govm::sched {
struct Goroutine;
struct Worker;
enum class WaitReason : std::uint8_t;
}  // namespace govm::sched

namespace govm::rt {

class Runtime;
enum class PanicEntry : int;       // panic.h, from panic_entry.def

enum class OnWake {
  kReturn,  // the call is complete: results were written before parking, or are by whoever wakes the goroutine
  kRepeat,  // the native is called again, with the phase given
};

}  // namespace govm::rt

namespace govm::bc {

class NativeFrame {
 public:
  using Slot = bc::Slot;

  // ---- arguments, results, locals
  template <typename T>
  T arg(int slot) const {
    return read<T>(fp_ + slot);
  }
  template <typename T>
  void result(int slot, const T& value) {
    write(fp_ + function().param_slots + slot, value);
  }
  template <typename T>
  T local(int slot) const {
    return read<T>(locals() + slot);
  }
  template <typename T>
  void set_local(int slot, const T& value) {
    write(locals() + slot, value);
  }
  Slot* args() const { return fp_; }
  Slot* results() const { return fp_ + function().param_slots; }
  const Function& function() const { return *static_cast<const Function*>(fp_[kFrameFunction].p); }
  int phase() const { return static_cast<int>(state()[0].u & 0xffffffff); }

  // ---- surroundings
  rt::Runtime& runtime() const { return *runtime_; }
  sched::Worker& worker() const { return *worker_; }
  sched::Goroutine* goroutine() const { return goroutine_; }
  gc::Cache& cache() const;
  Slot* fp() const { return fp_; }
  void* closure() const { return fp_[kFrameClosure].p; }  // the closure object the native was called through, or null

  // ---- allocation (may collect; over the heap limit the program ends, these never return null)
  void* allocate(std::size_t size, const abi::Type* type);        // zeroed
  void* allocate_bytes(std::size_t size);                         // pointer-free, contents undefined
  abi::String new_string(std::string_view text);
  abi::Slice new_bytes(std::string_view text);
  // Stores a pointer to the heap or a global with the collector's write barrier. Natives must use it for pointers they
  // write anywhere but into their own frame.
  void store_pointer(void* address, const void* value);
  void store_typed(void* address, const void* from, const abi::Type* type);  // a value of any type

  // ---- requests: one of these, then return
  // The goroutine waits. It is registered with whoever will wake it (a semaphore, timer, channel... or anything that
  // calls Scheduler::ready exactly once, perhaps already); the reason was given to Scheduler::prepare_park or there.
  void park(rt::OnWake on_wake = rt::OnWake::kReturn, int phase = 0);
  void yield();                                             // Gosched, then the call is complete
  void repeat(int phase = 0);                               // called again, after a chance for others to run
  // Calls func value `closure` with argument slots; when it has returned the native is called again with `phase`, and
  // finds the results through call_result(). A panic in the callee passes through the native. nil closures panic.
  void call(void* closure, std::span<const Slot> arguments, int phase);
  // As call, for a function descriptor (a code pointer) and the closure object it shall see.
  void call_code(const Function* function, void* closure, std::span<const Slot> arguments, int phase);
  template <typename T>
  T call_result(int slot) const {
    return read<T>(call_results() + slot);
  }
  const Slot* call_results() const;  // result slots of the last call(), valid until the next one

  void panic_value(abi::Eface value);                       // panic(value)
  void panic_error(std::string_view text);                  // runtime.Error printing "runtime error: " + text
  void panic_plain(std::string_view text);                  // runtime.Error printing text
  void panic_entry(rt::PanicEntry entry, std::span<const Slot> arguments);
  void panic_entry(rt::PanicEntry entry, std::initializer_list<Slot> arguments = {}) {
    panic_entry(entry, std::span<const Slot>(arguments.begin(), arguments.size()));
  }
  void throw_error(std::string_view text);                  // "fatal error: text", not recoverable, exit code 2
  void exit(int code);                                      // os.Exit
  void goexit();                                            // runtime.Goexit
  bool requested() const { return request_ != Request::kReturn; }

  // Runs fn outside of the interpreter while the worker's place is handed on; then the call is complete, or the native is
  // called again with `phase`. fn is moved away; it may run while the world is stopped. It must not allocate from the Go
  // heap nor use this NativeFrame; it may read Go memory this frame keeps alive and write plain values to the frame's
  // slots (take the pointer, `frame.results()`, before).
  void blocking(std::function<void()> fn, rt::OnWake on_wake = rt::OnWake::kReturn, int phase = 0);

  // As blocking, without leaving the native: between the two, for C++ code of any length, which may also call Go functions
  // from outside (Scheduler::enter). The same rules hold in between. enter may change the worker; false: the Vm has
  // ended, return at once. Where may_leave() says no, blocking must be used.
  bool may_leave() const;
  void leave();
  bool enter();

  // ---- for the interpreter
  enum class Request : std::uint8_t {
    kReturn, kPark, kYield, kCall, kBlocking, kPanicEntry, kPanicValue, kThrow, kExit, kGoexit, kRecovered,
    kGoroutineDone,
  };
  NativeFrame(rt::Runtime& runtime, sched::Worker& worker, sched::Goroutine& goroutine, Slot* fp)
      : runtime_(&runtime), worker_(&worker), goroutine_(&goroutine), fp_(fp) {}
  struct Pending {
    rt::OnWake on_wake = rt::OnWake::kReturn;
    const Function* function = nullptr;
    void* closure = nullptr;
    int entry = 0;
    int code = 0;
    abi::Eface value{};
    Slot* frame = nullptr;
    std::size_t argument_count = 0;
    Slot inline_arguments[8];            // of calls with up to 8; else `more`'s
    struct More {                        // what few requests need
      std::string text;
      std::function<void()> blocking;
      std::vector<Slot> arguments;
    };
    std::unique_ptr<More> more;
    More& extra() {
      if (!more) more = std::make_unique<More>();
      return *more;
    }
  };
  sched::Worker* held_worker() const { return worker_; }     // null: enter() failed
  Request request_kind() const { return request_; }
  Pending& pending() { return pending_; }
  const Slot* pending_arguments() const {
    return pending_.argument_count <= std::size(pending_.inline_arguments) ? pending_.inline_arguments
                                                                          : pending_.more->arguments.data();
  }
  void recovered(Slot* frame);      // the deferring frame goes on behind its calls; for gopanic
  void goroutine_done();            // the goroutine ends; for Goexit
  // Slots of a native's frame: parameters, results, one state word, locals. Calls it makes are set up behind those.
  Slot* state() const { return fp_ + function().param_slots + function().result_slots; }
  Slot* locals() const { return state() + 1; }

 private:
  void request(Request kind, int phase = 0);
  void stage_arguments(std::span<const Slot> arguments);

  template <typename T>
  static T read(const Slot* from) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    std::memcpy(&value, from, sizeof(T));
    return value;
  }
  template <typename T>
  static void write(Slot* to, const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
      to->i = value;
    } else if constexpr (std::is_integral_v<T>) {
      to->u = value;
    } else {
      if constexpr (sizeof(T) % 8 != 0) to[sizeof(T) / 8].u = 0;
      std::memcpy(to, &value, sizeof(T));
    }
  }

  rt::Runtime* runtime_;
  sched::Worker* worker_;
  sched::Goroutine* goroutine_;
  Slot* fp_;
  Request request_ = Request::kReturn;
  Pending pending_;
};

}  // namespace govm::bc

namespace govm::rt {

using bc::NativeFrame;
using bc::Slot;

struct Native {
  std::string_view signature;     // Go syntax: "func Name(...) ..." or "func (r *T) Name(...) ..."
  bc::NativeFn fn;
  std::uint16_t locals = 0;       // slots kept from one entry to the next
  void* data = nullptr;           // Function::native_data
};

struct NativeTable {
  std::string_view package;       // import path; what names are qualified with
  std::span<const Native> natives;
};

// Natives by full name: "sync.runtime_Semacquire", "time.(*Timer).f". Tables are added before the program runs (they are
// borrowed and must outlive the registry); lookups are thread safe afterwards.
class NativeRegistry {
 public:
  NativeRegistry();
  ~NativeRegistry();
  void add(const NativeTable& table);       // a later row of the same name wins
  void inherit(const NativeRegistry& base); // borrowed: asked for what is not here
  const Native* find(std::string_view full_name) const;
  // All of them, the inherited ones first.
  void for_each(const std::function<void(const std::string& full_name, const Native&)>& visit) const;
  // As add, for one function with an owner-less name (bindings): copies the strings.
  void add_one(std::string_view full_name, bc::NativeFn fn, std::uint16_t locals = 0, void* data = nullptr);
  // Makes `function` (param_slots, result_slots and name set) call the native of that name; if there is none, calling it
  // throws "govm: native function NAME is not implemented". Returns whether it was found.
  bool bind(bc::Function& function, std::string_view full_name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govm::rt
