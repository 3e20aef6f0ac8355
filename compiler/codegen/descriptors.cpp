// Type descriptors from types, through the VM's table, and lazily made methods.
#include <fmt/core.h>

#include "base/assert.h"
#include "compiler/codegen/codegen.h"

namespace govm::codegen {

namespace {

std::string_view package_path(const types::Object* o) { return o->pkg != nullptr ? o->pkg->path.str() : std::string_view(); }
std::string_view unexported_path(const types::Object* o) { return o->exported() ? std::string_view() : package_path(o); }

abi::Kind kind_of(types::Type* u) {
  switch (u->type_kind()) {
    case types::TypeKind::kArray: return abi::kArray;
    case types::TypeKind::kSlice: return abi::kSlice;
    case types::TypeKind::kStruct: return abi::kStruct;
    case types::TypeKind::kPointer: return abi::kPointer;
    case types::TypeKind::kSignature: return abi::kFunc;
    case types::TypeKind::kInterface: return abi::kInterface;
    case types::TypeKind::kMap: return abi::kMap;
    case types::TypeKind::kChan: return abi::kChan;
    default: return abi::kInvalid;
  }
}

abi::Kind basic_kind(types::BasicKind kind) {
  using K = types::BasicKind;
  switch (kind) {
    case K::kBool: case K::kUntypedBool: return abi::kBool;
    case K::kInt: case K::kUntypedInt: return abi::kInt;
    case K::kInt8: return abi::kInt8;
    case K::kInt16: return abi::kInt16;
    case K::kInt32: case K::kUntypedRune: return abi::kInt32;
    case K::kInt64: return abi::kInt64;
    case K::kUint: return abi::kUint;
    case K::kUint8: return abi::kUint8;
    case K::kUint16: return abi::kUint16;
    case K::kUint32: return abi::kUint32;
    case K::kUint64: return abi::kUint64;
    case K::kUintptr: return abi::kUintptr;
    case K::kFloat32: return abi::kFloat32;
    case K::kFloat64: case K::kUntypedFloat: return abi::kFloat64;
    case K::kComplex64: return abi::kComplex64;
    case K::kComplex128: case K::kUntypedComplex: return abi::kComplex128;
    case K::kString: case K::kUntypedString: return abi::kString;
    case K::kUnsafePointer: case K::kUntypedNil: return abi::kUnsafePointer;
    case K::kInvalid: break;
  }
  return abi::kInvalid;
}

int chan_dir(syntax::ChanDir dir) {
  switch (dir) {
    case syntax::ChanDir::kRecvOnly: return 1;
    case syntax::ChanDir::kSendOnly: return 2;
    default: return 3;
  }
}

// As reflect prints a defined type: package name, name, type arguments with full paths.
std::string named_string(types::Named* t) {
  types::TypeName* obj = t->obj();
  std::string out;
  if (obj->pkg != nullptr) out = fmt::format("{}.", obj->pkg->name.str());
  out += obj->name.str();
  if (const types::TypeList* args = t->targs(); args != nullptr && args->size() > 0) {
    for (std::size_t i = 0; i < args->size(); ++i) {
      out += i == 0 ? "[" : ",";
      out += ir::link_string(args->at(i));
    }
    out += "]";
  }
  return out;
}

}  // namespace

abi::Type* Codegen::type(types::Type* t) {
  if (auto it = types_.find(t); it != types_.end()) return it->second;
  types::Type* c = types::canonical(program_.session, t);
  if (auto it = types_.find(c); it != types_.end()) return types_[t] = it->second;
  abi::Type* made = make_type(c);
  types_[c] = made;
  return types_[t] = made;
}

abi::Type* Codegen::make_type(types::Type* t) {
  rt::TypeTable& table = runtime_.types();
  switch (t->type_kind()) {
    case types::TypeKind::kNamed: return make_named(static_cast<types::Named*>(t));
    case types::TypeKind::kBasic: return table.basic(basic_kind(static_cast<types::Basic*>(t)->kind));
    case types::TypeKind::kPointer: return table.pointer_to(type(static_cast<types::Pointer*>(t)->base));
    case types::TypeKind::kSlice: return table.slice_of(type(static_cast<types::Slice*>(t)->elem));
    case types::TypeKind::kArray: {
      auto* a = static_cast<types::Array*>(t);
      return table.array_of(type(a->elem), static_cast<std::uint64_t>(a->len));
    }
    case types::TypeKind::kMap: {
      auto* m = static_cast<types::Map*>(t);
      abi::Type* key = type(m->key);
      return table.map_of(key, type(m->elem));
    }
    case types::TypeKind::kChan: {
      auto* c = static_cast<types::Chan*>(t);
      return table.chan_of(type(c->elem), chan_dir(c->dir));
    }
    case types::TypeKind::kSignature: return make_func(static_cast<types::Signature*>(t));
    case types::TypeKind::kStruct: return make_struct(t);
    case types::TypeKind::kInterface: return make_interface(t);
    default: GOVM_UNREACHABLE();
  }
}

abi::Type* Codegen::make_named(types::Named* t) {
  types::Type* u = types::under(t);
  const std::string key = fmt::format("{}#{}", named_string(t), static_cast<const void*>(t));
  const std::string text = named_string(t);
  rt::NamedSpec spec;
  spec.key = names_.emplace_back(key);
  spec.string = names_.emplace_back(text);
  spec.pkg_path = package_path(t->obj());
  spec.kind = u->type_kind() == types::TypeKind::kBasic ? basic_kind(static_cast<types::Basic*>(u)->kind) : kind_of(u);
  const bool iface = spec.kind == abi::kInterface;
  const std::vector<rt::MethodSpec> methods = iface ? std::vector<rt::MethodSpec>{} : methods_of(t);
  const std::vector<rt::MethodSpec> ptr_methods = iface ? std::vector<rt::MethodSpec>{} : methods_of(program_.pointer_to(t));
  spec.methods = methods;
  spec.ptr_methods = ptr_methods;
  bool is_new = false;
  abi::Type* made = runtime_.types().named(spec, &is_new);
  types_[t] = made;
  if (is_new) runtime_.types().set_underlying(made, type(u));
  return made;
}

std::vector<rt::MethodSpec> Codegen::methods_of(types::Type* t) {
  std::vector<rt::MethodSpec> out;
  for (types::MethodSetEntry& e : types::method_set(program_.session, t)) {
    const types::Func* f = e.func;
    tokens_.push_back({t, std::move(e)});
    out.push_back({f->name.str(), unexported_path(f), &tokens_.back()});
  }
  return out;
}

abi::Type* Codegen::make_struct(types::Type* t) {
  auto* s = static_cast<types::Struct*>(t);
  std::vector<rt::FieldSpec> fields;
  bool embeds = false;
  for (std::size_t i = 0; i < s->fields.size(); ++i) {
    types::Var* v = s->fields[i];
    rt::FieldSpec f;
    f.name = v->name.str();
    f.type = type(v->type);
    f.tag = s->tag(i);
    f.pkg_path = unexported_path(v);
    f.embedded = v->embedded;
    embeds = embeds || v->embedded;
    fields.push_back(f);
  }
  if (!embeds) return runtime_.types().struct_of(fields);
  const std::vector<rt::MethodSpec> methods = methods_of(t), ptr_methods = methods_of(program_.pointer_to(t));
  return runtime_.types().struct_of(fields, methods, ptr_methods);
}

abi::Type* Codegen::make_interface(types::Type* t) {
  std::vector<rt::ImethodSpec> methods;
  for (types::Func* f : static_cast<types::Interface*>(t)->all_methods()) {
    methods.push_back({f->name.str(), unexported_path(f), make_func(f->signature())});
  }
  return runtime_.types().interface_of(methods);
}

abi::Type* Codegen::make_func(types::Signature* s) {
  std::vector<abi::Type*> in, out;
  for (types::Var* v : s->params->vars) in.push_back(type(v->type));
  for (types::Var* v : s->results->vars) out.push_back(type(v->type));
  return runtime_.types().func_of(in, out, s->variadic);
}

abi::Itab* Codegen::itab(types::Type* iface, types::Type* concrete) {
  abi::Type* i = type(iface);
  return runtime_.types().itab(reinterpret_cast<abi::InterfaceType*>(i), type(concrete));
}

const abi::Type* Codegen::closure_type(std::uint32_t words, std::span<const std::uint8_t> pointers) {
  std::vector<std::uint8_t> bits(pointers.begin(), pointers.end());
  const abi::Type*& made = closure_types_[{words, bits}];
  if (made != nullptr) return made;
  const auto flags = std::make_unique<bool[]>(words);
  for (std::uint32_t w = 0; w < words; ++w) flags[w] = w / 8 < bits.size() && (bits[w / 8] >> (w % 8) & 1) != 0;
  made = runtime_.types().layout_type(words * 8, {flags.get(), words}, "closure");
  return made;
}

// ---- methods, when reflect or an itab asks for them

abi::Type* Codegen::method_type(void* token) {
  const std::scoped_lock hold(lock_);
  return make_func(static_cast<MethodToken*>(token)->entry.func->signature());
}

const bc::Function* Codegen::itab_method(void* token) {
  const std::scoped_lock hold(lock_);
  auto* m = static_cast<MethodToken*>(token);
  return function(program_.itab_method(m->receiver, m->entry));
}

const bc::Function* Codegen::direct_method(void* token) {
  const std::scoped_lock hold(lock_);
  auto* m = static_cast<MethodToken*>(token);
  return function(program_.method(m->receiver, m->entry));
}

}  // namespace govm::codegen
