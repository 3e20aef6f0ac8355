// Prints nodes as gc's printer does in its one-line forms: single blanks, semicolons only where needed.
#include "compiler/syntax/printer.h"

#include "compiler/syntax/parser_impl.h"

namespace govm::syntax {
namespace {

// Whether a type parameter list [name x] would read as an array length and so needs a comma.
bool combines_with_name(const Expr* x) {
  if (const auto* o = as<Operation>(x)) {
    if (!o->y) return o->op == Operator::kMul && !is_type_elem(o->x);
    return combines_with_name(o->x) && !is_type_elem(o->y);
  }
  if (const auto* p = as<ParenExpr>(x)) return !is_type_elem(p->x);
  return false;
}

std::string_view keyword(BranchKind kind) {
  switch (kind) {
    case BranchKind::kBreak: return "break";
    case BranchKind::kContinue: return "continue";
    case BranchKind::kFallthrough: return "fallthrough";
    case BranchKind::kGoto: return "goto";
  }
  return "";
}

class Printer {
 public:
  explicit Printer(bool short_form) : short_(short_form) {}
  std::string take() { return std::move(out_); }

  void node(const Node* n) {
    if (!n) return;
    if (depth_ > kMaxDepth) {
      text("…");
      return;
    }
    ++depth_;
    if (n->kind <= NodeKind::kFuncDecl) {
      declaration(n);
    } else if (n->kind < NodeKind::kArrayType) {
      expression(n);
    } else if (n->kind <= NodeKind::kChanType) {
      type(n);
    } else {
      statement(n);
    }
    --depth_;
  }

 private:
  static constexpr int kMaxDepth = 5000;

  template <typename T>
  static const T* get(const Node* n) { return static_cast<const T*>(n); }

  void text(std::string_view s) { out_ += s; }
  // Each part is text or a node.
  template <typename... Parts>
  void print(const Parts&... parts) { (part(parts), ...); }
  void part(std::string_view s) { text(s); }
  void part(const char* s) { text(s); }
  void part(const Node* n) { node(n); }

  template <typename List>
  void comma_separated(const List& list) {
    bool first = true;
    for (const Node* n : list) {
      if (!first) text(", ");
      first = false;
      node(n);
    }
  }

  void expression(const Node* n) {
    switch (n->kind) {
      case NodeKind::kBadExpr: text("<bad expr>"); break;
      case NodeKind::kName: text(get<Name>(n)->value.str()); break;
      case NodeKind::kBasicLit: text(get<BasicLit>(n)->value); break;
      case NodeKind::kFuncLit: func_lit(get<FuncLit>(n)); break;
      case NodeKind::kCompositeLit: composite_lit(get<CompositeLit>(n)); break;
      case NodeKind::kParenExpr: print("(", get<ParenExpr>(n)->x, ")"); break;
      case NodeKind::kSelectorExpr: print(get<SelectorExpr>(n)->x, ".", get<SelectorExpr>(n)->sel); break;
      case NodeKind::kIndexExpr: print(get<IndexExpr>(n)->x, "[", get<IndexExpr>(n)->index, "]"); break;
      case NodeKind::kSliceExpr: {
        const auto* s = get<SliceExpr>(n);
        print(s->x, "[", s->index[0], ":", s->index[1]);
        if (s->index[2]) print(":", s->index[2]);
        text("]");
        break;
      }
      case NodeKind::kAssertExpr: print(get<AssertExpr>(n)->x, ".(", get<AssertExpr>(n)->type_expr, ")"); break;
      case NodeKind::kTypeSwitchGuard: {
        const auto* g = get<TypeSwitchGuard>(n);
        if (g->lhs) print(g->lhs, " := ");
        print(g->x, ".(type)");
        break;
      }
      case NodeKind::kCallExpr: {
        const auto* c = get<CallExpr>(n);
        print(c->fun, "(");
        comma_separated(c->args);
        text(c->has_dots ? "...)" : ")");
        break;
      }
      case NodeKind::kOperation: {
        const auto* o = get<Operation>(n);
        if (o->y) {
          print(o->x, " ", to_string(o->op), " ", o->y);
        } else {
          print(to_string(o->op), o->x);
        }
        break;
      }
      case NodeKind::kKeyValueExpr: print(get<KeyValueExpr>(n)->key, ": ", get<KeyValueExpr>(n)->value); break;
      case NodeKind::kListExpr: comma_separated(get<ListExpr>(n)->elems); break;
      default: break;
    }
  }

  void func_lit(const FuncLit* f) {
    print(f->func_type, " ");
    if (!f->body) return;
    if (!short_) {
      node(f->body);
    } else {
      text(f->body->list.empty() ? "{}" : "{…}");
    }
  }

  void composite_lit(const CompositeLit* c) {
    print(c->type_expr, "{");
    if (short_) {
      if (!c->elems.empty()) text("…");
    } else {
      comma_separated(c->elems);
    }
    text("}");
  }

