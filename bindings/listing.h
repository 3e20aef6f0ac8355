// Text forms of a program's functions (govm ir, govm disasm), and what `govm check std` needs of a package.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "bindings/program.h"

namespace govm::detail {

// function: a symbol name ("main.f"), or "" for all declared functions of the root package.
Result<std::string> disassemble(LoadedProgram& program, std::string_view function);
Result<std::string> print_ir(LoadedProgram& program, std::string_view function, bool optimized);

// What was decided of allocations and calls in the root package, as `go build -gcflags=-m` prints it; inlining: -l is not given.
std::string print_decisions(LoadedProgram& program, bool inlining, std::string_view package);

void check_all_bodies(Front& front, const load::Package& package);
std::size_t count_lines(Front& front);

// Of one function; the engine's lock is held.
Result<std::string> print_ir(Engine& engine, types::Func* func, bool optimized);
Result<std::string> disassemble(Engine& engine, types::Func* func);

}  // namespace govm::detail
