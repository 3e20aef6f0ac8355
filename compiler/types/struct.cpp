// Struct types.
#include "compiler/syntax/positions.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/objset.h"

namespace govm::types {

using namespace syntax;

namespace {

Expr* ptr_base(Operation* e) { return e->op == Operator::kMul && !e->y ? e->x : nullptr; }

// The name of an embedded field: T, *T, p.T, *p.T, with type arguments or not; null if it is none of these.
Name* embedded_field_name(Expr* e) {
  if (auto* n = as<Name>(e)) return n;
  if (auto* op = as<Operation>(e)) {
    Expr* base = ptr_base(op);
    if (!base) return nullptr;
    auto* inner = as<Operation>(base);
    return inner && ptr_base(inner) ? nullptr : embedded_field_name(base);
  }
  if (auto* s = as<SelectorExpr>(e)) return s->sel;
  if (auto* i = as<IndexExpr>(e)) return embedded_field_name(i->x);
  return nullptr;
}

void check_embedded(Checker& c, Pos pos, Type* embedded) {
  const Deref d = deref(embedded);
  Type* u = under(d.type);
  if (auto* b = as<Basic>(u)) {
    if (is_valid(d.type) && b->kind == BasicKind::kUnsafePointer)
      c.error(pos, Code::kInvalidPtrEmbed, "embedded field type cannot be unsafe.Pointer");
  } else if (as<Pointer>(u)) {
    c.error(pos, Code::kInvalidPtrEmbed, "embedded field type cannot be a pointer");
  } else if (as<Interface>(u)) {
    if (is_type_param(d.type))
      c.error(pos, Code::kMisplacedTypeParam, "embedded field type cannot be a (pointer to a) type parameter");
    else if (d.was_pointer)
      c.error(pos, Code::kInvalidPtrEmbed, "embedded field type cannot be a pointer to an interface");
  }
}

// Collects the fields of one struct type.
struct FieldCollector {
  Checker& c;
  std::vector<Var*> fields;
  std::vector<std::string_view> tags;
  ObjSet set;
  bool any_tag = false;

  void add(Name* id, Type* t, std::string_view tag, bool embedded) {
    Var* f = c.new_var(id->pos, id->value, t);
    f->is_field = true;
    f->embedded = embedded;
    if (!id->value.is_blank())
      if (Object* alt = set.insert(f)) {
        ErrorReport err(&c, Code::kDuplicateDecl);
        err.addf(id->pos, "%s redeclared", id->value);
        err.add_alt_decl(alt);
        err.report();
        return;
      }
    any_tag = any_tag || !tag.empty();
    fields.push_back(f);
    tags.push_back(tag);
    c.record_def(id, f);
  }
};

}  // namespace

void Checker::struct_type(Struct* styp, StructType* e) {
  FieldCollector out{*this, {}, {}, {}};
  styp->incomplete = true;
  Type* t = nullptr;
  Expr* previous = nullptr;
  for (std::size_t i = 0; i < e->fields.size(); ++i) {
    Field* f = e->fields[i];
    if (f->type_expr != previous) {
      t = var_type(f->type_expr);
      previous = f->type_expr;
    }
    const std::string_view tag_text = i < e->tags.size() ? tag(e->tags[i]) : std::string_view();
    if (f->name) {
      out.add(f->name, t, tag_text, false);
      continue;
    }
    const Pos pos = start_pos(f->type_expr);
    Name* name = embedded_field_name(f->type_expr);
    if (!name) {
      errorf(pos, Code::kInvalidSyntaxTree, "invalid embedded field type %s", static_cast<const Node*>(f->type_expr));
      out.add(arena.make<Name>(pos, universe.blank), invalid_type(), "", true);
      continue;
    }
    // The same identifier also denotes the type: its use is recorded, the field is found through the struct.
    Object* used = name->object;
    out.add(name, t, tag_text, true);
    name->object = used;
    later([this, pos, t] { check_embedded(*this, pos, t); });
  }
  styp->fields = arena.copy(out.fields);
  styp->incomplete = false;
  if (out.any_tag) styp->tags = arena.copy(out.tags);
}

std::string_view Checker::tag(BasicLit* t) {
  if (!t || t->bad) return {};
  if (t->lit == LitKind::kString) {
    const constant::Value* v = constants.from_literal(t->value, LitKind::kString);
    if (constant::kind(v) == constant::Kind::kString) return constant::string_value(v);
  }
  errorf(t, Code::kInvalidSyntaxTree, "incorrect tag syntax: %q", t->value);
  return {};
}

}  // namespace govm::types
