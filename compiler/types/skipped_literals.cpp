// Literals of package-level variables whose elements the parser skipped (of packages whose bodies are skipped too). They
// stay so until the variable is needed if all can be laid out as static data but for what kElement names stand for, and
// what they refer to is known from the names that were taken down: the initialisation order is the same as if they had
// been read.
#include "compiler/syntax/parser.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

using syntax::Mention;
using syntax::SkippedName;

namespace {

bool can_be_static_key(Type* t) {
  auto* b = under_as<Basic>(t);
  return b && (b->info & (kIsBoolean | kIsNumeric | kIsString)) != 0;
}

// Literals of t, and those within whose types are left out, need no code for their type's sake.
bool is_static_type(Type* t) {
  constexpr int kMaxDepth = 16;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    Type* u = t ? under(t) : nullptr;
    if (!u || has_type_param(t)) return false;
    switch (u->type_kind()) {
      case TypeKind::kPointer: t = static_cast<Pointer*>(u)->base; break;
      case TypeKind::kSlice: t = static_cast<Slice*>(u)->elem; break;
      case TypeKind::kArray: t = static_cast<Array*>(u)->elem; break;
      case TypeKind::kMap:
        if (!can_be_static_key(static_cast<Map*>(u)->key)) return false;
        t = static_cast<Map*>(u)->elem;
        break;
      case TypeKind::kStruct: return !static_cast<Struct*>(u)->incomplete;
      default: return true;
    }
  }
  return false;
}

// Looks at all names of one literal.
class Mentions {
 public:
  Mentions(Checker& check, bool is_list) : c_(check), is_list_(is_list) {}

  bool look_at(const SkippedName& n) {
    Object* o = c_.lookup(n.name);
    if (!o) return n.as == Mention::kKey && n.member.empty();
    if (!n.member.empty()) {
      auto* p = as<PkgName>(o);
      o = p && p->imported->scope ? p->imported->scope->lookup(n.member) : nullptr;
      return o && o->exported() && of_other_package(o, n.as);
    }
    return of_this_package(o, n.as);
  }

  // What the literal refers to, in order of appearance.
  std::vector<Object*> dependencies;
  std::vector<Object*> elements;

 private:
  bool is_type(Object* o, Mention as) {
    auto* name = types::as<TypeName>(o);
    if (!name || as != Mention::kType) return false;
    if (!name->type) c_.obj_decl(name);
    return is_static_type(name->type);
  }

  bool of_other_package(Object* o, Mention as) {
    switch (o->object_kind()) {
      case ObjectKind::kConst: return true;
      case ObjectKind::kTypeName: return is_type(o, as);
      case ObjectKind::kFunc: return as == Mention::kElement || as == Mention::kNested;
      case ObjectKind::kVar: return as == Mention::kAddress;
      default: return false;
    }
  }

  bool of_this_package(Object* o, Mention as) {
    switch (o->object_kind()) {
      case ObjectKind::kConst: break;
      case ObjectKind::kNil: return as == Mention::kElement || as == Mention::kNested;
      case ObjectKind::kPkgName: return as == Mention::kKey;
      case ObjectKind::kTypeName: return as == Mention::kKey || is_type(o, as);
      case ObjectKind::kFunc:  // a key may be the name of a field
        if (as != Mention::kElement && as != Mention::kNested) return false;
        break;
      case ObjectKind::kVar:
        if (as == Mention::kElement && is_list_) elements.push_back(o);
        else if (as != Mention::kAddress) return false;
        break;
      default: return false;
    }
    dependencies.push_back(o);
    return true;
  }

  Checker& c_;
  bool is_list_;
};

}  // namespace

// Sets the length of e's type if it comes from the elements.
bool Checker::stays_skipped(syntax::CompositeLit* e, Type* base) {
  if (!is_static_type(base)) return false;
  Type* u = under(base);
  auto* array = as<Array>(u);
  if (array && array->len < 0 && e->skipped->length < 0) return false;
  const bool is_list = array || as<Slice>(u) || as<Map>(u);
  if (!is_list && !as<Struct>(u)) return false;
  Mentions mentions(*this, is_list);
  for (const SkippedName& n : e->skipped->names)
    if (!mentions.look_at(n)) return false;
  for (Object* o : mentions.dependencies) add_decl_dep(o);
  e->skipped->elements = arena.copy(mentions.elements);
  e->skipped->names = {};
  if (array && array->len < 0) {
    array->len = e->skipped->length;
    if (e->type_expr) record_type_and_value(e->type_expr, Mode::kTypexpr, array, nullptr);
  }
  return true;
}

void Checker::read_elements(syntax::CompositeLit* e) {
  if (!e->skipped) return;
  syntax::parse_elements(e, *session.sources.file(e->pos), session.arena, session.symbols,
                         [this](Pos pos, const std::string& message) { error(pos, Code::kNone, message); });
}

void Checker::read_initializer(Var* var) {
  DeclInfo* d = decl_of(var);
  syntax::CompositeLit* literal = d ? syntax::skipped_literal(d->init) : nullptr;
  if (!literal) return;
  read_elements(literal);
  late_literal_ = literal;
  const Environment saved = env;
  const std::size_t top = delayed_count();
  env = Environment{};
  env.scope = d->file_scope;
  env.version = d->version;
  env.decl = d;
  Operand x;
  expr(nullptr, x, d->init);
  process_delayed(top);
  cleanup();
  env = saved;
  late_literal_ = nullptr;
}

}  // namespace govm::types
