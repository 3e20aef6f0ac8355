#include "vm/runtime/types.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "vm/runtime/equality.h"
#include "vm/runtime/stubs.h"
#include "vm/runtime/types_impl.h"

namespace govm::rt {

using Guard = std::lock_guard<std::recursive_mutex>;

std::size_t descriptor_size(abi::Kind kind) {
  switch (kind) {
    case abi::kArray: return sizeof(abi::ArrayType);
    case abi::kChan: return sizeof(abi::ChanType);
    case abi::kFunc: return sizeof(abi::FuncType);
    case abi::kInterface: return sizeof(abi::InterfaceType);
    case abi::kMap: return sizeof(abi::MapType);
    case abi::kPointer: return sizeof(abi::PtrType);
    case abi::kSlice: return sizeof(abi::SliceType);
    case abi::kStruct: return sizeof(abi::StructType);
    default: return sizeof(abi::Type);
  }
}

std::uint32_t hash_text(std::string_view text, std::uint32_t h) {
  for (unsigned char c : text) h = (h ^ c) * 16777619u;
  return h;
}

TypeTable::TypeTable(Region& region) : region_(region), impl_(std::make_unique<Impl>(*this)) {
  auto native = [&](std::string_view name, bc::NativeFn fn, std::uint16_t params) {
    bc::Function* f = new_function();
    f->name = name;
    f->param_slots = params;
    f->result_slots = 1;
    f->frame_slots = params + 2;
    f->flags = bc::kNative | bc::kRuntimeInternal;
    f->native = fn;
    f->entry = stub_enter_native();
    return f;
  };
  impl_->equal_function = native("runtime.typeEqual", native_type_equal, 2);
  impl_->hash_function = native("runtime.typeHash", native_type_hash, 2);
  make_basics();
}
TypeTable::~TypeTable() = default;

bc::Function* TypeTable::new_function() {
  auto* f = new (region_.allocate(sizeof(bc::Function), alignof(bc::Function))) bc::Function{};
  f->entry = stub_compile_lazily();
  f->self_closure = f;
  f->text_off = region_.offset_of(f);
  return f;
}

namespace {

// As gc: the name of a defined type, or of a pointer to one, says whether the type is exported.
bool is_exported(std::string_view text) {
  if (text.starts_with('*')) text.remove_prefix(1);
  text = text.substr(0, text.find('['));
  const std::size_t dot = text.rfind('.');
  if (dot == text.npos || text.find_first_of(" *({<") != text.npos) return false;
  return utf8::is_upper(utf8::decode(text.substr(dot + 1)).rune);
}

}  // namespace

abi::Type* TypeTable::Impl::make(abi::Kind kind, std::string_view string, std::span<const MethodSpec> methods,
                                 bool has_uncommon, std::string_view path, std::size_t extra) {
  std::size_t size = descriptor_size(kind);
  std::size_t total = size + (has_uncommon ? sizeof(abi::UncommonType) : 0) + extra;
  auto* type = static_cast<abi::Type*>(region().allocate(total));
  type->kind = kind;
  type->hash = hash_text(string);
  type->str = region().offset_of(table.make_name(string, "", "", is_exported(string), false));
  if (has_uncommon) {
    type->tflag |= abi::kTFlagUncommon;
    auto* u = reinterpret_cast<abi::UncommonType*>(reinterpret_cast<char*>(type) + size);
    if (!path.empty()) u->pkg_path = region().offset_of(table.make_name(path, "", "", false, false));
    fill_methods(u, methods);
  }
  return type;
}

// Exported methods first, then by name, then by package: the order of interface methods, too.
void TypeTable::Impl::fill_methods(abi::UncommonType* u, std::span<const MethodSpec> specs) {
  if (specs.empty()) return;
  std::vector<MethodSpec> sorted(specs.begin(), specs.end());
  std::sort(sorted.begin(), sorted.end(), [](const MethodSpec& a, const MethodSpec& b) {
    bool ax = a.pkg_path.empty(), bx = b.pkg_path.empty();
    if (ax != bx) return ax;
    return a.name != b.name ? a.name < b.name : a.pkg_path < b.pkg_path;
  });
  auto* rows = static_cast<abi::Method*>(region().allocate(sorted.size() * sizeof(abi::Method)));
  u->mcount = static_cast<std::uint16_t>(sorted.size());
  u->moff = static_cast<std::uint32_t>(reinterpret_cast<char*>(rows) - reinterpret_cast<char*>(u));
  for (std::size_t i = 0; i < sorted.size(); i++) {
    const MethodSpec& m = sorted[i];
    if (m.pkg_path.empty()) u->xcount++;
    rows[i].name = region().offset_of(table.make_name(m.name, "", m.pkg_path, m.pkg_path.empty(), false));
    rows[i].mtyp = lazy(LazyKind::kType, m.token);
    rows[i].ifn = lazy(LazyKind::kItabText, m.token);
    rows[i].tfn = lazy(LazyKind::kText, m.token);
  }
}

std::int32_t TypeTable::Impl::lazy(LazyKind kind, void* token) {
  lazies.push_back({kind, token, nullptr});
  return static_cast<std::int32_t>(Region::kSize + lazies.size() - 1);
}

std::uint64_t TypeTable::Impl::atom(std::string_view text) {
  return atoms.emplace(std::string(text), atoms.size() + 1).first->second;
}

std::span<const MethodSpec> TypeTable::Impl::keep(std::span<const MethodSpec> methods) {
  auto* copy = static_cast<MethodSpec*>(region().allocate(methods.size() * sizeof(MethodSpec) + 1));
  for (std::size_t i = 0; i < methods.size(); i++) {
    copy[i] = {region().copy(methods[i].name), region().copy(methods[i].pkg_path), methods[i].token};
  }
  return {copy, methods.size()};
}

// ---- names: flag byte, varint length, bytes; then the same for a tag; then the NameOff of a package path.

namespace {
constexpr std::uint8_t kNameExported = 1, kNameTag = 2, kNamePkgPath = 4, kNameEmbedded = 8;
void put_varint(std::string& out, std::size_t n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<char>(n | 0x80));
  out.push_back(static_cast<char>(n));
}
std::size_t get_varint(const std::uint8_t*& p) {
  std::size_t n = 0;
  for (int shift = 0;; shift += 7) {
    std::uint8_t b = *p++;
    n |= static_cast<std::size_t>(b & 0x7f) << shift;
    if (b < 0x80) return n;
  }
}
std::string_view name_pkg_path(const Region& region, const std::uint8_t* name) {
  if (name == nullptr || !(*name & kNamePkgPath)) return {};
  std::uint8_t flags = *name;
  const std::uint8_t* p = name + 1;
  std::size_t n = get_varint(p);
  p += n;
  if (flags & kNameTag) n = get_varint(p), p += n;
  std::int32_t offset;
  std::memcpy(&offset, p, 4);
  return TypeTable::name_of(static_cast<const std::uint8_t*>(region.at(offset)));
}
}  // namespace

