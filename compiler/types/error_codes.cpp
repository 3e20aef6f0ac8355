#include "compiler/types/error_codes.h"

namespace govm::types {

std::string_view to_string(Code code) {
  switch (code) {
    case Code::kNone: return "";
#define CODE(name, number, example) \
  case Code::k##name: return #name;
#include "compiler/types/error_codes.def"
#undef CODE
  }
  return "";
}

}  // namespace govm::types
