// Tables of a Program. Internal to compiler/ir.
#pragma once

#include <map>
#include <unordered_map>
#include <unordered_set>

#include "compiler/ir/facts.h"
#include "compiler/ir/ir.h"

namespace govm::ir {

// How the variables of a package get their initial values (static_init.cpp).
struct PackageInit {
  std::vector<bool> is_static;                             // parallel to Package::init_order
  std::unordered_map<types::Var*, std::size_t> index;      // variables with an initialiser of their own
  std::unordered_map<const syntax::FuncLit*, std::uint32_t> literals;  // numbers of those that need no code to be made
};

struct Program::Impl {
  using FunctionKey = std::vector<const void*>;            // Func, then type arguments
  std::map<FunctionKey, Function*> functions;
  std::map<FunctionKey, Function*> wrappers;               // kind, type, Func, ...
  std::unordered_map<types::Type*, Function*> equals;
  std::unordered_map<types::Package*, Function*> inits;
  std::unordered_map<types::Var*, Global*> globals;
  std::unordered_map<types::Func*, types::Func*> replaced; // by their latest version
  std::unordered_set<types::Var*> kept;                    // that stand for those of an earlier version
  std::unordered_map<types::Type*, Global*> zero_sized;    // where all variables of a type without size live
  std::unordered_map<const syntax::Node*, std::unique_ptr<Facts>> facts;
  std::unordered_map<types::Package*, PackageInit> package_inits;
  std::unordered_map<const types::Type*, types::Type*> canonical;
  std::map<std::vector<types::Type*>, types::Type*> tuples;
  std::map<std::string, const std::string_view*, std::less<>> strings;
  std::deque<Function> owned_functions;
  std::deque<Global> owned_globals;
  std::deque<StaticData> owned_statics;
  std::deque<std::vector<std::int64_t>> owned_cases;       // of Switch terminators
  std::map<FunctionKey, types::Named*> local_types;        // of instances of generic functions
  std::unordered_set<types::Named*> local_clones;
  types::Type* map_iter = nullptr;
  types::Type* plain_func = nullptr;
  std::uint32_t next_static = 0;

  types::Type* func_type(Program& program);                // func()
  Function* init_function(Program& program, types::Package* package);  // "pkg.init", perhaps not built yet
  const Facts* facts_of(const syntax::Node* root);
  Function* new_function(Program& program, FunctionKind kind, std::string name);
};

// gc's symbol names (names.cpp)
std::string function_name(types::Func* func, bool instance);
std::string type_symbol(types::Type* t);                   // "main.T", "*main.T", "main.List[...]"
std::string method_symbol(types::Type* recv, types::Func* method);  // "main.(*T).M"
std::string literal_name(Function* outer, std::uint32_t number = 0);  // 0: the next literal's in outer

std::string link_strings(std::span<types::Type* const> list);  // link_names.cpp: link_string of each, comma between

// Adds the parameters and results of sig to f; canonical (function types have no receiver).
void add_signature(Program& program, Function* f, types::Signature* sig);

// static_init.cpp
PackageInit& package_init_plan(Program& program, types::Package* package);
StaticData* static_data(Program& program, types::Var* var, const syntax::Expr* rhs);
// Contents of e, without variables or addresses, as a value of type t that functions copy; null if not so constant.
// For the elements of a slice literal, t is an array type.
StaticData* constant_data(Program& program, const syntax::Expr* e, types::Type* t);
enum class MapPart : std::uint8_t { kKeys, kElems };
StaticData* constant_map_part(Program& program, const syntax::CompositeLit* lit, types::Type* array, MapPart part);
// An unnamed read-only variable with these contents.
Global* static_global(Program& program, StaticData* data);
Global* zero_sized_global(Program& program, types::Type* t);
StaticData* embedded_data(Program& program, types::Var* var);  // null: no //go:embed

}  // namespace govm::ir
