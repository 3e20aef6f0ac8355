#include "compiler/ir/facts.h"

#include "compiler/syntax/ast.h"
#include "compiler/types/object.h"

namespace govm::ir {

using namespace syntax;

// Walks a function's syntax once.
class FactFinder {
 public:
  explicit FactFinder(Facts& facts) : facts_(facts) {}

  void function(const Node* key, const FuncType* type, const BlockStmt* body, Pos begin) {
    const Node* outer = body_;
    body_ = key;
    facts_.bodies_[key];
    for (Field* f : type->results) {
      if (f->name) mark(facts_.reassigned_, f->name);
    }
    if (body) {
      regions_.push_back({begin, body->rbrace});
      stmt(body);
      regions_.pop_back();
    }
    body_ = outer;
  }

  void root_expr(const Expr* e) {
    body_ = e;
    facts_.bodies_[e];
    regions_.push_back({Pos{0}, Pos{~0u}});
    expr(e);
  }

 private:
  struct Region {
    Pos begin, end;
  };

  BodyFacts& body() { return facts_.bodies_[body_]; }

  static types::Var* variable(const Name* name) { return types::as<types::Var>(name->object); }

  static void mark(std::unordered_set<const types::Var*>& set, const Name* name) {
    if (auto* v = variable(name)) set.insert(v);
  }

  // The variable that assigning to, or taking the address of, e touches; null if reached through a pointer.
  static const Name* root(const Expr* e) {
    for (;;) {
      switch (e->kind) {
        case NodeKind::kName: return as<Name>(e);
        case NodeKind::kParenExpr: e = as<ParenExpr>(e)->x; break;
        case NodeKind::kSelectorExpr: {
          auto* s = as<SelectorExpr>(e);
          if (!s->selection || s->selection->kind != types::SelectionKind::kFieldVal) return nullptr;
          if (!s->x->type || types::under_as<types::Pointer>(s->x->type)) return nullptr;
          e = s->x;
          break;
        }
        case NodeKind::kIndexExpr: {
          auto* x = as<IndexExpr>(e)->x;
          if (!x->type || !(types::under_as<types::Array>(x->type) || types::is_type_param(x->type))) return nullptr;
          e = x;
          break;
        }
        default: return nullptr;
      }
    }
  }

  void take_address(const Expr* e) {
    if (auto* n = root(e)) mark(facts_.addressed_, n);
  }

  void assign_to(const Expr* e, bool define) {
    if (auto* list = as<ListExpr>(e)) {
      for (Expr* x : list->elems) assign_to(x, define);
      return;
    }
    if (auto* n = root(e)) {
      auto* v = variable(n);
      if (v && !(define && e->kind == NodeKind::kName && v->pos == e->pos)) facts_.reassigned_.insert(v);
    }
    expr(e);
  }

  void use(const Name* name) {
    auto* v = variable(name);
    if (!v || v->package_level || v->is_field || regions_.empty()) return;
    const Region& r = regions_.back();
    if (v->pos < r.begin || v->pos > r.end) facts_.captured_.insert(v);
  }

  void exprs(std::span<Expr* const> list) {
    for (Expr* e : list) expr(e);
  }

  void selector(const SelectorExpr* s) {
    expr(s->x);
    if (!s->selection || s->selection->kind != types::SelectionKind::kMethodVal) return;
    auto* f = types::as<types::Func>(s->selection->obj);
    if (s->x->type && types::under_as<types::Pointer>(s->x->type)) return;
    if (f && (f->has_ptr_recv || (f->origin && f->origin->has_ptr_recv))) take_address(s->x);
  }

  void slice(const SliceExpr* s) {
    expr(s->x);
    for (Expr* i : s->index) expr(i);
    if (s->x->type && (types::under_as<types::Array>(s->x->type) || types::is_type_param(s->x->type))) {
      take_address(s->x);
    }
  }

