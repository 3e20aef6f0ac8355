// Options of a Vm from the flags that several commands share, and what programs they name.
#pragma once

#include "bindings/govm.hpp"
#include "cmd/govm/commands.h"

govm::Options vm_options(const Flags& flags);
bool is_go_file(std::string_view name);
// Number of arguments at the front that name what to load: Go files, or one package.
std::size_t target_count(const Arguments& arguments);
// 0, or 2 after a line to standard error: a Go file among them cannot be read. (run and check report it as the go command
// does, with 1.)
int require_files(const Arguments& arguments);
govm::Result<govm::Program> load_target(govm::Vm& vm, const Arguments& arguments);
// -gcflags=-m: prints what was decided of allocations and calls to standard error, as go build does.
void print_decisions(const Flags& flags, const Arguments& arguments, govm::Program& program);
bool wants_decisions(const std::string& gcflags, bool& inlining);     // the value has -m; inlining: it has no -l
int print_decisions(const Flags& flags, const Arguments& arguments);   // of what the arguments name; the exit code
int print_error(const std::string& message);   // to standard error; 1
// Without destructors: a Vm's waits for goroutines that are in system calls, and those may never end.
[[noreturn]] void end_process(int code);
// Runs the program and ends the process with its exit code, whatever its goroutines do.
[[noreturn]] void run_to_end(govm::Program& program);
// The same, or if there is none, prints why: 1.
int run_program(govm::Result<govm::Program> program);
