// The type checker's interface. A Session is everything one compiler session shares; a Checker checks one package.
// Not thread safe: the caller holds the session's lock.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/source_map.h"
#include "compiler/types/error_codes.h"
#include "compiler/types/object.h"

namespace govm::types {

struct Diagnostic {
  Pos pos;
  std::string message;   // gc's words, without position; further lines begin with "\t"
  Code code;             // error_codes.def
  bool soft = false;     // does not keep the package from being compiled by itself (e.g. unused variable)
};
using DiagnosticHandler = std::function<void(Diagnostic)>;

std::string import_path_error(std::string_view path);  // why no package can have this path; "" if one can

class CanonicalTable;  // canonical.h
class Universe;  // universe.h: predeclared objects and types of a session

struct Session {
  Session();
  ~Session();
  Arena arena;
  Interner symbols;
  SourceMap sources;
  constant::Factory constants{arena};
  Universe* universe = nullptr;     // created by the constructor
  Package* unsafe_package = nullptr;
  std::shared_ptr<CanonicalTable> canonical_types;  // made when first needed
  std::uint64_t next_type_param_id = 0;
};

struct CheckConfig {
  // Finds an imported package; returns null after reporting nothing (the checker reports "could not import PATH
  // (reason)", reason set by the importer). Import cycles are the importer's to detect.
  std::function<Package*(std::string_view path, Pos pos, std::string& reason)> importer;
  DiagnosticHandler on_error;
  std::string go_version;               // language version of the package
  // true: bodies of functions are checked by check_body when first needed (standard library).
  bool lazy_bodies = false;
  bool bodyless = false;                // functions without body are fine, as for gc without -complete
  bool is_std = false;                  // may use bodyless functions, //go:linkname, internal packages...
  // The package goes on where `base`, of the same path, ended: base's objects are its own unless redeclared, and it may
  // declare methods of base's types (which stay if there are no errors). Null: an ordinary package. The checkers of base
  // and of what that goes on with must live.
  Package* base = nullptr;
};

// Checks package `path` made of files; always returns a Package (its errors were reported). What must be known for
// initialisation order is checked even with lazy_bodies.
class PackageChecker {
 public:
  PackageChecker(Session& session, CheckConfig config);
  ~PackageChecker();
  Package* check(Symbol path, std::vector<syntax::File*> files);
  // Checks the body of a declared function of this package (and the literals within) if that was not done yet.
  // May be called at any time later; reports through on_error. Returns false if there were errors.
  bool check_body(Func* func);
  // Parses and checks the elements of the literal that var of this package begins with, if they were left out.
  void read_initializer(Var* var);

 private:
  Checker* checker_;
};

// ---- services for the later stages

// Selection-free lookup: a field or method of T by name (types2/lookup.go). Returns null if absent or ambiguous.
Object* lookup_field_or_method(Session& session, Type* t, bool addressable, Package* pkg, Symbol name,
                               std::vector<int>* index, bool* indirect);
// The methods of t's method set in id order, promoted ones included; each with the path to it.
struct MethodSetEntry {
  Func* func;
  std::vector<int> index;
  bool indirect;
};
std::vector<MethodSetEntry> method_set(Session& session, Type* t);
// Does concrete or interface type t implement iface (run-time rules: methods only)?
bool implements_methods(Session& session, Type* t, Interface* iface);

// Replaces type parameters by type arguments everywhere in t. Returns t itself where nothing changes.
Type* substitute(Session& session, Type* t, std::span<TypeParam* const> params, std::span<Type* const> args);
Type* instantiate(Session& session, Type* generic, std::span<Type* const> args);

// The one representative of all types identical to t: pointer equality of canonical types is type identity. Aliases
// vanish. Only for types without type parameters. Named types are their own representative unless instances.
Type* canonical(Session& session, Type* t);

// gc/amd64 layout.
struct Layout {
  std::int64_t size;
  std::int64_t align;
};
std::int64_t size_of(Type* t);
std::int64_t align_of(Type* t);
std::int64_t offset_of(Struct* s, std::size_t field);

// Makes new types of the session's arena.
Type* new_pointer(Session& session, Type* base);
Type* new_slice(Session& session, Type* elem);
Type* new_array(Session& session, Type* elem, std::int64_t len);
Type* new_map(Session& session, Type* key, Type* elem);
Type* new_chan(Session& session, syntax::ChanDir dir, Type* elem);
Tuple* new_tuple(Session& session, std::vector<Var*> vars);
Signature* new_signature(Session& session, Var* recv, Tuple* params, Tuple* results, bool variadic);
Type* basic(Session& session, BasicKind kind);   // Universe's
Type* universe_type(Session& session, std::string_view name);  // "error", "any", "byte", "rune", "comparable"

}  // namespace govm::types
