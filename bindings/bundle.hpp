// Programs in one piece: everything one was loaded from but the standard library, which every Vm has.
#pragma once

#include <string>
#include <vector>

#include "bindings/govm.hpp"

namespace govm {

// Checks a program, named as for Vm::load_files (if the first target ends in ".go") or Vm::load_package, and packs what
// it was loaded from. Errors: the compiler's, a line each.
Result<std::string> make_bundle(Options options, const std::vector<std::string>& targets);

// Loads what make_bundle packed, in a new Vm. No file of this machine is read for it.
Result<Program> load_bundle(Options options, const std::string& bundle);

// Go's source tree that tests and documentation of std are read from; "": none was found.
std::string go_source_tree(const Options& options = {});

}  // namespace govm
