// Formatting of messages with Go's verbs, with types, objects, operands and syntax nodes as arguments.
// Supported: %s %v %d %q %t %c %x %#x %% — of any argument kind where it makes sense.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compiler/types/operand.h"
#include "compiler/types/version.h"

namespace govm::types {

// How package names are written before objects' and types' names.
struct Qualifier {
  Qualify others = Qualify::kPath;       // without a checker: how packages other than relative_to are shown
  Package* relative_to = nullptr;        // no prefix for this one
  Checker* check = nullptr;              // as in messages: by name, by quoted path where names are ambiguous
  std::string operator()(Package* pkg) const;  // "" for no prefix
};

// A formatting argument; borrows what it is made from.
class Arg {
 public:
  enum class Kind : std::uint8_t { kString, kInt, kUint, kBool, kType, kObject, kOperand, kNode, kTypes, kTypeParams,
                                   kNodes, kPos, kValue, kVersion, kPackage };
  Arg(std::string_view s) : kind(Kind::kString), text(s) {}
  Arg(const std::string& s) : kind(Kind::kString), text(s) {}
  Arg(const char* s) : kind(Kind::kString), text(s) {}
  Arg(Symbol s) : kind(Kind::kString), text(s.str()) {}
  Arg(int i) : kind(Kind::kInt), integer(i) {}
  Arg(long i) : kind(Kind::kInt), integer(i) {}
  Arg(long long i) : kind(Kind::kInt), integer(i) {}
  Arg(unsigned i) : kind(Kind::kUint), integer(i) {}
  Arg(unsigned long i) : kind(Kind::kUint), integer(static_cast<std::int64_t>(i)) {}
  Arg(bool b) : kind(Kind::kBool), integer(b) {}
  Arg(char32_t c) : kind(Kind::kInt), integer(static_cast<std::int64_t>(c)) {}
  Arg(const Type* t) : kind(Kind::kType), pointer(t) {}
  Arg(const Object* o) : kind(Kind::kObject), pointer(o) {}
  Arg(const Operand* x) : kind(Kind::kOperand), pointer(x) {}
  Arg(const Operand& x) : kind(Kind::kOperand), pointer(&x) {}
  Arg(const syntax::Node* n) : kind(Kind::kNode), pointer(n) {}
  Arg(std::span<Type* const> l) : kind(Kind::kTypes), pointer(l.data()), integer(static_cast<std::int64_t>(l.size())) {}
  Arg(std::span<TypeParam* const> l)
      : kind(Kind::kTypeParams), pointer(l.data()), integer(static_cast<std::int64_t>(l.size())) {}
  Arg(std::span<syntax::Expr* const> l)
      : kind(Kind::kNodes), pointer(l.data()), integer(static_cast<std::int64_t>(l.size())) {}
  Arg(Pos p) : kind(Kind::kPos), integer(p.offset) {}
  Arg(const constant::Value* v) : kind(Kind::kValue), pointer(v) {}
  Arg(GoVersion v) : kind(Kind::kVersion), integer(v.minor) {}
  Arg(const Package* p) : kind(Kind::kPackage), pointer(p) {}

  Kind kind;
  std::string_view text;
  const void* pointer = nullptr;
  std::int64_t integer = 0;
};

std::string format(const Qualifier& qualifier, const SourceMap* sources, std::string_view pattern,
                   std::span<const Arg> args);
std::string object_string(const Object* o, const Qualifier& qualifier);
void write_type(std::string& out, const Type* t, const Qualifier& qualifier);
// "(x int, y string) error": a signature without "func".
void write_signature(std::string& out, const Signature* s, const Qualifier& qualifier);
// Types only: "(int, string) error". pkg_info: the first unexported field's package is annotated.
void write_signature_types(std::string& out, const Signature* s, const Qualifier& qualifier, bool pkg_info);
std::string package_prefix(Package* pkg, const Qualifier& qualifier);  // "fmt." or ""
std::string quote(std::string_view text);  // as Go's %q

}  // namespace govm::types
