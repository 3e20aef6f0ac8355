#include "tests/catch.h"
#include "tests/interp/machine.h"
#include "vm/runtime/stubs.h"

using namespace govm;
using namespace govm::interp;

TEST_CASE("a loop sums") {
  Machine m;
  std::int64_t* out = m.cell();
  bc::Function* f = m.declare("main.main", 0, 0, 2);
  Assembler a;
  a.op32(Op::kConstI32, 0, 0).op32(Op::kConstI32, 1, 0);
  int loop = a.here();
  a.op(Op::kAddI64, 1, 1, 0);
  a.op(Op::kIncLoopLtKI64, 0, 1000, loop - a.here());
  a.op(Op::kStoreG64, 1).word(out).op(Op::kReturn);
  m.define(f, a);
  CHECK(m.run(f) == sched::RunEnd::kFinished);
  CHECK(*out == 999 * 1000 / 2);
}

// sum(n) = n == 0 ? 0 : n + sum(n - 1): 100,000 frames over many stack chunks.
TEST_CASE("deep recursion grows the stack and comes back") {
  Machine m;
  std::int64_t* out = m.cell();
  bc::Function* sum = m.declare("main.sum", 1, 1, 3 + 4 + 2);
  Assembler s;
  s.op(Op::kJNeKI64, 0, 0, 2).op(Op::kReturn1K, 0, 1);
  s.op(Op::kAddKI64, 7, 0, -1).op(Op::kCall, 7).word(sum);
  s.op(Op::kAddI64, 1, 0, 8).op(Op::kReturn);
  m.define(sum, s);
  bc::Function* f = m.declare("main.main", 0, 0, 8);
  Assembler a;
  a.op(Op::kConstI64, 4).word(std::uint64_t{100000}).op(Op::kCall, 4).word(sum);
  a.op(Op::kStoreG64, 5).word(out).op(Op::kReturn);
  m.define(f, a);
  CHECK(m.run(f) == sched::RunEnd::kFinished);
  CHECK(*out == 100000LL * 100001 / 2);
}

TEST_CASE("endless recursion ends the program") {
  Machine m;
  bc::Function* f = m.declare("main.f", 0, 0, 4000);
  Assembler a;
  a.op(Op::kCall, 3990).word(f).op(Op::kReturn);
  m.define(f, a);
  CHECK(m.run(f) == sched::RunEnd::kKilled);
  CHECK(m.runtime.exit_code() == 2);
  CHECK(m.access.output.find("fatal error: stack overflow") != std::string::npos);
  CHECK(m.access.output.find("main.f()\n\ttest.go:7 +0x") != std::string::npos);
}

TEST_CASE("functions are compiled at their first call") {
  Machine m;
  std::int64_t* out = m.cell();
  bc::Function* callee = m.declare("main.g", 0, 1, 0);
  m.on_compile = [&](bc::Function& f) {
    f.frame_slots = 500;
    Assembler a;
    a.op(Op::kReturn1K, 42, 0);
    m.define(&f, a);
    return true;
  };
  bc::Function* f = m.declare("main.main", 0, 0, 6);
  Assembler a;
  a.op(Op::kCall, 4).word(callee).op(Op::kCall, 4).word(callee);
  a.op(Op::kStoreG64, 4).word(out).op(Op::kReturn);
  m.define(f, a);
  CHECK(m.run(f) == sched::RunEnd::kFinished);
  CHECK(*out == 42);
  CHECK(m.compiled == 1);
}

// func apply(fn func(int) int, x int) int, a native that calls back twice.
static void apply(bc::NativeFrame& frame) {
  if (frame.phase() < 2) {
    bc::Slot x;
    x.i = frame.phase() == 0 ? frame.arg<std::int64_t>(1) : frame.call_result<std::int64_t>(0);
    return frame.call(frame.arg<void*>(0), {&x, 1}, frame.phase() + 1);
  }
  frame.result<std::int64_t>(0, frame.call_result<std::int64_t>(0));
}

TEST_CASE("natives call Go functions; missing ones end the program when called") {
  Machine m;
  std::int64_t* out = m.cell();
  bc::Function* twice = m.declare("main.twice", 1, 1, 300);
  Assembler t;
  t.op(Op::kMulKI64, 1, 0, 2).op(Op::kReturn);
  m.define(twice, t);
  constexpr rt::Native kNatives[] = {{"func apply(fn func(int) int, x int) int", apply}};
  m.runtime.natives().add({"main", kNatives});
  bc::Function* native = m.declare("main.apply", 2, 1, 0);
  CHECK(m.runtime.natives().bind(*native, "main.apply"));
  bc::Function* missing = m.declare("main.missing", 0, 0, 0);
  CHECK_FALSE(m.runtime.natives().bind(*missing, "main.missing"));
  bc::Function* f = m.declare("main.main", 0, 0, 10);
  Assembler a;
  a.op(Op::kConstAddr, 4).word(&twice->self_closure).op32(Op::kConstI32, 5, 5).op(Op::kCall, 4).word(native);
  a.op(Op::kStoreG64, 6).word(out).op(Op::kCall, 4).word(missing).op(Op::kReturn);
  m.define(f, a);
  CHECK(m.run(f) == sched::RunEnd::kKilled);
  CHECK(*out == 20);
  CHECK(m.access.output.find("fatal error: govm: native function main.missing is not implemented") == 0);
}

