// Looking at a session: types, declarations, completion.
#include <algorithm>
#include <cctype>

#include "bindings/listing.h"
#include "bindings/session_impl.h"
#include "compiler/load/std_pack.h"
#include "compiler/types/format.h"
#include "compiler/types/lookup.h"
#include "compiler/types/named.h"
#include "compiler/types/universe.h"

namespace govm {

using detail::Step;
using detail::StepMaker;

namespace {

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }

types::Type* deref(types::Type* t) {
  auto* p = types::as<types::Pointer>(types::unalias(t));
  return p ? p->base : t;
}

// What stands before a dot: `a.b[1].c(x)` at the end of text; empty: nothing simple.
std::string_view base_before(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0) {
    const char c = text[at - 1];
    if (is_word(c) || c == '.') {
      --at;
    } else if (c == ')' || c == ']') {
      int depth = 0;
      do {
        const char d = text[--at];
        if (d == ')' || d == ']') ++depth;
        if (d == '(' || d == '[') --depth;
      } while (at > 0 && depth > 0);
      if (depth > 0) return {};
    } else if (c == '"') {
      const std::size_t open = text.rfind('"', at - 2);
      if (at < 2 || open == text.npos) return {};
      at = open;
    } else {
      break;
    }
  }
  return text.substr(at);
}

constexpr std::string_view kKeywords[] = {"break", "case", "chan", "const", "continue", "default", "defer", "else",
                                          "fallthrough", "for", "func", "go", "goto", "if", "import", "interface", "map",
                                          "package", "range", "return", "select", "struct", "switch", "type", "var"};

void sort_by_text(std::vector<Completion>& list) {
  std::sort(list.begin(), list.end(), [](const Completion& a, const Completion& b) { return a.text < b.text; });
  list.erase(std::unique(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.text == b.text; }), list.end());
}

}  // namespace

types::Object* Session::Impl::find(std::string_view name) {
  const Symbol s = symbol(name);
  for (types::Package* p = last ? last->types : nullptr; p; p = p->base) {
    if (types::Object* object = p->scope->lookup(s)) return object;
  }
  return nullptr;
}

std::string Session::Impl::type_text(types::Type* type) {
  return types::type_string(type, last ? last->types : nullptr, types::Qualify::kName);
}

std::string Session::Impl::object_text(types::Object* object) {
  return types::object_string(object, {types::Qualify::kName, last ? last->types : nullptr, nullptr});
}

std::vector<types::Object*> Session::Impl::visible() {
  std::vector<types::Object*> out;
  for (const load::Package* p : accepted) {
    std::vector<types::Object*> list = p->types->scope->sorted();
    std::sort(list.begin(), list.end(), [](auto* a, auto* b) { return a->order < b->order; });
    for (types::Object* object : list) {
      const bool known = std::find(out.begin(), out.end(), object) != out.end();
      if (!known && !object->name.str().starts_with("·") && find(object->name.str()) == object) out.push_back(object);
    }
  }
  return out;
}

syntax::Expr* Session::Impl::check_expression(std::string_view text, std::vector<Evaluation::Problem>& problems) {
  Evaluation e;
  ++number;
  if (!parse(text, e)) {
    problems = std::move(e.problems);
    if (problems.empty()) problems.push_back({0, 0, "the expression is incomplete"});
    return nullptr;
  }
  std::vector<syntax::ImportDecl*> declared;
  StepMaker maker(session().arena, session().symbols);
  const std::vector<Step> steps = maker.split(input, declared);
  if (steps.size() != 1 || !declared.empty() || !steps[0].stmt || !steps[0].stmt) {
    problems.push_back({0, 0, "not an expression"});
    return nullptr;
  }
  Step step = steps[0];
  auto* statement = syntax::as<syntax::ExprStmt>(static_cast<syntax::Node*>(step.stmt));
  if (!statement) {
    problems.push_back({0, 0, "not an expression"});
    return nullptr;
  }
  step.value = statement->x;
  const bool ok = check(maker.file(step, *source, imports_for(step), false), problems) != nullptr;
  // Without value, or a type: known all the same.
  using syntax::Mode;
  const Mode mode = step.value->mode;
  return ok || mode == Mode::kTypexpr || mode == Mode::kNoValue || mode == Mode::kBuiltin ? step.value : nullptr;
}

