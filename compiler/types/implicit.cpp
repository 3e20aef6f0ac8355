// Implicit conversion of untyped operands (types2/expr.go, implicitTypeAndValue).
#include "compiler/types/checker_impl.h"

namespace govm::types {

Checker::Implicit Checker::implicit_type_and_value(Operand& x, Type* target) {
  constexpr Implicit kImpossible{nullptr, nullptr, Code::kInvalidUntypedConversion};
  if (!x.valid() || is_typed(x.type) || !is_valid(target)) return {x.type, nullptr, Code::kNone};

  // Both untyped: the larger kind.
  if (is_untyped(target)) {
    Type* m = max_type(x.type, target);
    return m ? Implicit{m, nullptr, Code::kNone} : kImpossible;
  }
  if (x.is_nil()) return has_nil(target) ? Implicit{target, nullptr, Code::kNone} : kImpossible;

  Type* u = under(target);
  if (auto* b = as<Basic>(u)) {
    if (x.mode == Mode::kConstant) {
      Representation r = representation(x, b);
      if (r.code != Code::kNone) return {nullptr, nullptr, r.code};
      return {target, r.val, Code::kNone};
    }
    // Non-constant untyped values: results of comparisons (bool) and shifts (numeric).
    bool ok = false;
    switch (static_cast<Basic*>(x.type)->kind) {
      case BasicKind::kUntypedBool: ok = is_boolean(target); break;
      case BasicKind::kUntypedInt:
      case BasicKind::kUntypedRune:
      case BasicKind::kUntypedFloat:
      case BasicKind::kUntypedComplex: ok = is_numeric(target); break;
      case BasicKind::kUntypedString: ok = is_string(target); break;
      default: break;
    }
    return ok ? Implicit{target, nullptr, Code::kNone} : kImpossible;
  }
  auto* i = as<Interface>(u);
  if (!i) return kImpossible;
  if (is_type_param(target)) {
    bool ok = under_is(target, [&](Type* term) {
      return term && implicit_type_and_value(x, term).type != nullptr;
    });
    return ok ? Implicit{target, nullptr, Code::kNone} : kImpossible;
  }
  // Values in interfaces have their default type; untyped values have no methods.
  if (!type_set(i)->is_all()) return kImpossible;
  return {default_type(x.type), nullptr, Code::kNone};
}

}  // namespace govm::types
