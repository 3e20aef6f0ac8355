// Inside of calls between C++ and Go: what function.h only declares.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "bindings/engine.h"
#include "bindings/function.h"
#include "scheduler/seat.h"

namespace govm::detail {

struct LoadedProgram;

// Memory the collector looks at, for what C++ holds of Go: pairs of words. Thread safe.
class RootTable {
 public:
  explicit RootTable(rt::StaticData& statics) : statics_(statics) {}
  void** take(sched::Worker& worker, const void* first, const void* second);
  void give(void** pair);          // from any thread; cleared by the next take

 private:
  rt::StaticData& statics_;
  std::mutex lock_;
  std::vector<void**> free_, given_;
};

struct Root {
  std::weak_ptr<RootTable> table;
  Engine* engine = nullptr;        // alive while table is
  void** pair = nullptr;
  const abi::Type* type() const { return static_cast<const abi::Type*>(pair[0]); }
  void* data() const { return pair[1]; }
  Root(const Env& env, const void* first, const void* second);
  ~Root();
};

// A Go function resolved once, with what its calls need.
struct Callee {
  std::shared_ptr<LoadedProgram> program;      // keeps the Vm alive; null for func values...
  std::weak_ptr<Engine> weak;                  // ...which do not
  Engine* engine = nullptr;
  const bc::Function* function = nullptr;
  std::shared_ptr<Root> closure;
  const bc::Function* bottom = nullptr;        // of the seat's first frame
  std::vector<Plan> plans;                     // of parameters, then of results
  std::uint32_t param_slots = 0, result_slots = 0;
  int error_slot = -1;                         // of the result of type error
  std::optional<Error> error;
};

struct ChannelRef {
  std::shared_ptr<Root> root;
  std::weak_ptr<Engine> engine;
  Plan element;
  std::shared_ptr<const Callee> send, receive;
  ~ChannelRef();
};

// Seats that no thread uses.
class SeatPool {
 public:
  sched::Seat* take(sched::Scheduler& scheduler);
  void give(sched::Seat* seat);
  void close();
  bool closed();

 private:
  std::mutex lock_;
  std::vector<sched::Seat*> free_;
  bool closed_ = false;
};

// Objects of C++ that Go objects stand for: destroyed after the collector found those dead.
class OwnedObjects {
 public:
  OwnedObjects(rt::StaticData& statics) : statics_(statics) {}
  // object: in the Go heap, fresh and held by the caller's frame. False: no memory.
  bool add(sched::Worker& worker, void* object, std::shared_ptr<void> owned);

 private:
  struct Entry {
    void** handle;                 // root of a weak handle
    std::shared_ptr<void> owned;
  };
  rt::StaticData& statics_;
  std::mutex lock_;
  std::vector<Entry> entries_;
  std::vector<void**> free_;
  std::size_t next_sweep_ = 64;
};

// Compares a shape with a Go type. False: `why` says what differs. The session's lock is held.
bool bind(Engine& engine, const Shape& shape, types::Type* type, Plan& plan, std::string& why);
bool bind_signature(Engine& engine, const Shape& shape, std::vector<types::Type*> params, const std::vector<types::Type*>& results,
                    std::vector<Plan>& plans, std::string& why);
// "Name", "Type.Method", "(*Type).Method", or in another loaded package; null: there is none. The session's lock is held.
types::Func* find_declared(Engine& engine, const load::Package& package, std::string_view name);
std::string describe(const Shape& shape);      // as a Go type

// Fills in what follows from the function.
void complete(Callee& callee);

// What ended the Vm's program, as an error.
Error end_error(Engine& engine, sched::RunEnd end, const sched::Goroutine* caller);

void host_native(bc::NativeFrame& frame);      // of all HostFunctions: native_data, or in the closure
inline constexpr int kHostNativeLocals = kScratchSlots + 2;
struct HostClosure {
  const bc::Function* code;
  HostFunction* function;
};

}  // namespace govm::detail