load::Package* Session::Impl::package_named(const std::string& name) {
  std::string path;
  if (const auto known = imports.find(name); known != imports.end()) path = known->second;
  else if (load::StdPack::embedded().has(name)) path = name;
  else if (const auto usual = std_names.find(name); usual != std_names.end()) path = usual->second;
  if (path.empty()) return nullptr;
  load::Loader& loader = engine->front().loader();
  load::Package* package = loader.find(path);
  if (!package) package = loader.import(path);
  engine->front().take_reported();
  return package;
}

std::vector<Completion> Session::Impl::members(std::string_view base, std::string_view word) {
  std::vector<Completion> out;
  const auto add = [&](types::Object* object) {
    const std::string name(object->name.str());
    if (!name.starts_with(word)) return;
    std::string detail = object->type ? type_text(object->type) : "";
    if (types::as<types::TypeName>(object)) detail = "type";
    out.push_back({name, std::move(detail)});
  };
  const bool plain = std::all_of(base.begin(), base.end(), is_word);
  if (plain && !find(base)) {
    load::Package* package = package_named(std::string(base));
    if (!package) return out;
    for (types::Object* object : package->types->scope->sorted()) {
      if (object->exported()) add(object);
    }
    return out;
  }
  std::vector<Evaluation::Problem> problems;
  syntax::Expr* e = check_expression(base, problems);
  if (!e || !e->type) return out;
  const auto accessible = [&](types::Object* o) { return o->exported() || (o->pkg && o->pkg->path.str() == "main"); };
  types::Type* type = e->type;
  types::Type* pointer = types::as<types::Pointer>(types::unalias(type)) || types::under_as<types::Interface>(type)
                             ? type : types::new_pointer(session(), type);
  for (const types::MethodSetEntry& m : types::method_set(session(), pointer)) {
    if (accessible(m.func)) add(m.func);
  }
  // Fields, those of embedded structs too.
  std::vector<types::Type*> level{deref(type)};
  for (int depth = 0; depth < 4 && !level.empty(); ++depth) {
    std::vector<types::Type*> next;
    for (types::Type* t : level) {
      auto* s = types::under_as<types::Struct>(t);
      if (!s) continue;
      for (types::Var* f : s->fields) {
        if (accessible(f)) add(f);
        if (f->embedded) next.push_back(deref(f->type));
      }
    }
    level = std::move(next);
  }
  return out;
}

std::vector<Completion> Session::Impl::names(std::string_view word) {
  std::vector<Completion> out;
  const auto add = [&](std::string_view name, std::string detail) {
    if (name.starts_with(word) && name != word) out.push_back({std::string(name), std::move(detail)});
  };
  for (types::Object* o : visible()) {
    add(o->name.str(), types::as<types::TypeName>(o) ? "type" : o->type ? type_text(o->type) : "");
  }
  if (word.empty()) return out;  // the rest would be too much
  for (types::Object* o : session().universe->scope->sorted()) {
    add(o->name.str(), types::as<types::TypeName>(o) ? "type" : types::as<types::Builtin>(o) ? "builtin" : "constant");
  }
  for (const std::string_view k : kKeywords) add(k, "keyword");
  for (const auto& [name, path] : imports) add(name, "package " + path);
  for (const auto& [name, path] : std_names) {
    if (!find(name)) add(name, "package " + path);
  }
  return out;
}

std::vector<Completion> Session::Impl::import_paths(std::string_view word) {
  std::vector<Completion> out;
  for (const std::string_view path : load::StdPack::embedded().paths()) {
    const bool hidden = path.starts_with("vendor/") || path.starts_with("internal/") || path.find("/internal") != path.npos;
    if (!hidden && path.starts_with(word)) out.push_back({std::string(path), "package"});
  }
  return out;
}

std::vector<Completion> Session::complete(std::string_view text, std::size_t* word) {
  const std::lock_guard guard(impl_->engine->lock());
  const std::size_t line = text.rfind('\n') == text.npos ? 0 : text.rfind('\n') + 1;
  const std::size_t quote = text.rfind('"');
  std::vector<Completion> out;
  if (quote != text.npos && quote > line && text.substr(line).starts_with("import ") &&
      std::count(text.begin() + static_cast<std::ptrdiff_t>(line), text.end(), '"') % 2 == 1) {
    out = impl_->import_paths(text.substr(quote + 1));
    if (word) *word = text.size() - quote - 1;
    sort_by_text(out);
    return out;
  }
  std::size_t start = text.size();
  while (start > 0 && is_word(text[start - 1])) --start;
  const std::string_view part = text.substr(start);
  if (word) *word = part.size();
  if (start > 0 && text[start - 1] == '.') {
    const std::string_view base = base_before(text.substr(0, start - 1));
    if (!base.empty()) out = impl_->members(base, part);
  } else {
    out = impl_->names(part);
  }
  sort_by_text(out);
  return out;
}

