#include "compiler/types/type_hash.h"

#include "compiler/types/object.h"

namespace govm::types {

namespace {

constexpr int kDepth = 6;  // enough to tell types apart; bounds the work

std::uint64_t hash_pointer(const void* p) { return reinterpret_cast<std::uintptr_t>(p) >> 4; }

std::uint64_t hash(Type* t, int depth);

std::uint64_t hash_tuple(std::uint64_t h, const Tuple* tuple, int depth) {
  if (!tuple) return mix_hash(h, 0);
  h = mix_hash(h, tuple->size());
  for (Var* v : tuple->vars) h = mix_hash(h, v->type ? hash(v->type, depth) : 0);
  return h;
}

std::uint64_t hash_named(Named* n, int depth) {
  std::uint64_t h = mix_hash(0x4e, hash_pointer(n->origin()));
  if (const TypeList* targs = n->targs()) {
    for (Type* a : targs->types) h = mix_hash(h, hash(a, depth));
  }
  return h;
}

std::uint64_t hash(Type* t, int depth) {
  if (!t) return 0;
  t = unalias(t);
  auto kind = static_cast<std::uint64_t>(t->type_kind()) + 1;
  if (depth == 0) return kind;
  --depth;
  switch (t->type_kind()) {
    case TypeKind::kBasic: return mix_hash(kind, static_cast<std::uint64_t>(static_cast<Basic*>(t)->kind));
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(t);
      // Arrays of unknown length are identical to any.
      return mix_hash(kind, hash(a->elem, depth));
    }
    case TypeKind::kSlice: return mix_hash(kind, hash(static_cast<Slice*>(t)->elem, depth));
    case TypeKind::kPointer: return mix_hash(kind, hash(static_cast<Pointer*>(t)->base, depth));
    case TypeKind::kMap: {
      auto* m = static_cast<Map*>(t);
      return mix_hash(mix_hash(kind, hash(m->key, depth)), hash(m->elem, depth));
    }
    case TypeKind::kChan: {
      auto* c = static_cast<Chan*>(t);
      return mix_hash(mix_hash(kind, static_cast<std::uint64_t>(c->dir)), hash(c->elem, depth));
    }
    case TypeKind::kStruct: {
      std::uint64_t h = kind;
      for (Var* f : static_cast<Struct*>(t)->fields) h = mix_hash(h, f->name.hash());
      return h;
    }
    case TypeKind::kTuple: return hash_tuple(kind, static_cast<Tuple*>(t), depth);
    case TypeKind::kSignature: {
      auto* s = static_cast<Signature*>(t);
      std::uint64_t h = mix_hash(kind, s->variadic);
      if (s->tparams) return mix_hash(h, s->tparams->size());
      return hash_tuple(hash_tuple(h, s->params, depth), s->results, depth);
    }
    case TypeKind::kNamed: return hash_named(static_cast<Named*>(t), depth);
    case TypeKind::kTypeParam: return mix_hash(kind, hash_pointer(t));
    default: return kind;
  }
}

}  // namespace

std::uint64_t type_hash(Type* t) { return hash(t, kDepth); }

}  // namespace govm::types
