// Sizes, offsets, pointer masks and comparability of types.
#include <algorithm>
#include <cstring>

#include "base/assert.h"
#include "vm/runtime/types_impl.h"

namespace govm::rt {

namespace {

std::uint64_t align_up(std::uint64_t n, std::uint64_t align) { return (n + align - 1) & ~(align - 1); }

bool is_pointer_shaped(abi::Kind kind) {
  return kind == abi::kPointer || kind == abi::kMap || kind == abi::kChan || kind == abi::kFunc ||
         kind == abi::kUnsafePointer;
}

}  // namespace

void add_mask(std::vector<bool>& mask, std::uint64_t at, const abi::Type* type) {
  std::uint64_t first = at / 8, words = type->ptr_bytes / 8;
  if (mask.size() < first + words) mask.resize(first + words);
  for (std::uint64_t i = 0; i < words; i++) {
    if (type->gc_data[i / 8] >> (i % 8) & 1) mask[first + i] = true;
  }
}

void TypeTable::Impl::set_layout(abi::Type* type, std::uint64_t size, std::uint8_t align) {
  type->size = size;
  type->align = type->field_align = align;
  if (is_pointer_shaped(type->base_kind())) type->kind |= abi::kDirectIface;
}

void TypeTable::Impl::set_mask(abi::Type* type, std::vector<bool>& mask) {
  while (!mask.empty() && !mask.back()) mask.pop_back();
  type->ptr_bytes = mask.size() * 8;
  if (mask.empty()) return;
  auto* bytes = static_cast<std::uint8_t*>(region().allocate(align_up((mask.size() + 7) / 8, 8)));
  for (std::size_t i = 0; i < mask.size(); i++) {
    if (mask[i]) bytes[i / 8] |= static_cast<std::uint8_t>(1 << (i % 8));
  }
  type->gc_data = bytes;
}

// Type.Equal is a func value whose closure object holds the type: { Function*, Type* }.
void TypeTable::Impl::set_equality(abi::Type* type, bool comparable, bool regular) {
  if (regular) type->tflag |= abi::kTFlagRegularMemory;
  if (!comparable) return;
  auto** closure = static_cast<const void**>(region().allocate(16));
  closure[0] = equal_function;
  closure[1] = type;
  type->equal = closure;
}

void TypeTable::Impl::layout_array(abi::ArrayType* type) {
  const abi::Type* elem = type->elem;
  set_layout(&type->t, elem->size * type->len, elem->align);
  if (elem->ptr_bytes != 0 && type->len != 0) {
    std::vector<bool> mask;
    for (std::uint64_t i = 0; i < type->len; i++) add_mask(mask, i * elem->size, elem);
    set_mask(&type->t, mask);
  }
  if (type->len == 1 && elem->direct_iface()) type->t.kind |= abi::kDirectIface;
  set_equality(&type->t, elem->equal != nullptr, (elem->tflag & abi::kTFlagRegularMemory) != 0);
}

void TypeTable::Impl::layout_struct(abi::StructType* type) {
  std::uint64_t offset = 0;
  std::uint8_t align = 1;
  bool comparable = true, regular = true;
  std::vector<bool> mask;
  for (std::int64_t i = 0; i < type->field_count; i++) {
    abi::StructField& field = type->fields[i];
    std::uint64_t at = align_up(offset, std::max<std::uint8_t>(field.type->align, 1));
    if (at != offset) regular = false;
    if (name_of(field.name.bytes) == "_") regular = false;
    field.offset = at;
    offset = at + field.type->size;
    align = std::max(align, field.type->align);
    if (field.type->ptr_bytes != 0) add_mask(mask, at, field.type);
    comparable = comparable && field.type->equal != nullptr;
    regular = regular && (field.type->tflag & abi::kTFlagRegularMemory) != 0;
  }
  // A final zero-size field gets a byte, so that its address stays inside the object.
  if (type->field_count > 0 && offset > 0 && type->fields[type->field_count - 1].type->size == 0) offset++, regular = false;
  std::uint64_t size = align_up(offset, align);
  if (size != offset) regular = false;
  set_layout(&type->t, size, align);
  set_mask(&type->t, mask);
  if (type->field_count == 1 && type->fields[0].type->direct_iface()) type->t.kind |= abi::kDirectIface;
  set_equality(&type->t, comparable, regular);
}

// group: layout of one entry, key then element; what our maps allocate arrays of.
void TypeTable::Impl::layout_map(abi::MapType* type) {
  const abi::Type *key = type->key, *elem = type->elem;
  std::vector<bool> mask;
  type->elem_off = align_up(key->size, std::max<std::uint8_t>(elem->align, 1));
  type->slot_size = std::max<std::uint64_t>(align_up(type->elem_off + elem->size, 8), 8);
  type->group_size = type->slot_size;
  add_mask(mask, 0, key);
  add_mask(mask, type->elem_off, elem);
  auto* group = region().make<abi::Type>();
  group->kind = abi::kStruct;
  set_layout(group, type->slot_size, 8);
  set_mask(group, mask);
  type->group = group;
  auto** closure = static_cast<const void**>(region().allocate(16));
  closure[0] = hash_function;
  closure[1] = key;
  type->hasher = closure;
}

void TypeTable::Impl::copy_layout(abi::Type* to, const abi::Type* from) {
  to->size = from->size;
  to->ptr_bytes = from->ptr_bytes;
  to->align = from->align;
  to->field_align = from->field_align;
  to->kind = from->kind;
  to->gc_data = from->gc_data;
  set_equality(to, from->equal != nullptr, (from->tflag & abi::kTFlagRegularMemory) != 0);
  std::size_t tail = descriptor_size(from->base_kind()) - sizeof(abi::Type);
  // Parts of the underlying descriptor are shared; a FuncType's lists lie behind it and are copied by set_underlying.
  std::memcpy(to + 1, from + 1, tail);
}

bool TypeTable::Impl::layout(abi::Type* type) {
  Info& info = infos[type];
  if (info.laid_out) return true;
  if (info.waiting) return false;
  if (info.underlying != nullptr) {
    abi::Type* underlying = info.underlying;
    if (!layout(underlying)) return false;
    copy_layout(type, underlying);
    infos[type].laid_out = true;
    return true;
  }
  switch (type->base_kind()) {
    case abi::kArray: {
      auto* array = reinterpret_cast<abi::ArrayType*>(type);
      if (!layout(array->elem)) return false;
      layout_array(array);
      break;
    }
    case abi::kStruct: {
      auto* st = reinterpret_cast<abi::StructType*>(type);
      for (std::int64_t i = 0; i < st->field_count; i++) {
        if (!layout(st->fields[i].type)) return false;
      }
      layout_struct(st);
      break;
    }
    default: break;
  }
  infos[type].laid_out = true;
  return true;
}

void TypeTable::Impl::layout_pending() {
  bool progress = true;
  while (progress && !pending.empty()) {
    std::vector<abi::Type*> todo;
    todo.swap(pending);
    progress = false;
    for (abi::Type* type : todo) {
      if (layout(type)) {
        progress = true;
      } else {
        pending.push_back(type);
      }
    }
  }
  std::erase_if(pending_maps, [&](abi::MapType* map) {
    if (!layout(map->key) || !layout(map->elem)) return false;
    layout_map(map);
    return true;
  });
}

void TypeTable::Impl::publish(abi::Type* type) {
  order.push_back(type);
  if (!layout(type)) pending.push_back(type);
  if (type->base_kind() == abi::kMap && !infos[type].waiting) {
    pending_maps.push_back(reinterpret_cast<abi::MapType*>(type));
    layout_pending();
  }
}

}  // namespace govm::rt
