#include "vm/runtime/frames.h"

#include <algorithm>
#include <cstring>

#include "vm/runtime/runtime.h"
#include "vm/runtime/stubs.h"
#include "vm/runtime/thread.h"

namespace govm::rt {

const Instr* return_pc(const Slot* fp) {
  const auto* pc = static_cast<const Instr*>(fp[bc::kFrameReturn].p);
  if (pc == stub_stack_return()) pc = static_cast<const Instr*>(fp[-bc::kHeaderSlots - kCrossingSlots + 1].p);
  return pc;
}

Slot* relocate_frame(sched::Worker& worker, sched::Goroutine& g, Slot* fp, std::uint32_t used, std::uint32_t slots) {
  auto* base = reinterpret_cast<Slot*>(g.stack.grow(kCrossingSlots + bc::kHeaderSlots + slots + kFrameReserve,
                                                  thread_of(&worker).runtime->max_stack_bytes().load(std::memory_order_relaxed)));
  if (base == nullptr) return nullptr;
  worker.set_stack_limit(g.stack.limit());
  const bc::Function* f = function_of(fp);
  base[0].p = fp;
  base[1] = fp[bc::kFrameReturn];
  base[2].u = f->param_slots | static_cast<std::uint64_t>(f->result_slots) << 32;
  Slot* moved = base + kCrossingSlots + bc::kHeaderSlots;
  std::memcpy(moved - bc::kHeaderSlots, fp - bc::kHeaderSlots, (bc::kHeaderSlots + used) * sizeof(Slot));
  moved[bc::kFrameReturn].p = const_cast<Instr*>(stub_stack_return());
  return moved;
}

const Instr* return_to_older_chunk(sched::Worker& worker, sched::Goroutine& g) {
  auto* base = reinterpret_cast<Slot*>(g.stack.begin());
  auto* fp = static_cast<Slot*>(base[0].p);
  const auto* pc = static_cast<const Instr*>(base[1].p);
  std::size_t params = base[2].u & 0xffffffff, results = base[2].u >> 32;
  Slot* moved = base + kCrossingSlots + bc::kHeaderSlots;
  std::memcpy(fp + params, moved + params, results * sizeof(Slot));
  g.stack.shrink();
  worker.set_stack_limit(g.stack.limit());
  return pc;
}

Slot* push_call(sched::Worker& worker, sched::Goroutine& g, Slot* fp, const Instr* ret, const bc::Function* f,
                void* closure, const Slot* arguments, std::size_t count, const Instr** entry) {
  const bc::Function* from = function_of(fp);
  std::uint32_t area = bc::kHeaderSlots + f->param_slots + f->result_slots;
  if (area > kFrameReserve && !fits(g, fp, from->frame_size() + area)) {
    fp = relocate_frame(worker, g, fp, from->frame_size(), from->frame_size() + area);
    if (fp == nullptr) return nullptr;
  }
  Slot* callee = fp + from->frame_size() + bc::kHeaderSlots;
  write_header(callee, f, ret, fp, closure);
  std::memcpy(callee, arguments, count * sizeof(Slot));
  *entry = f->acquire_entry();  // before its size: it may be compiled just now
  std::uint32_t slots = std::max<std::uint32_t>(f->frame_size(), f->param_slots + f->result_slots);
  if (!fits(g, callee, slots)) callee = relocate_frame(worker, g, callee, f->param_slots, slots);
  return callee;
}

}  // namespace govm::rt
