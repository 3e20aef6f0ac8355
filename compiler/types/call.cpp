// Calls and function instantiation (types2/call.go; selectors: selector.cpp).
#include "base/assert.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/infer.h"
#include "compiler/types/mono.h"

namespace govm::types {

namespace {

std::size_t tparam_count(const Signature* sig) { return sig->tparams ? sig->tparams->size() : 0; }

}  // namespace

std::vector<Type*> types_of(std::span<Operand* const> list) {
  std::vector<Type*> out;
  for (Operand* x : list) out.push_back(x->type);
  return out;
}

std::vector<Type*> types_of(std::span<Var* const> list) {
  std::vector<Type*> out;
  for (Var* v : list) out.push_back(v->type);
  return out;
}

// Instantiates the function x with inst's type arguments. With infer, missing ones are inferred (from target, if
// any); without, a partial list is given back and x stays generic.
Checker::Inst Checker::func_inst(const Target* target, Pos pos, Operand& x, syntax::IndexExpr* inst, bool infer_rest) {
  Pos err_pos = inst ? inst->pos : pos;
  if (inst) x.expr = inst;
  bool version_ok = verify_versionf(err_pos, kGo1_18, "function instantiation");
  std::vector<Type*> targs;
  std::span<syntax::Expr* const> xlist;
  if (inst) {
    xlist = unpack_list(inst->index);
    targs = type_list(xlist);
    if (targs.empty()) {
      x.invalidate();
      return {};
    }
  }
  auto* sig = static_cast<Signature*>(under(x.type));
  std::size_t got = targs.size(), want = tparam_count(sig);
  if (got > want) {
    errorf(xlist[got - 1], Code::kWrongTypeArgCount, "got %d type arguments but want %d", got, want);
    x.invalidate();
    return {};
  }
  if (got < want) {
    if (!infer_rest) return {std::move(targs), xlist};
    // The target's type is treated as an argument for a parameter of the function's own type.
    std::vector<Operand*> args;
    std::vector<Var*> params;
    bool reverse = false;
    if (target && sig->tparams) {
      if (version_ok && !allow_version(kGo1_21)) {
        version_errorf(err_pos, kGo1_21, inst ? "partially instantiated function in assignment"
                                              : "implicitly instantiated function in assignment");
      }
      auto* plain = arena.make<Signature>();
      plain->params = sig->params;
      plain->results = sig->results;
      plain->variadic = sig->variadic;
      params.push_back(new_var(x.pos(), Symbol(), plain));
      Operand* arg = new_operand();
      arg->mode = Mode::kValue;
      arg->expr = arena.make<syntax::Name>(x.pos(), sym(target->desc));
      arg->type = target->sig;
      args.push_back(arg);
      reverse = true;
    }
    Renamed renamed = rename_tparams(pos, list_of(sig->tparams), new_tuple(session, params));
    ErrorReport err(this, Code::kCannotInferTypeArgs);
    targs = infer(pos, renamed.tparams, targs, static_cast<Tuple*>(renamed.type), args, reverse, &err);
    if (targs.empty()) {
      if (!err.empty()) err.report();
      x.invalidate();
      return {};
    }
  }
  x.type = instantiate_signature(x.pos(), x.expr, sig, targs, xlist);
  x.mode = Mode::kValue;
  return {};
}

Signature* Checker::instantiate_signature(Pos pos, syntax::Expr* e, Signature* t, std::span<Type* const> targs,
                                          std::span<syntax::Expr* const> xlist) {
  auto* inst = static_cast<Signature*>(instance(pos, t, targs));
  record_instance(e, targs, inst);
  std::span<Type* const> kept = arena.copy(targs);
  // Constraints can be verified only when all types are set up.
  later([this, pos, t, kept, xlist] {
    auto tparams = list_of(t->tparams);
    if (auto failure = types::verify(session, this, pos, tparams, kept)) {
      Pos at = pos;
      auto i = static_cast<std::size_t>(failure->index);
      if (i < xlist.size()) at = syntax::start_pos(xlist[i]);
      soft_errorf(at, Code::kInvalidTypeArg, "%s", failure->message);
    } else {
      mono().record_instance(pkg, pos, tparams, kept, xlist);
    }
  });
  return inst;
}

namespace {

// A conversion T(x).
void conversion_call(Checker* check, Operand& x, syntax::CallExpr* call) {
  Type* t = x.type;
  x.invalidate();
  std::size_t n = call->args.size();
  if (n == 0) {
    check->errorf(call, Code::kWrongArgCount, "missing argument in conversion to %s", t);
  } else if (n > 1) {
    check->use(call->args);
    check->errorf(call->args[n - 1], Code::kWrongArgCount, "too many arguments in conversion to %s", t);
  } else {
    check->expr(nullptr, x, call->args[0]);
    if (!x.valid()) return;
    if (auto* i = as<Interface>(under(t)); i && !is_type_param(t) && !type_set(i)->is_method_set()) {
      check->errorf(call, Code::kMisplacedConstraintIface,
                    "cannot use interface %s in conversion (contains specific type constraints or is comparable)", t);
      x.invalidate();
      return;
    }
    if (call->has_dots) {
      check->errorf(call->args[0], Code::kBadDotDotDotSyntax, "invalid use of ... in conversion to %s", t);
      x.invalidate();
      return;
    }
    check->conversion(x, t);
  }
}

}  // namespace

ExprKind Checker::call_expr(Operand& x, syntax::CallExpr* call) {
  syntax::IndexExpr* inst = nullptr;  // explicit instantiation, if any
  if (auto* ix = syntax::as<syntax::IndexExpr>(call->fun)) {
    if (index_expr(x, ix)) inst = ix;
    x.expr = ix;
    record(x);
  } else {
    expr_or_type(x, call->fun, true);
  }

  auto fail = [&] {
    x.invalidate();
    x.expr = call;
    return ExprKind::kStatement;
  };
  switch (x.mode) {
    case Mode::kInvalid:
      use(call->args);
      return fail();
    case Mode::kTypexpr:
      non_generic(nullptr, x);
      if (!x.valid()) return ExprKind::kConversion;
      conversion_call(this, x, call);
      x.expr = call;
      return ExprKind::kConversion;
    case Mode::kBuiltin: {
      BuiltinId id = x.id;
      if (!builtin(x, call, id)) x.invalidate();
      x.expr = call;
      // A constant result needs no call.
      if (x.valid() && x.mode != Mode::kConstant) env.has_call_or_recv = true;
      return builtin_info(id).kind;
    }
    default: break;
  }

  auto* sig = as<Signature>(core_type(x.type));
  if (!sig) {
    errorf(x, Code::kInvalidCall, "invalid operation: cannot call non-function %s", x);
    return fail();
  }
  bool was_generic = sig->tparams != nullptr;

  std::vector<Type*> targs;
  std::span<syntax::Expr* const> xlist;
  if (inst) {
    xlist = unpack_list(inst->index);
    targs = type_list(xlist);
    std::size_t got = targs.size(), want = tparam_count(sig);
    if (targs.empty() || got > want) {
      if (got > want) {
        errorf(xlist[want], Code::kWrongTypeArgCount, "got %d type arguments but want %d", got, want);
      }
      use(call->args);
      return fail();
    }
    if (got == want && want > 0) {
      verify_versionf(inst, kGo1_18, "function instantiation");
      sig = instantiate_signature(inst->pos, inst, sig, targs, xlist);
      targs.clear();
      xlist = {};
    }
  }

  GenericList generic = generic_expr_list(call->args);
  OperandList args = generic.operands;
  sig = arguments(call, sig, std::move(targs), xlist, args, generic);
  if (was_generic && !sig->tparams) record_type_and_value(call->fun, Mode::kValue, sig, nullptr);

  switch (sig->results->size()) {
    case 0:
      x.mode = Mode::kNoValue;  // the type stays the function's, for messages
      break;
    case 1:
      x.mode = Mode::kValue;
      x.type = sig->results->vars[0]->type;
      break;
    default:
      x.mode = Mode::kValue;
      x.type = sig->results;
      break;
  }
  x.expr = call;
  env.has_call_or_recv = true;
  // Inference failed: the result still mentions the function's own type parameters.
  if (x.mode == Mode::kValue && sig->tparams && is_parameterized(list_of(sig->tparams), x.type)) x.invalidate();
  return ExprKind::kStatement;
}

OperandList Checker::expr_list(std::span<syntax::Expr* const> elist) {
  if (elist.size() == 1) return multi_expr(elist[0], false, nullptr);
  OperandList list;
  list.reserve(elist.size());
  for (syntax::Expr* e : elist) {
    Operand* x = new_operand();
    expr(nullptr, *x, e);
    list.push_back(x);
  }
  return list;
}

// Like expr_list, but operands may be generic functions, partially instantiated ones too.
Checker::GenericList Checker::generic_expr_list(std::span<syntax::Expr* const> elist) {
  GenericList out;
  std::size_t n = elist.size();
  if (n == 0) return out;
  bool infer_rest = !allow_version(kGo1_21);
  out.targs.resize(n);
  out.xlists.resize(n);
  for (std::size_t i = 0; i < n; ++i) {
    syntax::Expr* e = elist[i];
    Operand* x = new_operand();
    auto* inst = syntax::as<syntax::IndexExpr>(e);
    if (inst && index_expr(*x, inst)) {
      Inst partial = func_inst(nullptr, x->pos(), *x, inst, infer_rest);
      if (partial.targs.empty()) {
        record(*x);
      } else {
        out.targs[i] = std::move(partial.targs);
        out.xlists[i] = partial.xlist;
        x->expr = inst;
      }
    } else if (inst) {
      // index_expr has checked it: only the end of raw_expr remains to be done.
      x->expr = inst;
      record(*x);
      exclude(*x, 1u << static_cast<unsigned>(Mode::kNoValue) | 1u << static_cast<unsigned>(Mode::kBuiltin) |
                      1u << static_cast<unsigned>(Mode::kTypexpr));
      single_value(*x);
    } else if (n > 1) {
      generic_expr(*x, e);
    } else {
      raw_expr(nullptr, *x, e, nullptr, true);
      exclude(*x, 1u << static_cast<unsigned>(Mode::kNoValue) | 1u << static_cast<unsigned>(Mode::kBuiltin) |
                      1u << static_cast<unsigned>(Mode::kTypexpr));
      if (auto* t = as<Tuple>(x->type); t && x->valid()) {
        for (Var* v : t->vars) {
          Operand* part = new_operand();
          part->mode = Mode::kValue;
          part->expr = e;
          part->type = v->type;
          out.operands.push_back(part);
        }
        return out;
      }
    }
    out.operands.push_back(x);
  }
  return out;
}

namespace {

void report_arg_count(Checker* check, syntax::CallExpr* call, Signature* sig, std::span<Operand* const> args,
                      std::size_t npars) {
  std::size_t nargs = args.size();
  At at = call;
  std::string_view qualifier = "not enough";
  if (nargs > npars) {
    at = args[npars]->expr;
    qualifier = "too many";
  } else if (nargs > 0) {
    at = args[nargs - 1]->expr;
  }
  ErrorReport err(check, Code::kWrongArgCount);
  err.addf(at, "%s arguments in call to %s", qualifier, call->fun);
  err.addf(Pos{}, "have %s", check->types_summary(types_of(args), false, call->has_dots));
  err.addf(Pos{}, "want %s", check->types_summary(types_of(std::span<Var* const>(sig->params->vars)), sig->variadic,
                                                  false));
  err.report();
}

// The parameters as the call sees them: those of a variadic function repeated for each argument. npars becomes their
// number (or, for a call with too few arguments, the least number).
Tuple* adjust_params(Checker* check, Signature* sig, std::size_t nargs, std::size_t& npars) {
  if (nargs + 1 < npars) {
    --npars;
    return sig->params;
  }
  std::vector<Var*> vars(sig->params->vars.begin(), sig->params->vars.end() - 1);
  Var* last = sig->params->vars[npars - 1];
  Type* elem = static_cast<Slice*>(last->type)->elem;
  while (vars.size() < nargs) {
    Var* v = check->arena.make<Var>(last->pos, last->pkg, last->name, elem);
    v->used = v->is_param = true;
    vars.push_back(v);
  }
  npars = nargs;
  return new_tuple(check->session, std::move(vars));
}

}  // namespace

Signature* Checker::arguments(syntax::CallExpr* call, Signature* sig, std::vector<Type*> targs,
                              std::span<syntax::Expr* const> xlist, OperandList& args, GenericList& generic) {
  Signature* result = sig;
  std::size_t nargs = args.size(), npars = sig->params->size();
  Tuple* params = sig->params;
  bool adjusted = false;
  if (sig->variadic && call->has_dots) {
    if (call->args.size() == 1 && nargs > 1) {
      errorf(call, Code::kInvalidDotDotDot, "cannot use ... with %d-valued %s", nargs, call->args[0]);
      return result;
    }
  } else if (sig->variadic) {
    params = adjust_params(this, sig, nargs, npars);
    adjusted = params != sig->params;
  } else if (call->has_dots) {
    errorf(call, Code::kNonVariadicDotDotDot, "cannot use ... in call to non-variadic %s", call->fun);
    return result;
  }
  if (nargs != npars) {
    report_arg_count(this, call, sig, args, npars);
    return result;
  }

  // Type parameters of the called function and of generic functions among the arguments are inferred together.
  std::vector<TypeParam*> tparams;
  std::size_t n = tparam_count(sig);
  if (n > 0) {
    if (!allow_version(kGo1_18)) {
      if (auto* ix = syntax::as<syntax::IndexExpr>(call->fun)) {
        version_errorf(ix, kGo1_18, "function instantiation");
      } else {
        version_errorf(call, kGo1_18, "implicit function instantiation");
      }
    }
    Renamed renamed = rename_tparams(call->pos, list_of(sig->tparams), params);
    tparams = std::move(renamed.tparams);
    params = static_cast<Tuple*>(renamed.type);
    targs.resize(tparams.size());
  }
  std::vector<std::size_t> generic_args;
  for (std::size_t i = 0; i < args.size(); ++i) {
    auto* asig = as<Signature>(args[i]->type);
    if (!asig || !asig->tparams || !args[i]->valid()) continue;
    asig = arena.make<Signature>(*asig);
    Renamed renamed = rename_tparams(call->pos, list_of(asig->tparams), asig);
    // Nothing changes if the parameters are not mentioned: the copy keeps the identity apart.
    asig = static_cast<Signature*>(renamed.type);
    auto* list = arena.make<TypeParamList>();
    list->params = arena.copy(renamed.tparams);
    asig->tparams = list;
    args[i]->type = asig;
    tparams.insert(tparams.end(), renamed.tparams.begin(), renamed.tparams.end());
    if (i < generic.targs.size()) targs.insert(targs.end(), generic.targs[i].begin(), generic.targs[i].end());
    targs.resize(tparams.size());
    generic_args.push_back(i);
  }
  if (!generic_args.empty()) {
    verify_versionf(args[generic_args[0]], kGo1_21, "implicitly instantiated function as argument");
  }

  if (!tparams.empty()) {
    ErrorReport err(this, Code::kCannotInferTypeArgs);
    targs = infer(call->pos, tparams, targs, params, args, false, &err);
    if (targs.empty()) {
      if (!err.empty()) {
        errorf(err.pos(), Code::kCannotInferTypeArgs, "in call to %s, %s", call->fun, err.message());
      }
      return result;
    }
    std::span<Type* const> all(targs);
    if (n > 0) {
      result = instantiate_signature(call->pos, call->fun, sig, all.first(n), xlist);
      if (adjusted) {
        std::span<TypeParam* const> own(tparams);
        params = static_cast<Tuple*>(subst(call->pos, params, SubstMap{own.first(n), all.first(n)}));
      } else {
        params = result->params;
      }
    }
    std::size_t j = n;
    for (std::size_t i : generic_args) {
      Operand* arg = args[i];
      auto* asig = static_cast<Signature*>(arg->type);
      std::size_t count = tparam_count(asig);
      arg->type = instantiate_signature(call->pos, arg->expr, asig, all.subspan(j, count), {});
      record(*arg);
      j += count;
    }
  }

  AssignContext context("argument to ", call->fun);
  for (std::size_t i = 0; i < args.size(); ++i) assignment(*args[i], params->vars[i]->type, context);
  return result;
}

bool Checker::use_n(std::span<syntax::Expr* const> args, bool lhs) {
  bool ok = true;
  for (syntax::Expr* e : args) {
    if (e && !use1(e, lhs)) ok = false;
  }
  return ok;
}

// Evaluates e for its effects on "used" marks and errors within; lhs: naming a variable is no use of it.
bool Checker::use1(syntax::Expr* e, bool lhs) {
  if (!e) return true;
  Operand x;
  x.mode = Mode::kValue;
  syntax::Expr* inner = unparen(e);
  if (auto* name = syntax::as<syntax::Name>(inner)) {
    if (name->value.is_blank()) return true;
    Var* v = nullptr;
    bool was_used = false;
    if (lhs) {
      if (auto* w = as<Var>(lookup(name->value)); w && w->pkg == pkg) {
        v = w;
        was_used = w->used;
      }
    }
    expr_or_type(x, name, true);
    if (v) v->used = was_used;
  } else if (auto* list = syntax::as<syntax::ListExpr>(inner)) {
    return use_n(list->elems, lhs);
  } else {
    raw_expr(nullptr, x, e, nullptr, true);
  }
  return x.valid();
}

}  // namespace govm::types
