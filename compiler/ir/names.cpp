// gc's symbol names, as tracebacks and runtime.FuncForPC show them.
#include "base/assert.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

namespace {

std::string package_prefix(types::Package* p) {
  if (!p) return {};
  // gc names the program's own package main whatever its path.
  std::string path = p->name.str() == "main" ? "main" : std::string(p->path.str());
  return path + ".";
}

std::string named_symbol(types::Named* n) {
  std::string s = package_prefix(n->obj()->pkg) + std::string(n->obj()->name.str());
  if (n->targs() || n->tparams()) s += "[...]";
  return s;
}

// Receiver of a declared method as written in symbols: "T" or "(*T)", with the package in front of the whole.
std::string receiver_symbol(types::Type* recv) {
  recv = types::unalias(recv);
  bool pointer = false;
  if (auto* p = types::as<types::Pointer>(recv)) {
    pointer = true;
    recv = types::unalias(p->base);
  }
  auto* n = types::as<types::Named>(recv);
  if (!n) {
    std::string s = types::type_string(recv, nullptr, types::Qualify::kPath);
    return pointer ? "(*" + s + ")" : s;
  }
  std::string base(n->obj()->name.str());
  if (n->targs() || n->tparams()) base += "[...]";
  return package_prefix(n->obj()->pkg) + (pointer ? "(*" + base + ")" : base);
}

}  // namespace

std::string function_name(types::Func* func, bool instance) {
  types::Signature* sig = func->signature();
  if (sig->recv) return receiver_symbol(sig->recv->type) + "." + std::string(func->name.str());
  std::string s = package_prefix(func->pkg) + std::string(func->name.str());
  return instance ? s + "[...]" : s;
}

std::string type_symbol(types::Type* t) {
  t = types::unalias(t);
  if (auto* n = types::as<types::Named>(t)) return named_symbol(n);
  if (auto* p = types::as<types::Pointer>(t)) return "*" + type_symbol(p->base);
  return types::type_string(t, nullptr, types::Qualify::kPath);
}

std::string method_symbol(types::Type* recv, types::Func* method) {
  return receiver_symbol(recv) + "." + std::string(method->name.str());
}

std::string literal_name(Function* outer, std::uint32_t number) {
  // Literals of a range body count with those of the function around it.
  while (outer->is_range_body && outer->parent) outer = outer->parent;
  std::string n = std::to_string(number != 0 ? number : ++outer->next_literal);
  if (outer->kind == FunctionKind::kLiteral) return outer->name + "." + n;
  return outer->name + ".func" + n;
}

}  // namespace govm::ir
