// Which packages a program may import, and what else its source may not have.
#include <algorithm>

#include "bindings/modules.h"
#include "bindings/program.h"
#include "compiler/syntax/pragmas.h"

namespace govm::detail {
namespace {

bool matches(const std::string& pattern, std::string_view path) {
  if (!pattern.ends_with("/...")) return path == pattern;
  const std::string_view base = std::string_view(pattern).substr(0, pattern.size() - 4);
  return path.starts_with(base) && (path.size() == base.size() || path[base.size()] == '/');
}
bool lists(const std::vector<std::string>& patterns, std::string_view path) {
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return matches(p, path); });
}

bool may_import(const Access& access, std::string_view path, bool of_program) {
  if (lists(access.refused_imports, path)) return false;
  if (!access.open && !access.unsafe && (path == "unsafe" || path == "syscall" || path == "runtime/cgo" || path == "plugin")) return false;
  return of_program || access.imports.empty() || lists(access.imports, path);
}

class Check {
 public:
  explicit Check(Engine& engine) : engine_(engine), access_(engine.options().access) {}
  std::string run() {
    for (const load::Package* package : engine_.front().loader().packages()) {
      if (package->is_std) continue;
      for (const syntax::File* file : package->files) look(*file);
    }
    return std::move(text_);
  }

 private:
  void look(const syntax::File& file) {
    for (const syntax::Decl* decl : file.decls) {
      pragmas(decl->pragmas);
      if (decl->kind != syntax::NodeKind::kImportDecl) continue;
      const auto* import = static_cast<const syntax::ImportDecl*>(decl);
      if (import->path == nullptr || import->path->value.size() < 2) continue;
      const std::string_view path = import->path->value.substr(1, import->path->value.size() - 2);
      const load::Package* package = engine_.front().loader().find(path);
      const bool of_program = (package != nullptr && !package->is_std) || engine_.modules().has(std::string(path));
      if (!may_import(access_, path, of_program)) report(decl->pos, "import of " + std::string(path) + " is not allowed here");
    }
    pragmas(file.pragmas);
  }
  void pragmas(std::span<const syntax::Pragma> list) {
    if (access_.open || access_.unsafe) return;
    for (const syntax::Pragma& p : list) {
      if (syntax::pragma_verb(p) == "go:linkname") report(p.pos, "//go:linkname is not allowed here");
    }
  }
  void report(Pos pos, const std::string& message) {
    if (!text_.empty()) text_ += '\n';
    text_ += engine_.front().session().sources.str(pos) + ": " + message;
  }

  Engine& engine_;
  const Access& access_;
  std::string text_;
};

}  // namespace

std::string refused_imports(Engine& engine) { return Check(engine).run(); }

}  // namespace govm::detail
