// Operand: an expression being checked, with what is known of it so far (types2/operand.go).
#pragma once

#include <string>

#include "compiler/types/error_codes.h"
#include "compiler/types/object.h"

namespace govm::types {

struct Qualifier;
struct Session;
using syntax::Mode;

struct Operand {
  Mode mode = Mode::kInvalid;
  BuiltinId id = BuiltinId::kNone;       // Mode::kBuiltin
  syntax::Expr* expr = nullptr;          // may be null where mode is kInvalid
  Type* type = nullptr;
  const constant::Value* val = nullptr;  // Mode::kConstant

  bool valid() const { return mode != Mode::kInvalid; }
  bool is_nil() const { return mode == Mode::kNilValue; }
  Pos pos() const { return expr ? expr->pos : Pos{}; }
  void invalidate() { mode = Mode::kInvalid; }
  // Becomes the literal's constant; invalid if it is malformed.
  void set_const(Session& session, syntax::LitKind kind, std::string_view literal);
};

struct Assignability {
  bool ok;
  Code code;  // if !ok
};

// Whether x may be assigned to a variable of type t (spec: Assignability). check may be null (no lazy work is then
// queued); cause, if not null, receives why not, as further words for the message.
Assignability assignable_to(Session& session, Checker* check, Operand& x, Type* t, std::string* cause);
// Whether x may be converted to t (conversions.cpp).
bool convertible_to(Session& session, Checker* check, Operand& x, Type* t, std::string* cause);

std::string operand_string(const Operand& x, const Qualifier& qualifier);
std::string_view mode_string(Mode mode);        // "no value", "built-in", ...
std::string_view composite_kind(Type* t);       // "slice", "struct", ...; empty for basic types

}  // namespace govm::types
