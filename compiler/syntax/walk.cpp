#include "compiler/syntax/walk.h"

#include <algorithm>
#include <vector>

namespace govm::syntax {
namespace {

using Visit = std::function<void(const Node*)>;

template <typename... Nodes>
void each(const Visit& visit, Nodes*... nodes) {
  const auto one = [&](const Node* n) {
    if (n != nullptr) visit(n);
  };
  (one(nodes), ...);
}
template <typename T>
void list(const Visit& visit, std::span<T*> nodes) {
  for (const T* n : nodes) each(visit, n);
}

void declaration(const Node* node, const Visit& visit) {
  switch (node->kind) {
    case NodeKind::kImportDecl: {
      const auto* d = static_cast<const ImportDecl*>(node);
      return each(visit, d->local_name, d->path);
    }
    case NodeKind::kConstDecl: {
      const auto* d = static_cast<const ConstDecl*>(node);
      list(visit, d->names);
      return each(visit, d->type_expr, d->values);
    }
    case NodeKind::kTypeDecl: {
      const auto* d = static_cast<const TypeDecl*>(node);
      each(visit, d->name);
      list(visit, d->tparams);
      return each(visit, d->type_expr);
    }
    case NodeKind::kVarDecl: {
      const auto* d = static_cast<const VarDecl*>(node);
      list(visit, d->names);
      return each(visit, d->type_expr, d->values);
    }
    default: {
      const auto* d = static_cast<const FuncDecl*>(node);
      each(visit, d->recv, d->name);
      list(visit, d->tparams);
      return each(visit, d->type, d->body);
    }
  }
}

void type_expression(const Node* node, const Visit& visit) {
  switch (node->kind) {
    case NodeKind::kArrayType: {
      const auto* t = static_cast<const ArrayType*>(node);
      return each(visit, t->len, t->elem);
    }
    case NodeKind::kSliceType: return each(visit, static_cast<const SliceType*>(node)->elem);
    case NodeKind::kDotsType: return each(visit, static_cast<const DotsType*>(node)->elem);
    case NodeKind::kStructType: return list(visit, static_cast<const StructType*>(node)->fields);
    case NodeKind::kField: {
      const auto* f = static_cast<const Field*>(node);
      return each(visit, f->name, f->type_expr);
    }
    case NodeKind::kInterfaceType: return list(visit, static_cast<const InterfaceType*>(node)->methods);
    case NodeKind::kFuncType: {
      const auto* t = static_cast<const FuncType*>(node);
      list(visit, t->params);
      return list(visit, t->results);
    }
    case NodeKind::kMapType: {
      const auto* t = static_cast<const MapType*>(node);
      return each(visit, t->key, t->value);
    }
    default: return each(visit, static_cast<const ChanType*>(node)->elem);
  }
}

void expression(const Node* node, const Visit& visit) {
  switch (node->kind) {
    case NodeKind::kBadExpr:
    case NodeKind::kName:
    case NodeKind::kBasicLit: return;
    case NodeKind::kCompositeLit: {
      const auto* e = static_cast<const CompositeLit*>(node);
      each(visit, e->type_expr);
      return list(visit, e->elems);
    }
    case NodeKind::kKeyValueExpr: {
      const auto* e = static_cast<const KeyValueExpr*>(node);
      return each(visit, e->key, e->value);
    }
    case NodeKind::kFuncLit: {
      const auto* e = static_cast<const FuncLit*>(node);
      return each(visit, e->func_type, e->body);
    }
    case NodeKind::kParenExpr: return each(visit, static_cast<const ParenExpr*>(node)->x);
    case NodeKind::kSelectorExpr: {
      const auto* e = static_cast<const SelectorExpr*>(node);
      return each(visit, e->x, e->sel);
    }
    case NodeKind::kIndexExpr: {
      const auto* e = static_cast<const IndexExpr*>(node);
      return each(visit, e->x, e->index);
    }
    case NodeKind::kSliceExpr: {
      const auto* e = static_cast<const SliceExpr*>(node);
      return each(visit, e->x, e->index[0], e->index[1], e->index[2]);
    }
    case NodeKind::kAssertExpr: {
      const auto* e = static_cast<const AssertExpr*>(node);
      return each(visit, e->x, e->type_expr);
    }
    case NodeKind::kTypeSwitchGuard: {
      const auto* e = static_cast<const TypeSwitchGuard*>(node);
      return each(visit, e->lhs, e->x);
    }
    case NodeKind::kOperation: {
      std::vector<const Node*> operands;   // from the last one
      for (; node->kind == NodeKind::kOperation; node = static_cast<const Operation*>(node)->x) {
        if (const Node* y = static_cast<const Operation*>(node)->y) operands.push_back(y);
      }
      visit(node);
      std::for_each(operands.rbegin(), operands.rend(), visit);
      return;
    }
    case NodeKind::kCallExpr: {
      const auto* e = static_cast<const CallExpr*>(node);
      each(visit, e->fun);
      return list(visit, e->args);
    }
    default: return list(visit, static_cast<const ListExpr*>(node)->elems);
  }
}

void statement(const Node* node, const Visit& visit) {
  switch (node->kind) {
    case NodeKind::kLabeledStmt: {
      const auto* s = static_cast<const LabeledStmt*>(node);
      return each(visit, s->label, s->stmt);
    }
    case NodeKind::kBlockStmt: return list(visit, static_cast<const BlockStmt*>(node)->list);
    case NodeKind::kExprStmt: return each(visit, static_cast<const ExprStmt*>(node)->x);
    case NodeKind::kSendStmt: {
      const auto* s = static_cast<const SendStmt*>(node);
      return each(visit, s->chan, s->value);
    }
    case NodeKind::kDeclStmt: return list(visit, static_cast<const DeclStmt*>(node)->decls);
    case NodeKind::kAssignStmt: {
      const auto* s = static_cast<const AssignStmt*>(node);
      return each(visit, s->lhs, s->rhs);
    }
    case NodeKind::kBranchStmt: return each(visit, static_cast<const BranchStmt*>(node)->label);
    case NodeKind::kCallStmt: return each(visit, static_cast<const CallStmt*>(node)->call);
    case NodeKind::kReturnStmt: return each(visit, static_cast<const ReturnStmt*>(node)->results);
    case NodeKind::kIfStmt: {
      const auto* s = static_cast<const IfStmt*>(node);
      return each(visit, s->init, s->cond, s->then, s->else_stmt);
    }
    case NodeKind::kForStmt: {
      const auto* s = static_cast<const ForStmt*>(node);
      return each(visit, s->init, s->cond, s->post, s->body);
    }
    case NodeKind::kSwitchStmt: {
      const auto* s = static_cast<const SwitchStmt*>(node);
      each(visit, s->init, s->tag);
      return list(visit, s->body);
    }
    case NodeKind::kSelectStmt: return list(visit, static_cast<const SelectStmt*>(node)->body);
    case NodeKind::kRangeClause: {
      const auto* s = static_cast<const RangeClause*>(node);
      return each(visit, s->lhs, s->x);
    }
    case NodeKind::kCaseClause: {
      const auto* c = static_cast<const CaseClause*>(node);
      each(visit, c->cases);
      return list(visit, c->body);
    }
    case NodeKind::kCommClause: {
      const auto* c = static_cast<const CommClause*>(node);
      each(visit, c->comm);
      return list(visit, c->body);
    }
    default: return;  // an empty statement
  }
}

}  // namespace

void for_each_child(const Node* node, const std::function<void(const Node*)>& visit) {
  if (node->kind <= NodeKind::kFuncDecl) declaration(node, visit);
  else if (node->kind <= NodeKind::kListExpr) expression(node, visit);
  else if (node->kind <= NodeKind::kChanType) type_expression(node, visit);
  else statement(node, visit);
}

}  // namespace govm::syntax
