// Objects: what identifiers denote (types2/object.go). Arena allocated, borrowed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "compiler/types/constant.h"
#include "compiler/types/type.h"

namespace govm::types {

struct DeclInfo;  // checker_impl.h

enum class ObjectKind : std::uint8_t { kPkgName, kConst, kTypeName, kVar, kFunc, kLabel, kBuiltin, kNil };

class Object {
 public:
  ObjectKind object_kind() const { return kind_; }
  Scope* parent = nullptr;   // null for fields, methods and receiver-less results
  Package* pkg = nullptr;    // null for universe objects
  Symbol name;
  Type* type = nullptr;
  DeclInfo* decl_info = nullptr;  // the checker's, of package-level objects and methods
  Pos pos;
  Pos scope_pos;             // start of the object's scope
  std::uint32_t order = 0;   // source order of package-level objects, from 1
  std::uint32_t color = 0;   // checker's marking of declarations (decl.cpp)
  bool exported() const { return name.exported(); }

 protected:
  Object(ObjectKind k, Pos p, Package* pk, Symbol n, Type* t) : pkg(pk), name(n), type(t), pos(p), kind_(k) {}

 private:
  ObjectKind kind_;
};

template <typename T>
T* as(Object* o) { return o && o->object_kind() == T::kKind ? static_cast<T*>(o) : nullptr; }
template <typename T>
const T* as(const Object* o) { return o && o->object_kind() == T::kKind ? static_cast<const T*>(o) : nullptr; }

class PkgName : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kPkgName;
  PkgName(Pos p, Package* pk, Symbol n, Package* imp) : Object(kKind, p, pk, n, nullptr), imported(imp) {}
  Package* imported;
  bool used = false;
};

class Const : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kConst;
  Const(Pos p, Package* pk, Symbol n, Type* t, const constant::Value* v) : Object(kKind, p, pk, n, t), value(v) {}
  const constant::Value* value;
};

class TypeName : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kTypeName;
  TypeName(Pos p, Package* pk, Symbol n, Type* t) : Object(kKind, p, pk, n, t) {}
  bool is_alias() const;
};

class Func;

class Var : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kVar;
  Var(Pos p, Package* pk, Symbol n, Type* t) : Object(kKind, p, pk, n, t) {}
  bool embedded = false;
  bool is_field = false;
  bool is_param = false;     // parameter, result or receiver
  bool used = false;
  bool package_level = false;
  Var* origin = nullptr;     // field or parameter of the generic type this one was instantiated from; null: itself
};

class Func : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kFunc;
  Func(Pos p, Package* pk, Symbol n, Signature* s) : Object(kKind, p, pk, n, s) {}
  Signature* signature() const { return static_cast<Signature*>(type); }
  bool has_ptr_recv = false;            // valid for methods of concrete types (set even before the type is complete)
  Func* origin = nullptr;               // the generic method this one was instantiated from; null: itself
  syntax::FuncDecl* decl = nullptr;     // null for interface methods and instantiated methods (see origin)
  // Full name as gc and tracebacks write it: "pkg/path.Name", "pkg/path.(*T).Name", "pkg/path.T.Name".
  std::string full_name() const;
};

class Label : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kLabel;
  Label(Pos p, Package* pk, Symbol n) : Object(kKind, p, pk, n, nullptr) {}
  bool used = false;
};

enum class BuiltinId : std::uint8_t {
  kNone, kAppend, kCap, kClear, kClose, kComplex, kCopy, kDelete, kImag, kLen, kMake, kMax, kMin, kNew, kPanic, kPrint,
  kPrintln, kReal, kRecover,
  kUnsafeAdd, kUnsafeAlignof, kUnsafeOffsetof, kUnsafeSizeof, kUnsafeSlice, kUnsafeSliceData, kUnsafeString,
  kUnsafeStringData,
  kAssert, kTrace,  // only for the checker's own tests
};

class Builtin : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kBuiltin;
  Builtin(Package* pk, Symbol n, BuiltinId i) : Object(kKind, Pos{}, pk, n, nullptr), id(i) {}
  BuiltinId id;
};

class Nil : public Object {
 public:
  static constexpr ObjectKind kKind = ObjectKind::kNil;
  Nil(Symbol n, Type* t) : Object(kKind, Pos{}, nullptr, n, t) {}
};

// x.f (types2/selection.go).
enum class SelectionKind : std::uint8_t { kFieldVal, kMethodVal, kMethodExpr };
struct Selection {
  SelectionKind kind;
  Type* recv;                 // type of x
  Object* obj;                // Var (field) or Func
  std::span<int> index;       // path through embedded fields; the last is the field or method index
  bool indirect;              // there was a pointer indirection on the path
};

class Scope {
 public:
  explicit Scope(Scope* parent_scope);  // takes the parent's arena, and is listed among its children
  Scope* parent;
  Arena* arena = nullptr;               // of the table; set by hand for a scope without parent
  Scope* first_child = nullptr;         // scopes within a package scope, in order
  Scope* last_child = nullptr;
  Scope* next_sibling = nullptr;
  Object* lookup(Symbol name) const;              // this scope only
  Object* lookup_parent(Symbol name, Pos pos, Scope** found_in = nullptr);  // outwards; pos: only objects declared before it
  Object* insert(Object* obj);                    // returns an existing object of the name, else null
  std::vector<Object*> sorted() const;            // by name
  std::size_t size() const;
  bool is_func = false;
  struct Table;
  Table* table = nullptr;                          // scope.cpp
};

// One initialisation of package variables: lhs... = rhs (several lhs for a multi-value call).
struct Initializer {
  std::span<Var*> lhs;
  syntax::Expr* rhs;
};

class Package {
 public:
  Symbol path;
  Symbol name;
  Scope* scope = nullptr;
  std::vector<Package*> imports;          // direct, in source order, each once
  std::vector<syntax::File*> files;
  std::vector<Initializer> init_order;    // set once the package is checked (spec: Package initialization)
  std::vector<syntax::FuncDecl*> init_funcs;  // func init(), in source order
  std::vector<Pos> local_types;           // of the names of types declared in functions, in any order, aliases left out
  std::string go_version;                 // "go1.24", from go.mod or -lang; empty: the newest
  Package* base = nullptr;                // the earlier part this one goes on with (CheckConfig::base)
  std::vector<std::pair<Object*, Object*>> base_uses;  // declared object, object of base that it refers to
  bool complete = false;
  bool fake = false;                      // could not be loaded; errors were reported
  bool is_std = false;
};

}  // namespace govm::types
