#include "compiler/types/universe.h"

#include "base/assert.h"
#include "compiler/types/instantiate.h"
#include "compiler/types/named.h"
#include "compiler/types/typeset.h"

namespace govm::types {

namespace {

constexpr int kBasicCount = static_cast<int>(BasicKind::kUntypedNil) + 1;

struct Basics {
  using K = BasicKind;
  Basic all[kBasicCount] = {
      {K::kInvalid, 0, "invalid type"},
      {K::kBool, kIsBoolean, "bool"},
      {K::kInt, kIsInteger, "int"},
      {K::kInt8, kIsInteger, "int8"},
      {K::kInt16, kIsInteger, "int16"},
      {K::kInt32, kIsInteger, "int32"},
      {K::kInt64, kIsInteger, "int64"},
      {K::kUint, kIsInteger | kIsUnsigned, "uint"},
      {K::kUint8, kIsInteger | kIsUnsigned, "uint8"},
      {K::kUint16, kIsInteger | kIsUnsigned, "uint16"},
      {K::kUint32, kIsInteger | kIsUnsigned, "uint32"},
      {K::kUint64, kIsInteger | kIsUnsigned, "uint64"},
      {K::kUintptr, kIsInteger | kIsUnsigned, "uintptr"},
      {K::kFloat32, kIsFloat, "float32"},
      {K::kFloat64, kIsFloat, "float64"},
      {K::kComplex64, kIsComplex, "complex64"},
      {K::kComplex128, kIsComplex, "complex128"},
      {K::kString, kIsString, "string"},
      {K::kUnsafePointer, 0, "Pointer"},
      {K::kUntypedBool, kIsBoolean | kIsUntyped, "untyped bool"},
      {K::kUntypedInt, kIsInteger | kIsUntyped, "untyped int"},
      {K::kUntypedRune, kIsInteger | kIsUntyped, "untyped rune"},
      {K::kUntypedFloat, kIsFloat | kIsUntyped, "untyped float"},
      {K::kUntypedComplex, kIsComplex | kIsUntyped, "untyped complex"},
      {K::kUntypedString, kIsString | kIsUntyped, "untyped string"},
      {K::kUntypedNil, kIsUntyped, "untyped nil"},
  };
  Basic byte{K::kUint8, kIsInteger | kIsUnsigned, "byte"};
  Basic rune{K::kInt32, kIsInteger, "rune"};
  Slice bytes{&byte};
  Tuple no_values;
  TypeSet top;
};

// Immutable, therefore shared by all sessions.
Basics& basics() {
  static Basics instance;
  return instance;
}

using E = ExprKind;
constexpr BuiltinInfo kBuiltins[] = {
    {"", 0, false, E::kExpression},
    {"append", 1, true, E::kExpression},
    {"cap", 1, false, E::kExpression},
    {"clear", 1, false, E::kStatement},
    {"close", 1, false, E::kStatement},
    {"complex", 2, false, E::kExpression},
    {"copy", 2, false, E::kStatement},
    {"delete", 2, false, E::kStatement},
    {"imag", 1, false, E::kExpression},
    {"len", 1, false, E::kExpression},
    {"make", 1, true, E::kExpression},
    {"max", 1, true, E::kExpression},
    {"min", 1, true, E::kExpression},
    {"new", 1, false, E::kExpression},
    {"panic", 1, false, E::kStatement},
    {"print", 0, true, E::kStatement},
    {"println", 0, true, E::kStatement},
    {"real", 1, false, E::kExpression},
    {"recover", 0, false, E::kStatement},
    {"Add", 2, false, E::kExpression},
    {"Alignof", 1, false, E::kExpression},
    {"Offsetof", 1, false, E::kExpression},
    {"Sizeof", 1, false, E::kExpression},
    {"Slice", 2, false, E::kExpression},
    {"SliceData", 1, false, E::kExpression},
    {"String", 2, false, E::kExpression},
    {"StringData", 1, false, E::kExpression},
    {"assert", 1, false, E::kStatement},
    {"trace", 0, true, E::kStatement},
};

// Declares the predeclared objects of a session.
struct Definer {
  Session& session;
  Universe& universe;
  static constexpr std::uint32_t kBlack = 1;

  Symbol sym(std::string_view s) { return session.symbols.intern(s); }

  Object* define(Object* obj) {
    obj->color = kBlack;
    if (obj->exported()) obj->pkg = session.unsafe_package;
    GOVM_ASSERT(!(obj->exported() ? session.unsafe_package->scope : universe.scope)->insert(obj));
    return obj;
  }
  TypeName* type_name(std::string_view name, Type* t) {
    auto* obj = session.arena.make<TypeName>(Pos{}, nullptr, sym(name), t);
    define(obj);
    return obj;
  }

  Interface* complete_interface(TypeSet* tset) {
    Interface* t = new_interface(session, nullptr);
    t->complete = true;
    t->tset = tset;
    return t;
  }

  void basic_types() {
    for (Basic& b : basics().all)
      if (b.name.find(' ') == std::string_view::npos) type_name(b.name, &b);
    type_name("byte", &basics().byte);
    type_name("rune", &basics().rune);
  }

