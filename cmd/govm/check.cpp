// govm check
#include <cstdio>

#include "cmd/govm/options.h"

int check(const Command&, const Flags& flags, Arguments arguments) {
  if (arguments.empty()) arguments.push_back(".");
  govm::Vm vm(vm_options(flags));
  const std::vector<govm::Diagnostic> diagnostics = vm.check(arguments);
  for (const govm::Diagnostic& d : diagnostics) std::printf("%s\n", d.text().c_str());
  if (flags.has("stats")) {
    std::printf("%zu packages, %zu lines, %zu errors\n", vm.checked_packages(), vm.checked_lines(), diagnostics.size());
  }
  return diagnostics.empty() ? print_decisions(flags, arguments) : 1;
}
