// Packages of the host: Go declarations are made of what C++ gave, and bound to it when a program is loaded.
#include "bindings/module.h"

#include <cmath>
#include <cstdio>

#include "bindings/modules.h"

namespace govm::detail {
namespace {

bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c < 0; }

std::string name_of(const std::string& declaration) {
  std::size_t n = 0;
  while (n < declaration.size() && is_name(declaration[n])) n++;
  return declaration.substr(0, n);
}

// What a function or method shall look like in Go: `declaration`, completed if it is only a name.
std::string completed(const ModuleImpl& module, const std::string& declaration, const Shape& shape, std::size_t first) {
  if (declaration.find('(') != std::string::npos) return declaration;
  std::string out = declaration + "(";
  for (std::size_t i = first; i < shape.count; i++) out += (i > first ? ", " : "") + module.text_of(*shape.parts[i]);
  out += ")";
  std::string results;
  for (std::size_t i = shape.count; i < shape.parts.size(); i++) results += (results.empty() ? "" : ", ") + module.text_of(*shape.parts[i]);
  if (shape.fails) results += results.empty() ? "error" : ", error";
  return results.empty() ? out : out + " (" + results + ")";
}

}  // namespace

std::string GoText::of(const Shape& shape) { return ModuleImpl{}.text_of(shape); }

std::string ModuleImpl::text_of(const Shape& s) const {
  for (const auto& [name, shape] : types) {
    if (shape == &s) return name;
  }
  switch (s.kind) {
    case Kind::kSlice: return "[]" + text_of(*s.parts[0]);
    case Kind::kArray: return "[" + std::to_string(s.count) + "]" + text_of(*s.parts[0]);
    case Kind::kMap: return "map[" + text_of(*s.parts[0]) + "]" + text_of(*s.parts[1]);
    case Kind::kChan: return "chan " + text_of(*s.parts[0]);
    case Kind::kPointer: return "*" + text_of(*s.parts[0]);
    case Kind::kValue: case Kind::kHandle: return "any";
    case Kind::kStruct: {
      std::string out = "struct {\n";
      for (std::size_t i = 0; i < s.parts.size(); i++) out += "\t" + s.fields[i].first + " " + text_of(*s.parts[i]) + "\n";
      return out + "}";
    }
    case Kind::kFunc: {
      std::string out = completed(*this, "func", s, 0);
      return out;
    }
    default: return describe(s);
  }
}

void add_function(ModuleImpl& module, std::string declaration, std::unique_ptr<HostFunction> function) {
  const std::string name = name_of(declaration);
  module.text += "func " + completed(module, declaration, function->shape, 0) + "\n";
  module.functions.push_back({name, std::move(function)});
}

void add_type(ModuleImpl& module, std::string name, const Shape& shape) {
  const std::string body = module.text_of(shape);
  module.types.emplace_back(name, &shape);
  module.text += "type " + name + " " + body + "\n";
}

void add_method(ModuleImpl& module, const Shape& receiver, bool by_pointer, std::string declaration, std::unique_ptr<HostFunction> function) {
  const std::string type = module.text_of(receiver);
  const std::string receiver_text = (by_pointer ? "*" : "") + type;
  module.text += "func (self " + receiver_text + ") " + completed(module, declaration, function->shape, 1) + "\n";
  module.functions.push_back({(by_pointer ? "(*" + type + ")" : type) + "." + name_of(declaration), std::move(function)});
}

void add_source(ModuleImpl& module, std::string text) { module.text += text; }

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    char escape[8];
    std::snprintf(escape, sizeof(escape), "\\x%02x", static_cast<unsigned char>(c));
    if (c < ' ' || c == '"' || c == '\\' || c == 127) out += escape;
    else out += c;
  }
  return out + "\"";
}

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof(text), "%.17g", value);
  std::string out = text;
  return out.find_first_of(".e") == std::string::npos ? out + ".0" : out;
}

// ---- the modules of a Vm

ModuleImpl& Modules::get(const std::string& path) {
  auto& module = all_[path];
  if (module == nullptr) {
    module = std::make_unique<ModuleImpl>();
    module->path = path;
  }
  return *module;
}

void Modules::declare(Engine& engine) {
  if (declared_) return;
  declared_ = true;
  for (auto& [path, module] : all_) {
    const std::string name = path.substr(path.rfind('/') + 1);
    engine.front().loader().add_host_package(path, {{path + "/host.go", "package " + name + "\n\n" + module->text}});
    for (auto& [function, host] : module->functions) {
      engine.runtime().natives().add_one(path + "." + function, host_native, kHostNativeLocals, host.get());
    }
  }
}

std::string Modules::bind(Engine& engine) {
  std::string errors;
  for (auto& [path, module] : all_) {
    const load::Package* package = engine.front().loader().find(path);
    if (package == nullptr || package->types == nullptr || module->bound) continue;
    module->bound = true;
    for (auto& [name, host] : module->functions) {
      types::Func* func = find_declared(engine, *package, name);
      std::string why = "it is not declared";
      if (func != nullptr) {
        const types::Signature& signature = *func->signature();
        std::vector<types::Type*> params, results;
        if (signature.recv != nullptr) params.push_back(signature.recv->type);
        for (types::Var* v : signature.params->vars) params.push_back(v->type);
        for (types::Var* v : signature.results->vars) results.push_back(v->type);
        why.clear();
        bind_signature(engine, host->shape, params, results, host->plans, why);
        const bool fails = results.size() > host->shape.parts.size() - host->shape.count;
        if (why.empty() && fails != host->shape.fails) why = "the C++ function cannot fail: it returns no Result";
      }
      if (!why.empty()) errors += (errors.empty() ? "" : "\n") + path + "." + name + ": C++ gives " + describe(host->shape) + ": " + why;
    }
  }
  return errors;
}

}  // namespace govm::detail
