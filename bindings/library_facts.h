#pragma once

#include "compiler/opt/library_facts.h"

namespace govm::detail {

// Of the std pack linked into this program.
const opt::LibraryFacts& library_facts();

}  // namespace govm::detail
