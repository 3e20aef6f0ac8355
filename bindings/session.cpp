#include "bindings/session.hpp"

#include <algorithm>

#include "bindings/listing.h"
#include "bindings/session_impl.h"
#include "compiler/load/std_pack.h"
#include "compiler/syntax/positions.h"
#include "vm/runtime/traceback.h"

namespace govm {

using detail::Step;
using detail::StepMaker;
using Status = Evaluation::Status;

namespace {

// What the goroutine of an input calls, one after the other.
struct InputRun {
  std::vector<const bc::Function*> functions;
  const std::atomic<bool>& interrupted;
  bool finished = false;
};

void run_input(bc::NativeFrame& frame) {
  auto& run = *static_cast<InputRun*>(detail::Engine::argument(frame));
  const auto phase = static_cast<std::size_t>(frame.phase());
  if (run.interrupted) return;
  if (phase == run.functions.size()) {
    run.finished = true;
    return;
  }
  frame.call_code(run.functions[phase], nullptr, {}, frame.phase() + 1);
}

constexpr rt::Native kEntries[] = {{"func runInput()", run_input}};
constexpr rt::NativeTable kTable = {"govm/session", kEntries};

// Where several packages of std have the same last element, the one that is meant.
constexpr std::pair<std::string_view, std::string_view> kUsual[] = {
    {"rand", "math/rand"}, {"template", "text/template"}, {"scanner", "text/scanner"}, {"pprof", "runtime/pprof"},
    {"parse", "text/template/parse"}, {"trace", "runtime/trace"}, {"version", "go/version"}, {"types", "go/types"}};

std::map<std::string, std::string> names_of_std() {
  std::map<std::string, std::string> out;
  for (const std::string_view path : load::StdPack::embedded().paths()) {
    if (path.starts_with("vendor/") || path.starts_with("internal/") || path.find("/internal/") != path.npos ||
        path.ends_with("/internal")) {
      continue;
    }
    const std::string name(path.substr(path.rfind('/') + 1));
    if (name.size() > 1 && name[0] == 'v' && std::isdigit(static_cast<unsigned char>(name[1]))) continue;
    out.emplace(name, path);
  }
  for (const auto& [name, path] : kUsual) out[std::string(name)] = path;
  return out;
}

}  // namespace

Session::Impl::Impl(Options options) : engine(std::make_shared<detail::Engine>(std::move(options))), std_names(names_of_std()) {
  engine->runtime().contain_failures();
  engine->runtime().natives().add(kTable);
  const std::lock_guard guard(engine->lock());
  load::Loader& loader = engine->front().loader();
  loader.import("runtime");
  console = loader.import(StepMaker::kConsolePath);
  GOVM_ASSERT(console);
}

std::vector<Evaluation::Problem> Session::Impl::take_problems() {
  std::vector<Evaluation::Problem> out;
  for (types::Diagnostic& d : engine->front().take_reported()) {
    Evaluation::Problem p;
    if (const SourceFile* file = session().sources.file(d.pos); d.pos.known() && file && file->name() == source->name()) {
      const Position at = session().sources.position(d.pos);
      p.line = static_cast<int>(at.line);
      p.column = static_cast<int>(at.column);
    } else if (d.pos.known()) {
      d.message = session().sources.str(d.pos) + ": " + d.message;
    }
    // Names that only the session knows.
    for (std::size_t i; (i = d.message.find("·")) != std::string::npos;) d.message.erase(i, std::string_view("·").size());
    p.message = std::move(d.message);
    const bool repeats = !out.empty() && out.back().line == p.line && out.back().message == p.message;
    if (!repeats) out.push_back(std::move(p));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return std::pair(a.line, a.column) < std::pair(b.line, b.column); });
  return out;
}

bool Session::Impl::refuse(std::vector<Evaluation::Problem> problems, Evaluation& out) {
  out.status = Status::kRefused;
  out.problems = std::move(problems);
  return false;
}

