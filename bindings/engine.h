// Everything of one Vm, wired together: compiler, runtime, scheduler, heap.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "bindings/front.h"
#include "compiler/codegen/codegen.h"
#include "gc/heap.h"
#include "scheduler/scheduler.h"
#include "vm/interp/interpreter.h"
#include "vm/runtime/runtime.h"

namespace govm::detail {

// The Vm's door, which also keeps what the runtime itself printed last (panics, fatal errors) as the text of errors.
class Door final : public rt::Access {
 public:
  explicit Door(std::unique_ptr<rt::Access> inner) : inner_(std::move(inner)) {}
  std::int64_t write(int fd, const void* data, std::size_t size) override;
  std::int64_t read(int fd, void* data, std::size_t size) override;
  std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) override;
  bool may_start_processes() override { return inner_->may_start_processes(); }
  bool may_poll() override { return inner_->may_poll(); }
  bool may_handle_signals() override { return inner_->may_handle_signals(); }
  std::int64_t monotonic_nanos() override;
  std::int64_t wall_nanos() override;
  bool entropy(void* out, std::size_t size) override;
  std::vector<std::string> arguments() override { return inner_->arguments(); }
  std::vector<std::string> environment() override { return inner_->environment(); }
  std::string executable() override { return inner_->executable(); }
  bool is_test() override { return inner_->is_test(); }
  std::string printed();           // the last of it
  void set_limits(std::uint64_t output_bytes, std::uint64_t open_files) {
    max_output_ = output_bytes;
    max_files_ = open_files;
  }
  std::uint64_t written() const { return written_.load(); }
  std::uint64_t calls() const { return calls_.load(); }
  std::int64_t call_nanos() const { return call_nanos_.load(); }
  std::function<void()> on_output_limit;
  // Entropy comes from `seed` from now on, and time, if it is virtual, from the scheduler (borrowed).
  void make_deterministic(std::uint64_t seed) { entropy_ = std::make_unique<std::mt19937_64>(seed); }
  void use_clock(const sched::Scheduler* clock) { clock_ = clock; }

 private:
  std::unique_ptr<rt::Access> inner_;
  // Calls `call`, counting it and the time it takes.
  template <typename F>
  std::int64_t counted(F call);
  bool count_output(std::int64_t result);
  void keep_printed(const void* data, std::size_t size);

  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::int64_t> call_nanos_{0};
  std::atomic<std::uint64_t> written_{0}, max_output_{0}, max_files_{0}, open_files_{0};
  std::mutex lock_;
  std::string printed_;
  std::unique_ptr<std::mt19937_64> entropy_;  // under lock_
  const sched::Scheduler* clock_ = nullptr;
};

class RootTable;
class OwnedObjects;
class SeatPool;
struct Watched;
class Modules;

class Engine final : public rt::CodeSource, public std::enable_shared_from_this<Engine> {
 public:
  explicit Engine(Options options);
  ~Engine() override;

  // Borrowed; all parts live as long as the engine.
  Front& front() { return *front_; }
  ir::Program& program() { return program_; }
  codegen::Codegen& codegen() { return codegen_; }
  rt::Runtime& runtime() { return runtime_; }
  std::recursive_mutex& lock() { return lock_; }
  Door& door() { return door_; }
  const Options& options() const { return options_; }
  interp::Interpreter& interpreter() { return interpreter_; }

