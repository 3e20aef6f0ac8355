// Types and objects as messages show them.
#include <algorithm>
#include <vector>

#include "compiler/types/checker_impl.h"

namespace govm::types {

namespace {

class Writer {
 public:
  Writer(std::string& out, const Qualifier& qf) : out_(out), qf_(qf) {}
  bool param_names = true;
  bool pkg_info = false;

  void type(const Type* ct) {
    Type* t = const_cast<Type*>(ct);
    if (!t) {
      out_ += "<nil>";
      return;
    }
    if (std::find(seen_.begin(), seen_.end(), t) != seen_.end()) {
      out_ += "<cycle>";
      return;
    }
    seen_.push_back(t);
    dispatch(t);
    seen_.pop_back();
  }

  void signature(const Signature* s) {
    if (s->tparams) tparam_list(list_of(s->tparams));
    tuple(s->params, s->variadic);
    const std::size_t n = s->results ? s->results->size() : 0;
    if (n == 0) return;
    out_ += ' ';
    if (n == 1 && s->results->vars[0]->name.empty()) type(s->results->vars[0]->type);
    else tuple(s->results, false);
  }

  void tparam_list(std::span<TypeParam* const> list) {
    out_ += '[';
    Type* previous = nullptr;
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) {
        if (list[i]->bound != previous) {
          out_ += ' ';
          type(previous);
        }
        out_ += ", ";
      }
      previous = list[i]->bound;
      type(list[i]);
    }
    if (previous) {
      out_ += ' ';
      type(previous);
    }
    out_ += ']';
  }

 private:
  void dispatch(Type* t) {
    switch (t->type_kind()) {
      case TypeKind::kBasic: return basic(static_cast<Basic*>(t));
      case TypeKind::kArray:
        out_ += '[' + std::to_string(static_cast<Array*>(t)->len) + ']';
        return type(static_cast<Array*>(t)->elem);
      case TypeKind::kSlice:
        out_ += "[]";
        return type(static_cast<Slice*>(t)->elem);
      case TypeKind::kStruct: return struct_type(static_cast<Struct*>(t));
      case TypeKind::kPointer:
        out_ += '*';
        return type(static_cast<Pointer*>(t)->base);
      case TypeKind::kTuple: return tuple(static_cast<Tuple*>(t), false);
      case TypeKind::kSignature:
        out_ += "func";
        return signature(static_cast<Signature*>(t));
      case TypeKind::kUnion: return union_type(static_cast<Union*>(t));
      case TypeKind::kInterface: return interface_type(static_cast<Interface*>(t));
      case TypeKind::kMap:
        out_ += "map[";
        type(static_cast<Map*>(t)->key);
        out_ += ']';
        return type(static_cast<Map*>(t)->elem);
      case TypeKind::kChan: return chan_type(static_cast<Chan*>(t));
      case TypeKind::kNamed: return named(static_cast<Named*>(t));
      case TypeKind::kTypeParam: return type_param(static_cast<TypeParam*>(t));
      case TypeKind::kAlias: return alias(static_cast<Alias*>(t));
    }
  }

  void basic(Basic* b) {
    if (b->kind == BasicKind::kUnsafePointer) {
      const bool relative = qf_.relative_to && qf_.relative_to->path.str() == "unsafe";
      if (!relative && (qf_.check || qf_.others != Qualify::kNone)) out_ += "unsafe.";
    }
    out_ += b->name;
  }