// func f() (r int) { defer func() { recover(); r stays } (); panic("x") }, caller continues.
TEST_CASE("a deferred function recovers a panic") {
  Machine m;
  std::int64_t* out = m.cell();
  std::int64_t* seen = m.cell();
  bc::Function* deferred = m.declare("main.f.func1", 0, 0, 2);
  Assembler d;
  d.op(Op::kRecover, 0).op(Op::kStoreG64, 1).word(seen).op(Op::kReturn);
  m.define(deferred, d);
  bc::Function* f = m.declare("main.f", 0, 1, 8);
  f->flags = bc::kHasDefer;
  Assembler a;
  a.op32(Op::kConstI32, 0, 7).op(Op::kConstAddr, 1).word(&deferred->self_closure).op(Op::kDefer, 1, 1);
  a.op(Op::kConstAddr, 2).word(m.runtime.types().basic(abi::kInt)).op32(Op::kConstI32, 3, 99).op(Op::kPanic, 2);
  int recover_entry = a.here();
  a.op(Op::kRunDefers, 8).op(Op::kReturn);
  m.define(f, a, recover_entry);
  bc::Function* main = m.declare("main.main", 0, 0, 8);
  Assembler c;
  c.op(Op::kCall, 4).word(f).op(Op::kStoreG64, 4).word(out).op(Op::kReturn);
  m.define(main, c);
  CHECK(m.run(main) == sched::RunEnd::kFinished);
  CHECK(*out == 7);
  CHECK(*seen == 99);
}

TEST_CASE("an index out of range calls the runtime's Go function") {
  Machine m;
  std::int64_t* out = m.cell();
  bc::Function* panic_index = m.declare("runtime.panicIndex", 2, 0, 2);
  Assembler p;
  p.op(Op::kMulI64, 0, 0, 1).op(Op::kStoreG64, 0).word(out).op(Op::kUnreachable);
  m.define(panic_index, p);
  bc::Function* main = m.declare("main.main", 0, 0, 8);
  Assembler c;
  c.op32(Op::kConstI32, 0, 5).op32(Op::kConstI32, 1, 3).op(Op::kBoundsCheck, 0, 1).op(Op::kReturn);
  m.define(main, c);
  CHECK(m.run(main) == sched::RunEnd::kKilled);
  CHECK(*out == 15);
}

TEST_CASE("goroutines exchange values over a channel") {
  Machine m(2);
  std::int64_t* out = m.cell();
  std::int64_t* channel = static_cast<std::int64_t*>(m.runtime.statics().scanned(8));
  abi::Type* type = m.runtime.types().chan_of(m.runtime.types().basic(abi::kInt), 3);
  bc::Function* sender = m.declare("main.main.func1", 0, 0, 2);
  Assembler s;
  s.op(Op::kLoadG64, 1).word(channel).op32(Op::kConstI32, 0, 0);
  int loop = s.here();
  s.op(Op::kSend, 1, 0);
  s.op(Op::kIncLoopLtKI64, 0, 1000, loop - s.here());
  s.op(Op::kClose, 1).op(Op::kReturn);
  m.define(sender, s);
  bc::Function* main = m.declare("main.main", 0, 0, 8);
  Assembler c;
  c.op32(Op::kConstI32, 0, 0).op(Op::kMakeChan, 1, 0).word(type).op(Op::kStoreG64, 1).word(channel);
  c.op(Op::kConstAddr, 2).word(&sender->self_closure).op(Op::kGo, 2);
  int receive = c.here();
  c.op(Op::kRecv, 3, 1, 4).word(m.runtime.types().basic(abi::kInt));
  c.op32(Op::kJZero, 4, 3).op(Op::kAddI64, 0, 0, 3);
  c.op32(Op::kLoop, 0, receive - c.here());
  c.op(Op::kStoreG64, 0).word(out).op(Op::kReturn);
  m.define(main, c);
  CHECK(m.run(main) == sched::RunEnd::kFinished);
  CHECK(*out == 999 * 1000 / 2);
}
