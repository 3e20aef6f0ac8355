#include "vm/interp/faults.h"

#include <signal.h>
#include <ucontext.h>
#include <unwind.h>

#include <cstdint>
#include <cstdio>
#include <mutex>

#include "vm/interp/support.h"
#include "vm/interp/table.h"
#include "vm/runtime/fatal.h"
#include "vm/runtime/stubs.h"

extern "C" {
extern const char __start_govm_handlers[], __stop_govm_handlers[];
extern const char __start_govm_touch[], __stop_govm_touch[];
extern const char __executable_start[], etext[];
}

namespace govm::interp {

namespace {

constexpr std::uint64_t kNilPage = 0x1000;   // accesses below are of nil pointers

bool within(std::uintptr_t p, const char* begin, const char* end) {
  return p >= reinterpret_cast<std::uintptr_t>(begin) && p < reinterpret_cast<std::uintptr_t>(end);
}
bool is_handler(std::uintptr_t ip) { return within(ip, __start_govm_handlers, __stop_govm_handlers); }
bool touches(std::uintptr_t ip) { return within(ip, __start_govm_touch, __stop_govm_touch); }
bool is_library(std::uintptr_t ip) { return !within(ip, __executable_start, etext) && !is_handler(ip) && !touches(ip); }

// Walks from the fault to the handler it happened in: what the registers held there are the handler's arguments.
struct Search {
  std::uintptr_t fault_ip;
  bool begun = false, innermost = true, found = false;
  std::uintptr_t registers[4] = {};    // pc, fp, worker, table
  std::uintptr_t stack = 0;            // at the handler's entry
  std::uintptr_t frame = 0;            // its caller's frame pointer, in builds that keep one
};

_Unwind_Reason_Code visit(_Unwind_Context* context, void* argument) {
  auto& s = *static_cast<Search*>(argument);
  if (s.found) {
    s.stack = _Unwind_GetCFA(context) - sizeof(void*);
    s.frame = _Unwind_GetGR(context, 6);
    return _URC_NORMAL_STOP;
  }
  const std::uintptr_t ip = _Unwind_GetIP(context);
  if (!s.begun && ip != s.fault_ip) return _URC_NO_REASON;   // of the signal handler
  s.begun = true;
  if (is_handler(ip)) {
    s.found = true;
    for (int i = 0; i < 4; i++) s.registers[i] = _Unwind_GetGR(context, 12 + i);
  } else if (!touches(ip) && !(s.innermost && is_library(ip))) {
    return _URC_NORMAL_STOP;
  }
  s.innermost = false;
  return _URC_NO_REASON;
}

// The registers are those of a handler at work, not of one that reused them.
bool plausible(const Search& s) {
  if (s.registers[3] != reinterpret_cast<std::uintptr_t>(kDispatchTable) &&
      s.registers[3] != reinterpret_cast<std::uintptr_t>(fuel_table())) {
    return false;
  }
  auto* w = reinterpret_cast<sched::Worker*>(s.registers[2]);
  auto* fp = reinterpret_cast<std::uint64_t*>(s.registers[1]);
  return w != nullptr && w->current != nullptr && w->current->stack.current()->contains(fp);
}

struct sigaction old_segv, old_bus;

void pass_on(int number, siginfo_t* info, void* context) {
  const struct sigaction& old = number == SIGBUS ? old_bus : old_segv;
  if ((old.sa_flags & SA_SIGINFO) != 0 && old.sa_sigaction != nullptr) return old.sa_sigaction(number, info, context);
  if (old.sa_handler != SIG_DFL && old.sa_handler != SIG_IGN) return old.sa_handler(number);
  ::signal(number, SIG_DFL);    // a fault happens again on return, and ends the process
  if (info->si_code <= 0) raise(number);
}

GOVM_PRESERVE_NONE void slow_fault(GOVM_HANDLER_ARGS);

void on_fault(int number, siginfo_t* info, void* raw) {
  auto& registers = static_cast<ucontext_t*>(raw)->uc_mcontext.gregs;
  Search search{.fault_ip = static_cast<std::uintptr_t>(registers[REG_RIP])};
  if (info->si_code > 0) _Unwind_Backtrace(visit, &search);   // not sent by kill
  if (search.stack == 0 || !plausible(search)) return pass_on(number, info, raw);
  rt::Thread& thread = thread_of(reinterpret_cast<sched::Worker*>(search.registers[2]));
  thread.fault = {reinterpret_cast<std::uint64_t>(info->si_addr), search.fault_ip, number, info->si_code};
  registers[REG_R12] = static_cast<greg_t>(search.registers[0]);
  registers[REG_R13] = static_cast<greg_t>(search.registers[1]);
  registers[REG_R14] = static_cast<greg_t>(search.registers[2]);
  registers[REG_R15] = static_cast<greg_t>(search.registers[3]);
  registers[REG_RSP] = static_cast<greg_t>(search.stack);
  registers[REG_RBP] = static_cast<greg_t>(search.frame);
  registers[REG_RIP] = reinterpret_cast<greg_t>(slow_fault);
}

[[gnu::noinline, gnu::cold]] void die_of_fault(sched::Worker* w) {
  const rt::Fault& fault = thread_of(w).fault;
  char before[80], behind[120];
  std::snprintf(before, sizeof(before), "unexpected fault address 0x%llx\n", static_cast<unsigned long long>(fault.address));
  std::snprintf(behind, sizeof(behind), "fault\n[signal %s code=0x%x addr=0x%llx pc=0x%llx]",
                fault.signal == SIGBUS ? "SIGBUS: bus error" : "SIGSEGV: segmentation violation",
                static_cast<unsigned>(fault.code), static_cast<unsigned long long>(fault.address),
                static_cast<unsigned long long>(fault.ip));
  rt::fatal_error(runtime_of(w), w->current, behind, before);
}

// Entered from on_fault as if the handler had called it last.
GOVM_PRESERVE_NONE __attribute__((cold, noinline)) void slow_fault(GOVM_HANDLER_ARGS) {
  const rt::Fault& fault = thread_of(w).fault;
  const bool native = (rt::function_of(fp)->flags & bc::kNative) != 0;
  if (native) pc = rt::stub_resume_native() - 1;    // the panic returns, as far as anyone can tell, to the native
  save(w, pc, fp);
  if (fault.address < kNilPage) RAISE(kMem, fault.address, 0);
  if (rt::state_of(*w->current).panic_on_fault != 0) RAISE(kMemAddr, fault.address, 0);
  die_of_fault(w);
  LEAVE(kKill);
}

}  // namespace

void install_fault_handler() {
  static std::once_flag once;
  std::call_once(once, [] {
    struct sigaction action {};
    action.sa_sigaction = on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGSEGV, &action, &old_segv);
    sigaction(SIGBUS, &action, &old_bus);
  });
}

}  // namespace govm::interp
