#include "compiler/load/overlay.h"

#include <algorithm>
#include <string>
#include <unordered_set>

namespace govm::load {
namespace {

using namespace syntax;

// The name of a receiver's base type.
Symbol receiver_type(const Field* recv) {
  const Expr* t = recv->type_expr;
  for (;;) {
    if (const auto* p = as<ParenExpr>(t)) {
      t = p->x;
    } else if (const auto* o = as<Operation>(t); o && !o->y) {
      t = o->x;
    } else if (const auto* i = as<IndexExpr>(t)) {
      t = i->x;
    } else {
      const auto* n = as<Name>(t);
      return n ? n->value : Symbol();
    }
  }
}

// "f", or "T.m" for methods; empty for functions that are never replaced.
std::string function_key(const FuncDecl* f) {
  const std::string name(f->name->value.str());
  if (f->recv) return std::string(receiver_type(f->recv).str()) + "." + name;
  return name == "init" || name == "_" ? "" : name;
}

class Replacer {
 public:
  Replacer(const std::vector<File*>& overlay, Interner& names) : blank_(names.intern("_")) {
    for (const File* file : overlay) {
      for (const Decl* d : file->decls) declare(d);
    }
  }

  void apply(File* file) {
    std::size_t kept = 0;
    for (Decl* d : file->decls) {
      if (!remove(d)) file->decls[kept++] = d;
    }
    file->decls = file->decls.first(kept);
  }

 private:
  void declare(const Decl* d) {
    if (const auto* f = as<FuncDecl>(d)) {
      replaced_.insert(function_key(f));
    } else if (const auto* t = as<TypeDecl>(d)) {
      declare(t->name);
    } else if (const auto* v = as<VarDecl>(d)) {
      for (const Name* n : v->names) declare(n);
    } else if (const auto* c = as<ConstDecl>(d)) {
      for (const Name* n : c->names) declare(n);
    }
  }
  void declare(const Name* n) {
    if (!n->value.is_blank()) replaced_.insert(std::string(n->value.str()));
  }
  bool is_replaced(const Name* n) const { return replaced_.contains(std::string(n->value.str())); }

  // True if nothing of d is left.
  bool remove(Decl* d) {
    if (const auto* f = as<FuncDecl>(d)) {
      const std::string key = function_key(f);
      return !key.empty() && replaced_.contains(key);
    }
    if (const auto* t = as<TypeDecl>(d)) return is_replaced(t->name);
    if (auto* v = as<VarDecl>(d)) return blank_names(v->names);
    // A constant stays for those that repeat its expression, and for iota.
    if (auto* c = as<ConstDecl>(d)) blank_names(c->names);
    return false;
  }
  bool blank_names(std::span<Name*> names) {
    bool all = true;
    for (Name* n : names) {
      if (is_replaced(n)) {
        n->value = blank_;
      } else {
        all = false;
      }
    }
    return all;
  }

  Symbol blank_;
  std::unordered_set<std::string> replaced_;
};

}  // namespace

void replace_declarations(const std::vector<File*>& files, const std::vector<File*>& overlay, Interner& names) {
  Replacer replacer(overlay, names);
  for (File* f : files) replacer.apply(f);
}

}  // namespace govm::load