bool Session::Impl::parse(std::string_view text, Evaluation& out) {
  given = text;
  if (!given.ends_with('\n')) given += '\n';
  source = &session().sources.add_file("input" + std::to_string(number), given);
  std::vector<types::Diagnostic> errors;
  std::set<std::uint32_t> lines;
  input = syntax::parse_input(*source, session().arena, session().symbols, [&](Pos pos, std::string message) {
    const std::uint32_t line = session().sources.position(pos).line;
    if (lines.insert(line).second) engine->front().report({pos, std::move(message), types::Code::kNone});
  });
  std::vector<Evaluation::Problem> problems = take_problems();
  if (problems.empty()) return true;
  refuse(std::move(problems), out);
  if (input.incomplete) out.status = Status::kIncomplete;
  return false;
}

Evaluation Session::Impl::evaluate(std::string_view text) {
  Evaluation out;
  ++number;
  interrupted = false;
  const std::unique_lock guard(engine->lock());
  if (!parse(text, out)) return out;
  std::vector<syntax::ImportDecl*> declared;
  StepMaker maker(session().arena, session().symbols);
  const std::vector<Step> steps = maker.split(input, declared);
  for (syntax::ImportDecl* d : declared) {
    if (!import(d, out)) return out;
  }
  for (const Step& s : steps) {
    if (!step(s, false, out)) return out;
  }
  if (!input.items.empty()) texts.emplace_back(text);
  return out;
}

load::Package* Session::Impl::check(syntax::File* file, std::vector<Evaluation::Problem>& problems) {
  load::Package* package = engine->front().loader().extend(last, file, {console});
  problems = take_problems();
  return problems.empty() ? package : nullptr;
}

bool Session::Impl::import(syntax::ImportDecl* decl, Evaluation& out) {
  StepMaker maker(session().arena, session().symbols);
  std::vector<Evaluation::Problem> problems;
  load::Package* package = check(maker.import_file(decl, *source), problems);
  if (!package) return refuse(std::move(problems), out);
  if (package->types->imports.empty()) return true;  // unsafe, by its own name
  types::Package* imported = package->types->imports.back();
  const std::string local(decl->local_name ? decl->local_name->value.str() : imported->name.str());
  if (local == ".") dot_imports.push_back(decl);
  else if (local != "_") imports[local] = std::string(imported->path.str());
  return run(package, false, out);
}

std::map<std::string, std::string> Session::Impl::imports_for(const Step& step) {
  std::map<std::string, std::string> out;
  for (const std::string& name : detail::selector_bases(given)) {
    if (std::find(step.names.begin(), step.names.end(), symbol(name)) != step.names.end()) continue;
    if (const auto known = imports.find(name); known != imports.end()) {
      out.insert(*known);
    } else if (const auto usual = std_names.find(name); usual != std_names.end() && !find(name)) {
      out.insert(*usual);
    } else if (name == "unsafe") {
      out[name] = name;
    }
  }
  return out;
}

void Session::Impl::remember_imports(const std::map<std::string, std::string>& used) { imports.insert(used.begin(), used.end()); }

bool Session::Impl::step(const Step& step, bool as_statement, Evaluation& out) {
  StepMaker maker(session().arena, session().symbols);
  const std::map<std::string, std::string> used = imports_for(step);
  syntax::File* file = maker.file(step, *source, used, as_statement);
  for (syntax::ImportDecl* d : dot_imports) {
    std::vector<syntax::Decl*> decls(file->decls.begin(), file->decls.end());
    decls.insert(decls.begin(), d);
    file->decls = session().arena.copy(decls);
  }
  std::vector<Evaluation::Problem> problems;
  load::Package* package = check(file, problems);
  if (!package) {
    const bool without_value = step.value && !as_statement && !problems.empty() &&
                               (problems[0].message.find("(no value)") != std::string::npos ||
                                problems[0].message.find("is not used") != std::string::npos);
    if (without_value || (step.value && !as_statement && problems[0].message.find("overflows") != std::string::npos)) {
      // The tree has been marked: another one.
      Evaluation ignored;
      if (!parse(std::string(given), ignored)) return refuse(std::move(problems), out);
      std::vector<syntax::ImportDecl*> declared;
      for (const Step& again : maker.split(input, declared)) {
        if (again.item != step.item) continue;
        if (without_value) return this->step(again, true, out);
        if (show_constant(again, out)) return true;
      }
    }
    return refuse(std::move(problems), out);
  }
  remember_imports(used);
  if (!run(package, step.stmt != nullptr, out)) return false;
  if (step.value && !as_statement) take_values(step, out);
  accept(package, step, out);
  return true;
}

