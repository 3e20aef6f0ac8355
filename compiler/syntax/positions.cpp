#include "compiler/syntax/positions.h"

namespace govm::syntax {
namespace {

template <typename T>
const T* get(const Node* n) { return static_cast<const T*>(n); }

template <typename List>
auto* last_or_null(const List& list) { return list.empty() ? nullptr : list.back(); }

// Ends of declarations and parts of them.
const Node* last_part_of_values(const Node* values, const Node* type, std::span<Name* const> names) {
  if (values) return values;
  if (type) return type;
  return last_or_null(names);
}

struct End {
  const Node* next = nullptr;  // the node ends where this one does; null: at pos
  Pos pos;
};

End end_at(const Node* next, Pos otherwise) { return {next, otherwise}; }

Pos behind_text(const Node* n, std::size_t length) { return n->pos + static_cast<std::uint32_t>(length); }

End end_of_decl(const Node* n) {
  switch (n->kind) {
    case NodeKind::kImportDecl: return end_at(get<ImportDecl>(n)->path, n->pos);
    case NodeKind::kConstDecl: {
      const auto* d = get<ConstDecl>(n);
      return end_at(last_part_of_values(d->values, d->type_expr, d->names), n->pos);
    }
    case NodeKind::kVarDecl: {
      const auto* d = get<VarDecl>(n);
      return end_at(last_part_of_values(d->values, d->type_expr, d->names), n->pos);
    }
    case NodeKind::kTypeDecl: return end_at(get<TypeDecl>(n)->type_expr, n->pos);
    default: {
      const auto* f = get<FuncDecl>(n);
      if (f->body) return {f->body, {}};
      return end_at(f->type, n->pos);
    }
  }
}

End end_of_expr(const Node* n) {
  switch (n->kind) {
    case NodeKind::kName: return {nullptr, behind_text(n, get<Name>(n)->value.str().size())};
    case NodeKind::kBasicLit: return {nullptr, behind_text(n, get<BasicLit>(n)->value.size())};
    case NodeKind::kCompositeLit: return {nullptr, get<CompositeLit>(n)->rbrace};
    case NodeKind::kKeyValueExpr: return {get<KeyValueExpr>(n)->value, {}};
    case NodeKind::kFuncLit: return {get<FuncLit>(n)->body, {}};
    case NodeKind::kParenExpr: return {get<ParenExpr>(n)->x, {}};
    case NodeKind::kSelectorExpr: return {get<SelectorExpr>(n)->sel, {}};
    case NodeKind::kIndexExpr: return {get<IndexExpr>(n)->index, {}};
    // gc means to use the last index but always ends up here.
    case NodeKind::kSliceExpr: return {get<SliceExpr>(n)->x, {}};
    case NodeKind::kAssertExpr: return {get<AssertExpr>(n)->type_expr, {}};
    case NodeKind::kTypeSwitchGuard: return {get<TypeSwitchGuard>(n)->x, {}};
    case NodeKind::kOperation: {
      const auto* o = get<Operation>(n);
      return {o->y ? o->y : o->x, {}};
    }
    case NodeKind::kCallExpr: {
      const auto* c = get<CallExpr>(n);
      return {c->args.empty() ? c->fun : c->args.back(), {}};
    }
    case NodeKind::kListExpr: return end_at(last_or_null(get<ListExpr>(n)->elems), n->pos);
    default: return {nullptr, n->pos};
  }
}

End end_of_type(const Node* n) {
  switch (n->kind) {
    case NodeKind::kArrayType: return {get<ArrayType>(n)->elem, {}};
    case NodeKind::kSliceType: return {get<SliceType>(n)->elem, {}};
    case NodeKind::kDotsType: return {get<DotsType>(n)->elem, {}};
    case NodeKind::kMapType: return {get<MapType>(n)->value, {}};
    case NodeKind::kChanType: return {get<ChanType>(n)->elem, {}};
    case NodeKind::kStructType: return end_at(last_or_null(get<StructType>(n)->fields), n->pos);
    case NodeKind::kInterfaceType: return end_at(last_or_null(get<InterfaceType>(n)->methods), n->pos);
    case NodeKind::kField: {
      const auto* f = get<Field>(n);
      return end_at(f->type_expr ? f->type_expr : f->name, n->pos);
    }
    default: {
      const auto* f = get<FuncType>(n);
      const Field* last = last_or_null(f->results);
      return end_at(last ? last : last_or_null(f->params), n->pos);
    }
  }
}

End end_of_stmt(const Node* n) {
  switch (n->kind) {
    case NodeKind::kLabeledStmt: return end_at(get<LabeledStmt>(n)->stmt, n->pos);
    case NodeKind::kBlockStmt: return {nullptr, get<BlockStmt>(n)->rbrace};
    case NodeKind::kExprStmt: return {get<ExprStmt>(n)->x, {}};
    case NodeKind::kSendStmt: return {get<SendStmt>(n)->value, {}};
    case NodeKind::kDeclStmt: return end_at(last_or_null(get<DeclStmt>(n)->decls), n->pos);
    case NodeKind::kAssignStmt: {
      const auto* a = get<AssignStmt>(n);
      if (a->rhs) return {a->rhs, {}};
      return {nullptr, end_pos(a->lhs) + 2};
    }
    case NodeKind::kBranchStmt: return end_at(get<BranchStmt>(n)->label, n->pos);
    case NodeKind::kCallStmt: return end_at(get<CallStmt>(n)->call, n->pos);
    case NodeKind::kReturnStmt: return end_at(get<ReturnStmt>(n)->results, n->pos);
    case NodeKind::kIfStmt: {
      const auto* s = get<IfStmt>(n);
      return {s->else_stmt ? s->else_stmt : s->then, {}};
    }
    case NodeKind::kForStmt: return {get<ForStmt>(n)->body, {}};
    case NodeKind::kSwitchStmt: return {nullptr, get<SwitchStmt>(n)->rbrace};
    case NodeKind::kSelectStmt: return {nullptr, get<SelectStmt>(n)->rbrace};
    case NodeKind::kRangeClause: return {get<RangeClause>(n)->x, {}};
    case NodeKind::kCaseClause: return end_at(last_or_null(get<CaseClause>(n)->body), get<CaseClause>(n)->colon);
    case NodeKind::kCommClause: return end_at(last_or_null(get<CommClause>(n)->body), get<CommClause>(n)->colon);
    default: return {nullptr, n->pos};
  }
}

// The part n starts with, or null if n starts at its own position.
const Node* first_part(const Node* n) {
  switch (n->kind) {
    case NodeKind::kCompositeLit: return get<CompositeLit>(n)->type_expr;
    case NodeKind::kKeyValueExpr: return get<KeyValueExpr>(n)->key;
    case NodeKind::kSelectorExpr: return get<SelectorExpr>(n)->x;
    case NodeKind::kIndexExpr: return get<IndexExpr>(n)->x;
    case NodeKind::kAssertExpr: return get<AssertExpr>(n)->x;
    case NodeKind::kTypeSwitchGuard: {
      const auto* g = get<TypeSwitchGuard>(n);
      return g->lhs ? g->lhs : g->x;
    }
    case NodeKind::kOperation: {
      const auto* o = get<Operation>(n);
      return o->y ? o->x : nullptr;
    }
    case NodeKind::kCallExpr: return get<CallExpr>(n)->fun;
    case NodeKind::kListExpr: {
      const auto* l = get<ListExpr>(n);
      return l->elems.empty() ? nullptr : l->elems.front();
    }
    case NodeKind::kSendStmt: return get<SendStmt>(n)->chan;
    case NodeKind::kAssignStmt: return get<AssignStmt>(n)->lhs;
    case NodeKind::kRangeClause: {
      const auto* r = get<RangeClause>(n);
      return r->lhs ? r->lhs : r->x;
    }
    default: return nullptr;
  }
}

}  // namespace

// Slice expressions start at their '[' as in gc.
Pos start_pos(const Node* n) {
  while (const Node* first = first_part(n)) n = first;
  return n->pos;
}

Pos end_pos(const Node* n) {
  for (;;) {
    End end;
    if (n->kind <= NodeKind::kFuncDecl) {
      end = end_of_decl(n);
    } else if (n->kind < NodeKind::kArrayType) {
      end = end_of_expr(n);
    } else if (n->kind <= NodeKind::kChanType) {
      end = end_of_type(n);
    } else {
      end = end_of_stmt(n);
    }
    if (!end.next) return end.pos;
    n = end.next;
  }
}

}  // namespace govm::syntax
