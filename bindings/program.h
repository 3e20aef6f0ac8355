// A loaded program: what govm::Program stands for.
#pragma once

#include <memory>

#include "bindings/engine.h"

namespace govm::detail {

struct LoadedProgram {
  std::shared_ptr<Engine> engine;
  load::Package* root = nullptr;
  std::atomic<bool> initialized{false};  // the packages' initialisers have run
  std::mutex init_lock;
  std::atomic<bool> initializing{false};

  // Runs the initialisers if that was not done. Calls from those themselves find it done.
  Result<void> initialize();

  // Package initialisers still to run, in order, and main.main if wanted: the functions of one run.
  std::vector<const bc::Function*> init_functions();
  // Initialises the packages if need be, then runs main if `main`. The process-like exit code.
  int run(bool main);
};

// What the program's source has and its Access does not allow, a line each; empty: nothing.
std::string refused_imports(Engine& engine);

// The natives at the bottom of the goroutines that run and call_function start.
void register_entries(rt::NativeRegistry& registry);

}  // namespace govm::detail