  void any_type() {
    universe.any = complete_interface(top_type_set());
    auto* obj = session.arena.make<TypeName>(Pos{}, nullptr, sym("any"), nullptr);
    Alias* alias = new_alias(session, nullptr, obj, universe.any);
    unalias(alias);
    universe.any_alias = alias;
    universe.any_name = define(obj);
  }

  // type error interface { Error() string }
  void error_type() {
    auto* obj = session.arena.make<TypeName>(Pos{}, nullptr, sym("error"), nullptr);
    Named* named = new_named(session, nullptr, obj, nullptr);
    auto* result = session.arena.make<Var>(Pos{}, nullptr, Symbol(), basic_type(BasicKind::kString));
    auto* sig = session.arena.make<Signature>();
    sig->recv = session.arena.make<Var>(Pos{}, nullptr, Symbol(), named);
    sig->params = empty_tuple();
    sig->results = new_tuple(session, {result});
    Interface* iface = complete_interface(nullptr);
    std::vector<Func*> methods{session.arena.make<Func>(Pos{}, nullptr, sym("Error"), sig)};
    iface->methods = session.arena.copy(methods);
    type_set(iface);
    named->impl->underlying = iface;
    named->impl->from_rhs = iface;
    universe.error = named;
    define(obj);
  }

  void comparable_type() {
    auto* obj = session.arena.make<TypeName>(Pos{}, nullptr, sym("comparable"), nullptr);
    Named* named = new_named(session, nullptr, obj, nullptr);
    auto* tset = session.arena.make<TypeSet>();
    tset->comparable = true;
    named->impl->underlying = complete_interface(tset);
    named->impl->from_rhs = named->impl->underlying;
    universe.comparable = named;
    universe.comparable_name = define(obj);
  }

  void constants() {
    auto make = [&](std::string_view name, BasicKind kind, const constant::Value* v) {
      return define(session.arena.make<Const>(Pos{}, nullptr, sym(name), basic_type(kind), v));
    };
    make("true", BasicKind::kUntypedBool, session.constants.make_bool(true));
    make("false", BasicKind::kUntypedBool, session.constants.make_bool(false));
    universe.iota = make("iota", BasicKind::kUntypedInt, session.constants.make_int64(0));
    define(session.arena.make<Nil>(sym("nil"), basic_type(BasicKind::kUntypedNil)));
  }

  void functions() {
    const int last = static_cast<int>(BuiltinId::kUnsafeStringData);
    for (int i = 1; i <= last; ++i)
      define(session.arena.make<Builtin>(nullptr, sym(kBuiltins[i].name), static_cast<BuiltinId>(i)))->type =
          invalid_type();
  }
};

}  // namespace

Basic* basic_type(BasicKind kind) { return &basics().all[static_cast<int>(kind)]; }
Basic* universe_byte() { return &basics().byte; }
Basic* universe_rune() { return &basics().rune; }
Slice* byte_slice() { return &basics().bytes; }
Tuple* empty_tuple() { return &basics().no_values; }
TypeSet* top_type_set() { return &basics().top; }
const BuiltinInfo& builtin_info(BuiltinId id) { return kBuiltins[static_cast<int>(id)]; }

Universe::Universe(Session& session) {
  scope = session.arena.make<Scope>(nullptr);
  scope->arena = &session.arena;
  auto* unsafe = session.arena.make<Package>();
  unsafe->path = unsafe->name = session.symbols.intern("unsafe");
  unsafe->scope = session.arena.make<Scope>(scope);
  unsafe->complete = true;
  unsafe->is_std = true;
  session.unsafe_package = unsafe;
  Definer d{session, *this};
  d.basic_types();
  d.any_type();
  d.error_type();
  d.comparable_type();
  d.constants();
  d.functions();
  blank = d.sym("_");
  init = d.sym("init");
  main = d.sym("main");
  string_name = d.sym("String");
  unsafe_name = d.sym("unsafe");
  context = new_context(session);
}

Universe::~Universe() { delete_context(context); }

Session::Session() { universe = new Universe(*this); }
Session::~Session() { delete universe; }

Type* basic(Session&, BasicKind kind) { return basic_type(kind); }

Type* universe_type(Session& session, std::string_view name) {
  Object* obj = session.universe->scope->lookup(session.symbols.intern(name));
  return as<TypeName>(obj) ? obj->type : nullptr;
}

Type* new_pointer(Session& session, Type* base) { return session.arena.make<Pointer>(base); }
Type* new_slice(Session& session, Type* elem) { return session.arena.make<Slice>(elem); }
Type* new_array(Session& session, Type* elem, std::int64_t len) { return session.arena.make<Array>(elem, len); }
Type* new_map(Session& session, Type* key, Type* elem) { return session.arena.make<Map>(key, elem); }
Type* new_chan(Session& session, syntax::ChanDir dir, Type* elem) { return session.arena.make<Chan>(dir, elem); }
Tuple* new_tuple(Session& session, std::vector<Var*> vars) {
  return vars.empty() ? empty_tuple() : session.arena.make<Tuple>(session.arena.copy(vars));
}
Signature* new_signature(Session& session, Var* recv, Tuple* params, Tuple* results, bool variadic) {
  auto* sig = session.arena.make<Signature>();
  sig->recv = recv;
  sig->params = params ? params : empty_tuple();
  sig->results = results ? results : empty_tuple();
  sig->variadic = variadic;
  return sig;
}

}  // namespace govm::types
