// Making types: lookup by identity, else a new descriptor.
#include <algorithm>

#include "base/assert.h"
#include "base/memory.h"
#include "vm/runtime/types_impl.h"

namespace govm::rt {

using Guard = std::lock_guard<std::recursive_mutex>;

namespace {

std::uint64_t word(const void* p) { return reinterpret_cast<std::uint64_t>(p); }

struct BasicInfo { std::string_view name; std::uint8_t size, align, pointer_words; bool regular; };
constexpr BasicInfo kBasics[] = {
    {"", 0, 0, 0, false}, {"bool", 1, 1, 0, true}, {"int", 8, 8, 0, true}, {"int8", 1, 1, 0, true},
    {"int16", 2, 2, 0, true}, {"int32", 4, 4, 0, true}, {"int64", 8, 8, 0, true}, {"uint", 8, 8, 0, true},
    {"uint8", 1, 1, 0, true}, {"uint16", 2, 2, 0, true}, {"uint32", 4, 4, 0, true}, {"uint64", 8, 8, 0, true},
    {"uintptr", 8, 8, 0, true}, {"float32", 4, 4, 0, false}, {"float64", 8, 8, 0, false},
    {"complex64", 8, 4, 0, false}, {"complex128", 16, 8, 0, false},
};

// Layout of the kinds whose size does not depend on their parts.
void set_fixed(TypeTable::Impl& impl, abi::Type* type, std::uint64_t words, std::uint64_t pointer_bits, bool comparable,
               bool regular) {
  std::vector<bool> mask;
  for (std::uint64_t i = 0; i < words; i++) mask.push_back((pointer_bits >> i & 1) != 0);
  impl.set_layout(type, words * 8, 8);
  impl.set_mask(type, mask);
  impl.set_equality(type, comparable, regular);
}

std::string quote(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\', out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c < 0x20 || c == 0x7f) {
      out += "\\x", out += kHex[c >> 4], out += kHex[c & 15];
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

std::string_view last_element(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

// In the order of gc's linker: fmt prints maps with keys of several types by the addresses of these.
void TypeTable::make_basics() {
  using namespace abi;
  for (Kind kind : {kString, kInt8, kUint8, kInt16, kUint16, kInt32, kUint32, kInt64, kUint64, kInt, kUint, kUintptr,
                    kComplex64, kComplex128, kFloat32, kFloat64, kBool, kUnsafePointer}) {
    basic(kind);
  }
}

abi::Type* TypeTable::basic(abi::Kind kind) {
  Guard guard(impl_->lock);
  abi::Type*& type = impl_->basics[kind];
  if (type != nullptr) return type;
  if (kind == abi::kString) {
    type = impl_->make(kind, "string", {}, true, "");
    set_fixed(*impl_, type, 2, 1, true, false);
  } else if (kind == abi::kUnsafePointer) {
    type = impl_->make(kind, "unsafe.Pointer", {}, true, "unsafe");
    set_fixed(*impl_, type, 1, 1, true, true);
  } else {
    GOVM_ASSERT(kind > abi::kInvalid && kind <= abi::kComplex128);
    const BasicInfo& info = kBasics[kind];
    type = impl_->make(kind, info.name, {}, true, "");
    impl_->set_layout(type, info.size, info.align);
    impl_->set_equality(type, true, info.regular);
  }
  type->tflag |= abi::kTFlagNamed;
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::pointer_to(abi::Type* elem) {
  Guard guard(impl_->lock);
  auto [it, fresh] = impl_->composite.try_emplace(TypeKey{{abi::kPointer, word(elem)}}, nullptr);
  if (!fresh) return it->second;
  auto methods = impl_->infos[elem].ptr_methods;
  abi::Type* type = impl_->make(abi::kPointer, "*" + std::string(type_string(elem)), methods, !methods.empty(), pkg_path(elem));
  impl_->composite[TypeKey{{abi::kPointer, word(elem)}}] = type;
  reinterpret_cast<abi::PtrType*>(type)->elem = elem;
  set_fixed(*impl_, type, 1, 1, true, true);
  impl_->publish(type);
  __atomic_store_n(&elem->ptr_to_this, region_.offset_of(type), __ATOMIC_RELEASE);
  return type;
}

abi::Type* TypeTable::slice_of(abi::Type* elem) {
  Guard guard(impl_->lock);
  abi::Type*& slot = impl_->composite[TypeKey{{abi::kSlice, word(elem)}}];
  if (slot != nullptr) return slot;
  abi::Type* type = slot = impl_->make(abi::kSlice, "[]" + std::string(type_string(elem)), {}, false, "");
  reinterpret_cast<abi::SliceType*>(type)->elem = elem;
  set_fixed(*impl_, type, 3, 1, false, false);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::array_of(abi::Type* elem, std::uint64_t len) {
  Guard guard(impl_->lock);
  TypeKey key{{abi::kArray, word(elem), len}};
  auto it = impl_->composite.find(key);
  if (it != impl_->composite.end()) return it->second;
  abi::Type* slice = slice_of(elem);
  std::string text = "[" + std::to_string(len) + "]" + std::string(type_string(elem));
  abi::Type* type = impl_->make(abi::kArray, text, {}, false, "");
  auto* array = reinterpret_cast<abi::ArrayType*>(type);
  array->elem = elem;
  array->slice = slice;
  array->len = len;
  impl_->composite.emplace(std::move(key), type);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::chan_of(abi::Type* elem, int dir) {
  Guard guard(impl_->lock);
  abi::Type*& slot = impl_->composite[TypeKey{{abi::kChan, word(elem), static_cast<std::uint64_t>(dir)}}];
  if (slot != nullptr) return slot;
  std::string inner(type_string(elem));
  bool parens = dir == 3 && inner.starts_with("<-");
  if (parens) inner = "(" + inner + ")";
  std::string text = (dir == 1 ? "<-chan " : dir == 2 ? "chan<- " : "chan ") + inner;
  abi::Type* type = slot = impl_->make(abi::kChan, text, {}, false, "");
  auto* chan = reinterpret_cast<abi::ChanType*>(type);
  chan->elem = elem;
  chan->dir = dir;
  set_fixed(*impl_, type, 1, 1, true, true);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::map_of(abi::Type* key, abi::Type* elem) {
  Guard guard(impl_->lock);
  abi::Type*& slot = impl_->composite[TypeKey{{abi::kMap, word(key), word(elem)}}];
  if (slot != nullptr) return slot;
  std::string text = "map[" + std::string(type_string(key)) + "]" + std::string(type_string(elem));
  abi::Type* type = slot = impl_->make(abi::kMap, text, {}, false, "");
  auto* map = reinterpret_cast<abi::MapType*>(type);
  map->key = key;
  map->elem = elem;
  set_fixed(*impl_, type, 1, 1, false, false);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::func_of(std::span<abi::Type* const> in, std::span<abi::Type* const> out, bool variadic) {
  Guard guard(impl_->lock);
  TypeKey key{{abi::kFunc, in.size(), out.size(), variadic}};
  for (abi::Type* t : in) key.words.push_back(word(t));
  for (abi::Type* t : out) key.words.push_back(word(t));
  auto it = impl_->composite.find(key);
  if (it != impl_->composite.end()) return it->second;
  std::string text = "func(";
  for (std::size_t i = 0; i < in.size(); i++) {
    if (i > 0) text += ", ";
    if (variadic && i + 1 == in.size()) {
      text += "...", text += type_string(reinterpret_cast<abi::SliceType*>(in[i])->elem);
    } else {
      text += type_string(in[i]);
    }
  }
  text += ")";
  if (!out.empty()) text += out.size() == 1 ? " " : " (";
  for (std::size_t i = 0; i < out.size(); i++) {
    if (i > 0) text += ", ";
    text += type_string(out[i]);
  }
  if (out.size() > 1) text += ")";
  abi::Type* type = impl_->make(abi::kFunc, text, {}, false, "", (in.size() + out.size()) * 8);
  auto* func = reinterpret_cast<abi::FuncType*>(type);
  func->in_count = static_cast<std::uint16_t>(in.size());
  func->out_count = static_cast<std::uint16_t>(out.size() | (variadic ? 0x8000 : 0));
  auto** parts = const_cast<abi::Type**>(func_in(func).data());
  for (abi::Type* t : in) *parts++ = t;
  for (abi::Type* t : out) *parts++ = t;
  set_fixed(*impl_, type, 1, 1, false, false);
  impl_->composite.emplace(std::move(key), type);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::struct_of(std::span<const FieldSpec> fields, std::span<const MethodSpec> methods,
                                std::span<const MethodSpec> ptr_methods) {
  Guard guard(impl_->lock);
  TypeKey key{{abi::kStruct}};
  std::string text = "struct {", path;
  for (const FieldSpec& f : fields) {
    for (std::uint64_t w : {impl_->atom(f.name), word(f.type), impl_->atom(f.tag), impl_->atom(f.pkg_path),
                            static_cast<std::uint64_t>(f.embedded)}) {
      key.words.push_back(w);
    }
    if (!f.pkg_path.empty()) path = f.pkg_path;
    text += text.size() > 8 ? "; " : " ";
    if (!f.embedded) text += f.name, text += " ";
    text += type_string(f.type);
    if (!f.tag.empty()) text += " " + quote(f.tag);
  }
  text += fields.empty() ? "}" : " }";
  auto it = impl_->composite.find(key);
  if (it != impl_->composite.end()) return it->second;
  abi::Type* type = impl_->make(abi::kStruct, text, methods, !methods.empty(), "");
  auto* st = reinterpret_cast<abi::StructType*>(type);
  if (!path.empty()) st->pkg_path.bytes = make_name(path, "", "", false, false);
  st->field_count = st->field_cap = static_cast<std::int64_t>(fields.size());
  st->fields = static_cast<abi::StructField*>(region_.allocate(fields.size() * sizeof(abi::StructField) + 8));
  for (std::size_t i = 0; i < fields.size(); i++) {
    const FieldSpec& f = fields[i];
    st->fields[i] = {{make_name(f.name, f.tag, "", f.pkg_path.empty(), f.embedded)}, f.type, 0};
  }
  impl_->infos[type].ptr_methods = impl_->keep(ptr_methods);
  impl_->composite.emplace(std::move(key), type);
  impl_->publish(type);
  return type;
}

std::span<const MethodSpec> TypeTable::methods_of(const abi::Type* type) {
  Guard guard(impl_->lock);
  if (type->base_kind() != abi::kPointer) return impl_->infos[type].methods;
  return impl_->infos[reinterpret_cast<const abi::PtrType*>(type)->elem].ptr_methods;
}

abi::Type* TypeTable::interface_of(std::span<const ImethodSpec> specs) {
  Guard guard(impl_->lock);
  std::vector<ImethodSpec> methods(specs.begin(), specs.end());
  std::sort(methods.begin(), methods.end(), [](const ImethodSpec& a, const ImethodSpec& b) {
    bool ax = a.pkg_path.empty(), bx = b.pkg_path.empty();
    if (ax != bx) return ax;
    return a.name != b.name ? a.name < b.name : a.pkg_path < b.pkg_path;
  });
  TypeKey key{{abi::kInterface}};
  std::string text = "interface {", path;
  for (const ImethodSpec& m : methods) {
    for (std::uint64_t w : {impl_->atom(m.name), impl_->atom(m.pkg_path), word(m.type)}) key.words.push_back(w);
    text += text.size() > 11 ? "; " : " ";
    if (!m.pkg_path.empty()) path = m.pkg_path, text += last_element(m.pkg_path), text += ".";
    text += m.name;
    text += type_string(m.type).substr(4);
  }
  text += methods.empty() ? "}" : " }";
  auto it = impl_->composite.find(key);
  if (it != impl_->composite.end()) return it->second;
  abi::Type* type = impl_->make(abi::kInterface, text, {}, false, "");
  auto* inter = reinterpret_cast<abi::InterfaceType*>(type);
  if (!path.empty()) inter->pkg_path.bytes = make_name(path, "", "", false, false);
  inter->method_count = inter->method_cap = static_cast<std::int64_t>(methods.size());
  inter->methods = static_cast<abi::Imethod*>(region_.allocate(methods.size() * sizeof(abi::Imethod) + 8));
  for (std::size_t i = 0; i < methods.size(); i++) {
    const ImethodSpec& m = methods[i];
    const std::uint8_t* name = make_name(m.name, "", m.pkg_path, m.pkg_path.empty(), false);
    inter->methods[i] = {region_.offset_of(name), region_.offset_of(m.type)};
  }
  // Both words are pointers for the collector: types and itabs lie outside of the heap and are ignored.
  set_fixed(*impl_, type, 2, 2, true, false);
  impl_->composite.emplace(std::move(key), type);
  impl_->publish(type);
  return type;
}

abi::Type* TypeTable::named(const NamedSpec& spec, bool* is_new) {
  Guard guard(impl_->lock);
  abi::Type*& slot = impl_->named[std::string(spec.key)];
  *is_new = slot == nullptr;
  if (slot != nullptr) return slot;
  std::size_t extra = spec.kind == abi::kFunc ? std::max<std::size_t>(spec.func_parts, 32) * 8 : 0;
  abi::Type* type = slot = impl_->make(spec.kind, spec.string, spec.methods, true, spec.pkg_path, extra);
  type->hash = hash_text(spec.key, type->hash);
  type->tflag |= abi::kTFlagNamed;
  Impl::Info& info = impl_->infos[type];
  info.waiting = true;
  info.methods = impl_->keep(spec.methods);
  info.ptr_methods = impl_->keep(spec.ptr_methods);
  impl_->publish(type);
  return type;
}

void TypeTable::set_underlying(abi::Type* type, abi::Type* underlying) {
  Guard guard(impl_->lock);
  Impl::Info& info = impl_->infos[type];
  GOVM_ASSERT(info.waiting && type->base_kind() == underlying->base_kind());
  info.waiting = false;
  info.underlying = underlying;
  abi::Kind kind = underlying->base_kind();
  if (kind != abi::kArray && kind != abi::kStruct) impl_->layout(type);
  if (kind == abi::kFunc) {
    auto* from = reinterpret_cast<abi::FuncType*>(underlying);
    auto* to = reinterpret_cast<abi::FuncType*>(type);
    to->in_count = from->in_count;
    to->out_count = from->out_count;
    std::size_t parts = from->in_count + (from->out_count & 0x7fffu);
    copy_bytes(const_cast<abi::Type**>(func_in(to).data()), func_in(from).data(), parts * 8);
  }
  if (kind == abi::kMap) impl_->pending_maps.push_back(reinterpret_cast<abi::MapType*>(type));
  impl_->layout_pending();
}

abi::Type* TypeTable::layout_type(std::uint64_t size, std::span<const bool> pointer_words, std::string_view name) {
  Guard guard(impl_->lock);
  abi::Type* type = impl_->make(abi::kStruct, name, {}, false, "");
  std::vector<bool> mask(pointer_words.begin(), pointer_words.end());
  impl_->set_layout(type, size, 8);
  impl_->set_mask(type, mask);
  impl_->infos[type].laid_out = true;
  return type;
}

}  // namespace govm::rt
