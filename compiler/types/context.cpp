// The instances of a session: one object per generic type and list of identical type arguments (types2/context.go).
#include "compiler/types/context.h"
#include "compiler/types/predicates.h"
#include "compiler/types/type_hash.h"

namespace govm::types {

Context* new_context(Session&) { return new Context; }
void delete_context(Context* context) { delete context; }

std::uint64_t Context::hash(Type* orig, std::span<Type* const> targs) {
  std::uint64_t h = reinterpret_cast<std::uintptr_t>(orig) >> 4;
  // Signatures are found by structure: their generic form may exist more than once.
  if (orig->type_kind() == TypeKind::kSignature) h = type_hash(orig);
  for (Type* t : targs) h = mix_hash(h, type_hash(t));
  return h;
}

Type* Context::lookup(std::uint64_t hash, Type* orig, std::span<Type* const> targs) const {
  // Comparing may complete types and so add entries: only chains are safe to walk.
  auto it = chains_.find(hash);
  for (const Entry* e = it == chains_.end() ? nullptr : it->second; e; e = e->next) {
    if (identical_instance(orig, targs, e->orig, e->targs)) return e->instance;
  }
  return nullptr;
}

void Context::add(std::uint64_t hash, Type* orig, std::span<Type* const> targs, Type* instance) {
  const Entry*& chain = chains_[hash];
  chain = &entries_.emplace_back(Entry{orig, targs, instance, chain});
}

}  // namespace govm::types
