// Codes of the checker's errors; error_codes.def is the table.
#pragma once

#include <cstdint>
#include <string_view>

namespace govm::types {

enum class Code : std::int16_t {
  kNone = 0,
#define CODE(name, number, example) k##name = number,
#include "compiler/types/error_codes.def"
#undef CODE
};

std::string_view to_string(Code code);  // "UnusedVar"; empty for kNone

}  // namespace govm::types
