// Order of evaluation (spec: Order of evaluation). Calls and receives happen in source order; when a plain variable beside
// them is read, the specification leaves open. Programs have come to rely on gc's choice: variables are read after all
// calls of the same operand list, so `f(x, g())` sees what g did to x.
#include <algorithm>

#include "compiler/ir/builder.h"
#include "compiler/ir/facts.h"

namespace govm::ir {

using syntax::as;

namespace {

// A variable by its own name.
bool is_variable(const syntax::Expr* e) {
  while (auto* paren = as<syntax::ParenExpr>(e)) e = paren->x;
  auto* name = as<syntax::Name>(e);
  return name && name->object && name->object->object_kind() == types::ObjectKind::kVar;
}

}  // namespace

bool Builder::read_late(const syntax::Expr* e, std::span<syntax::Expr* const> later) {
  return is_variable(e) && std::any_of(later.begin(), later.end(), has_call);
}

std::vector<Value*> Builder::operands(std::span<syntax::Expr* const> list) {
  std::vector<Value*> values(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!read_late(list[i], list.subspan(i + 1))) values[i] = expr(list[i]);
  }
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!values[i]) values[i] = expr(list[i]);
  }
  return values;
}

}  // namespace govm::ir
