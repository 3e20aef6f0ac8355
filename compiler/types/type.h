// Types (Go spec: Types), with the model of types2. Types are arena allocated, shared and borrowed; identity is
// identical(), not pointer equality, except for canonical types (canonical.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/symbol.h"
#include "compiler/syntax/ast.h"

namespace govm::types {

class Package;
class Object;
class TypeName;
class Var;
class Func;
class Checker;
struct Session;

enum class TypeKind : std::uint8_t {
  kBasic, kArray, kSlice, kStruct, kPointer, kTuple, kSignature, kUnion, kInterface, kMap, kChan, kNamed,
  kTypeParam, kAlias,
};

class Type {
 public:
  TypeKind type_kind() const { return kind_; }

 protected:
  explicit Type(TypeKind k) : kind_(k) {}

 private:
  TypeKind kind_;
};

// The node itself as T (no unaliasing, no underlying): null if it is another kind.
template <typename T>
T* as(Type* t) { return t && t->type_kind() == T::kKind ? static_cast<T*>(t) : nullptr; }
template <typename T>
const T* as(const Type* t) { return t && t->type_kind() == T::kKind ? static_cast<const T*>(t) : nullptr; }

Type* unalias(Type* t);        // the type an alias stands for, else t
Type* under(Type* t);          // underlying type, aliases and named types resolved (may complete lazy types)
template <typename T>
T* under_as(Type* t) { return as<T>(under(t)); }

enum class BasicKind : std::uint8_t {
  kInvalid,
  kBool, kInt, kInt8, kInt16, kInt32, kInt64, kUint, kUint8, kUint16, kUint32, kUint64, kUintptr,
  kFloat32, kFloat64, kComplex64, kComplex128, kString, kUnsafePointer,
  kUntypedBool, kUntypedInt, kUntypedRune, kUntypedFloat, kUntypedComplex, kUntypedString, kUntypedNil,
};

enum BasicInfo : std::uint16_t {
  kIsBoolean = 1, kIsInteger = 2, kIsUnsigned = 4, kIsFloat = 8, kIsComplex = 16, kIsString = 32, kIsUntyped = 64,
  kIsOrdered = kIsInteger | kIsFloat | kIsString,
  kIsNumeric = kIsInteger | kIsFloat | kIsComplex,
  kIsConstType = kIsBoolean | kIsNumeric | kIsString,
};

class Basic : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kBasic;
  Basic(BasicKind k, std::uint16_t i, std::string_view n) : Type(kKind), kind(k), info(i), name(n) {}
  BasicKind kind;
  std::uint16_t info;
  std::string_view name;
};

class Array : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kArray;
  Array(Type* e, std::int64_t n) : Type(kKind), elem(e), len(n) {}
  Type* elem;
  std::int64_t len;  // < 0: unknown (error)
};

class Slice : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kSlice;
  explicit Slice(Type* e) : Type(kKind), elem(e) {}
  Type* elem;
};

class Pointer : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kPointer;
  explicit Pointer(Type* b) : Type(kKind), base(b) {}
  Type* base;
};

class Struct : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kStruct;
  Struct() : Type(kKind) {}
  std::span<Var*> fields;
  bool incomplete = false;        // fields are not set up yet
  std::span<std::string_view> tags;  // empty, or parallel to fields
  std::string_view tag(std::size_t i) const { return i < tags.size() ? tags[i] : std::string_view(); }
};

class Tuple : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kTuple;
  Tuple() : Type(kKind) {}
  explicit Tuple(std::span<Var*> v) : Type(kKind), vars(v) {}
  std::span<Var*> vars;
  std::size_t size() const { return vars.size(); }
};

class TypeParam;
class TypeList {
 public:
  std::span<Type*> types;
  std::size_t size() const { return types.size(); }
  Type* at(std::size_t i) const { return types[i]; }
};
class TypeParamList {
 public:
  std::span<TypeParam*> params;
  std::size_t size() const { return params.size(); }
  TypeParam* at(std::size_t i) const { return params[i]; }
};

class Scope;

