// Everything of one Vm, wired together: compiler, runtime, scheduler, heap.
#pragma once

#include <memory>
#include <mutex>
#include <string>
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
  std::int64_t read(int fd, void* data, std::size_t size) override { return inner_->read(fd, data, size); }
  std::int64_t syscall(std::int64_t number, const std::uint64_t args[6]) override {
    return inner_->syscall(number, args);
  }
  bool may_start_processes() override { return inner_->may_start_processes(); }
  bool may_poll() override { return inner_->may_poll(); }
  bool may_handle_signals() override { return inner_->may_handle_signals(); }
  std::int64_t monotonic_nanos() override { return inner_->monotonic_nanos(); }
  std::int64_t wall_nanos() override { return inner_->wall_nanos(); }
  bool entropy(void* out, std::size_t size) override { return inner_->entropy(out, size); }
  std::vector<std::string> arguments() override { return inner_->arguments(); }
  std::vector<std::string> environment() override { return inner_->environment(); }
  std::string executable() override { return inner_->executable(); }
  bool is_test() override { return inner_->is_test(); }
  void on_exit(int code) override { inner_->on_exit(code); }
  std::string take_printed();

 private:
  std::unique_ptr<rt::Access> inner_;
  std::mutex lock_;
  std::string printed_;
};

class Engine final : public rt::CodeSource {
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
  // Starts a new compiler session for another check (types of the old one must not be used any more).
  void reset_front() { front_ = std::make_unique<Front>(options_); }

  // Runs a native by name at the bottom of a new goroutine, until that ends. What the program's end means is up to the
  // caller.
  sched::RunEnd run_goroutine(std::string_view native, void* argument);
  void kill() { scheduler_->kill(); }
  // The argument given to run_goroutine.
  static void* argument(bc::NativeFrame& frame);

  // ---- rt::CodeSource
  bool compile(bc::Function& function, std::string& error) override;
  bc::Function* find_function(std::string_view name) override;
  void* find_global(std::string_view name) override;

 private:
  types::Object* find_object(std::string_view name);

  Options options_;
  std::recursive_mutex lock_;       // of the compiler session
  Door door_;
  std::unique_ptr<Front> front_;
  ir::Program program_;
  rt::Runtime runtime_;
  codegen::Codegen codegen_;
  interp::Interpreter interpreter_;
  std::unique_ptr<gc::Heap> heap_;  // destroyed after the scheduler
  std::unique_ptr<sched::Scheduler> scheduler_;
};

}  // namespace govm::detail
