// Collecting the declarations of a package: imports, package-level objects, and which methods belong to which type.
#include <algorithm>

#include "base/utf8.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

using namespace syntax;  // node types

namespace {

struct MethodInfo {
  Func* obj;
  bool ptr;
  Name* recv;  // name of the receiver's type
};

// The path an import string denotes, or why it is not valid.
}  // namespace

std::string import_path_error(std::string_view path) {
  if (path.empty()) return "empty string";
  constexpr std::string_view kIllegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`";
  for (std::string_view rest = path; !rest.empty();) {
    const utf8::Decoded d = utf8::decode(rest);
    const bool illegal = d.rune < 0x21 || d.rune == 0x7f || d.rune == utf8::kRuneError ||
                         (d.rune < 0x80 && kIllegal.find(static_cast<char>(d.rune)) != std::string_view::npos);
    if (illegal) {
      const Arg hex(static_cast<long>(d.rune));
      std::string digits = format(Qualifier{}, nullptr, "%x", {&hex, 1});
      for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
      while (digits.size() < 4) digits.insert(digits.begin(), '0');
      std::string text = "invalid character U+" + digits;
      if (d.rune >= 0x20 && d.rune != 0x7f) text += " '" + std::string(rest.substr(0, d.width)) + "'";
      return text;
    }
    rest.remove_prefix(d.width);
  }
  return "";
}

// One pass over the declarations of all files.
class ObjectCollector {
 public:
  explicit ObjectCollector(Checker& check) : c_(check) {}

  void run() {
    for (File* file : c_.files) collect_file(file);
    for (Scope* scope : file_scopes_) check_file_scope(scope);
    for (MethodInfo& m : methods_) {
      const auto base = c_.resolve_base_type_name(m.ptr, m.recv);
      if (!base.base) continue;
      m.obj->has_ptr_recv = base.ptr;
      c_.methods_[base.base].push_back(m.obj);
    }
  }

 private:
  void collect_file(File* file) {
    c_.env.version = c_.file_version(file);
    file_scope_ = c_.new_scope(c_.pkg->scope);
    file_scopes_.push_back(file_scope_);
    std::int64_t iota = 0;
    ConstDecl* previous = nullptr;  // the declaration just before, if of constants
    ConstDecl* last = nullptr;      // the last one with values
    for (Decl* d : file->decls) {
      if (auto* s = as<ConstDecl>(static_cast<Node*>(d))) {
        if (!previous || !s->group || previous->group != s->group) {
          iota = 0;
          last = nullptr;
        }
        const_decl(s, last, iota++);
        previous = s;
        continue;
      }
      previous = nullptr;
      switch (d->kind) {
        case NodeKind::kImportDecl: import_decl(static_cast<ImportDecl*>(d)); break;
        case NodeKind::kVarDecl: var_decl(static_cast<VarDecl*>(d)); break;
        case NodeKind::kTypeDecl: type_decl(static_cast<TypeDecl*>(d)); break;
        case NodeKind::kFuncDecl: func_decl(static_cast<FuncDecl*>(d)); break;
        default: break;
      }
    }
  }

  DeclInfo* new_info() {
    DeclInfo* d = c_.new_decl_info();
    d->file_scope = file_scope_;
    d->version = c_.env.version;
    return d;
  }

  void import_decl(ImportDecl* s) {
    if (!s->path || s->path->bad) return;
    const constant::Value* v = c_.constants.from_literal(s->path->value, LitKind::kString);
    const std::string_view path = constant::kind(v) == constant::Kind::kString ? constant::string_value(v) : "";
    if (std::string why = import_path_error(path); !why.empty()) {
      c_.errorf(s->path, Code::kBadImportPath, "invalid import path (%s)", why);
      return;
    }
    Package* imp = c_.import_package(s->path, path);
    if (!imp) return;
    Symbol name = imp->name;
    if (s->local_name) {
      name = s->local_name->value;
      if (path == "C") {
        c_.error(s->local_name, Code::kImportCRenamed, "cannot rename import \"C\"");
        return;
      }
    }
    if (name == c_.universe.init) {
      c_.error(s, Code::kInvalidInitDecl, "cannot import package as init - init must be a func");
      return;
    }
    auto& imports = c_.pkg->imports;
    if (std::find(imports.begin(), imports.end(), imp) == imports.end()) imports.push_back(imp);
    auto* obj = c_.arena.make<PkgName>(s->pos, c_.pkg, name, imp);
    obj->type = invalid_type();
    if (s->local_name) c_.record_def(s->local_name, obj);
    if (imp->fake) obj->used = true;  // avoid follow-on errors
    c_.imports_.push_back(obj);
    if (name.str() == ".") dot_import(s, obj);
    else c_.declare(file_scope_, nullptr, obj, Pos{});
  }

  void dot_import(ImportDecl* s, PkgName* name) {
    c_.dot_imports_.emplace_back(file_scope_, name);
    if (!name->imported->scope) return;
    for (Object* obj : name->imported->scope->sorted()) {
      if (!obj->exported()) continue;
      Object* alt = file_scope_->insert(obj);
      if (!alt) continue;
      ErrorReport err(&c_, Code::kDuplicateDecl);
      err.addf(s->local_name, "%s redeclared in this block", alt->name);
      err.add_alt_decl(alt);
      err.report();
    }
  }

  void const_decl(ConstDecl* s, ConstDecl*& last, std::int64_t iota) {
    bool inherited = true;
    if (s->type_expr || s->values) {
      last = s;
      inherited = false;
    } else if (!last) {
      inherited = false;
    }
    const constant::Value* value = c_.constants.make_int64(iota);
    const auto values = last ? unpack_list(last->values) : std::span<Expr* const>();
    for (std::size_t i = 0; i < s->names.size(); ++i) {
      auto* obj = c_.arena.make<Const>(s->names[i]->pos, c_.pkg, s->names[i]->value, nullptr, value);
      DeclInfo* d = new_info();
      d->vtyp = last ? last->type_expr : nullptr;
      d->init = i < values.size() ? values[i] : nullptr;
      d->inherited = inherited;
      c_.declare_pkg_obj(s->names[i], obj, d);
    }
    c_.arity(s->pos, s->names, values, true, inherited);
  }

  void var_decl(VarDecl* s) {
    std::vector<Var*> list;
    for (Name* n : s->names) list.push_back(c_.new_var(n->pos, n->value, nullptr));
    const std::span<Var*> lhs = c_.arena.copy(list);
    const auto values = unpack_list(s->values);
    // One initialiser for all variables is one declaration.
    DeclInfo* shared = nullptr;
    if (!as<ListExpr>(s->values)) {
      shared = new_info();
      shared->lhs = lhs;
      shared->vtyp = s->type_expr;
      shared->init = s->values;
    }
    for (std::size_t i = 0; i < lhs.size(); ++i) {
      lhs[i]->package_level = true;
      DeclInfo* d = shared;
      if (!d) {
        d = new_info();
        d->vtyp = s->type_expr;
        d->init = i < values.size() ? values[i] : nullptr;
      }
      c_.declare_pkg_obj(s->names[i], lhs[i], d);
    }
    if (!s->type_expr || !values.empty()) c_.arity(s->pos, s->names, values, false, false);
  }

  void type_decl(TypeDecl* s) {
    auto* obj = c_.arena.make<TypeName>(s->name->pos, c_.pkg, s->name->value, nullptr);
    DeclInfo* d = new_info();
    d->tdecl = s;
    c_.declare_pkg_obj(s->name, obj, d);
  }

  void func_decl(FuncDecl* s) {
    auto* obj = c_.arena.make<Func>(s->name->pos, c_.pkg, s->name->value, nullptr);
    obj->decl = s;
    bool tparam_error = false;
    if (!s->recv) {
      tparam_error = declare_function(s, obj);
    } else {
      const auto recv = c_.unpack_recv(s->recv->type_expr, false);
      if (auto* base = as<Name>(recv.base); base && !obj->name.is_blank())
        methods_.push_back({obj, recv.ptr, base});
      c_.record_def(s->name, obj);
    }
    if (!s->tparams.empty() && !tparam_error) c_.verify_versionf(s->tparams[0]->name, kGo1_18, "type parameter");
    DeclInfo* d = new_info();
    d->fdecl = s;
    d->body = s->body ? DeclInfo::kUnchecked : DeclInfo::kNoBody;
    c_.add_object(obj, d);
  }

  // True if an error with type parameters was reported.
  bool declare_function(FuncDecl* s, Func* obj) {
    const Symbol name = obj->name;
    const bool is_init = name == c_.universe.init;
    const bool is_main = name == c_.universe.main && c_.pkg->name == c_.universe.main;
    bool tparam_error = false;
    if (is_init || is_main) {
      const Code code = is_init ? Code::kInvalidInitDecl : Code::kInvalidMainDecl;
      if (!s->tparams.empty()) {
        c_.soft_errorf(s->tparams[0]->name, code, "func %s must have no type parameters", name);
        tparam_error = true;
      }
      if (!s->type->params.empty() || !s->type->results.empty())
        c_.soft_errorf(s->name, code, "func %s must have no arguments and no return values", name);
    }
    if (!is_init) {
      c_.declare(c_.pkg->scope, s->name, obj, Pos{});
      return tparam_error;
    }
    obj->parent = c_.pkg->scope;  // init cannot be referred to
    c_.record_def(s->name, obj);
    if (!s->body) c_.soft_errorf(obj, Code::kMissingInitBody, "missing function body");
    c_.pkg->init_funcs.push_back(s);
    return tparam_error;
  }

  // No file may import a name the package declares.
  void check_file_scope(Scope* scope) {
    if (scope->size() == 0) return;
    for (Object* obj : scope->sorted()) {
      Object* alt = c_.pkg->scope->lookup(obj->name);
      if (!alt) continue;
      ErrorReport err(&c_, Code::kDuplicateDecl);
      if (auto* p = as<PkgName>(obj))
        err.addf(alt, "%s already declared through import of %s", alt->name, static_cast<const Package*>(p->imported));
      else
        err.addf(alt, "%s already declared through dot-import of %s", alt->name, static_cast<const Package*>(obj->pkg));
      err.add_alt_decl(obj);
      err.report();
    }
  }

  Checker& c_;
  Scope* file_scope_ = nullptr;
  std::vector<Scope*> file_scopes_;
  std::vector<MethodInfo> methods_;
};

void Checker::collect_objects() { ObjectCollector(*this).run(); }

DeclInfo* Checker::new_decl_info() { return &decl_infos_.emplace_back(); }
DeclInfo* Checker::decl_of(Object* o) const { return o && o->pkg == pkg ? o->decl_info : nullptr; }

void Checker::add_object(Object* obj, DeclInfo* d) {
  obj->decl_info = d;
  objects_.push_back(obj);
  obj->order = static_cast<std::uint32_t>(objects_.size());
}

void Checker::arity(Pos pos, std::span<Name* const> names, std::span<Expr* const> inits, bool const_decl,
                    bool inherited) {
  const std::size_t l = names.size();
  const std::size_t r = inits.size();
  if (l < r) {
    Expr* n = inits[l];
    if (inherited) errorf(pos, Code::kWrongAssignCount, "extra init expr at %s", n->pos);
    else errorf(n, Code::kWrongAssignCount, "extra init expr %s", n);
  } else if (l > r && (const_decl || r != 1)) {  // a single value may be a call with several results
    errorf(names[r], Code::kWrongAssignCount, "missing init expr for %s", names[r]->value);
  }
}

void Checker::declare_pkg_obj(Name* id, Object* obj, DeclInfo* d) {
  if (id->value == universe.init) {
    error(id, Code::kInvalidInitDecl, "cannot declare init - must be func");
    return;
  }
  if (id->value == universe.main && pkg->name == universe.main) {
    error(id, Code::kInvalidMainDecl, "cannot declare main - must be func");
    return;
  }
  declare(pkg->scope, id, obj, Pos{});
  add_object(obj, d);
}

Package* Checker::import_package(BasicLit* at, std::string_view path) {
  if (path == "unsafe") return session.unsafe_package;
  for (auto& [known, p] : import_cache_)
    if (known == path) return p;
  std::string reason;
  Package* imp = conf.importer ? conf.importer(path, at->pos, reason) : nullptr;
  if (imp && (imp->name.empty() || imp->name.is_blank())) {
    reason = "invalid package name: " + quote(imp->name.str());
    imp = nullptr;
  }
  if (!imp) {
    errorf(at->pos, Code::kBrokenImport, "could not import %s (%s)", path, reason);
    std::string_view name = path;
    while (name.ends_with('/')) name.remove_suffix(1);
    if (auto i = name.rfind('/'); i != std::string_view::npos) name.remove_prefix(i + 1);
    imp = arena.make<Package>();
    imp->path = sym(path);
    imp->name = sym(name);
    imp->scope = arena.make<Scope>(universe.scope);
    imp->fake = true;  // its names are not looked up
  }
  import_cache_.emplace_back(path, imp);
  return imp;
}

Checker::RecvParts Checker::unpack_recv(Expr* rtyp, bool unpack_params) {
  RecvParts r;
  r.base = unparen(rtyp);
  if (auto* op = as<Operation>(r.base); op && op->op == Operator::kMul && !op->y) {
    r.ptr = true;
    r.base = unparen(op->x);
  }
  auto* generic = as<IndexExpr>(r.base);
  if (!generic) return r;
  r.base = generic->x;
  if (!unpack_params) return r;
  for (Expr* arg : unpack_list(generic->index)) {
    auto* par = as<Name>(arg);
    if (!par) {
      if (!as<BadExpr>(arg))
        errorf(arg, Code::kBadDecl, "receiver type parameter %s must be an identifier", arg);
      par = arena.make<Name>(arg->pos, universe.blank);
    }
    r.tparams.push_back(par);
  }
  return r;
}

Checker::BaseName Checker::resolve_base_type_name(bool ptr, Name* name) {
  std::vector<TypeName*> seen;
  while (name) {
    // The name must denote a type of the package: look there only, not in file scopes.
    Object* found = nullptr;
    for (Package* p = pkg; p && !found; p = p->base) found = p->scope->lookup(name->value);
    auto* tname = as<TypeName>(found);
    if (!tname || std::find(seen.begin(), seen.end(), tname) != seen.end()) break;
    TypeDecl* tdecl = tname->decl_info->tdecl;
    if (!tdecl->alias) return {ptr, tname};
    if (!tdecl->tparams.empty()) break;
    seen.push_back(tname);
    Expr* t = unparen(tdecl->type_expr);
    if (auto* op = as<Operation>(t); op && op->op == Operator::kMul && !op->y) {
      if (ptr) break;  // two pointers are no receiver
      ptr = true;
      t = unparen(op->x);
    }
    name = as<Name>(t);
  }
  return {};
}

void Checker::package_objects() {
  // Types first: aliases need what they stand for, and methods their types. Other declarations follow.
  std::vector<Object*> aliases, others;
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    Object* obj = objects_[i];
    auto* tname = as<TypeName>(obj);
    if (!tname) others.push_back(obj);
    else if (tname->decl_info->tdecl->alias) aliases.push_back(obj);
    else obj_decl(obj);
  }
  for (Object* obj : aliases) obj_decl(obj);
  if (pkg->base) extend_base_types();
  for (Object* obj : others) obj_decl(obj);
  methods_.clear();
}

// Methods declared here of types of earlier parts of the package.
void Checker::extend_base_types() {
  std::vector<TypeName*> bases;
  for (Object* obj : objects_) {
    const FuncDecl* f = obj->decl_info->fdecl;
    if (!f || !f->recv) continue;
    const RecvParts parts = unpack_recv(f->recv->type_expr, false);
    auto* name = as<Name>(parts.base);
    const BaseName base = name ? resolve_base_type_name(parts.ptr, name) : BaseName{};
    if (base.base && base.base->pkg != pkg) bases.push_back(base.base);
  }
  for (TypeName* base : bases) collect_methods(base);
}

void Checker::undo_extensions() {
  for (auto it = extended_.rbegin(); it != extended_.rend(); ++it) it->first->impl->methods = it->second;
}

void Checker::unused_imports() {
  for (PkgName* obj : imports_)
    if (!obj->name.is_blank() && !obj->used) error_unused_pkg(obj);
}

void Checker::error_unused_pkg(PkgName* obj) {
  const std::string_view path = obj->imported->path.str();
  std::string_view elem = path;
  if (auto i = elem.rfind('/'); i != std::string_view::npos) elem.remove_prefix(i + 1);
  if (obj->name.empty() || obj->name.str() == "." || obj->name.str() == elem)
    soft_errorf(obj, Code::kUnusedImport, "%q imported and not used", path);
  else
    soft_errorf(obj, Code::kUnusedImport, "%q imported as %s and not used", path, obj->name);
}

}  // namespace govm::types
