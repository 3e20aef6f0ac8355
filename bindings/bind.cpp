// Comparing C++ signatures with Go's types.
#include "bindings/calls.h"
#include "bindings/program.h"
#include "compiler/types/predicates.h"
#include "compiler/types/universe.h"

namespace govm::detail {
namespace {

using types::BasicKind;

bool is_number(const Shape& s, BasicKind kind) {
  switch (kind) {
    case BasicKind::kBool: return s.kind == Kind::kBool;
    case BasicKind::kInt8: return s.kind == Kind::kSigned && s.size == 1;
    case BasicKind::kInt16: return s.kind == Kind::kSigned && s.size == 2;
    case BasicKind::kInt32: return s.kind == Kind::kSigned && s.size == 4;
    case BasicKind::kInt: case BasicKind::kInt64: return s.kind == Kind::kSigned && s.size == 8;
    case BasicKind::kUint8: return s.kind == Kind::kUnsigned && s.size == 1;
    case BasicKind::kUint16: return s.kind == Kind::kUnsigned && s.size == 2;
    case BasicKind::kUint32: return s.kind == Kind::kUnsigned && s.size == 4;
    case BasicKind::kUint: case BasicKind::kUint64: case BasicKind::kUintptr: return s.kind == Kind::kUnsigned && s.size == 8;
    case BasicKind::kFloat32: return s.kind == Kind::kFloat && s.size == 4;
    case BasicKind::kFloat64: return s.kind == Kind::kFloat && s.size == 8;
    default: return false;
  }
}

bool is_error(types::Type* t) {
  auto* named = types::as<types::Named>(types::unalias(t));
  return named != nullptr && named->obj()->pkg == nullptr && named->obj()->name.str() == "error";
}

bool bind_struct(Engine& engine, const Shape& shape, types::Struct* type, Plan& plan, std::string& why) {
  const auto* go = reinterpret_cast<const abi::StructType*>(plan.type);
  if (type->fields.size() != shape.parts.size()) {
    why = "it has " + std::to_string(type->fields.size()) + " fields, not " + std::to_string(shape.parts.size());
    return false;
  }
  for (std::size_t i = 0; i < shape.parts.size(); i++) {
    const auto& [name, offset] = shape.fields[i];
    if (type->fields[i]->name.str() != name) {
      why = "field " + std::to_string(i + 1) + " is " + std::string(type->fields[i]->name.str()) + ", not " + name;
      return false;
    }
    if (!bind(engine, *shape.parts[i], type->fields[i]->type, plan.parts[i], why)) {
      why = "field " + name + ": " + why;
      return false;
    }
    if (go->fields[i].offset != offset) {
      why = "field " + name + " lies elsewhere in C++";
      return false;
    }
  }
  if (go->t.size != shape.size) {
    why = "it has " + std::to_string(go->t.size) + " bytes, not " + std::to_string(shape.size);
    return false;
  }
  return true;
}

bool bind_func(Engine& engine, const Shape& shape, types::Signature* s, Plan& plan, std::string& why) {
  std::vector<types::Type*> params, results;
  for (types::Var* v : s->params->vars) params.push_back(v->type);
  for (types::Var* v : s->results->vars) results.push_back(v->type);
  plan.is_interface = !results.empty() && is_error(results.back()) && results.size() + shape.count > shape.parts.size();
  return bind_signature(engine, shape, params, results, plan.parts, why);
}

// The Go type's parts; false with why empty: it is another kind of type.
bool bind_parts(Engine& engine, const Shape& shape, types::Type* under, Plan& plan, std::string& why) {
  const auto part = [&](std::size_t i, types::Type* t) { return bind(engine, *shape.parts[i], t, plan.parts[i], why); };
  if (auto* t = types::as<types::Basic>(under)) {
    return shape.kind == Kind::kString ? t->kind == BasicKind::kString : is_number(shape, t->kind);
  }
  if (auto* t = types::as<types::Slice>(under)) return shape.kind == Kind::kSlice && part(0, t->elem);
  if (auto* t = types::as<types::Array>(under)) return shape.kind == Kind::kArray && t->len == shape.count && part(0, t->elem);
  if (auto* t = types::as<types::Map>(under)) return shape.kind == Kind::kMap && part(0, t->key) && part(1, t->elem);
  if (auto* t = types::as<types::Chan>(under)) return shape.kind == Kind::kChan && part(0, t->elem);
  if (auto* t = types::as<types::Pointer>(under)) return shape.kind == Kind::kPointer && part(0, t->base);
  if (auto* t = types::as<types::Struct>(under)) return shape.kind == Kind::kStruct && bind_struct(engine, shape, t, plan, why);
  if (auto* t = types::as<types::Signature>(under)) return shape.kind == Kind::kFunc && bind_func(engine, shape, t, plan, why);
  return shape.kind == Kind::kHandle && plan.is_empty_interface;
}

std::string go_type(types::Type* t) { return types::type_string(t, nullptr, types::Qualify::kName); }

std::string list(const std::vector<const Shape*>& parts, std::size_t from, std::size_t to) {
  std::string out;
  for (std::size_t i = from; i < to; i++) out += (i > from ? ", " : "") + describe(*parts[i]);
  return out;
}

// A function by the names Program::function takes.
types::Func* find_function(Engine& engine, const load::Package& root, std::string_view name) {
  Front& front = engine.front();
  const auto symbol = [&](std::string_view text) { return front.session().symbols.intern(text); };
  types::Scope* scope = root.types->scope;
  if (auto* func = types::as<types::Func>(scope->lookup(symbol(name)))) return func;
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return nullptr;
  std::string_view left = name.substr(0, dot);
  const std::string_view right = name.substr(dot + 1);
  if (left.starts_with("(*") && left.ends_with(")")) left = left.substr(2, left.size() - 3);
  if (auto* type_name = types::as<types::TypeName>(scope->lookup(symbol(left)))) {
    auto* named = types::as_named(type_name->type);
    for (std::size_t i = 0; named != nullptr && i < named->num_methods(); i++) {
      if (named->method(i)->name.str() == right) return named->method(i);
    }
    return nullptr;
  }
  const load::Package* package = front.loader().find(left);
  if (package == nullptr || package->types == nullptr) return nullptr;
  return types::as<types::Func>(package->types->scope->lookup(symbol(right)));
}

}  // namespace

types::Func* find_declared(Engine& engine, const load::Package& package, std::string_view name) {
  return find_function(engine, package, name);
}

std::string describe(const Shape& s) {
  switch (s.kind) {
    case Kind::kVoid: return "nothing";
    case Kind::kBool: return "bool";
    case Kind::kSigned: return "int" + std::to_string(s.size * 8);
    case Kind::kUnsigned: return "uint" + std::to_string(s.size * 8);
    case Kind::kFloat: return "float" + std::to_string(s.size * 8);
    case Kind::kString: return "string";
    case Kind::kSlice: return "[]" + describe(*s.parts[0]);
    case Kind::kArray: return "[" + std::to_string(s.count) + "]" + describe(*s.parts[0]);
    case Kind::kMap: return "map[" + describe(*s.parts[0]) + "]" + describe(*s.parts[1]);
    case Kind::kChan: return "chan " + describe(*s.parts[0]);
    case Kind::kPointer: return "*" + describe(*s.parts[0]);
    case Kind::kValue: return "a Value";
    case Kind::kHandle: return "any";
    case Kind::kStruct: {
      std::string out = "struct{";
      for (std::size_t i = 0; i < s.parts.size(); i++) out += (i > 0 ? "; " : "") + s.fields[i].first + " " + describe(*s.parts[i]);
      return out + "}";
    }
    case Kind::kFunc: {
      const std::size_t results = s.parts.size() - s.count + (s.fails ? 1 : 0);
      std::string out = list(s.parts, s.count, s.parts.size());
      if (s.fails) out += out.empty() ? "error" : ", error";
      if (results > 1) out = "(" + out + ")";
      return "func(" + list(s.parts, 0, s.count) + ")" + (out.empty() ? "" : " " + out);
    }
  }
  return "?";
}

bool bind(Engine& engine, const Shape& shape, types::Type* type, Plan& plan, std::string& why) {
  types::Type* canonical = engine.program().canonical(type);
  auto* interface = types::under_as<types::Interface>(type);
  plan.type = engine.codegen().type(canonical);
  plan.is_interface = interface != nullptr;
  plan.is_empty_interface = interface != nullptr && interface->empty();
  plan.size = static_cast<std::uint32_t>(static_cast<const abi::Type*>(plan.type)->size);
  plan.parts.resize(shape.parts.size());
  if (shape.kind == Kind::kValue) return true;
  std::string inner;
  if (bind_parts(engine, shape, types::under(type), plan, inner)) return true;
  why = go_type(type) + " is not " + describe(shape);
  if (!inner.empty() && shape.kind == Kind::kStruct) why = go_type(type) + ": " + inner;
  return false;
}

bool bind_signature(Engine& engine, const Shape& shape, std::vector<types::Type*> params, const std::vector<types::Type*>& results,
                    std::vector<Plan>& plans, std::string& why) {
  const std::size_t expected = shape.parts.size() - shape.count;
  if (params.size() != shape.count) {
    why = "it has " + std::to_string(params.size()) + " parameters, not " + std::to_string(shape.count);
    return false;
  }
  const bool fails = results.size() == expected + 1 && is_error(results.back());
  if (results.size() != expected && !fails) {
    why = "it has " + std::to_string(results.size()) + " results, not " + std::to_string(expected);
    return false;
  }
  if (shape.fails && !fails) {
    why = "its last result is not error";
    return false;
  }
  plans.assign(shape.parts.size(), Plan{});
  for (std::size_t i = 0; i < shape.parts.size(); i++) {
    const bool param = i < shape.count;
    const std::size_t index = param ? i : i - shape.count;
    if (bind(engine, *shape.parts[i], param ? params[i] : results[index], plans[i], why)) continue;
    why = (param ? "parameter " : "result ") + std::to_string(index + 1) + ": " + why;
    return false;
  }
  return true;
}

std::shared_ptr<const Callee> resolve(std::shared_ptr<LoadedProgram> program, const std::string& name, const Shape& shape) {
  auto callee = std::make_shared<Callee>();
  Engine& engine = *program->engine;
  callee->engine = &engine;
  callee->program = program;
  std::lock_guard guard(engine.lock());
  types::Func* func = find_function(engine, *program->root, name);
  if (func == nullptr) {
    callee->error = Error{"no function " + name + " in package " + program->root->path, ErrorKind::kSignature};
    return callee;
  }
  types::Signature& signature = *func->signature();
  std::vector<types::Type*> params, results;
  if (signature.recv != nullptr) params.push_back(signature.recv->type);
  for (types::Var* v : signature.params->vars) params.push_back(v->type);
  for (types::Var* v : signature.results->vars) results.push_back(v->type);
  std::string why;
  if (signature.tparams != nullptr || signature.rparams != nullptr) why = "it is generic";
  else bind_signature(engine, shape, params, results, callee->plans, why);
  if (!why.empty()) {
    callee->error = Error{"function " + name + " has type " + go_type(func->type) + ", it is called as " + describe(shape) + ": " + why,
                          ErrorKind::kSignature};
    return callee;
  }
  callee->function = engine.codegen().function(engine.program().function(func));
  complete(*callee);
  if (results.size() == shape.parts.size() - shape.count + 1) callee->error_slot = static_cast<int>(callee->result_slots) - 2;
  return callee;
}

}  // namespace govm::detail