class Signature : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kSignature;
  Signature() : Type(kKind) {}
  TypeParamList* rparams = nullptr;  // receiver type parameters, declared in the method; null: none
  TypeParamList* tparams = nullptr;  // null: not generic
  Scope* scope = nullptr;            // function scope for declared functions and literals
  Var* recv = nullptr;
  Tuple* params = nullptr;           // never null once set up (may be empty)
  Tuple* results = nullptr;
  bool variadic = false;             // last parameter has slice type (or string, for append's special case)
};

struct Term {
  bool tilde;
  Type* type;
};

class Union : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kUnion;
  explicit Union(std::span<Term> t) : Type(kKind), terms(t) {}
  std::span<Term> terms;
};

class TypeSet;  // typeset.h

class Interface : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kInterface;
  Interface() : Type(kKind) {}
  Session* session = nullptr;     // whose arena gets the type set
  Checker* check = nullptr;       // for lazy type sets while checking; null once complete
  std::span<Func*> methods;       // explicitly declared
  std::span<Type*> embeddeds;
  std::span<Pos> embed_pos;
  bool implicit = false;          // constraint literal without interface{...}
  bool complete = false;
  TypeSet* tset = nullptr;        // computed lazily
  // All methods, embedded ones included, sorted by Func id as gc's itabs and abi.InterfaceType are (by name, then
  // package path for unexported). May complete the type set.
  std::span<Func*> all_methods();
  bool empty() { return all_methods().empty(); }
};

class Map : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kMap;
  Map(Type* k, Type* e) : Type(kKind), key(k), elem(e) {}
  Type* key;
  Type* elem;
};

class Chan : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kChan;
  Chan(syntax::ChanDir d, Type* e) : Type(kKind), dir(d), elem(e) {}
  syntax::ChanDir dir;
  Type* elem;
};

// A defined type, generic or instantiated or neither. Instances are expanded lazily.
class Named : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kNamed;
  Named() : Type(kKind) {}
  TypeName* obj() const;                 // the declared type's name (of the origin, for instances)
  Named* origin();                       // itself unless an instance
  const TypeParamList* tparams();        // null: not generic
  const TypeList* targs() const;         // null: not an instance
  std::size_t num_methods();             // declared methods (of the origin, for instances)
  Func* method(std::size_t i);           // for an instance: with substituted signature (created lazily)
  struct Impl;                           // named.h
  Impl* impl = nullptr;
};

class TypeParam : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kTypeParam;
  TypeParam() : Type(kKind) {}
  Session* session = nullptr;
  Checker* check = nullptr;
  std::uint64_t id = 0;
  TypeName* obj = nullptr;
  int index = -1;         // in its type parameter list
  Type* bound = nullptr;  // any type; under(bound) is eventually an Interface
  Interface* iface();     // the constraint as an interface
};

class Alias : public Type {
 public:
  static constexpr TypeKind kKind = TypeKind::kAlias;
  Alias() : Type(kKind) {}
  Session* session = nullptr;
  TypeName* obj = nullptr;
  Alias* orig = nullptr;
  TypeParamList* tparams = nullptr;
  const TypeList* targs = nullptr;
  Type* from_rhs = nullptr;
  Type* actual = nullptr;
};

// ---- predicates (predicates.h and lookup.h have the rest)
bool identical(Type* x, Type* y);
bool comparable(Type* t);  // strictly usable with == without type parameters' help (interfaces count as comparable)
bool is_interface(Type* t);    // underlying type is an interface (type parameters are not)
bool is_type_param(Type* t);
bool has_type_param(Type* t);  // mentions a type parameter anywhere
bool is_string(Type* t);
bool is_boolean(Type* t);
bool is_integer(Type* t);
bool is_unsigned(Type* t);
bool is_float(Type* t);
bool is_complex(Type* t);
bool is_numeric(Type* t);
bool is_untyped(Type* t);
bool has_nil(Type* t);
Type* core_type(Type* t);      // null if none (spec: Core types)
Type* default_type(Type* t);   // of an untyped type

// How gc writes a type in messages. The qualifier gives the package's name as it should be shown ("" for none).
enum class Qualify : std::uint8_t { kNone, kName, kPath };
std::string type_string(Type* t, Package* relative_to = nullptr, Qualify others = Qualify::kPath);

}  // namespace govm::types
