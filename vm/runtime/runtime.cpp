#include "vm/runtime/runtime.h"

#include <sys/mman.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "base/assert.h"
#include "vm/runtime/code_map.h"
#include "vm/runtime/core_natives.h"
#include "vm/runtime/cpu_profile.h"
#include "vm/runtime/execution_trace.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/gc_types.h"
#include "vm/runtime/heap_profile.h"
#include "vm/runtime/maps.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/stubs.h"
#include "vm/runtime/traceback.h"
#include "vm/runtime/wait_profile.h"

namespace govm::rt {

struct PanicEntries {
  std::atomic<const bc::Function*> functions[static_cast<int>(PanicEntry::kCount)] = {};
};

GcTypes::GcTypes(TypeTable& types) {
  constexpr bool kSecond[] = {false, true};
  constexpr bool kFirst[] = {true};
  map = types.layout_type(sizeof(Map), kSecond, "runtime.hmap");
  pointer = types.layout_type(8, kFirst, "runtime.pointer");
  for (int i = 0; i < 40; i++) {
    std::uint64_t control = std::max<std::uint64_t>(std::uint64_t{1} << i, 16);
    map_table[i] = types.layout_type(sizeof(MapTable) + control, kFirst, "runtime.htable");
  }
}

Runtime::Runtime(Access& access)
    : access_(access), types_(region_), code_map_(std::make_unique<CodeMap>()),
      panic_entries_(std::make_unique<PanicEntries>()), gc_types_(std::make_unique<GcTypes>(types_)),
      cpu_profile_(std::make_unique<CpuProfile>(*this)), heap_profile_(std::make_unique<HeapProfile>(*this)),
      wait_profiles_(std::make_unique<WaitProfiles>(*this)), execution_trace_(std::make_unique<ExecutionTrace>(*this)) {
  auto native = [&](std::string_view name, bc::NativeFn fn, std::uint16_t params, std::uint16_t locals) {
    bc::Function* f = types_.new_function();
    f->name = name;
    f->param_slots = params;
    f->frame_slots = params + 1u + locals;
    f->flags = bc::kNative;
    f->native = fn;
    f->file = "runtime/panic.go";
    f->line = 792;
    f->entry = stub_enter_native();
    return f;
  };
  gopanic_ = native("runtime.gopanic", native_gopanic, 2, kPanicLocals);
  goexit_ = native("runtime.Goexit", native_goexit, 2, kPanicLocals);
  main_frame_ = place_in_runtime(types_, "runtime.main", "runtime/proc.go", 283);
  goexit_frame_ = place_in_runtime(types_, "runtime.goexit", "runtime/asm_amd64.s", 1700);
  natives_.inherit(core_natives());
  if (!access_.entropy(&hash_seed_, sizeof(hash_seed_))) hash_seed_ = 0x2545f4914f6cdd1d;
}

Runtime::~Runtime() {
  if (zero_ != nullptr) munmap(zero_, zero_size_);
}

bool Runtime::ensure_compiled(bc::Function& function, std::string& error) {
  if (exited()) {
    error = "the program has ended";
    return false;
  }
  std::lock_guard guard(compile_lock_);
  if (__atomic_load_n(&function.entry, __ATOMIC_ACQUIRE) != stub_compile_lazily()) return true;
  if (source_ == nullptr) {
    error = "no code for " + std::string(function.name);
    return false;
  }
  if (!source_->compile(function, error)) return false;
  if (function.code != nullptr) code_map_->add(function);
  return true;
}

const bc::Function* Runtime::panic_function(PanicEntry entry) {
  auto& slot = panic_entries_->functions[static_cast<int>(entry)];
  const bc::Function* f = slot.load(std::memory_order_acquire);
  if (f == nullptr && source_ != nullptr) {
    std::lock_guard guard(compile_lock_);
    f = source_->find_function(panic_entry_name(entry));
    slot.store(f, std::memory_order_release);
  }
  return f;
}

// A file of the program: what it may do with it is checked.
void write_file(Access& access, int fd, std::string_view text) {
  while (!text.empty()) {
    const std::uint64_t arguments[6] = {static_cast<std::uint64_t>(fd), reinterpret_cast<std::uint64_t>(text.data()), text.size()};
    const std::int64_t written = access.syscall(SYS_write, arguments);
    if (written == -EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void Runtime::print(std::string_view text) {
  access_.write(2, text.data(), text.size());
  const int file = crashing_.load(std::memory_order_relaxed) ? crash_file_.load(std::memory_order_relaxed) : -1;
  if (file >= 0) write_file(access_, file, text);
}

void Runtime::request_exit(int code, End end) {
  bool first = false;
  if (!exiting_.compare_exchange_strong(first, true)) return;
  exit_code_ = code;
  end_ = end;
  exited_.store(true, std::memory_order_release);
}

const void* Runtime::zero_memory(std::size_t size) {
  static constexpr char kZeros[4096] = {};
  if (size <= sizeof(kZeros)) return kZeros;
  std::lock_guard guard(zero_lock_);
  if (zero_ == nullptr) {
    // Reserved once, as large as any element may be; pages are never touched by writes.
    zero_size_ = std::size_t{1} << 32;
    zero_ = mmap(nullptr, zero_size_, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    GOVM_ASSERT(zero_ != MAP_FAILED);
  }
  GOVM_ASSERT(size <= zero_size_);
  return zero_;
}

void Runtime::visit_roots(gc::Marker& marker) {
  statics_.visit_roots(marker);
  cpu_profile_->visit_roots(marker);
  if (unique_cleanup_ != nullptr) marker.mark_pointer(unique_cleanup_);
}

}  // namespace govm::rt