  void expr(const Expr* e) {
    if (!e || e->mode == Mode::kTypexpr) return;
    switch (e->kind) {
      case NodeKind::kName: use(as<Name>(e)); break;
      case NodeKind::kCompositeLit: exprs(as<CompositeLit>(e)->elems); break;
      case NodeKind::kKeyValueExpr: expr(as<KeyValueExpr>(e)->key); expr(as<KeyValueExpr>(e)->value); break;
      case NodeKind::kFuncLit: {
        auto* lit = as<FuncLit>(e);
        function(lit, lit->func_type, lit->body, lit->pos);
        break;
      }
      case NodeKind::kParenExpr: expr(as<ParenExpr>(e)->x); break;
      case NodeKind::kSelectorExpr: selector(as<SelectorExpr>(e)); break;
      case NodeKind::kIndexExpr: expr(as<IndexExpr>(e)->x); expr(as<IndexExpr>(e)->index); break;
      case NodeKind::kSliceExpr: slice(as<SliceExpr>(e)); break;
      case NodeKind::kAssertExpr: expr(as<AssertExpr>(e)->x); break;
      case NodeKind::kTypeSwitchGuard: expr(as<TypeSwitchGuard>(e)->x); break;
      case NodeKind::kOperation: {
        auto* o = as<Operation>(e);
        // Chains of operators lean to the left: walk them without recursion.
        while (o->y && o->x->kind == NodeKind::kOperation) {
          expr(o->y);
          o = as<Operation>(o->x);
        }
        if (o->op == Operator::kAnd && !o->y) take_address(o->x);
        expr(o->x);
        expr(o->y);
        break;
      }
      case NodeKind::kCallExpr: {
        auto* c = as<CallExpr>(e);
        if (c->fun->mode == Mode::kBuiltin &&
            c->fun->builtin_id == static_cast<std::uint8_t>(types::BuiltinId::kRecover)) {
          body().has_recover = true;
        }
        expr(c->fun);
        exprs(c->args);
        break;
      }
      case NodeKind::kListExpr: exprs(as<ListExpr>(e)->elems); break;
      default: break;
    }
  }

  void stmts(std::span<Stmt* const> list) {
    for (Stmt* s : list) stmt(s);
  }

  void for_stmt(const ForStmt* f) {
    auto* range = as<RangeClause>(f->init);
    if (!range) {
      stmt(f->init);
      expr(f->cond);
      stmt(f->post);
      stmt(f->body);
      return;
    }
    expr(range->x);
    bool function_body = range->x->type && types::core_type(range->x->type) &&
                         types::as<types::Signature>(types::core_type(range->x->type));
    if (range->lhs) {
      if (function_body && !range->def) regions_.push_back({f->pos, f->body->rbrace});
      assign_to(range->lhs, range->def);
      if (function_body && !range->def) regions_.pop_back();
      if (range->def && !f->distinct_vars) assign_to(range->lhs, false);
    }
    if (function_body) regions_.push_back({f->pos, f->body->rbrace});
    stmt(f->body);
    if (function_body) regions_.pop_back();
  }

  void decl(const Decl* d) {
    if (auto* v = as<VarDecl>(d)) expr(v->values);
  }