const std::uint8_t* TypeTable::make_name(std::string_view name, std::string_view tag, std::string_view path,
                                         bool exported, bool embedded) {
  Guard guard(impl_->lock);
  std::string bytes;
  bytes.push_back(static_cast<char>((exported ? kNameExported : 0) | (tag.empty() ? 0 : kNameTag) |
                                    (path.empty() ? 0 : kNamePkgPath) | (embedded ? kNameEmbedded : 0)));
  put_varint(bytes, name.size());
  bytes += name;
  if (!tag.empty()) put_varint(bytes, tag.size()), bytes += tag;
  if (!path.empty()) {
    std::int32_t offset = region_.offset_of(make_name(path, "", "", false, false));
    bytes.append(reinterpret_cast<const char*>(&offset), 4);
  }
  auto [it, fresh] = impl_->names.try_emplace(bytes, nullptr);
  if (fresh) it->second = reinterpret_cast<const std::uint8_t*>(region_.copy(bytes).data());
  return it->second;
}

std::string_view TypeTable::name_of(const std::uint8_t* name) {
  if (name == nullptr) return {};
  const std::uint8_t* p = name + 1;
  std::size_t n = get_varint(p);
  return {reinterpret_cast<const char*>(p), n};
}

std::string_view TypeTable::type_string(const abi::Type* type) const {
  return name_of(static_cast<const std::uint8_t*>(region_.at(type->str)));
}

const abi::UncommonType* TypeTable::uncommon(const abi::Type* type) {
  if (!(type->tflag & abi::kTFlagUncommon)) return nullptr;
  return reinterpret_cast<const abi::UncommonType*>(reinterpret_cast<const char*>(type) +
                                                    descriptor_size(type->base_kind()));
}

std::string_view TypeTable::pkg_path(const abi::Type* type) const {
  const abi::UncommonType* u = uncommon(type);
  return u == nullptr || u->pkg_path == 0 ? std::string_view()
                                          : name_of(static_cast<const std::uint8_t*>(region_.at(u->pkg_path)));
}

namespace {
abi::Type* const* func_types(const abi::FuncType* type) {
  std::size_t skip = sizeof(abi::FuncType) + ((type->t.tflag & abi::kTFlagUncommon) ? sizeof(abi::UncommonType) : 0);
  return reinterpret_cast<abi::Type* const*>(reinterpret_cast<const char*>(type) + skip);
}
}  // namespace
std::span<abi::Type* const> TypeTable::func_in(const abi::FuncType* type) { return {func_types(type), type->in_count}; }
std::span<abi::Type* const> TypeTable::func_out(const abi::FuncType* type) {
  return {func_types(type) + type->in_count, static_cast<std::size_t>(type->out_count & 0x7fff)};
}

// ---- offsets

