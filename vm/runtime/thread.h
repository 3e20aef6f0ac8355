// Execution state of a worker that handlers and natives share; one per sched::Worker (Worker::vm points at it).
#pragma once

#include <cstdint>
#include <string>

#include "scheduler/executor.h"

namespace govm::rt {

class Runtime;

// A memory fault being turned into a panic or a fatal error.
struct Fault {
  std::uint64_t address = 0, ip = 0;
  int signal = 0, code = 0;
};
enum class PanicEntry : int;

struct Thread {
  Runtime* runtime = nullptr;
  sched::Worker* worker = nullptr;
  sched::Goroutine* goroutine = nullptr;  // running
  sched::Outcome outcome = sched::Outcome::kExited;  // why the interpreter loop returned

  // What interp::slow_raise raises, set by the handler that tail-calls it: the entry's arguments in order.
  PanicEntry raise_entry{};
  std::uint64_t raise_args[6] = {};
  Fault fault;
  std::string error;                      // text of the fatal error interp::slow_throw reports
};

inline Thread& thread_of(sched::Worker* worker) { return *static_cast<Thread*>(worker->vm); }

}  // namespace govm::rt