  // ---- for calls between C++ and Go (calls.h)
  const std::shared_ptr<SeatPool>& seats() const { return seats_; }
  const std::shared_ptr<RootTable>& roots() const { return roots_; }
  OwnedObjects& owned() { return *owned_; }
  Modules& modules() { return *modules_; }
  // Natives, made once each: the bottom of a seat's stack with room for `slots` values, the code of host functions of so
  // many slots, and others by name.
  const bc::Function* bottom_function(std::uint32_t slots);
  const bc::Function* host_code(std::uint32_t params, std::uint32_t results);
  const bc::Function* native_function(std::string_view name, std::uint32_t params, std::uint32_t results);
  const bc::Function* error_text() { return cached(error_text_, "runtime.govm_errorText"); }   // func(error) string
  const bc::Function* host_error() { return cached(host_error_, "runtime.govm_hostError"); }   // func(string) error
  abi::Type* handle_type();        // *govm.Handle
  // Calls to the host that another thread makes: freed with the engine if nobody takes them.
  void keep_deferred(void* call, void (*free)(void*));
  void* take_deferred(void* call);
  bool ended() const { return runtime_.exited() || scheduler_->killed(); }
  void end(rt::End reason);        // from any thread
  int busy_workers();              // workers that run Go code
  void interrupt() noexcept;       // async-signal-safe
  Limits limits();
  void set_limits(const Limits& limits);
  Statistics statistics();
  // Calls to the host: for statistics.
  void count_host_call(std::int64_t nanos) {
    host_calls_.fetch_add(1, std::memory_order_relaxed);
    host_nanos_.fetch_add(nanos, std::memory_order_relaxed);
  }
  std::mutex& end_lock() { return end_lock_; }
  std::optional<Error>& end_error() { return end_error_; }
  // Starts a new compiler session for another check (types of the old one must not be used any more).
  void reset_front() { front_ = std::make_unique<Front>(options_); }

  // Runs a native by name at the bottom of a new goroutine, until that ends. What the program's end means is up to the
  // caller: the goroutine may live on after it, and `argument` with it. contained: its panic, fatal error or Goexit ends the
  // run as its return does (rt::contain_failures).
  sched::RunEnd run_goroutine(std::string_view native, std::shared_ptr<void> argument, bool contained = false);
  void kill() { scheduler_->kill(); }
  // The argument given to run_goroutine.
  static void* argument(bc::NativeFrame& frame);

  // ---- rt::CodeSource
  bool compile(bc::Function& function, std::string& error) override;
  bc::Function* find_function(std::string_view name) override;
  void* find_global(std::string_view name) override;

 private:
  types::Object* find_object(std::string_view name);
  const bc::Function* cached(std::atomic<const bc::Function*>& slot, std::string_view name);

  rt::Access& seeded_door();
  static void close_trace(std::FILE* file);
  std::unique_ptr<std::FILE, void (*)(std::FILE*)> open_trace();

  Options options_;
  std::unique_ptr<std::FILE, void (*)(std::FILE*)> trace_;
  std::recursive_mutex lock_;       // of the compiler session
  Door door_;
  std::unique_ptr<Front> front_;
  ir::Program program_;
  rt::Runtime runtime_;
  codegen::Codegen codegen_;
  interp::Interpreter interpreter_;
  std::shared_ptr<SeatPool> seats_;
  std::shared_ptr<RootTable> roots_;
  std::unique_ptr<OwnedObjects> owned_;
  std::unique_ptr<Modules> modules_;
  std::mutex natives_lock_;
  std::map<std::tuple<std::string, std::uint32_t, std::uint32_t>, const bc::Function*, std::less<>> natives_;
  std::map<void*, void (*)(void*)> deferred_;
  std::vector<std::shared_ptr<void>> arguments_;   // of runs whose goroutines may live on
  abi::Type* handle_type_ = nullptr;
  std::atomic<const bc::Function*> error_text_{nullptr}, host_error_{nullptr};
  std::unique_ptr<Watched> watched_;     // by the watchdog
  std::mutex limits_lock_;
  std::atomic<std::uint64_t> host_calls_{0};
  std::atomic<std::int64_t> host_nanos_{0};
  std::mutex end_lock_;
  std::optional<Error> end_error_;
  std::unique_ptr<gc::Heap> heap_;  // destroyed after the scheduler
  std::unique_ptr<sched::Scheduler> scheduler_;
};

}  // namespace govm::detail
