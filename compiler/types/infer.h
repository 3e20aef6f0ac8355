// Pieces of type inference used by calls.
#pragma once

#include <span>

#include "compiler/types/type.h"

namespace govm::types {

// Does t mention any of tparams?
bool is_parameterized(std::span<TypeParam* const> tparams, Type* t);

}  // namespace govm::types
