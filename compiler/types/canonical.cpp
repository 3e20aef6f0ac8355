// Canonical types: one representative for all identical types. Types are rebuilt bottom-up from canonical parts and
// looked up by kind and parts (hash-consing); recursion always passes a defined type, which is a leaf.
#include "compiler/types/canonical.h"

#include <algorithm>

#include "compiler/types/checker_impl.h"
#include "compiler/types/named.h"
#include "compiler/types/type_hash.h"

namespace govm::types {

namespace {

std::uintptr_t word(const void* p) { return reinterpret_cast<std::uintptr_t>(p); }
std::uintptr_t word(Symbol s);
// Of what is not exported: versions of a package are one.
std::uintptr_t package_word(const Object* o) { return o->exported() || o->pkg == nullptr ? 0 : word(o->pkg->path); }
std::uintptr_t word(Symbol s) { return s.empty() ? 0 : word(s.str().data()); }

}  // namespace

std::size_t CanonicalTable::KeyHash::operator()(const Key& key) const {
  std::uint64_t h = key.size();
  for (std::uintptr_t w : key) h = mix_hash(h, w);
  return static_cast<std::size_t>(h);
}

Type* CanonicalTable::find(Key key, Type* original, bool same_parts, auto make) {
  auto [it, inserted] = types_.try_emplace(std::move(key), nullptr);
  if (!inserted) return it->second;
  // make() may not recurse into this table: the parts are canonical already.
  return it->second = same_parts ? original : make();
}

std::span<Var*> CanonicalTable::vars(std::span<Var*> in, bool& same) {
  std::span<Var*> out = in;
  for (std::size_t i = 0; i < in.size(); ++i) {
    Type* t = get(in[i]->type);
    if (t == in[i]->type) continue;
    if (out.data() == in.data()) out = session_.arena.copy(std::span<Var* const>(in));
    out[i] = clone_var(session_, in[i], t);
    same = false;
  }
  return out;
}

Type* CanonicalTable::structure(Struct* s) {
  bool same = true;
  std::span<Var*> fields = vars(s->fields, same);
  Key key{static_cast<std::uintptr_t>(TypeKind::kStruct)};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Var* f = fields[i];
    key.push_back(word(f->name));
    key.push_back(package_word(f));
    key.push_back(word(f->type));
    std::string_view tag = s->tag(i);
    key.push_back(static_cast<std::uintptr_t>(f->embedded) | (tag.empty() ? 0 : word(session_.symbols.intern(tag)) << 1));
  }
  return find(std::move(key), s, same, [&] {
    auto* copy = session_.arena.make<Struct>();
    copy->fields = fields;
    copy->tags = s->tags;
    return copy;
  });
}

Type* CanonicalTable::tuple(Tuple* t) {
  bool same = true;
  std::span<Var*> list = vars(t->vars, same);
  Key key{static_cast<std::uintptr_t>(TypeKind::kTuple)};
  for (Var* v : list) key.push_back(word(v->type));
  return find(std::move(key), t, same, [&] { return session_.arena.make<Tuple>(list); });
}

// Without receiver: it is no part of the type.
Type* CanonicalTable::signature(Signature* s) {
  auto* params = static_cast<Tuple*>(get(s->params));
  auto* results = static_cast<Tuple*>(get(s->results));
  bool same = params == s->params && results == s->results && !s->recv && !s->tparams && !s->rparams;
  Key key{static_cast<std::uintptr_t>(TypeKind::kSignature), word(params), word(results), s->variadic};
  return find(std::move(key), s, same,
              [&] { return new_signature(session_, nullptr, params, results, s->variadic); });
}

Type* CanonicalTable::interface(Interface* t) {
  TypeSet* set = type_set(t);
  Key key{static_cast<std::uintptr_t>(TypeKind::kInterface)};
  std::vector<Func*> methods;
  for (Func* m : set->methods) {
    Type* sig = get(m->type);
    key.push_back(word(m->name));
    key.push_back(package_word(m));
    key.push_back(word(sig));
    methods.push_back(m);
  }
  // Constraints: terms and comparability too.
  if (!set->is_method_set()) {
    key.push_back(set->comparable);
    for (const Term& term : set->terms) {
      key.push_back(term.tilde);
      key.push_back(term.type ? word(get(term.type)) : 0);
    }
  }
  return find(std::move(key), t, true, [] { return nullptr; });
}

Type* CanonicalTable::named(Named* n) {
  auto targs = list_of(n->targs());
  if (targs.empty()) return first_version(n);
  Key key{static_cast<std::uintptr_t>(TypeKind::kNamed), word(first_version(n->origin()))};
  for (Type* a : targs) key.push_back(word(get(a)));
  return find(std::move(key), n, true, [] { return nullptr; });
}

Type* CanonicalTable::get(Type* t) {
  t = unalias(t);
  switch (t->type_kind()) {
    case TypeKind::kBasic: return basic_type(static_cast<Basic*>(t)->kind);
    case TypeKind::kTypeParam:
    case TypeKind::kUnion:
    case TypeKind::kAlias: return t;
    case TypeKind::kNamed:
      if (!static_cast<Named*>(t)->targs()) return first_version(static_cast<Named*>(t));
      break;
    default: break;
  }
  if (Type** known = known_.find(t)) return *known;
  Type* c = build(t);
  known_.insert(t, c);
  if (c != t) known_.insert(c, c);
  return c;
}

Type* CanonicalTable::build(Type* t) {
  Arena& arena = session_.arena;
  auto kind = static_cast<std::uintptr_t>(t->type_kind());
  switch (t->type_kind()) {
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(t);
      Type* elem = get(a->elem);
      return find({kind, word(elem), static_cast<std::uintptr_t>(a->len)}, t, elem == a->elem,
                  [&] { return arena.make<Array>(elem, a->len); });
    }
    case TypeKind::kSlice: {
      Type* elem = get(static_cast<Slice*>(t)->elem);
      return find({kind, word(elem)}, t, elem == static_cast<Slice*>(t)->elem,
                  [&] { return arena.make<Slice>(elem); });
    }
    case TypeKind::kPointer: {
      Type* base = get(static_cast<Pointer*>(t)->base);
      return find({kind, word(base)}, t, base == static_cast<Pointer*>(t)->base,
                  [&] { return arena.make<Pointer>(base); });
    }
    case TypeKind::kMap: {
      auto* m = static_cast<Map*>(t);
      Type *key = get(m->key), *elem = get(m->elem);
      return find({kind, word(key), word(elem)}, t, key == m->key && elem == m->elem,
                  [&] { return arena.make<Map>(key, elem); });
    }
    case TypeKind::kChan: {
      auto* c = static_cast<Chan*>(t);
      Type* elem = get(c->elem);
      return find({kind, static_cast<std::uintptr_t>(c->dir), word(elem)}, t, elem == c->elem,
                  [&] { return arena.make<Chan>(c->dir, elem); });
    }
    case TypeKind::kStruct: return structure(static_cast<Struct*>(t));
    case TypeKind::kTuple: return tuple(static_cast<Tuple*>(t));
    case TypeKind::kSignature: return signature(static_cast<Signature*>(t));
    case TypeKind::kInterface: return interface(static_cast<Interface*>(t));
    case TypeKind::kNamed: return named(static_cast<Named*>(t));
    default: return t;
  }
}

Type* canonical(Session& session, Type* t) {
  if (!session.canonical_types) session.canonical_types = std::make_shared<CanonicalTable>(session);
  return session.canonical_types->get(t);
}

}  // namespace govm::types
