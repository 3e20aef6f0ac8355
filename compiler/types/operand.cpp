// Operands: their description in messages and assignability (types2/operand.go).
#include "compiler/types/operand.h"

#include "base/assert.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

std::string_view mode_string(Mode mode) {
  switch (mode) {
    case Mode::kInvalid: return "invalid operand";
    case Mode::kNoValue: return "no value";
    case Mode::kBuiltin: return "built-in";
    case Mode::kTypexpr: return "type";
    case Mode::kConstant: return "constant";
    case Mode::kVariable: return "variable";
    case Mode::kMapIndex: return "map index expression";
    case Mode::kValue: return "value";
    case Mode::kNilValue: return "nil";
    case Mode::kCommaOk: return "comma, ok expression";
    case Mode::kCommaErr: return "comma, error expression";
    case Mode::kCgoFunc: return "cgo function";
  }
  GOVM_UNREACHABLE();
}

std::string_view composite_kind(Type* t) {
  switch (under(t)->type_kind()) {
    case TypeKind::kArray: return "array";
    case TypeKind::kSlice: return "slice";
    case TypeKind::kStruct: return "struct";
    case TypeKind::kPointer: return "pointer";
    case TypeKind::kSignature: return "func";
    case TypeKind::kInterface: return "interface";
    case TypeKind::kMap: return "map";
    case TypeKind::kChan: return "chan";
    case TypeKind::kTuple: return "tuple";
    case TypeKind::kUnion: return "union";
    default: return "";
  }
}

namespace {

std::string nil_string(const Operand& x, const Qualifier& qualifier) {
  if (!x.type || x.type == invalid_type()) return "nil (with invalid type)";
  if (x.type == basic_type(BasicKind::kUntypedNil)) return "nil";
  std::string out = "nil (of type ";
  write_type(out, x.type, qualifier);
  return out + ")";
}

// " of slice type T", " of type P constrained by C", " with invalid type".
void write_operand_type(std::string& out, const Operand& x, const Qualifier& qualifier) {
  if (!is_valid(x.type)) {
    out += " with invalid type";
    return;
  }
  out += " of ";
  if (is_generic(x.type)) out += "generic ";
  TypeParam* tpar = as_type_param(x.type);
  if (!tpar && (as<Alias>(x.type) || as<Named>(x.type))) {
    std::string_view what = composite_kind(x.type);
    if (what.empty()) {
      if (auto* b = as<Basic>(under(x.type))) what = b->name;
    }
    out += what;
    out += ' ';
  }
  out += "type ";
  write_type(out, x.type, qualifier);
  if (!tpar) return;
  out += " constrained by ";
  write_type(out, tpar->bound, qualifier);
  if (has_empty_typeset(tpar)) out += " with empty type set";
}

// "cannot assign ..." put before the cause so far, on a line of its own.
template <typename... Args>
void prepend_cause(Checker* check, std::string* cause, std::string_view pattern, const Args&... args) {
  if (!check || !cause) return;
  std::string message = check->sprintf(pattern, args...);
  if (!cause->empty()) message += "\n\t" + *cause;
  *cause = std::move(message);
}

// x's type or t is a type parameter: each specific type must do.
Assignability assignable_type_params(Session& session, Checker* check, Operand& x, Type* v, Type* t, Type* orig,
                                     std::string* cause) {
  Assignability result{false, Code::kIncompatibleAssign};
  if (auto* tp = as<TypeParam>(t); tp && !has_name(v)) {
    type_param_is(tp, [&](const Term* term) {
      if (!term || !term->type) return false;
      result = assignable_to(session, check, x, term->type, cause);
      if (!result.ok) prepend_cause(check, cause, "cannot assign %s to %s (in %s)", x.type, term->type, t);
      return result.ok;
    });
    return result;
  }
  if (auto* vp = as<TypeParam>(v); vp && !has_name(t)) {
    Operand copy = x;
    type_param_is(vp, [&](const Term* term) {
      if (!term || !term->type) return false;
      copy.type = term->type;
      result = assignable_to(session, check, copy, t, cause);
      if (!result.ok) prepend_cause(check, cause, "cannot assign %s (in %s) to %s", term->type, v, orig);
      return result.ok;
    });
  }
  return result;
}

}  // namespace