Result<std::string> Session::type_of(std::string_view expression) {
  const std::lock_guard guard(impl_->engine->lock());
  std::vector<Evaluation::Problem> problems;
  syntax::Expr* e = impl_->check_expression(expression, problems);
  if (!e) return Error{problems.empty() ? "not an expression" : problems[0].message};
  switch (e->mode) {
    case syntax::Mode::kNoValue: return std::string("no value");
    case syntax::Mode::kBuiltin: return std::string("builtin function");
    case syntax::Mode::kTypexpr: return "type " + impl_->type_text(e->type);
    default: break;
  }
  return e->type ? impl_->type_text(e->type) : std::string("nil");
}

// "type Point struct{...}" and the methods.
std::string Session::Impl::describe_type(types::TypeName* name) {
  std::string out = object_text(name);
  types::Type* t = name->type;
  auto* named = types::as<types::Named>(types::unalias(t));
  if (!named || types::under_as<types::Interface>(t)) return out;
  for (std::size_t i = 0; i < named->num_methods(); ++i) {
    types::Func* m = named->method(i);
    if (!m->exported() && m->pkg && m->pkg->path.str() != "main") continue;
    out += "\n" + object_text(m);
  }
  return out;
}

Result<std::string> Session::describe(std::string_view name) {
  const std::lock_guard guard(impl_->engine->lock());
  const auto text_of = [&](types::Object* o) {
    auto* type = types::as<types::TypeName>(o);
    return type ? impl_->describe_type(type) : impl_->object_text(o);
  };
  if (types::Object* o = impl_->find(name)) return text_of(o);
  if (types::Object* o = impl_->session().universe->scope->lookup(impl_->symbol(name))) return text_of(o);
  if (load::Package* p = impl_->package_named(std::string(name))) {
    std::string out = "package " + std::string(p->types->name.str()) + " // import \"" + p->path + "\"\n";
    for (types::Object* o : p->types->scope->sorted()) {
      if (o->exported()) out += "\n" + impl_->object_text(o);
    }
    return out;
  }
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos) return Error{"no " + std::string(name) + " is declared, and no package of std has that name"};
  const std::string_view base = name.substr(0, dot), part = name.substr(dot + 1);
  if (types::Object* o = impl_->find(base)) {
    types::Object* member = o->type ? types::lookup_field_or_method(impl_->session(), o->type, true, o->pkg, impl_->symbol(part), false).obj : nullptr;
    if (member) return impl_->object_text(member);
  } else if (load::Package* p = impl_->package_named(std::string(base))) {
    types::Object* member = p->types->scope->lookup(impl_->symbol(part));
    if (member && member->exported()) return text_of(member);
  }
  return Error{"no " + std::string(part) + " in " + std::string(base)};
}

std::vector<std::string> Session::declared() {
  const std::lock_guard guard(impl_->engine->lock());
  std::vector<std::string> out;
  for (types::Object* o : impl_->visible()) out.push_back(impl_->object_text(o));
  return out;
}

// A declared function by the name a session knows it by, as "f" or "T.M".
Result<types::Func*> Session::Impl::function_named(std::string_view name) {
  types::Object* object = find(name);
  if (const std::size_t dot = name.find('.'); !object && dot != name.npos) {
    types::Object* type = find(name.substr(0, dot));
    if (type && type->type) {
      object = types::lookup_field_or_method(session(), type->type, true, type->pkg, symbol(name.substr(dot + 1)), false).obj;
    }
  }
  auto* f = types::as<types::Func>(object);
  if (!f || !f->decl) return Error{"no function " + std::string(name) + " was declared in this session"};
  if (f->signature()->tparams || f->signature()->rparams) return Error{std::string(name) + " is generic: it has no code of its own"};
  return f;
}

Result<std::string> Session::disassembly(std::string_view function) {
  const std::lock_guard guard(impl_->engine->lock());
  return detail::disassemble(*impl_->engine, GOVM_TRY(impl_->function_named(function)));
}

Result<std::string> Session::ir(std::string_view function) {
  const std::lock_guard guard(impl_->engine->lock());
  return detail::print_ir(*impl_->engine, GOVM_TRY(impl_->function_named(function)), true);
}

}  // namespace govm