  void struct_type(Struct* s) {
    out_ += "struct{";
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      Var* f = s->fields[i];
      if (i > 0) out_ += "; ";
      const bool annotate = pkg_info && !f->exported() && f->pkg;
      if (annotate) pkg_info = false;  // once is enough
      if (!f->embedded) {
        out_ += f->name.str();
        out_ += ' ';
      }
      type(f->type);
      if (annotate) out_ += " /* package " + std::string(f->pkg->path.str()) + " */ ";
      if (std::string_view tag = s->tag(i); !tag.empty()) out_ += ' ' + quote(tag);
    }
    out_ += '}';
  }

  void union_type(Union* u) {
    for (std::size_t i = 0; i < u->terms.size(); ++i) {
      if (i > 0) out_ += " | ";
      if (u->terms[i].tilde) out_ += '~';
      type(u->terms[i].type);
    }
  }

  void interface_type(Interface* t) {
    if (t->session && t->session->universe) {
      if (t == t->session->universe->any) {
        out_ += "any";
        return;
      }
      if (Named* c = as<Named>(t->session->universe->comparable); c && t == c->impl->underlying) {
        out_ += "interface{comparable}";
        return;
      }
    }
    if (t->implicit) {
      if (t->methods.empty() && t->embeddeds.size() == 1) return type(t->embeddeds[0]);
      out_ += "/* implicit */ ";
    }
    out_ += "interface{";
    bool first = true;
    for (Func* m : t->methods) {
      if (!first) out_ += "; ";
      first = false;
      out_ += m->name.str();
      signature(m->signature());
    }
    for (Type* e : t->embeddeds) {
      if (!first) out_ += "; ";
      first = false;
      type(e);
    }
    out_ += '}';
  }

  void chan_type(Chan* c) {
    using syntax::ChanDir;
    auto* elem = as<Chan>(c->elem);
    const bool parens = c->dir == ChanDir::kBoth && elem && elem->dir == ChanDir::kRecvOnly;
    out_ += c->dir == ChanDir::kBoth ? "chan " : c->dir == ChanDir::kSendOnly ? "chan<- " : "<-chan ";
    if (parens) out_ += '(';
    type(c->elem);
    if (parens) out_ += ')';
  }

  void named(Named* n) {
    type_name(n->impl->obj);
    if (n->impl->targs) type_list(list_of(n->impl->targs));
    else if (n->impl->tparams) tparam_list(list_of(n->impl->tparams));
  }

  void alias(Alias* a) {
    type_name(a->obj);
    if (a->targs) type_list(list_of(a->targs));
    else if (a->tparams) tparam_list(list_of(a->tparams));
  }

  void type_param(TypeParam* p) {
    const Symbol name = p->obj->name;
    out_ += name.str();
    // A type parameter that hides a predeclared name would be misleading.
    if (p->session->universe->scope->lookup(name))
      out_ += " /* with " + std::string(name.str()) + " declared at " + p->session->sources.str(p->obj->pos) + " */";
  }

  void type_list(std::span<Type* const> list) {
    out_ += '[';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) out_ += ',';
      if (i > 0) out_ += ' ';
      type(list[i]);
    }
    out_ += ']';
  }

  void type_name(TypeName* obj) {
    out_ += package_prefix(obj->pkg, qf_);
    out_ += obj->name.str();
  }

  void tuple(const Tuple* t, bool variadic) {
    out_ += '(';
    for (std::size_t i = 0; t && i < t->size(); ++i) {
      if (i > 0) out_ += ", ";
      Var* v = t->vars[i];
      if (param_names && !v->name.empty()) {
        out_ += v->name.str();
        out_ += ' ';
      }
      if (variadic && i + 1 == t->size()) {
        if (auto* s = as<Slice>(v->type)) {
          out_ += "...";
          type(s->elem);
        } else {  // append([]byte, string...)
          type(v->type);
          out_ += "...";
        }
        continue;
      }
      type(v->type);
    }
    out_ += ')';
  }

  std::string& out_;
  const Qualifier& qf_;
  std::vector<Type*> seen_;
};

void write_func_name(std::string& out, const Func* f, const Qualifier& qf) {
  Signature* sig = f->signature();
  if (sig && sig->recv) {
    out += '(';
    if (as<Interface>(sig->recv->type)) out += "interface";
    else write_type(out, sig->recv->type, qf);
    out += ").";
  } else if (sig) {
    out += package_prefix(f->pkg, qf);
  }
  out += f->name.str();
}

void write_type_decl(std::string& out, const TypeName* o, const Qualifier& qf) {
  Type* t = o->type;
  if (as<Basic>(t)) return;
  Writer w(out, qf);
  if (Named* n = as<Named>(t); n && n->impl->tparams) w.tparam_list(list_of(n->impl->tparams));
  if (Alias* a = as<Alias>(t); a && a->tparams) w.tparam_list(list_of(a->tparams));
  if (o->is_alias()) {
    out += " =";
    if (Alias* a = as<Alias>(t)) t = a->from_rhs;
  } else if (TypeParam* p = as<TypeParam>(t)) {
    t = p->bound;
  } else {
    t = under(t);
  }
  out += ' ';
  w.type(t);
}

}  // namespace

