// Identifiers and type expressions.
#include "base/utf8.h"
#include "compiler/syntax/positions.h"
#include "compiler/types/checker_impl.h"
#include "compiler/types/mono.h"

namespace govm::types {

using namespace syntax;

namespace {

// Names made up after syntax errors are not worth an error of their own.
bool is_valid_name(std::string_view s) {
  for (bool first = true; !s.empty(); first = false) {
    const utf8::Decoded d = utf8::decode(s);
    if (!utf8::is_letter(d.rune) && d.rune != '_' && (first || !utf8::is_digit(d.rune))) return false;
    s.remove_prefix(d.width);
  }
  return true;
}

}  // namespace

Object* Checker::lookup(Symbol name, Scope** found_in) {
  for (Scope* s = env.scope; s; s = s->parent)
    if (Object* obj = s->lookup(name)) {
      if (found_in) *found_in = s;
      return obj;
    }
  return nullptr;
}

void Checker::ident(Operand& x, Name* e, TypeName* def, bool want_type) {
  x.mode = Mode::kInvalid;
  x.expr = e;
  Scope* scope = nullptr;
  Object* obj = lookup(e->value, &scope);
  if (!obj) {
    if (e->value.is_blank()) error(e, Code::kInvalidBlank, "cannot use _ as value or type");
    else if (is_valid_name(e->value.str())) errorf(e, Code::kUndeclaredName, "undefined: %s", e->value);
    return;
  }
  if ((obj == universe.comparable_name || obj == universe.any_name) &&
      !verify_versionf(e, kGo1_18, "predeclared %s", e->value))
    return;
  record_use(e, obj);

  if (pkg->base && obj->pkg != pkg && obj->parent && obj->parent->parent && same_pkg(obj->pkg, pkg)) {
    Object* user = env.decl && env.decl->fdecl ? env.decl->fdecl->name->object : obj_path_.empty() ? nullptr : obj_path_.back();
    if (user) pkg->base_uses.emplace_back(user, obj);
  }

  const bool is_type = obj->object_kind() == ObjectKind::kTypeName;
  if (want_type && !is_type) {
    errorf(e, Code::kNotAType, "%s is not a type", obj->name);
    if (auto* v = as<Var>(obj); v && v->pkg == pkg) v->used = true;
    return;
  }
  // Types are looked at even if they have a type already, to find cycles.
  if (!obj->type || (is_type && want_type && obj->pkg == pkg)) obj_decl(obj, def);
  Type* t = obj->type;
  for (auto& [file_scope, name] : dot_imports_)
    if (file_scope == scope && obj->pkg == name->imported) name->used = true;

  switch (obj->object_kind()) {
    case ObjectKind::kPkgName:
      errorf(e, Code::kInvalidPkgUse, "use of package %s not in selector", obj->name);
      return;
    case ObjectKind::kConst:
      add_decl_dep(obj);
      if (!is_valid(t)) return;
      x.val = static_cast<Const*>(obj)->value;
      if (obj == universe.iota) {
        if (!env.iota) {
          error(e, Code::kInvalidIota, "cannot use iota outside constant declaration");
          return;
        }
        x.val = env.iota;
      }
      x.mode = Mode::kConstant;
      break;
    case ObjectKind::kTypeName: x.mode = Mode::kTypexpr; break;
    case ObjectKind::kVar:
      // Variables of other packages (dot imports) are not ours to mark.
      if (obj->pkg == pkg) static_cast<Var*>(obj)->used = true;
      add_decl_dep(obj);
      if (!is_valid(t)) return;
      x.mode = Mode::kVariable;
      break;
    case ObjectKind::kFunc:
      add_decl_dep(obj);
      x.mode = Mode::kValue;
      break;
    case ObjectKind::kBuiltin:
      x.id = static_cast<Builtin*>(obj)->id;
      x.mode = Mode::kBuiltin;
      break;
    case ObjectKind::kNil: x.mode = Mode::kNilValue; break;
    case ObjectKind::kLabel: return;
  }
  x.type = t;
}

Type* Checker::var_type(Expr* e) {
  Type* t = defined_type(e, nullptr);
  valid_var_type(e, t);
  return t;
}

void Checker::valid_var_type(Expr* e, Type* t) {
  if (as<Basic>(t) || is_type_param(t) || conf.lazy_bodies) return;
  // Whether t is a constraint is known when its type set is.
  later([this, e, t] {
    auto* iface = under_as<Interface>(t);
    if (!iface) return;
    const Pos pos = start_pos(e);
    TypeSet* tset = compute_interface_type_set(session, this, pos, iface);
    if (tset->is_method_set()) return;
    if (tset->comparable)
      soft_errorf(pos, Code::kMisplacedConstraintIface,
                  "cannot use type %s outside a type constraint: interface is (or embeds) comparable", t);
    else
      soft_errorf(pos, Code::kMisplacedConstraintIface,
                  "cannot use type %s outside a type constraint: interface contains type constraints", t);
  });
}

Type* Checker::defined_type(Expr* e, TypeName* def) {
  Type* t = typ_internal(e, def);
  if (is_generic(t)) {
    errorf(e, Code::kWrongTypeArgCount, "cannot use generic type %s without instantiation", t);
    t = invalid_type();
  }
  record_type_and_value(e, Mode::kTypexpr, t, nullptr);
  return t;
}

Type* Checker::generic_type(Expr* e, std::string* cause) {
  Type* t = typ_internal(e, nullptr);
  if (is_valid(t) && !is_generic(t)) {
    if (cause) *cause = sprintf("%s is not a generic type", t);
    t = invalid_type();
  }
  record_type_and_value(e, Mode::kTypexpr, t, nullptr);
  return t;
}

Type* Checker::type_of_operand(Operand& x) {
  switch (x.mode) {
    case Mode::kTypexpr: return x.type;
    case Mode::kInvalid: break;
    case Mode::kNoValue: errorf(x, Code::kNotAType, "%s used as type", x); break;
    default: errorf(x, Code::kNotAType, "%s is not a type", x); break;
  }
  return nullptr;
}

Type* Checker::pointer_type(Operation* e, TypeName* def) {
  auto* t = arena.make<Pointer>(invalid_type());
  set_def_type(def, t);
  t->base = var_type(e->x);
  return is_valid(t->base) ? static_cast<Type*>(t) : invalid_type();
}

Type* Checker::array_type(ArrayType* e, TypeName* def) {
  auto* t = arena.make<Array>(nullptr, -1);
  set_def_type(def, t);
  if (e->len) t->len = array_length(e->len);
  else error(e, Code::kBadDotDotDotSyntax, "invalid use of [...] array (outside a composite literal)");
  t->elem = var_type(e->elem);
  if (t->len >= 0) sized_types_.emplace_back(e->pos, t);
  return t->len >= 0 ? t : nullptr;
}

Type* Checker::map_type(MapType* e, TypeName* def) {
  auto* t = arena.make<Map>(nullptr, nullptr);
  set_def_type(def, t);
  t->key = var_type(e->key);
  t->elem = var_type(e->value);
  later([this, t, e] {
    if (comparable(t->key)) return;
    const char* why = is_type_param(t->key) ? " (missing comparable constraint)" : "";
    errorf(e->key, Code::kIncomparableMapKey, "invalid map key type %s%s", t->key, why);
  });
  return t;
}

// The type e denotes, or null after an error. Element types are null until they are known: a composite literal of a
// type within its own declaration is an error. def is set up as early as possible, for recursive types.
Type* Checker::typ_or_null(Expr* e, TypeName* def) {
  switch (e->kind) {
    case NodeKind::kBadExpr: return nullptr;
    case NodeKind::kName: {
      Operand x;
      ident(x, static_cast<Name*>(e), def, true);
      Type* t = type_of_operand(x);
      if (t) set_def_type(def, t);
      return t;
    }
    case NodeKind::kSelectorExpr: {
      Operand x;
      selector(x, static_cast<SelectorExpr*>(e), def, true);
      Type* t = type_of_operand(x);
      if (t) set_def_type(def, t);
      return t;
    }
    case NodeKind::kIndexExpr: {
      auto* i = static_cast<IndexExpr*>(e);
      verify_versionf(e, kGo1_18, "type instantiation");
      return instantiated_type(i->x, unpack_list(i->index), def);
    }
    case NodeKind::kParenExpr: return defined_type(static_cast<ParenExpr*>(e)->x, def);
    case NodeKind::kArrayType: return array_type(static_cast<ArrayType*>(e), def);
    case NodeKind::kSliceType: {
      auto* t = arena.make<Slice>(nullptr);
      set_def_type(def, t);
      t->elem = var_type(static_cast<SliceType*>(e)->elem);
      return t;
    }
    case NodeKind::kDotsType:
      error(e, Code::kInvalidDotDotDot, "invalid use of '...'");
      use(static_cast<DotsType*>(e)->elem);
      return nullptr;
    case NodeKind::kStructType: {
      auto* t = arena.make<Struct>();
      set_def_type(def, t);
      struct_type(t, static_cast<StructType*>(e));
      return t;
    }
    case NodeKind::kOperation: {
      auto* op = static_cast<Operation*>(e);
      if (op->op == Operator::kMul && !op->y) return pointer_type(op, def);
      break;
    }
    case NodeKind::kFuncType: {
      auto* t = arena.make<Signature>();
      t->params = t->results = empty_tuple();
      set_def_type(def, t);
      func_type(t, nullptr, {}, static_cast<FuncType*>(e));
      return t;
    }
    case NodeKind::kInterfaceType: {
      Interface* t = new_interface(session, this);
      set_def_type(def, t);
      interface_type(t, static_cast<InterfaceType*>(e), def);
      return t;
    }
    case NodeKind::kMapType: return map_type(static_cast<MapType*>(e), def);
    case NodeKind::kChanType: {
      auto* c = static_cast<ChanType*>(e);
      auto* t = arena.make<Chan>(c->dir, invalid_type());
      set_def_type(def, t);
      t->elem = var_type(c->elem);
      sized_types_.emplace_back(e->pos, t);
      return t;
    }
    default: break;
  }
  errorf(e, Code::kNotAType, "%s is not a type", static_cast<const Node*>(e));
  use(e);
  return nullptr;
}

Type* Checker::typ_internal(Expr* e, TypeName* def) {
  if (Type* t = typ_or_null(e, def)) return t;
  set_def_type(def, invalid_type());
  return invalid_type();
}

void Checker::set_def_type(TypeName* def, Type* t) {
  if (!def || !def->type) return;
  if (auto* a = as<Alias>(def->type)) a->from_rhs = t;
  else if (auto* n = as<Named>(def->type)) n->impl->underlying = t;
}

Type* Checker::instantiated_type(Expr* x, std::span<Expr* const> xlist, TypeName* def) {
  std::string cause;
  Type* generic = generic_type(x, &cause);
  if (!cause.empty())
    errorf(x, Code::kNotAGenericType, "invalid operation: %s%s (%s)", static_cast<const Node*>(x), xlist, cause);
  if (!is_valid(generic)) {
    set_def_type(def, generic);
    return generic;
  }
  const std::vector<Type*> list = type_list(xlist);
  if (list.empty()) {
    set_def_type(def, invalid_type());
    return invalid_type();
  }
  const std::span<Type* const> targs = arena.copy(list);
  Type* inst = instance(x->pos, generic, targs);
  set_def_type(def, inst);

  // The number of arguments and their constraints are checked once all types are set up.
  later([this, x, xlist, targs, inst] {
    record_instance(x, targs, inst);
    std::span<TypeParam* const> tparams;
    Symbol name;
    if (auto* a = as<Alias>(inst)) {
      tparams = list_of(a->tparams);
      name = a->orig->obj->name;
    } else if (auto* n = as<Named>(inst)) {
      tparams = list_of(n->origin()->tparams());
      name = n->obj()->name;
    } else {
      return;
    }
    if (!validate_targ_len(session, this, x->pos, name.str(), static_cast<int>(tparams.size()),
                           static_cast<int>(targs.size())))
      return;
    if (auto failed = verify(session, this, x->pos, tparams, targs)) {
      const auto i = static_cast<std::size_t>(failed->index);
      const Pos pos = i < xlist.size() ? start_pos(xlist[i]) : x->pos;
      soft_errorf(pos, Code::kInvalidTypeArg, "%s", failed->message);
      return;
    }
    mono().record_instance(pkg, x->pos, tparams, targs, xlist);
  });
  return inst;
}

std::int64_t Checker::array_length(Expr* e) {
  // A name that is no constant may be a type parameter list gone wrong: say so.
  if (auto* name = as<Name>(e)) {
    Object* obj = lookup(name->value);
    if (!obj) {
      errorf(name, Code::kInvalidArrayLen, "undefined array length %s or missing type constraint", name->value);
      return -1;
    }
    if (obj->object_kind() != ObjectKind::kConst) {
      errorf(name, Code::kInvalidArrayLen, "invalid array length %s", name->value);
      return -1;
    }
  }
  Operand x;
  expr(nullptr, x, e);
  if (x.mode != Mode::kConstant) {
    if (x.valid()) errorf(x, Code::kInvalidArrayLen, "array length %s must be constant", x);
    return -1;
  }
  const bool integer = is_integer(x.type);
  if (is_untyped(x.type) || integer) {
    const constant::Value* v = constants.to_int(x.val);
    if (constant::kind(v) == constant::Kind::kInt && representable_const(v, basic_type(BasicKind::kInt), nullptr))
      if (auto n = constant::int64_value(v); n && *n >= 0) return *n;
  }
  errorf(x, Code::kInvalidArrayLen, integer ? "invalid array length %s" : "array length %s must be integer", x);
  return -1;
}

std::vector<Type*> Checker::type_list(std::span<Expr* const> list) {
  std::vector<Type*> out;
  bool ok = true;
  for (Expr* e : list) {
    Type* t = var_type(e);
    ok = ok && is_valid(t);
    out.push_back(t);
  }
  if (!ok) out.clear();
  return out;
}

}  // namespace govm::types