  void stmt(const Stmt* s) {
    if (!s) return;
    switch (s->kind) {
      case NodeKind::kLabeledStmt:
        body().has_label = true;
        stmt(as<LabeledStmt>(s)->stmt);
        break;
      case NodeKind::kBlockStmt: stmts(as<BlockStmt>(s)->list); break;
      case NodeKind::kExprStmt: expr(as<ExprStmt>(s)->x); break;
      case NodeKind::kSendStmt: expr(as<SendStmt>(s)->chan); expr(as<SendStmt>(s)->value); break;
      case NodeKind::kDeclStmt:
        for (Decl* d : as<DeclStmt>(s)->decls) decl(d);
        break;
      case NodeKind::kAssignStmt: {
        auto* a = as<AssignStmt>(s);
        expr(a->rhs);
        auto* guard = as<TypeSwitchGuard>(a->rhs);
        if (!guard) assign_to(a->lhs, a->op == Operator::kDef);
        break;
      }
      case NodeKind::kCallStmt:
        if (as<CallStmt>(s)->tok == CallKind::kDefer) body().has_defer = true;
        expr(as<CallStmt>(s)->call);
        break;
      case NodeKind::kReturnStmt: expr(as<ReturnStmt>(s)->results); break;
      case NodeKind::kIfStmt: {
        auto* i = as<IfStmt>(s);
        stmt(i->init);
        expr(i->cond);
        stmt(i->then);
        stmt(i->else_stmt);
        break;
      }
      case NodeKind::kForStmt: for_stmt(as<ForStmt>(s)); break;
      case NodeKind::kSwitchStmt: {
        auto* w = as<SwitchStmt>(s);
        stmt(w->init);
        expr(w->tag);
        for (CaseClause* c : w->body) {
          expr(c->cases);
          stmts(c->body);
        }
        break;
      }
      case NodeKind::kSelectStmt:
        for (CommClause* c : as<SelectStmt>(s)->body) {
          stmt(c->comm);
          stmts(c->body);
        }
        break;
      default: break;
    }
  }

  Facts& facts_;
  const Node* body_ = nullptr;
  std::vector<Region> regions_;
};

Facts::Facts(const Node* root) {
  FactFinder finder(*this);
  if (auto* d = as<FuncDecl>(root)) {
    finder.function(d, d->type, d->body, d->pos);
  } else if (root) {
    finder.root_expr(static_cast<const Expr*>(root));
  }
}

const BodyFacts& Facts::body(const Node* function) const {
  static const BodyFacts kNone;
  auto it = bodies_.find(function);
  return it == bodies_.end() ? kNone : it->second;
}

bool has_call(const Expr* e) {
  if (!e || e->mode == Mode::kTypexpr || e->mode == Mode::kConstant) return false;
  auto any = [](std::span<Expr* const> list) {
    for (Expr* x : list) {
      if (has_call(x)) return true;
    }
    return false;
  };
  switch (e->kind) {
    case NodeKind::kCallExpr: {
      auto* c = as<CallExpr>(e);
      if (c->fun->mode == Mode::kTypexpr) return any(c->args);
      if (c->fun->mode == Mode::kBuiltin) {
        auto id = static_cast<types::BuiltinId>(c->fun->builtin_id);
        if (id == types::BuiltinId::kLen || id == types::BuiltinId::kCap) return any(c->args);
      }
      return true;
    }
    case NodeKind::kOperation: {
      auto* o = as<Operation>(e);
      while (o->y && o->x->kind == NodeKind::kOperation) {
        if (has_call(o->y)) return true;
        o = as<Operation>(o->x);
      }
      return (o->op == Operator::kRecv && !o->y) || has_call(o->x) || has_call(o->y);
    }
    case NodeKind::kCompositeLit: return any(as<CompositeLit>(e)->elems);
    case NodeKind::kKeyValueExpr: return has_call(as<KeyValueExpr>(e)->key) || has_call(as<KeyValueExpr>(e)->value);
    case NodeKind::kParenExpr: return has_call(as<ParenExpr>(e)->x);
    case NodeKind::kSelectorExpr: return has_call(as<SelectorExpr>(e)->x);
    case NodeKind::kIndexExpr: return has_call(as<IndexExpr>(e)->x) || has_call(as<IndexExpr>(e)->index);
    case NodeKind::kSliceExpr: {
      auto* s = as<SliceExpr>(e);
      return has_call(s->x) || has_call(s->index[0]) || has_call(s->index[1]) || has_call(s->index[2]);
    }
    case NodeKind::kAssertExpr: return has_call(as<AssertExpr>(e)->x);
    case NodeKind::kListExpr: return any(as<ListExpr>(e)->elems);
    default: return false;
  }
}

}  // namespace govm::ir
