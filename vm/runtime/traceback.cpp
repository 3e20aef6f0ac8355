#include "vm/runtime/traceback.h"

#include <algorithm>
#include <deque>

#include "base/clock.h"
#include "scheduler/bubble.h"
#include "scheduler/scheduler.h"
#include "vm/runtime/code_map.h"
#include "vm/runtime/frames.h"
#include "vm/runtime/panic.h"
#include "vm/runtime/runtime.h"

namespace govm::rt {

namespace {

constexpr int kDepthShift = 48;
constexpr std::uint64_t kAddressMask = (std::uint64_t{1} << kDepthShift) - 1;

}  // namespace

void expand(const bc::Function& function, const bc::Instr* instruction, std::vector<CodePosition>* out) {
  const bc::Code* code = function.code;
  CodePosition position{&function, function.name, function.file, function.line, function.line, 0, false};
  if (code == nullptr || code->lines.empty()) {
    out->push_back(position);
    return;
  }
  auto word = static_cast<std::uint32_t>(reinterpret_cast<const std::uint64_t*>(instruction) - code->words.data());
  auto row = std::upper_bound(code->lines.begin(), code->lines.end(), word,
                              [](std::uint32_t w, const bc::LineRow& r) { return w < r.word; });
  if (row != code->lines.begin()) --row;
  auto file = [&](std::int16_t i) {
    return i >= 0 && static_cast<std::size_t>(i) < code->files.size() ? code->files[static_cast<std::size_t>(i)]
                                                                      : function.file;
  };
  position.file = file(row->file);
  position.line = row->line;
  position.offset = word * 8;
  for (int i = row->inline_index; i >= 0;) {
    const bc::InlineRow& call = code->inlines[static_cast<std::size_t>(i)];
    CodePosition inlined = position;
    inlined.name = call.function;
    inlined.start_line = call.start_line;
    inlined.inlined = true;
    out->push_back(inlined);
    position.file = file(call.call_file);
    position.line = call.call_line;
    i = call.parent;
  }
  out->push_back(position);
}

// Then it will go on behind that instruction.
static bool waits_in_instruction(const sched::Goroutine& g) {
  using sched::WaitReason;
  if (g.fp == nullptr || function_of(reinterpret_cast<const Slot*>(g.fp))->code == nullptr) return false;
  switch (g.wait_reason) {
    case WaitReason::kChanReceive: case WaitReason::kChanReceiveNil: case WaitReason::kSynctestChanReceive:
    case WaitReason::kChanSend: case WaitReason::kChanSendNil: case WaitReason::kSynctestChanSend:
    case WaitReason::kSelect: case WaitReason::kSelectNoCases: case WaitReason::kSynctestSelect: return true;
    default: return false;
  }
}

void walk(sched::Goroutine& g,
          const std::function<bool(const bc::Function&, bc::Slot* fp, const bc::Instr* instruction)>& visit) {
  const auto* pc = static_cast<const bc::Instr*>(g.pc);
  if (waits_in_instruction(g)) pc--;
  for (auto* fp = reinterpret_cast<Slot*>(g.fp); fp != nullptr; fp = caller_of(fp)) {
    const bc::Function* f = function_of(fp);
    if (!visit(*f, fp, pc)) return;
    pc = return_pc(fp) - 1;
  }
}

namespace {

// A wrapper is shown if itself panics: not in a function inlined into it, nor in one called by it.
bool panics_itself(const bc::Function& f, const bc::Function* called, std::string_view inner) {
  if (called == nullptr || inner != f.name) return false;
  return called->name == "runtime.gopanic" || called->name == "runtime.panicmem";
}

// As gc: the runtime's frames are hidden, except exported functions and panics that are not the newest.
bool is_shown(const bc::Function& f, std::string_view name, bool first) {
  if (name == "runtime.gopanic" || name == "runtime.Stack") return !first;
  if ((f.flags & bc::kRuntimeInternal) != 0) return false;
  if (!name.starts_with("runtime.")) return true;
  char c = name.size() > 8 ? name[8] : 'a';
  return c >= 'A' && c <= 'Z';
}

std::string hex(std::uint64_t value) {
  char text[20];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

struct ShownFrame {
  CodePosition call;
  Slot* fp;
  bool has_params;
};

void append_frame(std::string& out, const ShownFrame& frame) {
  const CodePosition& call = frame.call;
  if (call.name == "runtime.gopanic") {
    out += "panic({" + hex(frame.fp[0].u) + "?, " + hex(frame.fp[1].u) + "?})\n";
  } else {
    out += call.name;
    out += frame.has_params || call.inlined ? "(...)\n" : "()\n";
  }
  out += "\t" + std::string(call.file) + ":" + std::to_string(call.line);
  if (!call.inlined) out += " +" + hex(call.offset);
  out += "\n";
}

// The innermost and the outermost frames; how many are between is said.
void append_frames(std::string& out, sched::Goroutine& g) {
  constexpr std::size_t kInner = 50, kOuter = 50;
  std::size_t shown = 0, elided = 0;
  std::deque<ShownFrame> outer;
  const bc::Function* called = nullptr;  // by the function of the next frame
  walk(g, [&](const bc::Function& f, Slot* fp, const Instr* instruction) {
    std::vector<CodePosition> calls;
    expand(f, instruction, &calls);
    const bool wrapper = (f.flags & bc::kWrapper) != 0 && !panics_itself(f, called, calls.front().name);
    called = &f;
    for (const CodePosition& call : calls) {
      if ((wrapper && !call.inlined) || !is_shown(f, call.name, shown == 0)) continue;
      outer.push_back({call, fp, f.param_slots != 0});
      if (shown++ < kInner) {
        append_frame(out, outer.back());
        outer.pop_back();
      } else if (outer.size() > kOuter) {
        outer.pop_front();
        elided++;
      }
    }
    return true;
  });
  if (elided > 0) out += "..." + std::to_string(elided) + " frames elided...\n";
  for (const ShownFrame& frame : outer) append_frame(out, frame);
}

}  // namespace

std::string traceback(Runtime& rt, sched::Goroutine& g, bool running) {
  std::string out = "goroutine " + std::to_string(g.id) + " [";
  if (running) {
    out += "running";
  } else {
    sched::Status status = g.status.load(std::memory_order_relaxed);
    if (status == sched::Status::kWaiting) {
      out += sched::wait_reason_text(g.wait_reason);
      if (g.wait_since != 0) {
        std::int64_t minutes = (monotonic_nanos() - g.wait_since) / 60'000'000'000;
        if (minutes >= 1) out += ", " + std::to_string(minutes) + " minutes";
      }
    } else {
      out += status == sched::Status::kBlocking ? "syscall" : status == sched::Status::kRunning ? "running" : "runnable";
    }
  }
  if (g.thread_locks != 0) out += ", locked to thread";
  if (g.bubble != nullptr) out += ", synctest group " + std::to_string(g.bubble->root->id);
  out += "]:\n";
  append_frames(out, g);
  if (g.creation_pc != nullptr) {
    const bc::Function* f = rt.code_map().find(g.creation_pc);
    if (f != nullptr) {
      std::vector<CodePosition> calls;
      expand(*f, static_cast<const Instr*>(g.creation_pc), &calls);
      const CodePosition& call = calls.front();
      out += "created by " + std::string(call.name) + " in goroutine " + std::to_string(g.parent_id) + "\n";
      out += "\t" + std::string(call.file) + ":" + std::to_string(call.line) + " +" + hex(call.offset) + "\n";
    }
  }
  return out;
}

std::string traceback_all(Runtime& rt, sched::Goroutine* running) {
  std::string out;
  if (running != nullptr) out = traceback(rt, *running, true);
  rt.scheduler().for_each_goroutine([&](sched::Goroutine& g) {
    if (&g == running || g.system) return;
    if (!out.empty()) out += "\n";
    out += traceback(rt, g, false);
  });
  return out;
}

// A call without an instruction of its own: the descriptor stands for it, plus 1 as a return address lies behind the call.
std::uint64_t pc_in(const bc::Function& f) { return reinterpret_cast<std::uint64_t>(&f) + 1; }

bool position_of(Runtime& rt, std::uint64_t pc, CodePosition* out) {
  if (rt.region().contains(reinterpret_cast<const void*>(pc))) {
    const auto* f = reinterpret_cast<const bc::Function*>(pc - pc % alignof(bc::Function));
    if (pc % alignof(bc::Function) > 1 || f->text_off != rt.region().offset_of(f)) return false;
    *out = {f, f->name, f->file, f->line, f->line, 0, false};
    return true;
  }
  const std::uint64_t depth = pc >> kDepthShift;
  const auto* after = reinterpret_cast<const Instr*>(((pc & kAddressMask) + 7) & ~std::uint64_t{7});
  const bc::Function* f = rt.code_map().find(after - 1);
  if (f == nullptr) return false;
  std::vector<CodePosition> calls;
  expand(*f, after - 1, &calls);
  *out = calls[std::min<std::size_t>(depth, calls.size() - 1)];
  return true;
}

NotedStack note_stack(Runtime& rt, sched::Goroutine& g, std::size_t most) {
  NotedStack out;
  walk(g, [&](const bc::Function& f, Slot*, const Instr* instruction) {
    constexpr std::uint32_t kHidden = bc::kWrapper | bc::kRuntimeInternal;
    if (f.code != nullptr) {
      out.push_back({&f, instruction});
    } else if ((f.flags & kHidden) == 0) {
      out.push_back({&f, nullptr});
    }
    return out.size() < most;
  });
  if (out.size() >= most) return out;
  if (g.id == 1) out.push_back({rt.main_frame(), nullptr});
  out.push_back({rt.goexit_frame(), nullptr});
  return out;
}

void append_pcs(std::span<const NotedFrame> stack, std::vector<std::uint64_t>* out) {
  std::vector<CodePosition> calls;
  for (const auto& [f, instruction] : stack) {
    if (instruction == nullptr) {
      out->push_back(pc_in(*f));
      continue;
    }
    const bool is_wrapper = (f->flags & bc::kWrapper) != 0;  // hidden, but not what is inlined into it
    calls.clear();
    expand(*f, instruction, &calls);
    const auto after = reinterpret_cast<std::uint64_t>(instruction + 1);
    for (std::uint64_t depth = 0; depth < calls.size(); depth++) {
      if (!is_wrapper || calls[depth].inlined) out->push_back(after | depth << kDepthShift);
    }
  }
}

void caller_pcs(Runtime& rt, sched::Goroutine& g, std::vector<std::uint64_t>* out) {
  append_pcs(note_stack(rt, g, SIZE_MAX), out);
}

bc::Function* place_in_runtime(TypeTable& types, std::string_view name, std::string_view file, std::uint32_t line) {
  bc::Function* f = types.new_function();
  f->name = name;
  f->file = file;
  f->line = line;
  f->flags = bc::kRuntimeInternal;
  return f;
}

}  // namespace govm::rt
