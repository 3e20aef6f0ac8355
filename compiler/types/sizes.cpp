// Sizes, alignments and field offsets of gc on amd64 (types2/gcsizes.go). A size of -1 means "too large".
#include <algorithm>

#include "base/assert.h"
#include "compiler/types/checker.h"

namespace govm::types {

namespace {

constexpr std::int64_t kWord = 8;

std::int64_t basic_size(BasicKind kind) {
  switch (kind) {
    case BasicKind::kBool:
    case BasicKind::kInt8:
    case BasicKind::kUint8:
    case BasicKind::kUntypedBool: return 1;
    case BasicKind::kInt16:
    case BasicKind::kUint16: return 2;
    case BasicKind::kInt32:
    case BasicKind::kUint32:
    case BasicKind::kUntypedRune:
    case BasicKind::kFloat32: return 4;
    case BasicKind::kComplex128:
    case BasicKind::kString:
    case BasicKind::kUntypedComplex:
    case BasicKind::kUntypedString: return 16;
    default: return kWord;
  }
}

// n rounded up to a multiple of align; -1 on overflow.
std::int64_t round_up(std::int64_t n, std::int64_t align) {
  if (n < 0 || __builtin_add_overflow(n, align - 1, &n)) return -1;
  return n & ~(align - 1);
}

// The marker type that asks for 64-bit alignment.
bool is_align64(Type* t) {
  auto* named = as<Named>(unalias(t));
  if (!named) return false;
  TypeName* obj = named->obj();
  if (obj->name.str() != "align64" || !obj->pkg) return false;
  std::string_view path = obj->pkg->path.str();
  return path == "sync/atomic" || path == "internal/runtime/atomic";
}

std::int64_t struct_align(Type* t, Struct* s) {
  if (s->fields.empty() && is_align64(t)) return 8;
  std::int64_t align = 1;
  for (Var* f : s->fields) align = std::max(align, align_of(f->type));
  return align;
}

// The offset of field `count` (or the end of the last one, if count is the number of fields).
std::int64_t struct_offset(Struct* s, std::size_t count) {
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < s->fields.size(); ++i) {
    offset = round_up(offset, align_of(s->fields[i]->type));
    if (offset < 0 || i == count) return offset;
    std::int64_t size = size_of(s->fields[i]->type);
    // A trailing field of size zero gets a byte: its address must not be the next object's.
    if (size == 0 && offset > 0 && i + 1 == s->fields.size()) size = 1;
    if (size < 0 || __builtin_add_overflow(offset, size, &offset)) return -1;
  }
  return offset;
}

}  // namespace

std::int64_t size_of(Type* t) {
  Type* u = under(t);
  switch (u->type_kind()) {
    case TypeKind::kBasic: return basic_size(static_cast<Basic*>(u)->kind);
    case TypeKind::kArray: {
      auto* a = static_cast<Array*>(u);
      if (a->len <= 0) return 0;
      std::int64_t elem = size_of(a->elem), size = 0;
      if (elem < 0 || __builtin_mul_overflow(elem, a->len, &size)) return -1;
      return size;
    }
    case TypeKind::kSlice: return 3 * kWord;
    case TypeKind::kStruct: {
      auto* s = static_cast<Struct*>(u);
      return round_up(struct_offset(s, s->fields.size()), struct_align(t, s));
    }
    case TypeKind::kInterface: return 2 * kWord;
    case TypeKind::kTuple: return 0;
    default: return kWord;
  }
}

std::int64_t align_of(Type* t) {
  Type* u = under(t);
  switch (u->type_kind()) {
    case TypeKind::kArray: return align_of(static_cast<Array*>(u)->elem);
    case TypeKind::kStruct: return struct_align(t, static_cast<Struct*>(u));
    case TypeKind::kBasic: {
      auto* b = static_cast<Basic*>(u);
      std::int64_t size = basic_size(b->kind);
      if (b->info & kIsComplex) size /= 2;
      return std::clamp(size, std::int64_t{1}, kWord);
    }
    default: return kWord;
  }
}

std::int64_t offset_of(Struct* s, std::size_t field) {
  GOVM_ASSERT(field < s->fields.size());
  return struct_offset(s, field);
}

}  // namespace govm::types
