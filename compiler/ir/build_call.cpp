// Calls: what is called, arguments left to right, results.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::Mode;
using syntax::as;

Value* Builder::call(const syntax::CallExpr* c) {
  PosScope pos(*this, c->pos);
  const syntax::Expr* fun = unparen(c->fun);
  if (c->fun->mode == Mode::kTypexpr || fun->mode == Mode::kTypexpr) {
    types::Type* t = typ(c);
    // A constant converted to a type parameter becomes a constant of the type argument.
    if (c->args[0]->mode == Mode::kConstant && types::is_numeric(t) && types::is_numeric(typ(c->args[0]))) {
      return constant(c->args[0]->constant, t);
    }
    Value* x = expr(c->args[0]);
    return convert(x, t);
  }
  if (c->fun->mode == Mode::kBuiltin || fun->mode == Mode::kBuiltin) {
    std::uint8_t id = c->fun->builtin_id ? c->fun->builtin_id : fun->builtin_id;
    return builtin(c, static_cast<types::BuiltinId>(id));
  }
  return finish_call(prepare(c));
}

// The declared function fun denotes; null if it is none (a variable, a method, ...).
Function* Builder::static_callee(const syntax::Expr* fun) {
  fun = unparen(fun);
  if (auto* i = as<syntax::IndexExpr>(fun)) fun = unparen(i->x);
  if (auto* s = as<syntax::SelectorExpr>(fun)) {
    if (s->selection) return nullptr;
    fun = s->sel;
  }
  auto* n = as<syntax::Name>(fun);
  auto* f = n ? types::as<types::Func>(n->object) : nullptr;
  return f ? program_.function(f, type_args(n->targs)) : nullptr;
}

PreparedCall Builder::prepare(const syntax::CallExpr* c) {
  PreparedCall out;
  const syntax::Expr* fun = unparen(c->fun);
  auto* s = as<syntax::SelectorExpr>(fun);
  ordered_call(c);
  if (s && s->selection && s->selection->kind == types::SelectionKind::kMethodVal) {
    out = prepare_method(s);
    arguments(c, out);
    return out;
  }
  Function* callee = nullptr;
  if (s && s->selection && s->selection->kind == types::SelectionKind::kMethodExpr) {
    callee = method_expr_function(s);
  } else {
    callee = static_callee(fun);
  }
  if (callee) {
    out.function = callee;
    out.params = callee->params;
    out.results = callee->results;
    out.variadic = callee->variadic;
    out.intrinsic = callee->object && callee->env.params.empty() ? callee->object : nullptr;
  } else {
    out.op = Op::kCallClosure;
    Value* f = expr(fun);
    out.args.push_back(f);
    set_signature(out, types::under_as<types::Signature>(f->type));
  }
  arguments(c, out);
  return out;
}

std::vector<Value*> Builder::expand(std::span<syntax::Expr* const> list) {
  std::vector<Value*> out;
  for (Value* v : operands(list)) {
    if (v->type && types::as<types::Tuple>(v->type)) {
      for (Value* part : result_values(v)) out.push_back(part);
    } else {
      out.push_back(v);
    }
  }
  return out;
}

void Builder::arguments(const syntax::CallExpr* c, PreparedCall& out) {
  std::size_t fixed = out.params.size() - (out.variadic && !c->has_dots ? 1 : 0);
  types::Type* rest_type = fixed < out.params.size() ? elem_type(out.params.back()) : nullptr;
  std::vector<Value*> rest;
  std::size_t n = 0;
  auto add = [&](Value* v) {
    if (n < fixed) {
      out.args.push_back(assign_convert(v, out.params[n]));
    } else {
      rest.push_back(assign_convert(v, rest_type));
    }
    n++;
  };
  for (Value* v : operands(c->args)) {
    if (v->type && types::as<types::Tuple>(v->type)) {
      for (Value* part : result_values(v)) add(part);
    } else {
      add(v);
    }
  }
  if (rest_type) out.args.push_back(variadic_slice(rest, out.params.back()));
}

Value* Builder::variadic_slice(std::span<Value* const> values, types::Type* slice) {
  if (values.empty()) return zero(slice);
  types::Type* array = canon(types::new_array(session_, elem_type(slice), static_cast<std::int64_t>(values.size())));
  Value* a = alloc(array);
  for (std::size_t i = 0; i < values.size(); i++) {
    Value* to = index_addr(a, const_int(static_cast<std::int64_t>(i)), true);
    store(to, values[i]);
  }
  return emit(Op::kSlice, slice, {a});
}

Value* Builder::finish_call(const PreparedCall& c) {
  types::Type* t = result_type(c.results);
  if (c.intrinsic) {
    bool done = false;
    Value* v = intrinsic(c.intrinsic, c.args, t, &done);
    if (done) return v;
  }
  Value* v = emit_int(c.op, t, c.method, c.args);
  v->aux.function = c.function;
  return v;
}

}  // namespace govm::ir