abi::Type* TypeTable::resolve_type(std::int32_t offset) {
  if (offset <= 0) return nullptr;
  if (static_cast<std::size_t>(offset) < Region::kSize) return static_cast<abi::Type*>(region_.at(offset));
  std::size_t index = static_cast<std::size_t>(offset) - Region::kSize;
  void* token;
  {
    Guard guard(impl_->lock);
    if (index >= impl_->lazies.size()) return nullptr;
    Impl::Lazy& lazy = impl_->lazies[index];
    if (lazy.resolved != nullptr) return static_cast<abi::Type*>(const_cast<void*>(lazy.resolved));
    token = lazy.token;
  }
  abi::Type* type = hooks_ != nullptr ? hooks_->method_type(token) : nullptr;
  Guard guard(impl_->lock);
  impl_->lazies[index].resolved = type;
  return type;
}

const bc::Function* TypeTable::resolve_text(std::int32_t offset) {
  if (offset <= 0) return nullptr;
  if (static_cast<std::size_t>(offset) < Region::kSize) return static_cast<const bc::Function*>(region_.at(offset));
  std::size_t index = static_cast<std::size_t>(offset) - Region::kSize;
  Impl::Lazy lazy;
  {
    Guard guard(impl_->lock);
    if (index >= impl_->lazies.size()) return nullptr;
    lazy = impl_->lazies[index];
    if (lazy.resolved != nullptr) return static_cast<const bc::Function*>(lazy.resolved);
  }
  if (hooks_ == nullptr) return nullptr;
  const bc::Function* fn = lazy.kind == Impl::LazyKind::kItabText ? hooks_->itab_method(lazy.token)
                                                                 : hooks_->direct_method(lazy.token);
  Guard guard(impl_->lock);
  impl_->lazies[index].resolved = fn;
  return fn;
}

const std::uint8_t* TypeTable::resolve_name(std::int32_t offset) const {
  return offset <= 0 ? nullptr : static_cast<const std::uint8_t*>(region_.at(offset));
}

bool TypeTable::is_complete(const abi::Type* type) const {
  Guard guard(impl_->lock);
  auto it = impl_->infos.find(type);
  return it != impl_->infos.end() && it->second.laid_out;
}

std::vector<abi::Type*> TypeTable::types() const {
  Guard guard(impl_->lock);
  std::vector<abi::Type*> out;
  for (abi::Type* type : impl_->order) {
    if (is_complete(type)) out.push_back(type);
  }
  std::sort(out.begin(), out.end(), [&](auto* a, auto* b) { return type_string(a) < type_string(b); });
  return out;
}

// ---- itabs: both method lists are sorted alike, so one pass over each.

abi::Itab* TypeTable::find_itab(const abi::InterfaceType* inter, const abi::Type* type, std::string* missing) {
  {
    Guard guard(impl_->lock);
    auto it = impl_->itabs.find({inter, type});
    if (it != impl_->itabs.end() && (it->second->fun[0] != nullptr || missing == nullptr)) {
      cached(inter, type).store(it->second, std::memory_order_release);
      return it->second->fun[0] != nullptr ? it->second : nullptr;
    }
  }
  auto count = static_cast<std::size_t>(inter->method_count);
  auto* tab = static_cast<abi::Itab*>(region_.allocate(sizeof(abi::Itab) + count * 8));
  tab->inter = const_cast<abi::InterfaceType*>(inter);
  tab->type = const_cast<abi::Type*>(type);
  tab->hash = type->hash;
  const abi::UncommonType* u = uncommon(type);
  const auto* rows = u == nullptr ? nullptr
                                  : reinterpret_cast<const abi::Method*>(reinterpret_cast<const char*>(u) + u->moff);
  std::size_t mcount = u == nullptr ? 0 : u->mcount, j = 0;
  std::vector<const bc::Function*> found;
  for (std::size_t i = 0; i < count; i++) {
    const std::uint8_t* want = resolve_name(inter->methods[i].name);
    std::string_view name = name_of(want), path = name_pkg_path(region_, want);
    abi::Type* want_type = static_cast<abi::Type*>(region_.at(inter->methods[i].type));
    const bc::Function* fn = nullptr;
    for (; j < mcount; j++) {
      const std::uint8_t* have = resolve_name(rows[j].name);
      if (name_of(have) != name || name_pkg_path(region_, have) != path) continue;
      if (resolve_type(rows[j].mtyp) != want_type) continue;
      fn = resolve_text(rows[j++].ifn);
      break;
    }
    if (fn == nullptr) {
      if (missing != nullptr) *missing = name;
      found.clear();
      break;
    }
    found.push_back(fn);
  }
  for (std::size_t i = 0; i < found.size(); i++) const_cast<const void**>(tab->fun)[i] = found[i];
  Guard guard(impl_->lock);
  abi::Itab* kept = impl_->itabs.try_emplace({inter, type}, tab).first->second;
  cached(inter, type).store(kept, std::memory_order_release);
  return kept->fun[0] != nullptr ? kept : nullptr;
}

}  // namespace govm::rt
