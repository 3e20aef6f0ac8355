#include "vm/runtime/heap_dump.h"

#include <cstring>
#include <string>
#include <string_view>

#include "gc/heap.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/heap_profile.h"
#include "vm/runtime/runtime.h"
#include "vm/runtime/traceback.h"
#include "vm/runtime/visit.h"

namespace govm::rt {
namespace {

enum Tag : std::uint8_t {
  kEof = 0, kObject = 1, kOtherRoot = 2, kGoroutine = 4, kStackFrame = 5, kParams = 6, kMemStats = 10, kMemProfile = 16,
};
constexpr std::uint64_t kEndOfFields = 0, kPointerField = 1;

class Dump {
 public:
  Dump(Access& access, int fd) : access_(access), fd_(fd) { buffer_ = "go1.7 heap dump\n"; }
  ~Dump() { flush(); }

  void number(std::uint64_t n) {
    for (; n >= 0x80; n >>= 7) buffer_.push_back(static_cast<char>(n | 0x80));
    buffer_.push_back(static_cast<char>(n));
  }
  void address(const void* p) { number(reinterpret_cast<std::uint64_t>(p)); }
  void text(std::string_view s) {
    number(s.size());
    buffer_ += s;
    if (buffer_.size() > kBuffered) flush();
  }

 private:
  static constexpr std::size_t kBuffered = 256 << 10;
  void flush() {
    write_file(access_, fd_, buffer_);
    buffer_.clear();
  }
  Access& access_;
  int fd_;
  std::string buffer_;
};

// Writes what is handed over as roots.
class RootWriter final : public gc::Marker {
 public:
  RootWriter(Dump& dump, gc::Heap& heap, std::string description) : dump_(dump), heap_(heap), description_(std::move(description)) {}

  void mark_pointer(const void* p) override {
    if (heap_.find_object(p) == nullptr) return;
    dump_.number(kOtherRoot);
    dump_.text(description_);
    dump_.address(p);
  }
  void mark_range(const void* begin, std::size_t bytes) override {
    for (std::size_t i = 0; i + 8 <= bytes; i += 8) mark_word(static_cast<const char*>(begin) + i);
  }
  void mark_typed(const void* p, const abi::Type* type) override {
    for (std::size_t w = 0; w < type->ptr_bytes / 8; w++) {
      if ((type->gc_data[w / 8] >> (w % 8) & 1) != 0) mark_word(static_cast<const char*>(p) + w * 8);
    }
  }