std::string Qualifier::operator()(Package* pkg) const {
  if (pkg == relative_to || (relative_to && relative_to->base && same_pkg(pkg, relative_to))) return "";
  if (check) {
    if (check->ambiguous_package_name(pkg)) return quote(pkg->path.str());
    return std::string(pkg->name.str());
  }
  switch (others) {
    case Qualify::kNone: return "";
    case Qualify::kName: return std::string(pkg->name.str());
    case Qualify::kPath: return std::string(pkg->path.str());
  }
  return "";
}

std::string package_prefix(Package* pkg, const Qualifier& qf) {
  if (!pkg) return "";
  std::string s = qf(pkg);
  if (!s.empty()) s += '.';
  return s;
}

void write_type(std::string& out, const Type* t, const Qualifier& qf) { Writer(out, qf).type(t); }
void write_signature(std::string& out, const Signature* s, const Qualifier& qf) { Writer(out, qf).signature(s); }

void write_signature_types(std::string& out, const Signature* s, const Qualifier& qf, bool pkg_info) {
  Writer w(out, qf);
  w.param_names = false;
  w.pkg_info = pkg_info;
  w.signature(s);
}

std::string type_string(Type* t, Package* relative_to, Qualify others) {
  std::string out;
  write_type(out, t, Qualifier{others, relative_to, nullptr});
  return out;
}

std::string object_string(const Object* o, const Qualifier& qf) {
  std::string out;
  switch (o->object_kind()) {
    case ObjectKind::kPkgName: {
      const Package* imported = static_cast<const PkgName*>(o)->imported;
      out = "package " + std::string(o->name.str());
      if (!imported->path.empty() && imported->path != o->name) out += " (" + quote(imported->path.str()) + ")";
      return out;
    }
    case ObjectKind::kFunc:
      out = "func ";
      write_func_name(out, static_cast<const Func*>(o), qf);
      if (o->type) write_signature(out, static_cast<const Func*>(o)->signature(), qf);
      return out;
    case ObjectKind::kNil: return "nil";
    case ObjectKind::kConst: out = "const"; break;
    case ObjectKind::kTypeName: out = o->type && is_type_param(o->type) ? "type parameter" : "type"; break;
    case ObjectKind::kVar: out = static_cast<const Var*>(o)->is_field ? "field" : "var"; break;
    case ObjectKind::kLabel: out = "label"; break;
    case ObjectKind::kBuiltin: out = "builtin"; break;
  }
  out += ' ';
  if (o->pkg && o->pkg->scope && o->pkg->scope->lookup(o->name) == o) out += package_prefix(o->pkg, qf);
  out += o->name.str();
  const bool typeless = o->object_kind() == ObjectKind::kLabel || o->object_kind() == ObjectKind::kBuiltin;
  if (!o->type || typeless) return out;
  if (auto* tn = as<TypeName>(o)) {
    write_type_decl(out, tn, qf);
    return out;
  }
  out += ' ';
  write_type(out, o->type, qf);
  return out;
}

std::string Func::full_name() const {
  const Qualifier qf{Qualify::kPath, nullptr, nullptr};
  Signature* sig = signature();
  std::string prefix;
  if (pkg) prefix = std::string(pkg->name.str() == "main" ? "main" : pkg->path.str()) + ".";
  if (!sig || !sig->recv) {
    std::string s = prefix + std::string(name.str());
    if (sig && sig->tparams) s += "[...]";
    return s;
  }
  const Deref d = deref(sig->recv->type);
  std::string base;
  if (Named* n = as_named(d.type)) {
    base = std::string(n->obj()->name.str());
    if (n->impl->targs || n->impl->tparams) base += "[...]";
  } else {
    write_type(base, d.type, qf);
  }
  if (d.was_pointer) base = "(*" + base + ")";
  return prefix + base + "." + std::string(name.str());
}

}  // namespace govm::types