  void type(const Node* n) {
    switch (n->kind) {
      case NodeKind::kArrayType: {
        const auto* a = get<ArrayType>(n);
        text("[");
        if (a->len) {
          node(a->len);
        } else {
          text("...");
        }
        print("]", a->elem);
        break;
      }
      case NodeKind::kSliceType: print("[]", get<SliceType>(n)->elem); break;
      case NodeKind::kDotsType: print("...", get<DotsType>(n)->elem); break;
      case NodeKind::kStructType: {
        const auto* s = get<StructType>(n);
        text("struct{");
        struct_fields(s);
        text("}");
        break;
      }
      case NodeKind::kField: print(get<Field>(n)->name, " ", get<Field>(n)->type_expr); break;
      case NodeKind::kInterfaceType: interface_type(get<InterfaceType>(n)); break;
      case NodeKind::kFuncType:
        text("func");
        signature(get<FuncType>(n));
        break;
      case NodeKind::kMapType: print("map[", get<MapType>(n)->key, "]", get<MapType>(n)->value); break;
      case NodeKind::kChanType: chan_type(get<ChanType>(n)); break;
      default: break;
    }
  }

  void chan_type(const ChanType* c) {
    text(c->dir == ChanDir::kRecvOnly ? "<-chan " : c->dir == ChanDir::kSendOnly ? "chan<- " : "chan ");
    const auto* elem = as<ChanType>(c->elem);
    const bool ambiguous = c->dir == ChanDir::kBoth && elem && elem->dir == ChanDir::kRecvOnly;
    if (ambiguous) text("(");
    node(c->elem);
    if (ambiguous) text(")");
  }

  // Fields declared together share their type.
  void struct_fields(const StructType* s) {
    for (std::size_t i = 0; i < s->fields.size();) {
      if (i > 0) text("; ");
      const Field* f = s->fields[i];
      const std::size_t first = i++;
      if (f->name) {
        node(f->name);
        for (; i < s->fields.size() && s->fields[i]->name && s->fields[i]->type_expr == f->type_expr; ++i) {
          print(", ", s->fields[i]->name);
        }
        text(" ");
      }
      node(f->type_expr);
      if (first < s->tags.size() && s->tags[first]) print(" ", s->tags[first]);
    }
  }

  void interface_type(const InterfaceType* t) {
    text("interface{");
    bool first = true;
    for (const Field* m : t->methods) {
      if (!first) text("; ");
      first = false;
      if (m->name) {
        node(m->name);
        if (const auto* f = as<FuncType>(m->type_expr)) signature(f);
      } else {
        node(m->type_expr);
      }
    }
    text("}");
  }

  void signature(const FuncType* f) {
    params(f->params, "(", ")");
    if (f->results.empty()) return;
    text(" ");
    if (f->results.size() == 1 && !f->results[0]->name) {
      node(f->results[0]->type_expr);
    } else {
      params(f->results, "(", ")");
    }
  }

  void params(std::span<Field* const> list, std::string_view open, std::string_view close) {
    text(open);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const Field* f = list[i];
      if (i > 0) text(", ");
      if (f->name) {
        node(f->name);
        if (i + 1 < list.size() && list[i + 1]->name && list[i + 1]->type_expr == f->type_expr) continue;
        text(" ");
      }
      node(f->type_expr);
    }
    text(close);
  }

  void type_params(std::span<Field* const> list, bool of_type) {
    if (list.empty()) return;
    params(list, "[", of_type && list.size() == 1 && combines_with_name(list[0]->type_expr) ? ",]" : "]");
  }

  void declaration(const Node* n) {
    switch (n->kind) {
      case NodeKind::kImportDecl: {
        const auto* d = get<ImportDecl>(n);
        if (!d->group) text("import ");
        if (d->local_name) print(d->local_name, " ");
        node(d->path);
        break;
      }
      case NodeKind::kConstDecl: {
        const auto* d = get<ConstDecl>(n);
        names_and_values(d->group ? "" : "const ", d->names, d->type_expr, d->values);
        break;
      }
      case NodeKind::kVarDecl: {
        const auto* d = get<VarDecl>(n);
        names_and_values(d->group ? "" : "var ", d->names, d->type_expr, d->values);
        break;
      }
      case NodeKind::kTypeDecl: {
        const auto* d = get<TypeDecl>(n);
        print(d->group ? "" : "type ", d->name);
        type_params(d->tparams, true);
        print(d->alias ? " = " : " ", d->type_expr);
        break;
      }
      default:
        func_decl(get<FuncDecl>(n));
    }
  }

  void names_and_values(std::string_view intro, std::span<Name* const> names, const Expr* t, const Expr* values) {
    text(intro);
    comma_separated(names);
    if (t) print(" ", t);
    if (values) print(" = ", values);
  }

  void func_decl(const FuncDecl* f) {
    text("func ");
    if (f->recv) {
      text("(");
      if (f->recv->name) print(f->recv->name, " ");
      print(f->recv->type_expr, ") ");
    }
    node(f->name);
    type_params(f->tparams, false);
    signature(f->type);
    if (f->body) print(" ", f->body);
  }

