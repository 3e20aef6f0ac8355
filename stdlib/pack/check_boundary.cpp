// Checks the boundary between Go's standard library and the natives, when both have been built.
//
// usage: check_boundary MISSING
//
// Every native must be declared in Go, without a body and with the native's signature; and every function of std without a
// body must have a native, stand for a function that has a body (by //go:linkname), be an intrinsic, or be listed in the
// file MISSING, a symbol a line ('#' begins a comment). Prints what differs and fails then: after an update of std these are
// the symbols that came and went.
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/ir/builder.h"
#include "compiler/load/load.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/object.h"
#include "stdlib/natives/tables.h"
#include "vm/runtime/native.h"

using namespace govm;

namespace {

std::string types_of(std::span<syntax::Field* const> fields) {
  std::string text;
  for (const syntax::Field* field : fields) text += (text.empty() ? "" : ", ") + syntax::to_string(field->type_expr);
  return "(" + text + ")";
}

// Parameter and result types as written, one each: what must be the same in a native's row and in the Go declaration.
std::string shape(const syntax::FuncDecl& decl) {
  const std::string receiver = decl.recv ? "(" + syntax::to_string(decl.recv->type_expr) + ") " : "";
  return receiver + types_of(decl.type->params) + " " + types_of(decl.type->results);
}

class Boundary {
 public:
  explicit Boundary(const char* missing_file);
  // The number of differences, which were printed.
  int check();

 private:
  void report(const std::string& what, const std::string& symbol) {
    std::printf("boundary: %s: %s\n", symbol.c_str(), what.c_str());
    ++differences_;
  }
  void function(const syntax::FuncDecl& decl);
  void compare(const std::string& symbol, const rt::Native& native, const syntax::FuncDecl& decl);

  types::Session session_;
  load::Loader loader_;
  const rt::NativeRegistry& natives_ = natives::all();
  std::set<std::string> listed_, declared_, absent_;
  int differences_ = 0;
};

Boundary::Boundary(const char* missing_file)
    : loader_(session_, {}, [this](const types::Diagnostic& d) { report("error", d.message); }) {
  std::ifstream in(missing_file);
  for (std::string line; std::getline(in, line);) {
    line.resize(std::min(line.find('#'), line.size()));
    line.erase(line.find_last_not_of(' ') + 1);
    if (!line.empty()) listed_.insert(line);
  }
}

void Boundary::compare(const std::string& symbol, const rt::Native& native, const syntax::FuncDecl& decl) {
  SourceFile& source = session_.sources.add_file("native", "package p\n" + std::string(native.signature) + "\n");
  bool wrong = false;
  const syntax::File* file = syntax::parse_file(source, session_.arena, session_.symbols, [&](Pos, std::string) { wrong = true; });
  const auto* row = wrong || file->decls.empty() ? nullptr : syntax::as<syntax::FuncDecl>(file->decls[0]);
  if (row == nullptr) return report("no Go signature", std::string(native.signature));
  if (shape(*row) != shape(decl)) report("the native is " + shape(*row) + ", the declaration " + shape(decl), symbol);
}

void Boundary::function(const syntax::FuncDecl& decl) {
  if (decl.body != nullptr) return;
  auto* func = types::as<types::Func>(decl.name->object);
  if (func == nullptr || ir::is_intrinsic(func)) return;
  const std::string symbol = loader_.native_name(func);
  if (const rt::Native* native = natives_.find(symbol)) {
    declared_.insert(symbol);
    if (symbol == func->full_name()) compare(symbol, *native, decl);
  } else if (loader_.linked_function(func) == nullptr) {
    absent_.insert(symbol);
  }
}

int Boundary::check() {
  loader_.load_patterns({"std"});
  for (const load::Package* package : loader_.packages()) {
    if (package->path == "unsafe") continue;
    for (const syntax::File* file : package->files) {
      for (const syntax::Decl* decl : file->decls) {
        if (const auto* func = syntax::as<syntax::FuncDecl>(decl)) function(*func);
      }
    }
  }
  natives_.for_each([&](const std::string& name, const rt::Native&) {
    if (!declared_.contains(name)) report("a native that nothing declares", name);
  });
  for (const std::string& symbol : absent_) {
    if (!listed_.contains(symbol)) report("a function without body or native", symbol);
  }
  for (const std::string& symbol : listed_) {
    if (!absent_.contains(symbol)) report("listed as missing, but it is not", symbol);
  }
  return differences_;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: check_boundary MISSING\n", stderr);
    return 2;
  }
  return Boundary(argv[1]).check() == 0 ? 0 : 1;
}
