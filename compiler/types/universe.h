// Predeclared types and objects (types2/universe.go). The basic types are immutable constants shared by all sessions;
// whatever has a name or a type set belongs to one session.
#pragma once

#include "compiler/types/checker.h"
#include "compiler/types/object.h"

namespace govm::types {

class TypeSet;
class Context;  // context.h: the session's instances

// Predeclared basic types. Use these and never make another Basic.
Basic* basic_type(BasicKind kind);
inline Basic* invalid_type() { return basic_type(BasicKind::kInvalid); }
Basic* universe_byte();   // prints as "byte"; identical to uint8
Basic* universe_rune();   // prints as "rune"; identical to int32
Slice* byte_slice();      // []byte
Tuple* empty_tuple();     // ()
TypeSet* top_type_set();  // of interface{}

enum class ExprKind : std::uint8_t { kConversion, kExpression, kStatement };
struct BuiltinInfo {
  std::string_view name;
  int nargs;
  bool variadic;
  ExprKind kind;
};
const BuiltinInfo& builtin_info(BuiltinId id);

class Universe {
 public:
  explicit Universe(Session& session);
  ~Universe();
  Scope* scope = nullptr;
  Object* iota = nullptr;
  Object* any_name = nullptr;         // the TypeName of "any"
  Object* comparable_name = nullptr;
  Type* any_alias = nullptr;          // the Alias "any"
  Interface* any = nullptr;           // interface{}, what it stands for
  Type* error = nullptr;              // Named
  Type* comparable = nullptr;         // Named
  Context* context = nullptr;         // owned
  Symbol blank, init, main, string_name, unsafe_name;  // "_", "init", "main", "String", "unsafe"
};

}  // namespace govm::types
