// Memory of globals and static data.
#include <cstring>

#include "base/assert.h"
#include "base/memory.h"
#include "compiler/codegen/codegen.h"
#include "vm/runtime/maps.h"

namespace govm::codegen {

void* Codegen::global(ir::Global* global) {
  if (global->address != nullptr) return global->address;
  global->address = runtime_.statics().global(type(global->type));
  if (global->initial != nullptr) fill(global->address, *global->initial);
  return global->address;
}

void* Codegen::static_data(ir::StaticData* data) {
  void*& memory = statics_[data];
  if (memory != nullptr) return memory;
  if (data->map != nullptr) return statics_[data] = static_map(*data);
  void* made = nullptr;
  const bool typed = data->type != nullptr && types::size_of(data->type) == static_cast<std::int64_t>(data->bytes.size());
  if (typed) {
    made = runtime_.statics().global(type(data->type));
  } else if (data->relocs.empty() && (data->type == nullptr || !ir::has_pointers(data->type))) {
    made = runtime_.statics().bytes(data->bytes.size());
  } else {
    made = runtime_.statics().scanned(data->bytes.size());
  }
  statics_[data] = made;   // first: data may refer to itself
  fill(made, *data);
  return made;
}

// A map with its entries. Its memory is static: like that of a variable, it is a root.
void* Codegen::static_map(const ir::StaticData& data) {
  const auto fill_array = [&](const ir::StaticData& array) {
    std::vector<std::uint64_t> memory(array.bytes.size() / 8 + 1);
    fill(memory.data(), array);
    return memory;
  };
  const auto* t = reinterpret_cast<const abi::MapType*>(type(data.type));
  const std::vector<std::uint64_t> keys = fill_array(*data.map->keys), elems = fill_array(*data.map->elems);
  return rt::static_map(runtime_.statics(), t, runtime_.hash_seed(), {data.map->count, keys.data(), elems.data()});
}

void Codegen::fill(void* memory, const ir::StaticData& data) {
  copy_bytes(memory, data.bytes.data(), data.bytes.size());
  for (const ir::StaticData::Reloc& r : data.relocs) {
    using K = ir::StaticData::Reloc::Kind;
    const void* target = nullptr;
    switch (r.kind) {
      case K::kGlobal: target = global(r.global); break;
      case K::kStatic: target = static_data(r.data); break;
      case K::kString: target = r.string->data(); break;
      case K::kFunc: target = &function(r.function)->self_closure; break;
      case K::kTypeDesc: target = type(r.type); break;
      case K::kItab: target = itab(r.iface, r.type); break;
    }
    const std::uint64_t word = reinterpret_cast<std::uint64_t>(target) + static_cast<std::uint64_t>(r.addend);
    std::memcpy(static_cast<char*>(memory) + r.offset, &word, sizeof(word));
  }
}

const void* Codegen::constant(std::span<const std::uint8_t> bytes, types::Type* type) {
  std::vector<std::uint8_t> key(bytes.begin(), bytes.end());
  key.push_back(static_cast<std::uint8_t>(types::align_of(type)));
  const void*& made = constants_[key];
  if (made != nullptr) return made;
  void* memory = runtime_.statics().bytes(std::max<std::size_t>(bytes.size(), 8));
  copy_bytes(memory, bytes.data(), bytes.size());
  return made = memory;
}

}  // namespace govm::codegen
