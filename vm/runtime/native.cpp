#include "vm/runtime/native.h"

#include <mutex>
#include <map>

#include "base/memory.h"
#include "scheduler/goroutine.h"
#include "scheduler/scheduler.h"
#include "scheduler/worker.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/gc_access.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/stubs.h"
#include "vm/runtime/thread.h"

namespace govm::bc {

gc::Cache& NativeFrame::cache() const { return *worker_->cache; }

void NativeFrame::request(Request kind, int phase) {
  GOVM_ASSERT(request_ == Request::kReturn);
  request_ = kind;
  state()[0].u = static_cast<std::uint32_t>(phase) | (state()[0].u & 0xffffffff00000000);
}

// Natives cannot return null for a failed allocation: the program is over, by unwinding to the interpreter's loop.
void* NativeFrame::allocate(std::size_t size, const abi::Type* type) {
  void* p = rt::allocate(*worker_, size, type);
  if (p == nullptr) [[unlikely]] rt::out_of_memory(*runtime_);
  return p;
}

void* NativeFrame::allocate_bytes(std::size_t size) {
  void* p = worker_->heap->allocate_noscan_dirty(*worker_->cache, size);
  if (p == nullptr) [[unlikely]] rt::out_of_memory(*runtime_);
  return p;
}

abi::String NativeFrame::new_string(std::string_view text) {
  if (text.empty()) return {};
  void* p = allocate_bytes(text.size());
  copy_bytes(p, text.data(), text.size());
  return {static_cast<const std::uint8_t*>(p), static_cast<std::int64_t>(text.size())};
}

abi::Slice NativeFrame::new_bytes(std::string_view text) {
  void* p = allocate_bytes(text.size());
  copy_bytes(p, text.data(), text.size());
  auto n = static_cast<std::int64_t>(text.size());
  return {p, n, n};
}

void NativeFrame::store_pointer(void* address, const void* value) { rt::store_pointer(*worker_, address, value); }
void NativeFrame::store_typed(void* address, const void* from, const abi::Type* type) {
  rt::move_values(*worker_, address, from, type);
}

void NativeFrame::park(rt::OnWake on_wake, int phase) {
  pending_.on_wake = on_wake;
  request(Request::kPark, phase);
}
void NativeFrame::yield() { request(Request::kYield); }
void NativeFrame::repeat(int phase) {
  pending_.on_wake = rt::OnWake::kRepeat;
  request(Request::kYield, phase);
}

void NativeFrame::blocking(std::function<void()> fn, rt::OnWake on_wake, int phase) {
  pending_.on_wake = on_wake;
  pending_.extra().blocking = std::move(fn);
  request(Request::kBlocking, phase);
}

bool NativeFrame::may_leave() const { return runtime_->scheduler().may_step_out(*goroutine_); }
void NativeFrame::leave() {
  rt::Fuel& fuel = runtime_->fuel();
  if (fuel.on()) fuel.give_back(std::exchange(worker_->fuel, 0));
  runtime_->scheduler().step_out(*worker_, *goroutine_);
}
bool NativeFrame::enter() {
  worker_ = runtime_->scheduler().step_in(*goroutine_);
  if (worker_ == nullptr) return false;
  rt::thread_of(worker_).goroutine = goroutine_;
  if (runtime_->fuel().on()) worker_->fuel = runtime_->fuel().take();
  return true;
}

void NativeFrame::stage_arguments(std::span<const Slot> arguments) {
  pending_.argument_count = arguments.size();
  if (arguments.size() <= std::size(pending_.inline_arguments)) {
    std::copy(arguments.begin(), arguments.end(), pending_.inline_arguments);
  } else {
    pending_.extra().arguments.assign(arguments.begin(), arguments.end());
  }
}

void NativeFrame::call(void* closure, std::span<const Slot> arguments, int phase) {
  if (closure == nullptr) return panic_entry(rt::PanicEntry::kMem, {Slot{.u = 0}});
  call_code(*static_cast<const Function* const*>(closure), closure, arguments, phase);
}

void NativeFrame::call_code(const Function* fn, void* closure, std::span<const Slot> arguments, int phase) {
  pending_.function = fn;
  pending_.closure = closure;
  stage_arguments(arguments);
  request(Request::kCall, phase);
  state()[0].u = (state()[0].u & 0xffffffff) | static_cast<std::uint64_t>(fn->param_slots) << 32;
}

const Slot* NativeFrame::call_results() const {
  return fp_ + function().frame_size() + kHeaderSlots + (state()[0].u >> 32);
}

void NativeFrame::panic_value(abi::Eface value) {
  pending_.value = value;
  request(Request::kPanicValue);
}
void NativeFrame::panic_entry(rt::PanicEntry entry, std::span<const Slot> arguments) {
  pending_.entry = static_cast<int>(entry);
  stage_arguments(arguments);
  request(Request::kPanicEntry);
}
void NativeFrame::panic_error(std::string_view text) {
  abi::String s = runtime_->statics().string(text);
  panic_entry(rt::PanicEntry::kError, {Slot{.p = const_cast<std::uint8_t*>(s.data)}, Slot{.i = s.len}});
}
void NativeFrame::panic_plain(std::string_view text) {
  abi::String s = runtime_->statics().string(text);
  panic_entry(rt::PanicEntry::kPlain, {Slot{.p = const_cast<std::uint8_t*>(s.data)}, Slot{.i = s.len}});
}
void NativeFrame::throw_error(std::string_view text) {
  pending_.extra().text = text;
  request(Request::kThrow);
}
void NativeFrame::exit(int code) {
  pending_.code = code;
  request(Request::kExit);
}
void NativeFrame::goexit() { request(Request::kGoexit); }
void NativeFrame::recovered(Slot* frame) {
  pending_.frame = frame;
  request(Request::kRecovered);
}
void NativeFrame::goroutine_done() { request(Request::kGoroutineDone); }

}  // namespace govm::bc

