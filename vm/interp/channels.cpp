// Channels and select.
#include <string_view>
#include <vector>

#include "scheduler/channel.h"
#include "scheduler/select.h"
#include "vm/bytecode/tables.h"
#include "vm/interp/support.h"

namespace govm::interp {

using sched::Channel;
using sched::ChanResult;

namespace {

Channel* channel(const Slot& slot) { return static_cast<Channel*>(slot.p); }

// Values of these kinds are kept extended to their slot.
bool is_scalar(const abi::Type* type) {
  abi::Kind kind = type->base_kind();
  return (kind >= abi::kBool && kind <= abi::kFloat64) || kind == abi::kPointer || kind == abi::kMap ||
         kind == abi::kChan || kind == abi::kFunc || kind == abi::kUnsafePointer;
}

[[gnu::noinline]] ChanResult select(sched::Worker* w, const Instr* pc, Slot* fp) {
  const auto* table = reinterpret_cast<const bc::SelectTable*>(pc->word(1));
  constexpr std::size_t kInline = 8;
  sched::SelectCase few[kInline];
  std::vector<sched::SelectCase> many;
  sched::SelectCase* cases = few;
  if (table->cases.size() > kInline) {
    many.resize(table->cases.size());
    cases = many.data();
  }
  std::uint64_t* ok = &fp[pc->a + 1].u;
  *ok = 0;
  for (std::size_t i = 0; i < table->cases.size(); i++) {
    const bc::SelectCase& c = table->cases[i];
    void* element = c.value == bc::kNoSlot ? nullptr : &fp[c.value];
    cases[i] = {channel(fp[c.chan]), element, c.send ? nullptr : ok, c.send, !c.send && is_scalar(c.elem)};
  }
  return sched::select_go(*w, *w->current, cases, static_cast<int>(table->cases.size()), !table->blocking, &fp[pc->a].i);
}

}  // namespace

// A parked goroutine goes on behind the instruction: the operation is complete then.
#define FINISH(result, words)                                                 \
  switch (result) {                                                           \
    case ChanResult::kParked: pc += (words); LEAVE(kParked);                  \
    case ChanResult::kClosed: RAISE(kSendClosed, 0, 0);                       \
    case ChanResult::kOutside: RAISE(kPlain, reinterpret_cast<std::uintptr_t>(outside.data()), outside.size()); \
    default: NEXT(words);                                                     \
  }

HANDLER(MakeChan) {
  const auto* type = reinterpret_cast<const abi::ChanType*>(pc->word(1));
  save(w, pc, fp);
  if (!sched::channel_size_ok(type->elem, RB.i)) [[unlikely]] RAISE(kMakeChan, 0, 0);
  Channel* c = sched::make_channel(*w->heap, *w->cache, type, RB.i);
  if (c == nullptr) [[unlikely]] TAIL(slow_out_of_memory);
  RA.p = c;
  NEXT(2);
}
HANDLER(Send) {
  save(w, pc, fp);
  constexpr std::string_view outside = "send on synctest channel from outside bubble";
  const ChanResult result = sched::chan_send(*w, *w->current, channel(RA), &RB, true);
  FINISH(result, 1);
}
HANDLER(Recv) {
  save(w, pc, fp);
  const sched::Destination to{&RA, is_scalar(type_at(pc, 1))};
  std::uint64_t* ok = pc->c == 0xffff ? nullptr : &RC.u;
  constexpr std::string_view outside = "receive on synctest channel from outside bubble";
  const ChanResult result = sched::chan_receive(*w, *w->current, channel(RB), to, ok, true);
  FINISH(result, 2);
}
HANDLER(Close) {
  save(w, pc, fp);
  switch (sched::chan_close(*w, channel(RA))) {
    case ChanResult::kNil: RAISE(kCloseNil, 0, 0);
    case ChanResult::kClosed: RAISE(kCloseClosed, 0, 0);
    default: NEXT(1);
  }
}
HANDLER(ChanLen) {
  RA.i = sched::chan_len(*w, channel(RB));
  NEXT(1);
}
HANDLER(ChanCap) {
  RA.i = sched::chan_cap(channel(RB));
  NEXT(1);
}
HANDLER(Select) {
  save(w, pc, fp);
  constexpr std::string_view outside = "select on synctest channel from outside bubble";
  const ChanResult result = select(w, pc, fp);
  FINISH(result, 2);
}

}  // namespace govm::interp
