#include "bindings/engine.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

#include "base/clock.h"
#include "base/resident.h"
#include "bindings/calls.h"
#include "bindings/library_facts.h"
#include "bindings/modules.h"
#include "bindings/policy.h"
#include "bindings/program.h"
#include "bindings/watchdog.h"
#include "scheduler/schedtrace.h"
#include "scheduler/signals.h"
#include "stdlib/natives/tables.h"
#include "vm/interp/faults.h"
#include "vm/runtime/cpu_profile.h"
#include "vm/runtime/gc_settings.h"

namespace govm::detail {
namespace {

constexpr std::size_t kMostPrinted = 1 << 17;  // bytes of runtime output kept for error texts

std::vector<std::string> process_environment() {
  std::vector<std::string> out;
  for (char** entry = environ; entry && *entry; ++entry) out.emplace_back(*entry);
  return out;
}

std::unique_ptr<rt::Access> make_access(const Access& access) {
  if (!access.open) return std::make_unique<PolicyAccess>(access);
  return std::make_unique<rt::OpenAccess>(access.arguments, process_environment(), access.signals, access.test_program);
}

// $GOMAXPROCS; what is no number above 0 is ignored, as Go does.
int environment_workers() {
  const char* text = std::getenv("GOMAXPROCS");
  int n = 0;
  if (text == nullptr || std::from_chars(text, text + std::strlen(text), n).ptr != text + std::strlen(text)) return 0;
  return std::max(n, 0);
}

sched::Options scheduler_options(const Options& options, std::FILE* trace) {
  sched::Options out;
  out.workers = options.workers == 0 && options.access.open ? environment_workers() : options.workers;
  out.deterministic = options.seeded_schedule;
  out.seed = options.schedule_seed;
  out.free_hosts = !options.access.open;
  out.virtual_time = options.seeded_schedule && options.virtual_time;
  out.trace = options.seeded_schedule ? trace : nullptr;
  return out;
}

// When virtual time begins: 10 November 2009, 23:00 UTC.
constexpr std::int64_t kVirtualEpoch = 1'257'894'000'000'000'000;

// A closure object outside of the Go heap: the code of a host native, and what it works on.
struct MainClosure {
  const bc::Function* code;
  void* argument;
};

}  // namespace

template <typename F>
std::int64_t Door::counted(F call) {
  const std::int64_t began = govm::monotonic_nanos();
  const std::int64_t result = call();
  calls_.fetch_add(1, std::memory_order_relaxed);
  call_nanos_.fetch_add(govm::monotonic_nanos() - began, std::memory_order_relaxed);
  return result;
}

std::int64_t Door::read(int fd, void* data, std::size_t size) {
  return counted([&] { return inner_->read(fd, data, size); });
}

// True: the program has written all it may, and ends.
bool Door::count_output(std::int64_t result) {
  if (result <= 0) return false;
  const std::uint64_t total = written_ += static_cast<std::uint64_t>(result);
  const std::uint64_t most = max_output_.load(std::memory_order_relaxed);
  if (most == 0 || total <= most) return false;
  if (on_output_limit) on_output_limit();
  return true;
}

std::int64_t Door::write(int fd, const void* data, std::size_t size) {
  if (fd == STDERR_FILENO) keep_printed(data, size);
  const std::int64_t result = counted([&] { return inner_->write(fd, data, size); });
  return count_output(result) ? -EPERM : result;
}

void Door::keep_printed(const void* data, std::size_t size) {
  std::lock_guard guard(lock_);
  printed_.append(static_cast<const char*>(data), size);
  if (printed_.size() > 2 * kMostPrinted) printed_.erase(0, printed_.size() - kMostPrinted);
}

std::int64_t Door::syscall(std::int64_t number, const std::uint64_t args[6]) {
  const bool opens = number == SYS_openat || number == SYS_open || number == SYS_socket || number == SYS_accept4 ||
                     (number == SYS_fcntl && (args[1] == F_DUPFD || args[1] == F_DUPFD_CLOEXEC));
  const std::uint64_t most = max_files_.load(std::memory_order_relaxed);
  if (opens && most != 0 && open_files_.load() >= most) return -EMFILE;
  if (number == SYS_write && args[0] == STDERR_FILENO) keep_printed(reinterpret_cast<const void*>(args[1]), args[2]);
  const std::int64_t result = counted([&] { return inner_->syscall(number, args); });
  if (opens && result >= 0) open_files_++;
  if (number == SYS_close && result == 0 && args[0] > 2 && open_files_ != 0) open_files_--;
  const bool writes = number == SYS_write || number == SYS_pwrite64 || number == SYS_writev || number == SYS_sendto || number == SYS_sendmsg;
  return writes && count_output(result) ? -EPERM : result;
}

std::string Door::printed() {
  std::lock_guard guard(lock_);
  return printed_;
}

std::int64_t Door::monotonic_nanos() { return clock_ != nullptr ? clock_->now() : inner_->monotonic_nanos(); }

std::int64_t Door::wall_nanos() { return clock_ != nullptr ? kVirtualEpoch + clock_->now() : inner_->wall_nanos(); }

bool Door::entropy(void* out, std::size_t size) {
  if (entropy_ == nullptr) return inner_->entropy(out, size);
  std::lock_guard guard(lock_);
  for (std::size_t i = 0; i < size; i++) static_cast<unsigned char*>(out)[i] = static_cast<unsigned char>((*entropy_)() >> 32);
  return true;
}

void Engine::close_trace(std::FILE* file) {
  if (file == stderr) std::fflush(file);
  else if (file != nullptr) std::fclose(file);
}

std::unique_ptr<std::FILE, void (*)(std::FILE*)> Engine::open_trace() {
  std::FILE* file = nullptr;
  if (options_.schedule_trace == "-") file = stderr;
  else if (!options_.schedule_trace.empty()) file = std::fopen(options_.schedule_trace.c_str(), "w");
  return {file, close_trace};
}

Engine::Engine(Options options)
    : options_(std::move(options)),
      trace_(open_trace()),
      door_(make_access(options_.access)),
      front_(std::make_unique<Front>(options_)),
      program_(front_->session(), *front_),
      runtime_(seeded_door()),
      codegen_(program_, runtime_, lock_, opt::Options{.library = &library_facts()}),
      interpreter_(runtime_),
      seats_(std::make_shared<SeatPool>()),
      roots_(std::make_shared<RootTable>(runtime_.statics())),
      owned_(std::make_unique<OwnedObjects>(runtime_.statics())),
      modules_(std::make_unique<Modules>()),
      scheduler_(std::make_unique<sched::Scheduler>(scheduler_options(options_, trace_.get()), interpreter_)) {
  if (scheduler_->virtual_time()) door_.use_clock(scheduler_.get());
  if (options_.access.open) {
    const auto setting = [](std::string_view name) { return rt::debug_setting(std::getenv("GODEBUG"), name); };
    sched::set_schedtrace(*scheduler_, setting("schedtrace"), setting("scheddetail") > 0,
                          [this](std::string_view text) { door_.write(STDERR_FILENO, text.data(), text.size()); });
  }
  interp::install_fault_handler();
  heap_ = std::make_unique<gc::Heap>(*scheduler_, gc::HeapLimits{options_.limits.heap_bytes});
  if (options_.access.open && options_.access.signals) heap_->process_bytes = resident_bytes;   // the process is the program's
  rt::apply_gc_settings(*heap_, door_, scheduler_->worker_count());
  runtime_.attach(*heap_, *scheduler_);
  runtime_.set_code_source(this);
  runtime_.natives().inherit(natives::all());
  register_entries(runtime_.natives());
  scheduler_->attach_heap(*heap_);
  if (options_.access.open && options_.access.signals) scheduler_->signals().take_over();
  runtime_.fuel().refill = options_.on_out_of_fuel;
  door_.on_output_limit = [this] { end(rt::End::kOutput); };
  watched_ = std::make_unique<Watched>(*this);
  watch(*watched_);
  set_limits(options_.limits);
}

rt::Access& Engine::seeded_door() {
  if (options_.seeded_schedule) door_.make_deterministic(options_.schedule_seed);
  return door_;
}

Engine::~Engine() {
  unwatch(*watched_);
  runtime_.cpu_profile().stop();
  scheduler_->kill();
  scheduler_->shutdown();
  seats_->close();
  for (auto& [call, free] : deferred_) free(call);
  owned_.reset();
  door_.use_clock(nullptr);
  scheduler_.reset();
}

// ---- limits and ends

void Engine::end(rt::End reason) {
  runtime_.request_exit(2, reason);
  scheduler_->kill();
}

void Engine::interrupt() noexcept {
  runtime_.request_exit(2, rt::End::kInterrupted);
  scheduler_->kill_running();
  watched_->interrupted.store(true);  // the watchdog wakes those who wait
  wake_watchdog();
}

int Engine::busy_workers() { return scheduler_->busy_workers(); }

Limits Engine::limits() {
  std::lock_guard guard(limits_lock_);
  Limits limits = options_.limits;
  if (runtime_.fuel().on()) limits.fuel = runtime_.fuel().left();
  return limits;
}

void Engine::set_limits(const Limits& limits) {
  std::lock_guard guard(limits_lock_);
  const std::uint64_t heap_bytes = options_.limits.heap_bytes;
  options_.limits = limits;
  options_.limits.heap_bytes = heap_bytes;
  runtime_.max_goroutines() = limits.goroutines;
  runtime_.max_stack_bytes() = limits.stack_bytes != 0 ? limits.stack_bytes : sched::kMaxStackBytes;
  if (limits.fuel != 0) runtime_.fuel().set(limits.fuel);
  else runtime_.fuel().off();
  door_.set_limits(limits.output_bytes, limits.open_files);
  watched_->deadline = limits.wall_time.count() != 0 ? monotonic_nanos() + limits.wall_time.count() : 0;
  watched_->cpu_limit = limits.cpu_time.count();
  if (limits.wall_time.count() != 0 || limits.cpu_time.count() != 0) wake_watchdog();
}

Statistics Engine::statistics() {
  Statistics out;
  const gc::HeapStats heap = heap_->stats();
  out.heap_bytes = heap.heap_alloc;
  out.heap_objects = heap.heap_objects;
  out.allocated_bytes = heap.total_alloc;
  out.heap_reserved_bytes = heap.sys;
  out.goroutines = scheduler_->goroutine_count();
  out.collections = heap.num_gc;
  out.pauses = std::chrono::nanoseconds(heap.pause_total_ns);
  out.longest_recent_pause = std::chrono::nanoseconds(*std::max_element(std::begin(heap.pause_ns), std::end(heap.pause_ns)));
  out.fuel_used = static_cast<std::uint64_t>(runtime_.fuel().used());
  out.cpu_time = std::chrono::nanoseconds(watched_->cpu_used.load());
  out.host_calls = host_calls_.load();
  out.host_time = std::chrono::nanoseconds(host_nanos_.load());
  out.system_calls = door_.calls();
  out.system_time = std::chrono::nanoseconds(door_.call_nanos());
  out.output_bytes = door_.written();
  return out;
}

// ---- natives of calls

namespace {
template <typename Make>
const bc::Function* find_or_make(auto& map, std::mutex& lock, std::string_view name, std::uint32_t params, std::uint32_t results, Make make) {
  std::lock_guard guard(lock);
  auto [it, fresh] = map.try_emplace({std::string(name), params, results}, nullptr);
  if (fresh) it->second = make(std::get<0>(it->first));
  return it->second;
}
}  // namespace

const bc::Function* Engine::bottom_function(std::uint32_t slots) {
  return find_or_make(natives_, natives_lock_, "", slots, 0, [&](const std::string&) {
    bc::Function* f = runtime_.types().new_function();
    f->name = "runtime.hostCall";
    f->flags |= bc::kNative | bc::kRuntimeInternal;
    f->set_frame_size(1 + slots + kScratchSlots);
    return f;
  });
}

const bc::Function* Engine::native_function(std::string_view name, std::uint32_t params, std::uint32_t results) {
  return find_or_make(natives_, natives_lock_, name, params, results, [&](const std::string& kept) {
    bc::Function* f = runtime_.types().new_function();
    f->name = kept;
    f->flags |= bc::kRuntimeInternal;
    f->param_slots = static_cast<std::uint16_t>(params);
    f->result_slots = static_cast<std::uint16_t>(results);
    runtime_.natives().bind(*f, name);
    return f;
  });
}

const bc::Function* Engine::host_code(std::uint32_t params, std::uint32_t results) {
  return native_function("govm.hostFunction", params, results);
}

const bc::Function* Engine::cached(std::atomic<const bc::Function*>& slot, std::string_view name) {
  const bc::Function* f = slot.load(std::memory_order_acquire);
  if (f == nullptr) slot.store(f = find_function(name), std::memory_order_release);
  return f;
}

abi::Type* Engine::handle_type() {
  std::lock_guard guard(natives_lock_);
  if (handle_type_ != nullptr) return handle_type_;
  rt::TypeTable& types = runtime_.types();
  rt::NamedSpec spec{};
  spec.key = spec.string = "govm.Handle";
  spec.pkg_path = "govm";
  spec.kind = abi::kUintptr;
  bool fresh = false;
  abi::Type* named = types.named(spec, &fresh);
  if (fresh) types.set_underlying(named, types.basic(abi::kUintptr));
  return handle_type_ = types.pointer_to(named);
}

void Engine::keep_deferred(void* call, void (*free)(void*)) {
  std::lock_guard guard(natives_lock_);
  deferred_[call] = free;
}
void* Engine::take_deferred(void* call) {
  std::lock_guard guard(natives_lock_);
  deferred_.erase(call);
  return call;
}

sched::RunEnd Engine::run_goroutine(std::string_view native, std::shared_ptr<void> argument, bool contained) {
  bc::Function* code = runtime_.types().new_function();
  code->name = "runtime.main";
  code->flags |= bc::kRuntimeInternal;
  runtime_.natives().bind(*code, native);
  auto* closure = static_cast<MainClosure*>(runtime_.statics().bytes(sizeof(MainClosure)));
  *closure = {code, argument.get()};
  const sched::RunEnd end = scheduler_->run(closure, [contained](sched::Goroutine& g) { g.contained = contained; });
  if (end != sched::RunEnd::kFinished) {
    std::lock_guard guard(natives_lock_);
    arguments_.push_back(std::move(argument));
  }
  return end;
}

void* Engine::argument(bc::NativeFrame& frame) { return static_cast<MainClosure*>(frame.closure())->argument; }

bool Engine::compile(bc::Function& function, std::string& error) {
  std::lock_guard guard(lock_);
  return codegen_.compile(function, error);
}

// "import/path.Name": the name begins behind the last dot.
types::Object* Engine::find_object(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  const std::string_view path = name.substr(0, dot);
  load::Package* package = front_->loader().find(path);
  if (!package && path == "runtime") package = front_->loader().import(path);
  if (!package || !package->types) return nullptr;
  return package->types->scope->lookup(front_->session().symbols.intern(name.substr(dot + 1)));
}

bc::Function* Engine::find_function(std::string_view name) {
  std::lock_guard guard(lock_);
  auto* func = types::as<types::Func>(find_object(name));
  return func ? codegen_.function(program_.function(func)) : nullptr;
}

void* Engine::find_global(std::string_view name) {
  std::lock_guard guard(lock_);
  auto* variable = types::as<types::Var>(find_object(name));
  return variable ? codegen_.global(program_.global(variable)) : nullptr;
}

}  // namespace govm::detail