namespace govm::rt {

namespace {

// "func (r *T) Name(...)" in package p: "p.(*T).Name"; "func (T) Name": "p.T.Name".
std::string full_name(std::string_view package, std::string_view signature) {
  auto skip = [&](std::string_view word) {
    if (signature.starts_with(word)) signature.remove_prefix(word.size());
    while (signature.starts_with(' ')) signature.remove_prefix(1);
  };
  skip("func");
  std::string name(package);
  if (signature.starts_with('(')) {
    std::size_t close = signature.find(')');
    std::string_view receiver = signature.substr(1, close - 1);
    signature.remove_prefix(close + 1);
    skip("");
    std::size_t space = receiver.rfind(' ');
    if (space != std::string_view::npos) receiver.remove_prefix(space + 1);
    name += receiver.starts_with('*') ? ".(" + std::string(receiver) + ")" : "." + std::string(receiver);
  }
  return name + "." + std::string(signature.substr(0, signature.find('(')));
}

void native_missing(NativeFrame& frame) {
  frame.throw_error("govm: native function " + std::string(frame.function().name) + " is not implemented");
}

}  // namespace

struct NativeRegistry::Impl {
  std::map<std::string, Native, std::less<>> natives;
  const NativeRegistry* base = nullptr;
};

NativeRegistry::NativeRegistry() : impl_(std::make_unique<Impl>()) {}
NativeRegistry::~NativeRegistry() = default;

void NativeRegistry::add(const NativeTable& table) {
  for (const Native& n : table.natives) impl_->natives[full_name(table.package, n.signature)] = n;
}
void NativeRegistry::inherit(const NativeRegistry& base) { impl_->base = &base; }
void NativeRegistry::add_one(std::string_view name, bc::NativeFn fn, std::uint16_t locals, void* data) {
  impl_->natives[std::string(name)] = Native{{}, fn, locals, data};
}
const Native* NativeRegistry::find(std::string_view name) const {
  const auto it = impl_->natives.find(name);
  if (it != impl_->natives.end()) return &it->second;
  return impl_->base != nullptr ? impl_->base->find(name) : nullptr;
}
void NativeRegistry::for_each(const std::function<void(const std::string&, const Native&)>& visit) const {
  if (impl_->base != nullptr) impl_->base->for_each(visit);
  for (const auto& [name, native] : impl_->natives) visit(name, native);
}

namespace {

// Go functions whose bodies gc's runtime has under other names: tracebacks of waiting goroutines show these places.
struct Place {
  std::string_view name, file;
  std::uint32_t line;
};
constexpr Place kPlaces[] = {
    {"internal/poll.runtime_pollWait", "runtime/netpoll.go", 351},
    {"internal/sync.fatal", "runtime/panic.go", 1068},
    {"internal/sync.runtime_SemacquireMutex", "runtime/sema.go", 95},
    {"internal/sync.throw", "runtime/panic.go", 1063},
    {"os/signal.signal_recv", "runtime/sigqueue.go", 152},
    {"sync.fatal", "runtime/panic.go", 1038},
    {"sync.runtime_Semacquire", "runtime/sema.go", 71},
    {"sync.runtime_SemacquireRWMutex", "runtime/sema.go", 105},
    {"sync.runtime_SemacquireRWMutexR", "runtime/sema.go", 100},
    {"sync.runtime_SemacquireWaitGroup", "runtime/sema.go", 110},
    {"sync.runtime_notifyListWait", "runtime/sema.go", 597},
    {"sync.throw", "runtime/panic.go", 1033},
    {"time.Sleep", "runtime/time.go", 338},
};

}  // namespace

bool NativeRegistry::bind(bc::Function& function, std::string_view name) const {
  const Native* native = find(name);
  function.native = native != nullptr ? native->fn : native_missing;
  __atomic_store_n(&function.native_data, native != nullptr ? native->data : nullptr, __ATOMIC_RELEASE);
  function.flags |= bc::kNative;
  for (const Place& place : kPlaces) {
    if (place.name != function.name) continue;
    function.file = place.file;
    function.line = place.line;
  }
  function.set_frame_size(static_cast<std::uint32_t>(function.param_slots + function.result_slots + 1 +
                                                     (native != nullptr ? native->locals : 0)));
  __atomic_store_n(&function.entry, stub_enter_native(), __ATOMIC_RELEASE);
  return native != nullptr;
}

}  // namespace govm::rt