  void statement(const Node* n) {
    switch (n->kind) {
      case NodeKind::kLabeledStmt: print(get<LabeledStmt>(n)->label, ": ", get<LabeledStmt>(n)->stmt); break;
      case NodeKind::kBlockStmt: block(get<BlockStmt>(n)); break;
      case NodeKind::kExprStmt: node(get<ExprStmt>(n)->x); break;
      case NodeKind::kSendStmt: print(get<SendStmt>(n)->chan, " <- ", get<SendStmt>(n)->value); break;
      case NodeKind::kDeclStmt: decl_stmt(get<DeclStmt>(n)); break;
      case NodeKind::kAssignStmt: assign_stmt(get<AssignStmt>(n)); break;
      case NodeKind::kBranchStmt: {
        const auto* s = get<BranchStmt>(n);
        text(keyword(s->tok));
        if (s->label) print(" ", s->label);
        break;
      }
      case NodeKind::kCallStmt:
        print(get<CallStmt>(n)->tok == CallKind::kGo ? "go " : "defer ", get<CallStmt>(n)->call);
        break;
      case NodeKind::kReturnStmt:
        text("return");
        if (get<ReturnStmt>(n)->results) print(" ", get<ReturnStmt>(n)->results);
        break;
      case NodeKind::kRangeClause: {
        const auto* r = get<RangeClause>(n);
        if (r->lhs) print(r->lhs, r->def ? " := " : " = ");
        print("range ", r->x);
        break;
      }
      default:
        control(n);
    }
  }

  void assign_stmt(const AssignStmt* a) {
    node(a->lhs);
    if (!a->rhs) {
      print(to_string(a->op), to_string(a->op));
    } else {
      print(" ", a->op == Operator::kDef ? ":" : to_string(a->op), "= ", a->rhs);
    }
  }

  void decl_stmt(const DeclStmt* s) {
    if (s->decls.empty()) return;
    const Decl* first = s->decls[0];
    if (!first->group) {
      node(first);
      return;
    }
    text(first->kind == NodeKind::kConstDecl ? "const (" : first->kind == NodeKind::kVarDecl ? "var (" : "type (");
    for (const Decl* d : s->decls) print(d == first ? "" : "; ", d);
    text(")");
  }

  void control(const Node* n) {
    switch (n->kind) {
      case NodeKind::kIfStmt: {
        const auto* s = get<IfStmt>(n);
        text("if ");
        if (s->init) print(s->init, "; ");
        print(s->cond, " ", s->then);
        if (s->else_stmt) print(" else ", s->else_stmt);
        break;
      }
      case NodeKind::kForStmt: for_stmt(get<ForStmt>(n)); break;
      case NodeKind::kSwitchStmt: {
        const auto* s = get<SwitchStmt>(n);
        text("switch ");
        if (s->init) print(s->init, "; ");
        if (s->tag) print(s->tag, " ");
        clauses(s->body);
        break;
      }
      case NodeKind::kSelectStmt:
        text("select ");
        clauses(get<SelectStmt>(n)->body);
        break;
      case NodeKind::kCaseClause: clause(get<CaseClause>(n)->cases, get<CaseClause>(n)->body); break;
      case NodeKind::kCommClause: clause(get<CommClause>(n)->comm, get<CommClause>(n)->body); break;
      default: break;
    }
  }

  void for_stmt(const ForStmt* s) {
    text("for ");
    if (s->init && s->init->kind == NodeKind::kRangeClause) {
      print(s->init, " ", s->body);
      return;
    }
    if (!s->init && !s->post) {
      if (s->cond) print(s->cond, " ");
    } else {
      print(s->init, "; ", s->cond, "; ");
      if (s->post) print(s->post, " ");
    }
    node(s->body);
  }

  void block(const BlockStmt* b) {
    if (b->list.empty()) {
      text("{}");
      return;
    }
    text("{ ");
    statements(b->list);
    text(" }");
  }

  void statements(std::span<Stmt* const> list) {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) text("; ");
      node(list[i]);
    }
  }

  template <typename Clause>
  void clauses(std::span<Clause*> list) {
    text("{");
    for (const Clause* c : list) print(c == list[0] ? " " : "; ", c);
    text(list.empty() ? "}" : " }");
  }

  void clause(const Node* cases, std::span<Stmt* const> body) {
    if (cases) {
      print("case ", cases, ":");
    } else {
      text("default:");
    }
    if (!body.empty()) text(" ");
    statements(body);
  }

  bool short_;
  int depth_ = 0;
  std::string out_;
};

std::string print(const Node* n, bool short_form) {
  Printer printer(short_form);
  printer.node(n);
  return printer.take();
}

}  // namespace

std::string to_string(const Node* node) { return print(node, false); }
std::string to_short_string(const Node* node) { return print(node, true); }

}  // namespace govm::syntax
