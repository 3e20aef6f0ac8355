#include "vm/runtime/visit.h"

#include <algorithm>
#include <vector>

#include "vm/bytecode/opcode.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/panic.h"

namespace govm::rt {

namespace {

// A goroutine that waits may be given a value while its stack is visited: before or after, either will do.
__attribute__((no_sanitize("thread"))) void* load_slot(const Slot* slot) {
  return *const_cast<void* const volatile*>(&slot->p);
}

// A variable in a frame: what it refers to lives if something that lives refers to it.
struct StackObject {
  const Slot* begin;
  const Slot* end;
  const bc::Code* code;
  std::uint32_t slot;
  bool marked;
};

// The code that runs in a frame, and where: null for natives and for functions about to be compiled.
struct Place {
  const bc::Code* code = nullptr;
  std::uint32_t word = 0;
};

Place place_of(const Slot* fp, const Instr* pc) {
  const bc::Function* f = function_of(fp);
  const bc::Code* code = __atomic_load_n(&f->code, __ATOMIC_ACQUIRE);   // it may be being compiled
  if ((f->flags & bc::kNative) != 0 || code == nullptr) return {};
  const auto word = static_cast<std::size_t>(reinterpret_cast<const std::uint64_t*>(pc) - code->words.data());
  if (word >= code->words.size()) return {};
  return {code, static_cast<std::uint32_t>(word)};
}

class StackVisitor {
 public:
  StackVisitor(sched::Goroutine& g, gc::Marker& marker) : g_(g), marker_(marker) {}
  void run();

 private:
  void collect_objects();
  void word(const void* p);
  void range(const Slot* from, std::uint32_t slots) {
    for (std::uint32_t i = 0; i < slots; i++) word(load_slot(from + i));
  }
  void mapped(const Slot* fp, const std::uint8_t* map, std::uint32_t from, std::uint32_t to);
  void frame(const Slot* fp, const Instr* pc, bool newest);
  void row(const bc::Code& code, const Slot* fp, std::uint32_t slots, std::uint32_t word);
  void arguments(const Instr* pc, const Slot* fp);
  void drain();

