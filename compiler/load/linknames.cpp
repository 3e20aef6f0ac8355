// Resolving //go:linkname: which function or variable of another package a name stands for.
//
// A function's symbol is its linkname's target if it has one, else "path.Name". A bodyless function stands for the
// function with a body that has the same symbol: one declared under that name, or one pushed there by a linkname.
#include "compiler/load/loader_impl.h"

namespace govm::load {
namespace {

constexpr int kMaxChain = 8;

// A declared function's name within its package: "f", "T.m" or "(*T).m".
std::string local_name(const types::Func* func, const Unit* unit) {
  std::string full = func->full_name();
  const std::string prefix = std::string(unit->types->path.str()) + ".";
  if (full.starts_with(prefix)) full.erase(0, prefix.size());
  return full;
}

bool has_body(const types::Func* func) { return func && func->decl && func->decl->body; }

}  // namespace

Unit* Loader::Impl::unit_of(const types::Object* object) {
  const auto found = by_package.find(object->pkg);
  return found == by_package.end() ? nullptr : found->second;
}

// The object declared as "import/path.name" or "import/path.(*T).name"; null if there is none, or it is no function or
// variable.
types::Object* Loader::Impl::object_of_symbol(std::string_view symbol) {
  const std::size_t slash = symbol.rfind('/');
  const std::size_t dot = symbol.find('.', slash == symbol.npos ? 0 : slash);
  if (dot == symbol.npos) return nullptr;
  const std::string path(symbol.substr(0, dot));
  const auto found = by_path.find(path);
  Unit* unit = path == "main" ? main_unit : found == by_path.end() ? nullptr : found->second;
  if (!unit || !unit->types || !unit->types->scope) return nullptr;
  types::Package* package = unit->types;
  std::string_view name = symbol.substr(dot + 1);
  const std::size_t method_dot = name.rfind('.');
  if (method_dot == name.npos) return package->scope->lookup(session.symbols.intern(name));
  std::string_view receiver = name.substr(0, method_dot);
  if (receiver.starts_with("(*") && receiver.ends_with(")")) receiver = receiver.substr(2, receiver.size() - 3);
  auto* type_name = types::as<types::TypeName>(package->scope->lookup(session.symbols.intern(receiver)));
  if (!type_name || !type_name->type) return nullptr;
  std::vector<int> index;
  bool indirect = false;
  return types::lookup_field_or_method(session, type_name->type, true, package,
                                       session.symbols.intern(name.substr(method_dot + 1)), &index, &indirect);
}

std::string Loader::Impl::symbol_of(types::Func* func) {
  Unit* unit = unit_of(func);
  if (!unit) return func->full_name();
  const std::string local = local_name(func, unit);
  const auto link = unit->linknames.find(local);
  if (link != unit->linknames.end() && !link->second.target.empty()) return link->second.target;
  return std::string(unit->types->path.str()) + "." + local;
}

// A function with a body that a linkname gives this symbol.
types::Func* Loader::Impl::pusher_of(const std::string& symbol) {
  const auto found = pushed.find(symbol);
  if (found == pushed.end()) return nullptr;
  for (const auto& [unit, local] : found->second) {
    if (!unit->types) continue;
    auto* pusher = types::as<types::Func>(object_of_symbol(std::string(unit->types->path.str()) + "." + local));
    if (has_body(pusher)) return pusher;
  }
  return nullptr;
}

types::Func* Loader::linked_function(types::Func* func) {
  for (int n = 0; n < kMaxChain && func && !has_body(func); ++n) {
    const std::string symbol = impl_->symbol_of(func);
    auto* next = types::as<types::Func>(impl_->object_of_symbol(symbol));
    if (!has_body(next)) {
      if (types::Func* pusher = impl_->pusher_of(symbol)) next = pusher;
    }
    if (!next || next == func) return nullptr;
    func = next;
  }
  return has_body(func) ? func : nullptr;
}

std::string Loader::native_name(types::Func* func) {
  std::string symbol = impl_->symbol_of(func);
  for (int n = 0; n < kMaxChain; ++n) {
    auto* next = types::as<types::Func>(impl_->object_of_symbol(symbol));
    if (!next || next == func) break;
    std::string further = impl_->symbol_of(next);
    if (further == symbol) break;
    symbol = std::move(further);
  }
  return symbol;
}

types::Var* Loader::linked_variable(types::Var* var) {
  Unit* unit = impl_->unit_of(var);
  if (!unit) return var;
  const std::string local(var->name.str());
  if (const auto link = unit->linknames.find(local); link != unit->linknames.end() && !link->second.target.empty()) {
    if (auto* target = types::as<types::Var>(impl_->object_of_symbol(link->second.target))) return target;
  }
  return var;
}

bool Loader::ensure_body_checked(types::Func* func) {
  if (func->origin) func = func->origin;
  Unit* unit = impl_->unit_of(func);
  return unit && unit->checker && unit->checker->check_body(func);
}

void Loader::ensure_initializer_read(types::Var* var) {
  Unit* unit = impl_->unit_of(var);
  if (unit && unit->checker) unit->checker->read_initializer(var);
}

}  // namespace govm::load
