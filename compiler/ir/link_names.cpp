// Types as gc's linker names them: with package paths, unexported names qualified, local types numbered. Run-time names
// of generic types contain such names of their arguments.
#include <algorithm>

#include "base/assert.h"
#include "compiler/ir/program_impl.h"
#include "compiler/types/format.h"

namespace govm::ir {

namespace {

bool is_local(const types::TypeName* name) { return name->pkg && name->parent && name->parent != name->pkg->scope; }

// "·3": the third type declared in a function of its package.
std::string local_suffix(const types::TypeName* name) {
  if (!is_local(name)) return {};
  std::vector<Pos>& all = name->pkg->local_types;
  std::sort(all.begin(), all.end());
  const auto at = std::lower_bound(all.begin(), all.end(), name->pos);
  return "·" + std::to_string(at - all.begin() + 1);
}

class Writer {
 public:
  std::string text;

  void type(types::Type* t) {
    t = types::unalias(t);
    switch (t->type_kind()) {
      case types::TypeKind::kBasic: return basic(types::as<types::Basic>(t));
      case types::TypeKind::kPointer:
        text += '*';
        return type(types::as<types::Pointer>(t)->base);
      case types::TypeKind::kSlice:
        text += "[]";
        return type(types::as<types::Slice>(t)->elem);
      case types::TypeKind::kArray:
        text += '[' + std::to_string(types::as<types::Array>(t)->len) + ']';
        return type(types::as<types::Array>(t)->elem);
      case types::TypeKind::kMap:
        text += "map[";
        type(types::as<types::Map>(t)->key);
        text += ']';
        return type(types::as<types::Map>(t)->elem);
      case types::TypeKind::kChan: return chan(types::as<types::Chan>(t));
      case types::TypeKind::kSignature:
        text += "func";
        return signature(types::as<types::Signature>(t));
      case types::TypeKind::kStruct: return struct_type(types::as<types::Struct>(t));
      case types::TypeKind::kInterface: return interface_type(types::as<types::Interface>(t));
      case types::TypeKind::kNamed: return named(types::as<types::Named>(t));
      default: text += types::type_string(t, nullptr, types::Qualify::kPath);
    }
  }

  void type_args(std::span<types::Type* const> list) {
    for (std::size_t i = 0; i < list.size(); i++) {
      if (i > 0) text += ',';
      type(list[i]);
    }
  }

 private:
  void basic(types::Basic* b) {
    using K = types::BasicKind;
    text += b->kind == K::kUint8 ? "uint8" : b->kind == K::kInt32 ? "int32"
            : b->kind == K::kUnsafePointer ? "unsafe.Pointer" : std::string(b->name);
  }

  void qualify(const types::Object* o) {
    if (o->pkg) text += std::string(o->pkg->name.str() == "main" ? "main" : o->pkg->path.str()) + '.';
  }

  void named(types::Named* n) {
    qualify(n->obj());
    text += n->obj()->name.str();
    if (const types::TypeList* args = n->targs()) {
      text += '[';
      type_args(args->types);
      text += ']';
    }
    text += local_suffix(n->obj());
  }

  void chan(types::Chan* c) {
    using syntax::ChanDir;
    auto* elem = types::as<types::Chan>(types::unalias(c->elem));
    const bool parens = c->dir == ChanDir::kBoth && elem && elem->dir == ChanDir::kRecvOnly;
    text += c->dir == ChanDir::kBoth ? "chan " : c->dir == ChanDir::kSendOnly ? "chan<- " : "<-chan ";
    if (parens) text += '(';
    type(c->elem);
    if (parens) text += ')';
  }

  void tuple(const types::Tuple* t, bool variadic) {
    text += '(';
    for (std::size_t i = 0; i < t->size(); i++) {
      if (i > 0) text += ", ";
      auto* slice = types::as<types::Slice>(types::unalias(t->vars[i]->type));
      if (variadic && i + 1 == t->size() && slice) {
        text += "...";
        type(slice->elem);
      } else {
        type(t->vars[i]->type);
      }
    }
    text += ')';
  }

  void signature(types::Signature* s) {
    tuple(s->params, s->variadic);
    if (s->results->size() == 0) return;
    text += ' ';
    if (s->results->size() == 1) type(s->results->vars[0]->type);
    else tuple(s->results, false);
  }

  // Is the name of embedded field f the one its type gives it?
  static bool plainly_embedded(const types::Var* f) {
    types::Type* t = types::unalias(f->type);
    if (auto* p = types::as<types::Pointer>(t)) t = types::unalias(p->base);
    auto* n = types::as<types::Named>(t);
    if (!n || n->targs() || n->obj()->name != f->name || is_local(n->obj())) return false;
    return f->exported() || (n->obj()->pkg && f->pkg && n->obj()->pkg->path == f->pkg->path);
  }

  void struct_type(types::Struct* s) {
    text += "struct {";
    for (std::size_t i = 0; i < s->fields.size(); i++) {
      const types::Var* f = s->fields[i];
      text += i > 0 ? "; " : " ";
      if (!f->embedded || !plainly_embedded(f)) {
        if (!f->exported()) qualify(f);
        text += f->name.str();
        text += f->embedded ? " = " : " ";
      }
      type(f->type);
      if (std::string_view tag = s->tag(i); !tag.empty()) text += " " + types::quote(tag);
    }
    text += s->fields.empty() ? "}" : " }";
  }

  void interface_type(types::Interface* t) {
    text += "interface {";
    bool first = true;
    for (types::Func* m : t->all_methods()) {
      text += first ? " " : "; ";
      first = false;
      if (!m->exported()) qualify(m);
      text += m->name.str();
      signature(m->signature());
    }
    text += first ? "}" : " }";
  }
};

}  // namespace

std::string link_string(types::Type* t) {
  Writer w;
  w.type(t);
  return std::move(w.text);
}

std::string link_strings(std::span<types::Type* const> list) {
  Writer w;
  w.type_args(list);
  return std::move(w.text);
}

}  // namespace govm::ir
