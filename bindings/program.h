// A loaded program: what govm::Program stands for.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "bindings/engine.h"

namespace govm::detail {

struct LoadedProgram : std::enable_shared_from_this<LoadedProgram> {
  std::shared_ptr<Engine> engine;
  load::Package* root = nullptr;         // of the latest version; the session's lock
  std::function<load::Package*()> load_again;
  std::atomic<bool> initialized{false};  // the packages' initialisers have run
  std::atomic<bool> initializing{false}; // ... or somebody runs them
  std::set<const load::Package*> ready;  // packages whose initialisers have run, or will; the session's lock
  std::mutex reload_lock;

  // Runs the initialisers if that was not done, or waits for who does. Calls from those themselves find it done.
  Result<void> initialize();
  void set_initialized();

  // Package initialisers still to run, in order.
  std::vector<const bc::Function*> init_functions();
  // Initialises the packages if need be, then runs main if `main`. The process-like exit code.
  int run(bool main);

  // A new version of the program's own packages, as `load` gives them (reload.cpp).
  Result<Reloaded> reload(const std::function<load::Package*()>& load);

 private:
  bool claim_initialization();
  std::mutex init_lock_;
  std::condition_variable init_done_;
};

// What the program's source has and its Access does not allow, a line each; empty: nothing.
std::string refused_imports(Engine& engine);

// The natives at the bottom of the goroutines that run and call_function start.
void register_entries(rt::NativeRegistry& registry);

}  // namespace govm::detail
