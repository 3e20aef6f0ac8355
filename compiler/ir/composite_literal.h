// The shape of composite literals, for those who build them at run time and those who lay them out as static data.
#pragma once

#include <cstdint>

#include "compiler/syntax/ast.h"
#include "compiler/types/type.h"

namespace govm::ir {

// The length of an array or slice literal (spec: Composite literals): one more than the largest index.
std::int64_t literal_length(const syntax::CompositeLit* lit);

// The i-th element of a struct literal and the field it is for.
struct LiteralField {
  std::size_t field;
  const syntax::Expr* value;
};
LiteralField literal_field(const syntax::CompositeLit* lit, const types::Struct* type, std::size_t i);

}  // namespace govm::ir