  sched::Goroutine& g_;
  gc::Marker& marker_;
  std::vector<StackObject> objects_;     // by address
  std::vector<const StackObject*> reached_;
};

void StackVisitor::collect_objects() {
  const auto* pc = static_cast<const Instr*>(g_.pc);
  bool held = false;   // perhaps by something in the heap that a newer frame, or this one, owns
  for (auto* fp = reinterpret_cast<Slot*>(g_.fp); fp != nullptr; fp = caller_of(fp)) {
    if (const bc::Code* code = place_of(fp, pc).code; code != nullptr) {
      held = held || code->heap_holds_frames;
      for (const bc::FrameVariable& v : code->variables) {
        objects_.push_back({fp + v.slot, fp + v.slot + v.slots, code, v.slot, held});
      }
    }
    pc = return_pc(fp);
  }
  std::sort(objects_.begin(), objects_.end(), [](const StackObject& a, const StackObject& b) { return a.begin < b.begin; });
  if (!held) return;
  for (const StackObject& o : objects_) {
    if (o.marked) reached_.push_back(&o);
  }
}

void StackVisitor::word(const void* p) {
  if (!objects_.empty() && p >= objects_.front().begin && p < objects_.back().end) {
    auto it = std::upper_bound(objects_.begin(), objects_.end(), p, [](const void* q, const StackObject& o) { return q < o.begin; });
    if (it != objects_.begin() && p < std::prev(it)->end) {
      StackObject& o = *std::prev(it);
      if (!o.marked) reached_.push_back(&o);
      o.marked = true;
      return;
    }
  }
  marker_.mark_pointer(p);
}

// Slots from..to of a frame that have their bit set.
void StackVisitor::mapped(const Slot* fp, const std::uint8_t* map, std::uint32_t from, std::uint32_t to) {
  for (std::uint32_t i = from; i < to; i++) {
    if (map[i / 8] == 0) {
      i |= 7;
      continue;
    }
    if ((map[i / 8] >> (i % 8) & 1) != 0) word(load_slot(fp + i));
  }
}

void StackVisitor::drain() {
  while (!reached_.empty()) {
    const StackObject& o = *reached_.back();
    reached_.pop_back();
    const auto& map = o.code->pointer_map;
    const auto end = std::min(static_cast<std::uint32_t>(map.size() * 8), o.slot + static_cast<std::uint32_t>(o.end - o.begin));
    if (o.slot < end) mapped(o.begin - o.slot, map.data(), o.slot, end);
  }
}

// What lives at a word: the last row up to it says so, for there is one at every place to stop at.
void StackVisitor::row(const bc::Code& code, const Slot* fp, std::uint32_t slots, std::uint32_t word) {
  auto row = std::upper_bound(code.live.begin(), code.live.end(), word,
                              [](std::uint32_t w, const bc::LiveRow& r) { return w < r.word; });
  if (row != code.live.begin()) --row;
  mapped(fp, code.live_maps.data() + row->map, 0, slots);
}

// The newest frame stopped at an instruction, or behind one that waits: others read what it sends there and write what it
// receives. The other frames are in the call (or the panic) before their pc. A panic continues at recover_entry, for which
// only what lives everywhere matters, and that is in any row.
void StackVisitor::frame(const Slot* fp, const Instr* pc, bool newest) {
  const bc::Function* f = function_of(fp);
  word(fp[bc::kFrameClosure].p);
  if ((f->flags & bc::kNative) != 0) {
    return range(fp, std::max<std::uint32_t>(f->frame_size(), f->param_slots + f->result_slots));
  }
  if (newest && g_.between) range(fp, f->frame_size());
  const Place at = place_of(fp, pc);
  if (at.code == nullptr || (newest && at.word == 0)) range(fp, f->param_slots);
  if (at.code == nullptr || at.code->live.empty()) return;
  if (newest) row(*at.code, fp, f->frame_size(), at.word);
  if (at.word != 0) row(*at.code, fp, f->frame_size(), at.word - 1);
}

// A goroutine that stopped at a call has written its arguments already, but the frame they belong to is not there yet.
void StackVisitor::arguments(const Instr* pc, const Slot* fp) {
  const bc::Function* callee = nullptr;
  switch (static_cast<bc::Op>(pc->op)) {
    case bc::Op::kCall: callee = reinterpret_cast<const bc::Function*>(pc->word(1)); break;
    case bc::Op::kCallClosure:
      if (fp[pc->b].p != nullptr) callee = *static_cast<const bc::Function* const*>(fp[pc->b].p);
      break;
    case bc::Op::kCallIface:
      if (fp[pc->b].p != nullptr) callee = static_cast<const bc::Function*>(static_cast<const abi::Itab*>(fp[pc->b].p)->fun[pc->c]);
      break;
    default: break;
  }
  if (callee != nullptr) range(fp + pc->a, callee->param_slots);
}

void StackVisitor::run() {
  collect_objects();
  const auto* pc = static_cast<const Instr*>(g_.pc);
  auto* fp = reinterpret_cast<Slot*>(g_.fp);
  if (fp != nullptr && pc != nullptr) arguments(pc, fp);
  for (bool newest = true; fp != nullptr; fp = caller_of(fp), newest = false) {
    frame(fp, pc, newest);
    pc = return_pc(fp);
  }
  GoroutineState& s = state_of(g_);
  for (DeferRecord* d = s.defers; d != nullptr; d = d->link) word(d->closure);
  word(s.keep);
  drain();
}

}  // namespace

void visit_frames(sched::Goroutine& g, gc::Marker& marker) { StackVisitor(g, marker).run(); }

}  // namespace govm::rt