 private:
  void mark_word(const char* at) {
    const void* p;
    std::memcpy(&p, at, sizeof(p));
    mark_pointer(p);
  }
  Dump& dump_;
  gc::Heap& heap_;
  std::string description_;
};

void write_params(Dump& dump, Runtime& runtime) {
  dump.number(kParams);
  for (const std::uint64_t n : {0, 8}) dump.number(n);         // little-endian; bytes of a pointer
  std::uintptr_t low = UINTPTR_MAX, high = 0;
  runtime.heap().for_each_object([&](const void* p, std::size_t bytes, const std::vector<std::size_t>&) {
    low = std::min(low, reinterpret_cast<std::uintptr_t>(p));
    high = std::max(high, reinterpret_cast<std::uintptr_t>(p) + bytes);
  });
  dump.number(std::min(low, high));
  dump.number(high);
  dump.text("amd64");
  dump.text("go1.24");
  dump.number(static_cast<std::uint64_t>(sched::available_processors()));
}

void write_objects(Dump& dump, gc::Heap& heap) {
  heap.for_each_object([&](const void* p, std::size_t bytes, const std::vector<std::size_t>& pointers) {
    dump.number(kObject);
    dump.address(p);
    dump.text({static_cast<const char*>(p), bytes});
    for (const std::size_t offset : pointers) {
      dump.number(kPointerField);
      dump.number(offset);
    }
    dump.number(kEndOfFields);
  });
}

void write_frames(Dump& dump, sched::Goroutine& g) {
  std::uint64_t depth = 0;
  const void* child = nullptr;
  walk(g, [&](const bc::Function& f, bc::Slot* fp, const bc::Instr* instruction) {
    dump.number(kStackFrame);
    dump.address(fp);
    dump.number(depth++);
    dump.address(child);
    dump.text({});                                             // contents: what they refer to is written as roots
    dump.address(f.code != nullptr ? static_cast<const void*>(f.code->words.data()) : &f);
    dump.address(instruction);
    dump.address(instruction);
    dump.text(f.name);
    dump.number(kEndOfFields);
    child = fp;
    return true;
  });
}

void write_goroutine(Dump& dump, sched::Goroutine& g, bool running) {
  constexpr std::uint64_t kRunnable = 1, kRunning = 2, kSyscall = 3, kWaiting = 4;
  const sched::Status status = g.status.load(std::memory_order_relaxed);
  dump.number(kGoroutine);
  dump.address(&g);
  dump.address(g.fp);
  dump.number(g.id);
  dump.address(g.creation_pc);
  dump.number(running ? kRunning : status == sched::Status::kRunnable ? kRunnable : status == sched::Status::kBlocking ? kSyscall : kWaiting);
  dump.number(g.system ? 1 : 0);
  dump.number(0);                                              // no background goroutine
  dump.number(static_cast<std::uint64_t>(g.wait_since));
  dump.text(sched::wait_reason_text(g.wait_reason));
  for (int i = 0; i < 4; i++) dump.number(0);                  // context, thread, deferred call, panic
  write_frames(dump, g);
}

void write_roots(Dump& dump, Runtime& runtime, sched::Goroutine& caller) {
  sched::Scheduler& scheduler = runtime.scheduler();
  scheduler.stop();
  scheduler.for_each_goroutine([&](sched::Goroutine& g) {
    write_goroutine(dump, g, &g == &caller);
    RootWriter writer(dump, runtime.heap(), "stack of goroutine " + std::to_string(g.id));
    visit_frames(g, writer);
  });
  RootWriter writer(dump, runtime.heap(), "global");
  runtime.visit_roots(writer);
  scheduler.start();
}

void write_statistics(Dump& dump, gc::Heap& heap) {
  const gc::HeapStats s = heap.stats();
  const std::uint64_t sys = s.sys + s.released;
  dump.number(kMemStats);
  for (const std::uint64_t n : {s.heap_alloc, s.total_alloc, sys, std::uint64_t{0}, s.mallocs, s.frees, s.heap_alloc, sys,
                                sys - s.in_use, s.in_use, s.released, s.heap_objects}) {
    dump.number(n);
  }
  for (int i = 0; i < 9; i++) dump.number(0);                  // stacks, spans, caches, buckets, collector, other
  for (const std::uint64_t n : {s.next_gc, s.last_gc_unix_ns, s.pause_total_ns}) dump.number(n);
  for (const std::uint64_t pause : s.pause_ns) dump.number(pause);
  dump.number(s.num_gc);
}

void write_profile(Dump& dump, Runtime& runtime) {
  std::uint64_t bucket = 0;
  for (const HeapProfile::Record& record : runtime.heap_profile().records()) {
    dump.number(kMemProfile);
    dump.number(++bucket);
    dump.number(record.size);
    dump.number(record.pcs.size());
    for (const std::uint64_t pc : record.pcs) {
      CodePosition position;
      position_of(runtime, pc, &position);
      dump.text(position.name);
      dump.text(position.file);
      dump.number(position.line);
    }
    dump.number(record.allocated);
    dump.number(record.freed);
  }
}

}  // namespace

void write_heap_dump(Runtime& runtime, sched::Goroutine& caller, int fd) {
  Dump dump(runtime.access(), fd);
  write_params(dump, runtime);
  write_objects(dump, runtime.heap());
  write_roots(dump, runtime, caller);
  write_statistics(dump, runtime.heap());
  write_profile(dump, runtime);
  dump.number(kEof);
}

}  // namespace govm::rt