std::string operand_string(const Operand& x, const Qualifier& qualifier) {
  if (x.mode == Mode::kNilValue) return nil_string(x, qualifier);
  std::string expr;
  if (x.expr) {
    expr = expr_string(x.expr);
  } else if (x.mode == Mode::kBuiltin) {
    expr = builtin_info(x.id).name;
  } else if (x.mode == Mode::kTypexpr) {
    write_type(expr, x.type, qualifier);
  } else if (x.mode == Mode::kConstant) {
    expr = constant::to_string(x.val);
  }
  std::string out = expr;
  if (!expr.empty()) out += " (";
  bool has_type = false;
  switch (x.mode) {
    case Mode::kInvalid:
    case Mode::kNoValue:
    case Mode::kBuiltin:
    case Mode::kTypexpr: break;
    default:
      if (!x.type) break;
      if (is_untyped(x.type)) {
        out += static_cast<Basic*>(x.type)->name;
        out += ' ';
        break;
      }
      has_type = true;
  }
  out += mode_string(x.mode);
  if (x.mode == Mode::kConstant && x.val) {
    std::string value = constant::to_string(x.val);
    if (value != expr) out += " " + value;
  }
  if (has_type) write_operand_type(out, x, qualifier);
  if (!expr.empty()) out += ')';
  return out;
}

void Operand::set_const(Session& session, syntax::LitKind kind, std::string_view literal) {
  static constexpr BasicKind kKinds[] = {BasicKind::kUntypedInt, BasicKind::kUntypedFloat, BasicKind::kUntypedComplex,
                                         BasicKind::kUntypedRune, BasicKind::kUntypedString};
  const constant::Value* v = session.constants.from_literal(literal, kind);
  if (constant::kind(v) == constant::Kind::kUnknown) {
    mode = Mode::kInvalid;
    type = invalid_type();
    return;
  }
  mode = Mode::kConstant;
  type = basic_type(kKinds[static_cast<int>(kind)]);
  val = v;
}

Assignability assignable_to(Session& session, Checker* check, Operand& x, Type* t, std::string* cause) {
  if (!x.valid() || !is_valid(t)) return {true, Code::kNone};  // reported before
  Type* orig = t;
  Type* v = unalias(x.type);
  t = unalias(t);
  if (identical(v, t)) return {true, Code::kNone};
  Type *vu = under(v), *tu = under(t);
  auto *vp = as<TypeParam>(v), *tp = as<TypeParam>(t);

  if (is_untyped(vu)) {
    GOVM_ASSERT(check != nullptr);
    bool ok = tp ? type_param_is(tp, [&](const Term* term) {
                     return term && term->type && check->implicit_type_and_value(x, term->type).type != nullptr;
                   })
                 : check->implicit_type_and_value(x, t).type != nullptr;
    return {ok, Code::kIncompatibleAssign};
  }
  if (!vp && !tp && identical(vu, tu) && (!has_name(v) || !has_name(t))) return {true, Code::kNone};

  // Interfaces; pointers to them too, for the explanation why not.
  if ((as<Interface>(tu) && !tp) || is_interface_ptr(tu)) {
    if (implements(session, check, v, t, false, cause)) return {true, Code::kNone};
    if (!vp) return {false, Code::kInvalidIfaceAssign};
    if (cause) cause->clear();
  }
  if (as<Interface>(vu) && !vp && implements(session, check, t, v, false, nullptr)) {
    if (cause) *cause = "need type assertion";
    return {false, Code::kIncompatibleAssign};
  }
  if (auto* vc = as<Chan>(vu); vc && vc->dir == syntax::ChanDir::kBoth) {
    if (auto* tc = as<Chan>(tu); tc && identical(vc->elem, tc->elem)) {
      return {!has_name(v) || !has_name(t), Code::kInvalidChanAssign};
    }
  }
  if (!vp && !tp) return {false, Code::kIncompatibleAssign};
  return assignable_type_params(session, check, x, v, t, orig, cause);
}

}  // namespace govm::types
