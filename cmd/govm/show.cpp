// govm disasm and govm ir
#include <cstdio>

#include "cmd/govm/options.h"

int show_code(const Command& self, const Flags& flags, Arguments arguments) {
  if (arguments.empty()) return usage_error(self, "no Go files given");
  if (const int code = require_files(arguments)) return code;
  govm::Options options = vm_options(flags);
  options.access = govm::Access::all(arguments);
  govm::Vm vm(std::move(options));
  govm::Result<govm::Program> program = load_target(vm, arguments);
  if (!program) return print_error(program.error().message);
  const std::size_t targets = target_count(arguments);
  const std::string function = arguments.size() > targets ? arguments[targets] : "";
  const govm::Result<std::string> text =
      self.name == "ir" ? program->ir(function, !flags.has("raw")) : program->disassembly(function);
  if (!text) return print_error("govm: " + text.error().message);
  std::fputs(text.value().c_str(), stdout);
  return 0;
}