// Constants need not fit any type: 1 << 100.
bool Session::Impl::show_constant(const Step& step, Evaluation& out) {
  StepMaker maker(session().arena, session().symbols);
  std::vector<Evaluation::Problem> problems;
  load::Package* package = check(maker.constant_file(step.value, *source, imports_for(step)), problems);
  if (!package) return false;
  auto* c = types::as<types::Const>(package->types->scope->lookup(symbol(StepMaker::kRunName)));
  if (!c || !c->value) return false;
  out.values.push_back({constant::exact_string(c->value), type_text(c->type)});
  return true;
}

void Session::Impl::accept(load::Package* package, const Step& step, Evaluation& out) {
  if (step.decls.empty()) return;
  types::Scope& scope = *package->types->scope;
  for (const auto& [hidden, name] : step.hidden) {
    types::Object* object = scope.lookup(hidden);
    object->name = name;
    scope.insert(object);
  }
  for (const Symbol name : step.names) {
    imports.erase(std::string(name.str()));
    if (types::Object* old = find(name.str())) note_redefinition(old, out);
  }
  last = package;
  accepted.push_back(package);
}

// What refers to an object that its name no longer means.
void Session::Impl::note_redefinition(types::Object* old, Evaluation& out) {
  std::vector<types::Object*> users;
  for (const load::Package* p : accepted) {
    for (const auto& [user, used] : p->types->base_uses) {
      if (used == old && user->name != old->name && std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
    }
  }
  for (types::Object* object : visible()) {
    types::Type* t = object->type ? types::unalias(object->type) : nullptr;
    if (auto* p = types::as<types::Pointer>(t)) t = types::unalias(p->base);
    else if (auto* s = types::as<types::Slice>(t)) t = types::unalias(s->elem);
    const bool of_it = types::as<types::Var>(object) && types::as<types::Named>(t) &&
                       static_cast<types::Named*>(t)->obj() == old;
    if (of_it && std::find(users.begin(), users.end(), object) == users.end()) users.push_back(object);
  }
  const std::string name(old->name.str());
  for (types::Object* user : users) {
    auto* method = types::as<types::Func>(user);
    const bool is_method = method && method->decl && method->decl->recv;
    if (is_method) {
      types::Type* recv = types::unalias(method->signature()->recv->type);
      if (auto* p = types::as<types::Pointer>(recv)) recv = types::unalias(p->base);
      auto* named = types::as<types::Named>(recv);
      if (named && named->obj() == old) continue;  // its own
    }
    if (!is_method && find(user->name.str()) != user) continue;  // hidden itself
    const std::string who = is_method ? "method " + std::string(user->name.str()) : std::string(user->name.str());
    out.notes.push_back(who + " still uses the old " + name);
  }
}

void Session::Impl::add_uninitialized(load::Package* package, std::vector<const bc::Function*>& functions) {
  if (!initialized.insert(package).second) return;
  std::vector<load::Package*> imported = package->imports;
  std::sort(imported.begin(), imported.end(), [](auto* a, auto* b) { return a->path < b->path; });
  for (load::Package* p : imported) add_uninitialized(p, functions);
  functions.push_back(engine->codegen().function(engine->program().package_init(package->types)));
}

bool Session::Impl::run(load::Package* package, bool call_input, Evaluation& out) {
  const auto input = std::make_shared<InputRun>(InputRun{.functions = {}, .interrupted = interrupted});
  InputRun& run = *input;
  add_uninitialized(engine->front().loader().find("runtime"), run.functions);
  add_uninitialized(package, run.functions);
  if (call_input) {
    auto* f = types::as<types::Func>(package->types->scope->lookup(symbol(StepMaker::kRunName)));
    run.functions.push_back(engine->codegen().function(engine->program().function(f)));
  }
  engine->lock().unlock();
  const sched::RunEnd end = engine->run_goroutine("govm/session.runInput", input, true);
  engine->lock().lock();
  if (engine->runtime().exited()) {
    out.status = Status::kExited;
    out.exit_code = engine->runtime().exit_code();
    return false;
  }
  switch (end) {
    case sched::RunEnd::kInterrupted: out.status = Status::kInterrupted; return false;
    case sched::RunEnd::kDeadlock:
    case sched::RunEnd::kGoexitDeadlock: out.status = Status::kDeadlock; return false;
    case sched::RunEnd::kFinished:
    case sched::RunEnd::kKilled: break;
  }
  if (!run.finished) out.status = interrupted ? Status::kInterrupted : Status::kPanicked;
  return run.finished;
}

void Session::Impl::take_values(const Step& step, Evaluation& out) {
  const auto strings = [&](const char* name) {
    std::vector<std::string> list;
    const auto* slice = static_cast<const abi::Slice*>(engine->find_global(std::string(StepMaker::kConsolePath) + "." + name));
    const auto* items = static_cast<const abi::String*>(slice->data);
    for (std::int64_t i = 0; i < slice->len; ++i) {
      list.emplace_back(reinterpret_cast<const char*>(items[i].data), static_cast<std::size_t>(items[i].len));
    }
    return list;
  };
  const std::vector<std::string> texts_of = strings("Texts"), dynamic = strings("Types");
  std::vector<types::Type*> types_of;
  if (auto* tuple = types::as<types::Tuple>(step.value->type); tuple && !step.value->comma_ok) {
    for (types::Var* v : tuple->vars) types_of.push_back(v->type);
  } else {
    types_of.push_back(step.value->type);
  }
  for (std::size_t i = 0; i < texts_of.size(); ++i) {
    types::Type* t = i < types_of.size() ? types_of[i] : nullptr;
    if (step.value->mode == syntax::Mode::kNilValue) t = types::basic(session(), types::BasicKind::kUntypedNil);
    std::string type = t && !types::as<types::Tuple>(t) ? type_text(t) : dynamic[i];
    if (t && types::under_as<types::Interface>(t) && dynamic[i] != "nil") {
      const std::string actual = dynamic[i].starts_with("main.") ? dynamic[i].substr(5)
                                 : dynamic[i].starts_with("*main.") ? "*" + dynamic[i].substr(6) : dynamic[i];
      type += " (" + actual + ")";
    }
    out.values.push_back({texts_of[i], std::move(type)});
  }
}

// ---- the public face

Session::Session(Options options) : impl_(std::make_unique<Impl>(std::move(options))) {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

Evaluation Session::evaluate(std::string_view text) { return impl_->evaluate(text); }

bool Session::is_complete(std::string_view text) {
  const std::lock_guard guard(impl_->engine->lock());
  Evaluation e;
  impl_->parse(text, e);
  return e.status != Status::kIncomplete;
}

void Session::interrupt() {
  impl_->interrupted = true;  // first: a run that is about to begin sees it, one that has begun is found by the scheduler
  impl_->engine->runtime().scheduler().interrupt_runs();
}

std::string Session::source() const {
  std::string out;
  for (const std::string& t : impl_->texts) {
    out += t;
    if (!out.ends_with('\n')) out += '\n';
  }
  return out;
}

Session::Usage Session::usage() {
  const gc::HeapStats stats = impl_->engine->runtime().heap().stats();
  return {stats.heap_live, impl_->engine->options().limits.heap_bytes, stats.num_gc,
          impl_->engine->runtime().scheduler().goroutine_count()};
}

std::string Session::goroutines() {
  rt::Runtime& runtime = impl_->engine->runtime();
  runtime.scheduler().stop();
  std::string text = rt::traceback_all(runtime, nullptr);
  runtime.scheduler().start();
  return text;
}

}  // namespace govm
