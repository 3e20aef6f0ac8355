// Order of evaluation (spec: Order of evaluation). Calls, receives and logical operators happen in source order; when the
// variables, fields and elements beside them are read, the specification leaves open. Programs have come to rely on gc's
// choice: of the operands of a statement it first computes all that has to be ordered, and reads the rest afterwards, so
// `f(s.x, g())` sees what g did to s.x. ordered() does the first part; what it computed waits in computed_ until expr()
// comes to it.
#include <algorithm>

#include "compiler/ir/builder.h"
#include "compiler/ir/facts.h"

namespace govm::ir {

using syntax::Mode;
using syntax::NodeKind;
using syntax::Operator;
using syntax::as;

namespace {

bool is_aggregate(types::Type* t) {
  return types::under_as<types::Struct>(t) != nullptr || types::under_as<types::Array>(t) != nullptr;
}

// The only part of structs of one field and arrays of one element.
types::Type* sole_component(types::Type* t) {
  for (;;) {
    if (auto* s = types::under_as<types::Struct>(t); s && s->fields.size() == 1) t = s->fields[0]->type;
    else if (auto* a = types::under_as<types::Array>(t); a && a->len == 1) t = a->elem;
    else return t;
  }
}

// Is a value of type t copied before gc's runtime boxes it (rather than passed to it at last)?
bool boxed_by_address(types::Type* t) {
  if (types::is_interface(t) || types::is_untyped(t)) return false;
  const std::int64_t size = types::size_of(t);
  if (size == 2 && types::align_of(t) == 2) return false;
  if ((size == 4 || size == 8) && types::align_of(t) == size && !has_pointers(t)) return false;
  types::Type* sole = sole_component(t);
  return !types::is_string(sole) && types::under_as<types::Slice>(sole) == nullptr;
}

// Could gc hold variables of this type in registers?
bool fits_registers(types::Type* t) {
  if (types::size_of(t) > 32) return false;
  if (auto* a = types::under_as<types::Array>(t)) return a->len == 0 || (a->len == 1 && fits_registers(a->elem));
  if (auto* s = types::under_as<types::Struct>(t)) {
    return s->fields.size() <= 4 &&
           std::all_of(s->fields.begin(), s->fields.end(), [](const auto* f) { return fits_registers(f->type); });
  }
  return true;
}

bool is_key_by_address(types::Type* t) {
  return is_aggregate(t) || types::is_interface(t) || types::is_float(t) || types::is_complex(t);
}

bool is_unsafe_pointer(types::Type* t) {
  auto* basic = types::under_as<types::Basic>(t);
  return basic != nullptr && basic->kind == types::BasicKind::kUnsafePointer;
}

bool converts(const syntax::CallExpr* c) { return c->fun->mode == Mode::kTypexpr; }

}  // namespace

void Builder::ordered(std::span<const syntax::Expr* const> list) {
  // Slicing comes before the rest too: of `x, s = s[n-1], s[:n-1]` it is what panics.
  const auto comes_first = [&](const syntax::Expr* e) {
    return e != nullptr && (has_call(e) || (list.size() > 1 && unparen(e)->kind == NodeKind::kSliceExpr));
  };
  if (std::none_of(list.begin(), list.end(), comes_first)) return;
  if (list.size() == 1 && unparen(list[0])->kind == NodeKind::kCallExpr && !converts(as<syntax::CallExpr>(unparen(list[0])))) {
    return;
  }
  for (const syntax::Expr* e : list) compute(e);
}

// What gc's runtime takes by address is copied, unless it has an address that may be passed on.
void Builder::compute_by_address(const syntax::Expr* e) {
  const syntax::Expr* outer = unparen(e);
  if (outer->mode != Mode::kVariable) return compute_now(e);
  for (;;) {
    auto* s = as<syntax::SelectorExpr>(outer);
    auto* x = as<syntax::IndexExpr>(outer);
    if (s && s->selection && !is_pointer(typ(s->x)) && !s->selection->indirect) outer = unparen(s->x);
    else if (x && types::under_as<types::Array>(typ(x->x))) outer = unparen(x->x);
    else break;
  }
  auto* name = as<syntax::Name>(outer);
  auto* var = name ? types::as<types::Var>(name->object) : nullptr;
  if (var && !var->package_level && fits_registers(typ(outer))) return compute_now(e);
  compute(e);
}

void Builder::compute_now(const syntax::Expr* e) {
  e = unparen(e);
  if (e->mode == Mode::kConstant || e->mode == Mode::kNilValue || computed_.contains(e)) return;
  Value* v = expr(e);
  computed_[e] = v;
}

void Builder::compute(const syntax::Expr* e) {
  if (e == nullptr || e->mode == Mode::kConstant || e->mode == Mode::kTypexpr || e->mode == Mode::kNilValue) return;
  e = unparen(e);
  if (computed_.contains(e)) return;
  switch (e->kind) {
    case NodeKind::kCompositeLit: {
      auto* lit = as<syntax::CompositeLit>(e);
      if (lit->elems.empty()) return;
      if (types::under_as<types::Map>(typ(lit))) return compute_now(e);
      for (const syntax::Expr* element : lit->elems) {
        auto* kv = as<syntax::KeyValueExpr>(element);
        compute(kv ? kv->value : element);
      }
      return;
    }
    case NodeKind::kSelectorExpr: {
      auto* s = as<syntax::SelectorExpr>(e);
      if (s->selection && s->selection->kind != types::SelectionKind::kMethodExpr) compute(s->x);
      return;
    }
    case NodeKind::kIndexExpr: {
      auto* x = as<syntax::IndexExpr>(e);
      if (x->index->mode == Mode::kTypexpr || as<syntax::ListExpr>(x->index)) return;
      compute(x->x);
      auto* map = types::under_as<types::Map>(typ(x->x));
      if (map && is_key_by_address(canon(map->key)) && typ(x->index) == canon(map->key)) return compute_by_address(x->index);
      return compute(x->index);
    }
    case NodeKind::kSliceExpr: return compute_now(e);
    case NodeKind::kAssertExpr:
      if (!is_direct_iface(typ(as<syntax::AssertExpr>(e)->type_expr))) return compute_now(e);
      return compute(as<syntax::AssertExpr>(e)->x);
    case NodeKind::kOperation: {
      auto* o = as<syntax::Operation>(e);
      if (o->op == Operator::kAndAnd || o->op == Operator::kOrOr || (o->op == Operator::kRecv && !o->y)) return compute_now(e);
      if (o->y && is_aggregate(typ(o->x)) && is_aggregate(typ(o->y))) {
        compute_by_address(o->x);
        return compute_by_address(o->y);
      }
      compute(o->x);
      return compute(o->y);
    }
    case NodeKind::kCallExpr: return compute_call(as<syntax::CallExpr>(e));
    default: return;
  }
}

void Builder::compute_call(const syntax::CallExpr* c) {
  if (!converts(c)) return compute_now(c);
  types::Type* to = typ(c);
  const syntax::Expr* x = c->args[0];
  if (x->mode == Mode::kConstant || x->mode == Mode::kNilValue) return;
  types::Type* from = typ(x);
  if (types::is_string(from) && types::under_as<types::Slice>(to)) return compute_now(c);
  if (types::is_interface(to) && boxed_by_address(from)) return compute_by_address(x);
  // Once the result of reflect.Value.Pointer is a pointer again, what it points to stays alive.
  if (is_unsafe_pointer(to) && unparen(x)->kind == NodeKind::kCallExpr) return compute_now(c);
  compute(x);
}

// Arguments, and what the called function is found in.
void Builder::ordered_call(const syntax::CallExpr* c) {
  if (std::none_of(c->args.begin(), c->args.end(), has_call)) return;
  compute(c->fun);
  // Where arguments become interfaces: the signature of instances is not looked at.
  const syntax::Expr* fun = unparen(c->fun);
  auto* name = as<syntax::Name>(fun);
  if (auto* s = as<syntax::SelectorExpr>(fun); s && !s->selection) name = s->sel;
  const bool instance = (name && name->targs) || fun->kind == NodeKind::kIndexExpr;
  types::Signature* sig = instance || !fun->type ? nullptr : types::under_as<types::Signature>(typ(fun));
  const std::size_t params = sig ? sig->params->vars.size() : 0;
  for (std::size_t i = 0; i < c->args.size(); ++i) {
    const syntax::Expr* e = c->args[i];
    types::Type* to = nullptr;
    if (sig && i + 1 < params + (sig->variadic ? 0 : 1)) to = canon(sig->params->vars[i]->type);
    else if (sig && sig->variadic && !c->has_dots) to = elem_type(canon(sig->params->vars[params - 1]->type));
    const bool value = e->mode != Mode::kConstant && e->mode != Mode::kNilValue && e->mode != Mode::kTypexpr;
    if (value && to && types::is_interface(to) && boxed_by_address(typ(e))) compute_by_address(e);
    else compute(e);
  }
}

std::vector<Value*> Builder::operands(std::span<syntax::Expr* const> list) {
  if (list.size() > 1) ordered(list);
  std::vector<Value*> values;
  for (const syntax::Expr* e : list) values.push_back(expr(e));
  return values;
}

}  // namespace govm::ir
