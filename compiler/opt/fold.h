// Evaluation of operations on constants with Go's run-time semantics. Nothing that would panic, or whose result the
// spec leaves to the implementation, is folded.
#pragma once

#include <optional>

#include "compiler/opt/edit.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {

std::optional<std::int64_t> fold_binary(Op op, Shape s, std::int64_t x, std::int64_t y);  // also shifts
std::optional<bool> fold_compare(Op op, Shape s, std::int64_t x, std::int64_t y);
std::optional<std::int64_t> fold_unary(Op op, Shape s, std::int64_t x);
std::optional<std::int64_t> fold_convert(Shape from, Shape to, std::int64_t x);

}  // namespace govm::opt
