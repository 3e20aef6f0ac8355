// Calls of predeclared functions and those of package unsafe (types2/builtins.go). A function per builtin; each gets
// the operand x (first argument at first, result at last) and returns false after an error.
#include "compiler/types/builtins.h"

#include "base/assert.h"

namespace govm::types {

using constant::Kind;
using syntax::Operator;

Type* array_ptr_deref(Type* t) {
  if (auto* p = as<Pointer>(unalias(t))) {
    if (auto* a = as<Array>(under(p->base))) return a;
  }
  return t;
}

Signature* BuiltinCall::make_sig(Type* result, std::initializer_list<Type*> args) {
  return make_sig(result, std::span<Type* const>(args.begin(), args.size()));
}

Signature* BuiltinCall::make_sig(Type* result, std::span<Type* const> args) {
  Checker& c = check_;
  auto var = [&](Type* t) { return c.arena.make<Var>(Pos{}, nullptr, Symbol(), t); };
  std::vector<Var*> params, results;
  for (Type* t : args) params.push_back(var(default_type(t)));
  if (result) results.push_back(var(result));
  return new_signature(c.session, nullptr, new_tuple(c.session, std::move(params)),
                       new_tuple(c.session, std::move(results)), false);
}

void BuiltinCall::record_type(Type* result, std::initializer_list<Type*> args) {
  check_.record_builtin_type(call_->fun, make_sig(result, args));
}

bool BuiltinCall::value(Type* t) {
  x_.mode = Mode::kValue;
  x_.type = t;
  return true;
}

bool BuiltinCall::no_value() {
  x_.mode = Mode::kNoValue;
  x_.type = new_tuple(check_.session, {});
  return true;
}

bool BuiltinCall::int_constant(std::int64_t v, Type* t) {
  x_.mode = Mode::kConstant;
  x_.val = check_.constants.make_int64(v);
  x_.type = t;
  return true;
}

// make, new and Offsetof take types or selectors; the others have their arguments evaluated first.
bool BuiltinCall::evaluate_arguments() {
  switch (id_) {
    case BuiltinId::kMake:
    case BuiltinId::kNew:
    case BuiltinId::kUnsafeOffsetof:
    case BuiltinId::kTrace: nargs_ = static_cast<int>(call_->args.size()); break;
    default:
      args_ = check_.expr_list(call_->args);
      nargs_ = static_cast<int>(args_.size());
      for (Operand* a : args_) {
        if (!a->valid()) return false;
      }
      if (nargs_ > 0) x_ = *args_[0];
  }
  std::string_view problem;
  if (nargs_ < info_.nargs) problem = "not enough";
  if (!info_.variadic && nargs_ > info_.nargs) problem = "too many";
  if (problem.empty()) return true;
  check_.errorf(call_, Code::kWrongArgCount, "invalid operation: %s arguments for %v (expected %d, found %d)", problem,
                static_cast<syntax::Expr*>(call_), info_.nargs, nargs_);
  return false;
}

bool BuiltinCall::run() {
  if (call_->has_dots && id_ != BuiltinId::kAppend) {
    check_.errorf(call_, Code::kInvalidDotDotDot, "invalid operation: invalid use of ... with built-in %s", info_.name);
    check_.use(call_->args);
    return false;
  }
  // len and cap of arrays are constant unless their argument contains calls or receives.
  bool measures = id_ == BuiltinId::kLen || id_ == BuiltinId::kCap;
  bool saved = check_.env.has_call_or_recv;
  if (measures) check_.env.has_call_or_recv = false;
  bool ok = evaluate_arguments() && dispatch();
  if (measures) check_.env.has_call_or_recv = saved;
  return ok;
}

bool BuiltinCall::dispatch() {
  switch (id_) {
    case BuiltinId::kAppend: return append();
    case BuiltinId::kCap:
    case BuiltinId::kLen: return length();
    case BuiltinId::kClear: return clear();
    case BuiltinId::kClose: return close();
    case BuiltinId::kComplex: return complex();
    case BuiltinId::kCopy: return copy();
    case BuiltinId::kDelete: return delete_();
    case BuiltinId::kImag:
    case BuiltinId::kReal: return part();
    case BuiltinId::kMake: return make();
    case BuiltinId::kMax:
    case BuiltinId::kMin: return min_max();
    case BuiltinId::kNew: return new_();
    case BuiltinId::kPanic: return panic();
    case BuiltinId::kPrint:
    case BuiltinId::kPrintln: return print();
    case BuiltinId::kRecover:
      record_type(check_.universe.any, {});
      return value(check_.universe.any);
    case BuiltinId::kUnsafeAdd: return unsafe_add();
    case BuiltinId::kUnsafeAlignof: return unsafe_alignof();
    case BuiltinId::kUnsafeOffsetof: return unsafe_offsetof();
    case BuiltinId::kUnsafeSizeof: return unsafe_sizeof();
    case BuiltinId::kUnsafeSlice: return unsafe_slice();
    case BuiltinId::kUnsafeSliceData: return unsafe_slice_data();
    case BuiltinId::kUnsafeString: return unsafe_string();
    case BuiltinId::kUnsafeStringData: return unsafe_string_data();
    case BuiltinId::kAssert: return assert_();
    case BuiltinId::kTrace: return trace();
    case BuiltinId::kNone: break;
  }
  GOVM_UNREACHABLE();
}

bool BuiltinCall::append() {
  Type* s = x_.type;
  auto* slice = as<Slice>(core_type(s));
  if (!slice) {
    std::string cause;
    if (x_.is_nil()) {
      cause = "have untyped nil";
    } else if (is_type_param(s)) {
      Type* u = core_type(s);
      cause = u ? check_.sprintf("%s has core type %s", x_, u) : check_.sprintf("%s has no core type", x_);
    } else {
      cause = check_.sprintf("have %s", x_);
    }
    check_.errorf(x_, Code::kInvalidAppend, "first argument to append must be a slice; %s",
                  cause);
    return false;
  }
  // Special case: append([]byte, string...).
  if (nargs_ == 2 && call_->has_dots && assignable_to(check_.session, &check_, x_, byte_slice(), nullptr).ok) {
    Operand* y = args_[1];
    if (Type* t = core_string(y->type); t && is_string(t)) {
      if (is_untyped(y->type)) {
        check_.update_expr_type(y->expr, basic_type(BasicKind::kString), true);
        y->type = basic_type(BasicKind::kString);
      }
      Signature* sig = make_sig(s, {s, y->type});
      sig->variadic = true;
      check_.record_builtin_type(call_->fun, sig);
      return value(s);
    }
  }
  Signature* sig = make_sig(s, {s, check_.arena.make<Slice>(slice->elem)});
  sig->variadic = true;
  Checker::GenericList none;
  check_.arguments(call_, sig, {}, {}, args_, none);
  check_.record_builtin_type(call_->fun, sig);
  return value(s);
}

// The mode of len or cap of a value of type t; invalid if there is no such thing.
Mode BuiltinCall::length_mode(Type* u) {
  u = array_ptr_deref(u);
  bool len = id_ == BuiltinId::kLen;
  switch (u->type_kind()) {
    case TypeKind::kBasic: return is_string(u) && len ? Mode::kValue : Mode::kInvalid;
    case TypeKind::kArray:
    case TypeKind::kSlice:
    case TypeKind::kChan: return Mode::kValue;
    case TypeKind::kMap: return len ? Mode::kValue : Mode::kInvalid;
    default: return Mode::kInvalid;
  }
}

bool BuiltinCall::length() {
  Mode mode = Mode::kInvalid;
  const constant::Value* val = nullptr;
  if (is_type_param(x_.type)) {
    if (under_is(x_.type, [&](Type* u) { return u && length_mode(u) != Mode::kInvalid; })) mode = Mode::kValue;
  } else {
    Type* u = array_ptr_deref(under(x_.type));
    mode = length_mode(u);
    if (mode == Mode::kValue && as<Basic>(u) && x_.mode == Mode::kConstant) {
      mode = Mode::kConstant;
      val = check_.constants.make_int64(static_cast<std::int64_t>(constant::string_value(x_.val).size()));
    }
    if (auto* a = as<Array>(u); a && !check_.env.has_call_or_recv) {
      mode = Mode::kConstant;
      val = a->len >= 0 ? check_.constants.make_int64(a->len) : check_.constants.unknown();
    }
  }
  Basic* int_type = basic_type(BasicKind::kInt);
  if (mode == Mode::kInvalid) {
    if (is_valid(under(x_.type))) {
      check_.errorf(x_, id_ == BuiltinId::kLen ? Code::kInvalidLen : Code::kInvalidCap,
                    "invalid argument: %s for built-in %s", x_, info_.name);
    }
    return false;
  }
  if (mode != Mode::kConstant) record_type(int_type, {x_.type});
  x_.mode = mode;
  x_.type = int_type;
  x_.val = val;
  return true;
}

bool BuiltinCall::clear() {
  check_.verify_versionf(call_->fun, kGo1_21, "clear");
  bool ok = under_is(x_.type, [&](Type* u) {
    if (as<Map>(u) || as<Slice>(u)) return true;
    check_.errorf(x_, Code::kInvalidClear,
                  "invalid argument: cannot clear %s: argument must be (or constrained by) map or slice", x_);
    return false;
  });
  if (!ok) return false;
  record_type(nullptr, {x_.type});
  return no_value();
}

bool BuiltinCall::close() {
  bool ok = under_is(x_.type, [&](Type* u) {
    auto* c = as<Chan>(u);
    if (!c) {
      check_.errorf(x_, Code::kInvalidClose, "invalid operation: cannot close non-channel %s", x_);
      return false;
    }
    if (c->dir == syntax::ChanDir::kRecvOnly) {
      check_.errorf(x_, Code::kInvalidClose, "invalid operation: cannot close receive-only channel %s", x_);
      return false;
    }
    return true;
  });
  if (!ok) return false;
  record_type(nullptr, {x_.type});
  return no_value();
}

// Brings two possibly untyped arguments of complex to one type; invalid operands after an error.
void BuiltinCall::match_complex_parts(Operand& y) {
  bool ux = is_untyped(x_.type), uy = is_untyped(y.type);
  if (ux && !uy) {
    check_.convert_untyped(x_, y.type);
  } else if (!ux && uy) {
    check_.convert_untyped(y, x_.type);
  } else if (ux && uy) {
    if (x_.mode == Mode::kConstant && y.mode == Mode::kConstant) {
      // Constant real numbers become untyped floats.
      auto to_float = [&](Operand& o) {
        if (is_numeric(o.type) && constant::sign(check_.constants.imag(o.val)) == 0) {
          o.type = basic_type(BasicKind::kUntypedFloat);
        }
      };
      to_float(x_);
      to_float(y);
    } else {
      check_.convert_untyped(x_, basic_type(BasicKind::kFloat64));
      check_.convert_untyped(y, basic_type(BasicKind::kFloat64));
    }
  }
}

bool BuiltinCall::complex() {
  Operand& y = *args_[1];
  match_complex_parts(y);
  if (!x_.valid() || !y.valid()) return false;
  if (!identical(x_.type, y.type)) {
    check_.errorf(x_, Code::kInvalidComplex, "invalid operation: %v (mismatched types %s and %s)",
                  static_cast<syntax::Expr*>(call_), x_.type, y.type);
    return false;
  }
  auto result_of = [](Type* t) -> Type* {
    auto* b = as<Basic>(under(t));
    if (!b) return nullptr;
    switch (b->kind) {
      case BasicKind::kFloat32: return basic_type(BasicKind::kComplex64);
      case BasicKind::kFloat64: return basic_type(BasicKind::kComplex128);
      case BasicKind::kUntypedFloat: return basic_type(BasicKind::kUntypedComplex);
      default: return nullptr;
    }
  };
  Type* result = check_.apply_type_func(result_of, x_, id_);
  if (!result) {
    check_.errorf(x_, Code::kInvalidComplex, "invalid argument: arguments have type %s, expected floating-point",
                  x_.type);
    return false;
  }
  constant::Factory& c = check_.constants;
  if (x_.mode == Mode::kConstant && y.mode == Mode::kConstant) {
    x_.val = c.binary(c.to_float(x_.val), Operator::kAdd, c.make_imag(c.to_float(y.val)), false);
  } else {
    x_.mode = Mode::kValue;
    record_type(result, {x_.type, x_.type});
  }
  x_.type = result;
  return true;
}

bool BuiltinCall::copy() {
  auto* dst = as<Slice>(core_type(x_.type));
  Operand& y = *args_[1];
  Type* src0 = core_string(y.type);
  if (src0 && is_string(src0)) {
    src0 = byte_slice();
    // Recorded as a string, but called untyped in messages.
    if (is_untyped(y.type)) check_.update_expr_type(y.expr, basic_type(BasicKind::kString), true);
  }
  auto* src = as<Slice>(src0);
  if (!dst || !src) {
    check_.errorf(x_, Code::kInvalidCopy, "invalid argument: copy expects slice arguments; found %s and %s", x_, y);
    return false;
  }
  if (!identical(dst->elem, src->elem)) {
    check_.errorf(x_, Code::kInvalidCopy,
                  "invalid argument: arguments to copy %s and %s have different element types %s and %s", x_, y,
                  dst->elem, src->elem);
    return false;
  }
  Basic* int_type = basic_type(BasicKind::kInt);
  record_type(int_type, {x_.type, is_untyped(y.type) ? basic_type(BasicKind::kString) : y.type});
  return value(int_type);
}

bool BuiltinCall::delete_() {
  Type* m = x_.type;
  Type* key = nullptr;
  bool ok = under_is(m, [&](Type* u) {
    auto* map = as<Map>(u);
    if (!map) {
      check_.errorf(x_, Code::kInvalidDelete, "invalid argument: %s is not a map", x_);
      return false;
    }
    if (key && !identical(map->key, key)) {
      check_.errorf(x_, Code::kInvalidDelete, "invalid argument: maps of %s must have identical key types", x_);
      return false;
    }
    key = map->key;
    return true;
  });
  if (!ok) return false;
  x_ = *args_[1];
  check_.assignment(x_, key, "argument to delete");
  if (!x_.valid()) return false;
  record_type(nullptr, {m, key});
  return no_value();
}

// real and imag
bool BuiltinCall::part() {
  if (is_untyped(x_.type)) {
    if (x_.mode == Mode::kConstant) {
      if (is_numeric(x_.type)) x_.type = basic_type(BasicKind::kUntypedComplex);
    } else {
      check_.convert_untyped(x_, basic_type(BasicKind::kComplex128));
      if (!x_.valid()) return false;
    }
  }
  auto result_of = [](Type* t) -> Type* {
    auto* b = as<Basic>(under(t));
    if (!b) return nullptr;
    switch (b->kind) {
      case BasicKind::kComplex64: return basic_type(BasicKind::kFloat32);
      case BasicKind::kComplex128: return basic_type(BasicKind::kFloat64);
      case BasicKind::kUntypedComplex: return basic_type(BasicKind::kUntypedFloat);
      default: return nullptr;
    }
  };
  bool real = id_ == BuiltinId::kReal;
  Type* result = check_.apply_type_func(result_of, x_, id_);
  if (!result) {
    check_.errorf(x_, real ? Code::kInvalidReal : Code::kInvalidImag,
                  "invalid argument: argument has type %s, expected complex type", x_.type);
    return false;
  }
  if (x_.mode == Mode::kConstant) {
    x_.val = real ? check_.constants.real(x_.val) : check_.constants.imag(x_.val);
  } else {
    x_.mode = Mode::kValue;
    record_type(result, {x_.type});
  }
  x_.type = result;
  return true;
}

bool BuiltinCall::make() {
  syntax::Expr* arg0 = call_->args[0];
  Type* t = check_.var_type(arg0);
  if (!is_valid(t)) return false;
  int min = 0;
  Type* core = core_type(t);
  if (!core) {
    check_.errorf(arg0, Code::kInvalidMake, "invalid argument: cannot make %s: no core type", arg0);
    return false;
  }
  switch (core->type_kind()) {
    case TypeKind::kSlice: min = 2; break;
    case TypeKind::kMap:
    case TypeKind::kChan: min = 1; break;
    default:
      check_.errorf(arg0, Code::kInvalidMake,
                    "invalid argument: cannot make %s; type must be slice, map, or channel", arg0);
      return false;
  }
  if (nargs_ < min || min + 1 < nargs_) {
    check_.errorf(call_, Code::kWrongArgCount, "invalid operation: %v expects %d or %d arguments; found %d",
                  static_cast<syntax::Expr*>(call_), min, min + 1, nargs_);
    return false;
  }
  std::vector<Type*> types{t};
  std::vector<std::int64_t> sizes;
  for (syntax::Expr* arg : call_->args.subspan(1)) {
    Checker::IndexValue size = check_.index(arg, -1);
    types.push_back(size.type);
    if (size.val >= 0) sizes.push_back(size.val);
  }
  if (sizes.size() == 2 && sizes[0] > sizes[1]) {
    check_.error(call_->args[1], Code::kSwappedMakeArgs, "invalid argument: length and capacity swapped");
  }
  check_.record_builtin_type(call_->fun, make_sig(t, types));
  return value(t);
}

bool BuiltinCall::min_max() {
  check_.verify_versionf(call_->fun, kGo1_21, "built-in %s", info_.name);
  Operator op = id_ == BuiltinId::kMax ? Operator::kGtr : Operator::kLss;
  for (int i = 0; i < nargs_; ++i) {
    Operand* a = args_[static_cast<std::size_t>(i)];
    if (!a->valid()) return false;
    if (!all_ordered(a->type)) {
      check_.errorf(a, Code::kInvalidMinMaxOperand, "invalid argument: %s cannot be ordered", a);
      return false;
    }
    if (i == 0) continue;
    check_.match_types(x_, *a);
    if (!x_.valid()) return false;
    if (!identical(x_.type, a->type)) {
      check_.errorf(a, Code::kMismatchedTypes,
                    "invalid argument: mismatched types %s (previous argument) and %s (type of %s)", x_.type, a->type,
                    a->expr);
      return false;
    }
    if (x_.mode == Mode::kConstant && a->mode == Mode::kConstant) {
      if (constant::Factory::compare(a->val, op, x_.val)) x_ = *a;
    } else {
      x_.mode = Mode::kValue;
    }
  }
  // A non-constant result has a type.
  if (x_.mode != Mode::kConstant) {
    x_.mode = Mode::kValue;
    check_.assignment(x_, check_.universe.any, AssignContext("argument to built-in ", call_->fun));
    if (!x_.valid()) return false;
  }
  for (Operand* a : args_) check_.update_expr_type(a->expr, x_.type, true);
  if (x_.mode != Mode::kConstant) {
    std::vector<Type*> types(static_cast<std::size_t>(nargs_), x_.type);
    check_.record_builtin_type(call_->fun, make_sig(x_.type, types));
  }
  return true;
}

bool BuiltinCall::new_() {
  Type* t = check_.var_type(call_->args[0]);
  if (!is_valid(t)) return false;
  Type* p = check_.arena.make<Pointer>(t);
  record_type(p, {t});
  return value(p);
}

bool BuiltinCall::panic() {
  check_.assignment(x_, check_.universe.any, "argument to panic");
  if (!x_.valid()) return false;
  record_type(nullptr, {check_.universe.any});
  return no_value();
}

bool BuiltinCall::print() {
  std::vector<Type*> types;
  for (Operand* a : args_) {
    check_.assignment(*a, nullptr, AssignContext("argument to built-in ", call_->fun));
    if (!a->valid()) return false;
    types.push_back(a->type);
  }
  check_.record_builtin_type(call_->fun, make_sig(nullptr, types));
  return no_value();
}

bool BuiltinCall::assert_() {
  if (x_.mode != Mode::kConstant || !is_boolean(x_.type)) {
    check_.errorf(x_, Code::kTest, "invalid argument: %s is not a boolean constant", x_);
    return false;
  }
  if (constant::kind(x_.val) != Kind::kBool) {
    check_.errorf(x_, Code::kTest, "internal error: value of %s should be a boolean constant", x_);
    return false;
  }
  if (!constant::bool_value(x_.val)) {
    check_.errorf(call_, Code::kTest, "%v failed", static_cast<syntax::Expr*>(call_));
  }
  return true;
}

// Evaluates its arguments like an expression list and stands for the first.
bool BuiltinCall::trace() {
  if (nargs_ == 0) return no_value();
  Operand rest;
  Operand* target = &x_;
  for (syntax::Expr* arg : call_->args) {
    check_.raw_expr(nullptr, *target, arg, nullptr, false);
    target = &rest;
  }
  return x_.valid();
}

bool Checker::builtin(Operand& x, syntax::CallExpr* call, BuiltinId id) { return BuiltinCall(*this, x, call, id).run(); }

// f of x's type, or for a type parameter a new one whose constraint has f of each term.
Type* Checker::apply_type_func(FunctionRef<Type*(Type*)> f, Operand& x, BuiltinId id) {
  TypeParam* tp = as_type_param(x.type);
  if (!tp) return f(x.type);
  std::vector<Term> terms;
  bool ok = type_param_is(tp, [&](const Term* t) {
    if (!t || !t->type) return false;
    Type* r = f(t->type);
    if (!r) return false;
    terms.push_back(Term{t->tilde, r});
    return true;
  });
  if (!ok) return nullptr;
  Code code = id == BuiltinId::kReal ? Code::kInvalidReal
              : id == BuiltinId::kImag ? Code::kInvalidImag
                                       : Code::kInvalidComplex;
  soft_errorf(x, code, "%s not supported as argument to built-in %s for go1.18 (see go.dev/issue/50937)", x,
              builtin_info(id).name);
  auto* name = arena.make<TypeName>(Pos{}, pkg, tp->obj->name, nullptr);
  Interface* constraint = new_interface(session, this);
  Type* set = arena.make<Union>(arena.copy(terms));
  constraint->embeddeds = arena.copy(std::vector<Type*>{set});
  constraint->embed_pos = arena.copy(std::vector<Pos>{Pos{}});
  constraint->complete = true;
  TypeParam* p = new_type_param(session, this, name, constraint);
  p->index = tp->index;
  return p;
}

}  // namespace govm::types
