#include "bindings/listing.h"

#include <algorithm>
#include <tuple>

#include "bindings/library_facts.h"
#include "compiler/opt/opt.h"
#include "vm/bytecode/disasm.h"

namespace govm::detail {
namespace {

// The declared functions and methods of a package, in source order; generic ones excluded if `concrete`.
std::vector<types::Func*> declared_functions(const load::Package& package, bool concrete) {
  std::vector<types::Func*> out;
  for (syntax::File* file : package.files) {
    for (syntax::Decl* decl : file->decls) {
      auto* func_decl = syntax::as<syntax::FuncDecl>(decl);
      if (!func_decl || !func_decl->name) continue;
      auto* func = types::as<types::Func>(func_decl->name->object);
      if (!func) continue;
      const types::Signature* signature = func->signature();
      if (concrete && (signature->tparams || signature->rparams)) continue;
      out.push_back(func);
    }
  }
  return out;
}

// The IR functions asked for by name, built.
Result<std::vector<ir::Function*>> find_functions(LoadedProgram& program, std::string_view name) {
  Engine& engine = *program.engine;
  std::vector<ir::Function*> out;
  for (types::Func* func : declared_functions(*program.root, true)) {
    ir::Function* function = engine.program().function(func);
    if (name.empty() || function->name == name || func->name.str() == name) out.push_back(function);
  }
  if (name == "init") out.push_back(engine.program().package_init(program.root->types));
  if (out.empty()) return Error{"no function " + std::string(name) + " in package " + program.root->path};
  return out;
}

}  // namespace

Result<std::string> print_ir(Engine& engine, types::Func* func, bool optimized) {
  ir::Function* function = engine.program().function(func);
  engine.program().build(function);
  if (optimized) opt::optimize(*function, {.library = &library_facts()});
  return ir::to_string(*function);
}

Result<std::string> disassemble(Engine& engine, types::Func* func) {
  bc::Function* code = engine.codegen().function(engine.program().function(func));
  std::string error;
  if (!engine.runtime().ensure_compiled(*code, error)) return Error{error};
  return bc::disassemble(*code);
}

Result<std::string> print_ir(LoadedProgram& program, std::string_view name, bool optimized) {
  std::lock_guard guard(program.engine->lock());
  std::string text;
  for (ir::Function* function : GOVM_TRY(find_functions(program, name))) {
    program.engine->program().build(function);
    if (optimized) opt::optimize(*function, {.library = &library_facts()});
    text += ir::to_string(*function);
    text += '\n';
  }
  return text;
}

Result<std::string> disassemble(LoadedProgram& program, std::string_view name) {
  std::lock_guard guard(program.engine->lock());
  std::string text;
  for (ir::Function* function : GOVM_TRY(find_functions(program, name))) {
    bc::Function* code = program.engine->codegen().function(function);
    std::string error;
    if (!program.engine->runtime().ensure_compiled(*code, error)) return Error{error};
    text += bc::disassemble(*code);
    text += '\n';
  }
  return text;
}

std::string print_decisions(LoadedProgram& program, bool inlining, std::string_view package) {
  std::lock_guard guard(program.engine->lock());
  ir::Program& all = program.engine->program();
  std::vector<opt::Decision> decisions;
  const opt::Options options{.inline_calls = inlining, .library = &library_facts()};
  const load::Package* about = package.empty() ? program.root : nullptr;
  for (const load::Package* p : program.engine->front().loader().packages()) {
    if (about == nullptr && p->path == package) about = p;
  }
  if (about == nullptr) return {};
  for (types::Func* func : declared_functions(*about, true)) {
    for (opt::Decision& d : opt::decisions(*all.function(func), options)) decisions.push_back(std::move(d));
  }
  std::sort(decisions.begin(), decisions.end(), [](const auto& a, const auto& b) { return std::tie(a.pos, a.text) < std::tie(b.pos, b.text); });
  std::string text;
  for (const opt::Decision& d : decisions) {
    const Position at = all.session.sources.position(d.pos);
    const bool relative = !at.file.starts_with('/') && !at.file.starts_with("./");
    text += (relative ? "./" : "") + std::string(at.file) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + d.text + "\n";
  }
  return text;
}

void check_all_bodies(Front& front, const load::Package& package) {
  for (types::Func* func : declared_functions(package, false)) front.loader().ensure_body_checked(func);
}

std::size_t count_lines(Front& front) {
  std::size_t lines = 0;
  for (const load::Package* package : front.loader().packages()) {
    for (const syntax::File* file : package->files) {
      const std::string_view text = file->source->text();
      lines += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    }
  }
  return lines;
}

}  // namespace govm::detail
