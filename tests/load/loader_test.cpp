#include <map>

#include "compiler/load/diagnostics.h"
#include "compiler/load/load.h"
#include "compiler/load/paths.h"
#include "tests/catch.h"

using namespace govm;
using namespace govm::load;

namespace {

// Files that exist only in the test.
class FakeFiles : public FileSystem {
 public:
  explicit FakeFiles(std::map<std::string, std::string> files) : files_(std::move(files)) {}
  std::optional<std::string> read(const std::string& path) override {
    const auto found = files_.find(path);
    if (found == files_.end()) return {};
    return found->second;
  }
  std::optional<std::vector<Entry>> list(const std::string& path) override {
    std::map<std::string, bool> names;
    for (const auto& [name, text] : files_) {
      std::string rest;
      if (!relative_to(name, path, rest) || rest.empty()) continue;
      const std::size_t slash = rest.find('/');
      names[rest.substr(0, slash)] = slash != rest.npos;
    }
    if (names.empty()) return {};
    std::vector<Entry> out;
    for (const auto& [name, is_dir] : names) out.push_back({name, is_dir, !is_dir});
    return out;
  }

 private:
  std::map<std::string, std::string> files_;
};

Options options_at(std::string directory) {
  Options out;
  out.directory = std::move(directory);
  return out;
}

struct Fixture {
  types::Session session;
  DiagnosticList diagnostics;
  Loader loader;
  explicit Fixture(std::map<std::string, std::string> files)
      : loader(session, options_at("/m"), [this](types::Diagnostic d) { diagnostics.add(std::move(d)); },
               std::make_unique<FakeFiles>(std::move(files))) {}
  std::string errors() { return diagnostics.text(session, loader, "/m"); }
  std::string load(const std::vector<std::string>& patterns) {
    loader.load_patterns(patterns);
    return errors();
  }
};

const std::string kMod = "module ex.com/m\n\ngo 1.22\n";

types::Func* function(const Package* p, Fixture& f, const char* name) {
  return types::as<types::Func>(p->types->scope->lookup(f.session.symbols.intern(name)));
}

}  // namespace

TEST_CASE("packages of a module are loaded in dependency order") {
  Fixture f({{"/m/go.mod", kMod},
             {"/m/main.go", "package main\nimport (\"ex.com/m/a\"; \"ex.com/m/internal/b\")\nfunc main() { println(a.X, b.X) }\n"},
             {"/m/a/a.go", "package a\nimport \"ex.com/m/internal/b\"\nvar X = b.X\n"},
             {"/m/a/a_windows.go", "package nope\n"},
             {"/m/internal/b/b.go", "package b\nconst X = 1\n"}});
  CHECK(f.load({"."}) == "");
  REQUIRE(f.loader.packages().size() == 3);
  CHECK(f.loader.packages()[0]->path == "ex.com/m/internal/b");
  CHECK(f.loader.packages()[2]->path == "ex.com/m");
  CHECK(f.loader.packages()[2]->types->path.str() == "main");
  CHECK(f.loader.packages()[2]->module->go_version == "go1.22");
  CHECK(f.loader.require_main(f.loader.packages()[2]));
  CHECK_FALSE(f.loader.require_main(f.loader.packages()[0]));
}

TEST_CASE("what cannot be loaded is reported as go does") {
  Fixture f({{"/m/go.mod", kMod},
             {"/m/main.go", "package main\nimport \"foo\"\nimport \"x.org/y\"\nimport \"internal/abi\"\nimport \"./z\"\n"
                            "import \"ex.com/m/a\"\nfunc main() {}\n"},
             {"/m/a/a.go", "package a\nimport \"ex.com/m/b\"\n"},
             {"/m/b/b.go", "package b\nimport \"ex.com/m/a\"\n"}});
  CHECK(f.load({"."}) ==
        "main.go:2:8: package foo is not in std\n"
        "main.go:3:8: no required module provides package x.org/y; to add it:\n\tgo get x.org/y\n"
        "main.go:4:8: use of internal package internal/abi not allowed\n"
        "main.go:5:8: \"./z\" is relative, but relative import paths are not supported in module mode\n"
        "package ex.com/m\n\timports ex.com/m/a from main.go\n\timports ex.com/m/b from a.go\n"
        "\timports ex.com/m/a from b.go: import cycle not allowed\n");
  CHECK(Fixture({{"/m/x/readme", ""}}).load({"./x"}) == "no Go files in /m/x\n");
  CHECK(Fixture({{"/m/a.go", "package a\n"}, {"/m/b.go", "package b\n"}}).load({"."}) ==
        "found packages a (a.go) and b (b.go) in /m\n");
  CHECK(Fixture({{"/m/a.go", "//go:build windows\npackage a\n"}}).load({"."}) ==
        "build constraints exclude all Go files in /m\n");
  Fixture g({});
  CHECK(g.loader.load_files({"nope.go"}) == nullptr);
  CHECK(g.errors() == "stat nope.go: no such file or directory\n");
}

TEST_CASE("errors are grouped, sorted and limited") {
  std::string text = "package main\nfunc main() {\n";
  for (int i = 0; i < 12; ++i) text += "\tundefined" + std::to_string(i) + "()\n";
  Fixture f({{"/m/main.go", text + "}\n"}});
  const std::string errors = f.load({"."});
  CHECK(errors.starts_with("# command-line-arguments\n./main.go:3:2: undefined: undefined0\n"));
  CHECK(errors.ends_with("./main.go:12:2: undefined: undefined9\n./main.go:12:2: too many errors\n"));
}

TEST_CASE("modules: replace, vendor, versions") {
  Fixture f({{"/m/go.mod", kMod + "require a.org/a v1.0.0\nreplace a.org/a => ../a\n"},
             {"/m/main.go", "package main\nimport (\"a.org/a/sub\"; \"v.org/v\")\nfunc main() { println(sub.X, v.X) }\n"},
             {"/a/go.mod", "module a.org/a\ngo 1.18\n"},
             {"/a/sub/s.go", "package sub\nconst X = 2\n"},
             {"/m/vendor/v.org/v/v.go", "package v\nconst X = 3\n"}});
  CHECK(f.load({"./..."}) == "");
  REQUIRE(f.loader.find("a.org/a/sub"));
  CHECK(f.loader.find("a.org/a/sub")->module->go_version == "go1.18");
  CHECK(f.loader.find("v.org/v")->directory == "/m/vendor/v.org/v");
}

TEST_CASE("required modules come from the module cache") {
  types::Session session;
  DiagnosticList diagnostics;
  Options options = options_at("/m");
  options.module_cache = "/cache";
  const std::string mod = kMod + "require (\n\tgit.org/A/b v1.2.0\n\told.org/c v0.1.0\n)\nreplace old.org/c => new.org/c v0.2.0\n";
  Loader loader(session, std::move(options), [&](types::Diagnostic d) { diagnostics.add(std::move(d)); },
                std::make_unique<FakeFiles>(std::map<std::string, std::string>{
                    {"/m/go.mod", mod},
                    {"/m/main.go", "package main\nimport \"git.org/A/b/sub\"\nfunc main() { println(sub.X) }\n"},
                    {"/m/go.sum", "git.org/A/b v1.2.0 h1:b=\ngit.org/A/b v1.2.0/go.mod h1:bm=\nnew.org/c v0.2.0 h1:c=\n"},
                    {"/cache/cache/download/git.org/!a/b/@v/v1.2.0.ziphash", "h1:b="},
                    {"/cache/cache/download/new.org/c/@v/v0.2.0.ziphash", "h1:c=\n"},
                    {"/cache/git.org/!a/b@v1.2.0/go.mod", "module git.org/A/b\ngo 1.19\nrequire old.org/c v0.1.0\n"},
                    {"/cache/git.org/!a/b@v1.2.0/sub/s.go", "package sub\nimport \"old.org/c\"\nconst X = c.X\n"},
                    {"/cache/new.org/c@v0.2.0/c.go", "package c\nconst X = 1\n"}}));
  loader.load_patterns({"."});
  CHECK(diagnostics.text(session, loader, "/m") == "");
  REQUIRE(loader.find("git.org/A/b/sub"));
  CHECK(loader.find("git.org/A/b/sub")->module->go_version == "go1.19");
}

TEST_CASE("embedded files") {
  Fixture f({{"/m/main.go", "package main\nimport \"embed\"\n//go:embed a.txt\nvar s string\n//go:embed d\nvar fs embed.FS\n"
                            "func main() { _, _ = s, fs }\n"},
             {"/m/a.txt", "hello"}, {"/m/d/x", "1"}, {"/m/d/.hidden", "2"}, {"/m/d/e/y", "3"}});
  CHECK(f.load({"."}) == "");
  const Package* p = f.loader.find("command-line-arguments");
  REQUIRE(p);
  auto var = [&](const char* name) {
    return types::as<types::Var>(p->types->scope->lookup(f.session.symbols.intern(name)));
  };
  std::vector<Loader::EmbeddedFile> files;
  REQUIRE(f.loader.embedded_files(var("s"), files));
  REQUIRE(files.size() == 1);
  CHECK(files[0].data == "hello");
  REQUIRE(f.loader.embedded_files(var("fs"), files));
  REQUIRE(files.size() == 2);
  CHECK(files[0].name == "d/e/y");
  CHECK(files[1].name == "d/x");
}

TEST_CASE("go:embed is checked") {
  auto errors = [](const std::string& rest) {
    Fixture f({{"/m/main.go", "package main\nimport _ \"embed\"\n" + rest + "\nfunc main() {}\n"}, {"/m/a", ""}, {"/m/b", ""}});
    return f.load({"main.go"});
  };
  CHECK(errors("//go:embed a\nvar x []byte") == "");
  CHECK(errors("//go:embed a\nvar x int") == "# command-line-arguments\n./main.go:3:3: go:embed cannot apply to var of type int\n");
  CHECK(errors("//go:embed a b\nvar x string") ==
        "# command-line-arguments\n./main.go:3:3: invalid go:embed: multiple files for type string\n");
  CHECK(errors("//go:embed c\nvar x string") == "main.go:3:12: pattern c: no matching files found\n");
  CHECK(errors("//go:embed a\nvar x = 1").ends_with("go:embed cannot apply to var with initializer\n"));
}

TEST_CASE("linknames and host packages") {
  Fixture f({{"/m/main.go", "package main\nimport (\"host\"; _ \"ex.org/x\"; _ \"unsafe\")\n"
                            "//go:linkname pulled host.secret\nfunc pulled() int\n"
                            "//go:linkname now\nfunc now() int64\nfunc main() { pulled(); now(); host.Do() }\n"},
             {"/m/go.mod", kMod},
             {"/m/vendor/ex.org/x/x.go", "package x\nimport _ \"unsafe\"\n//go:linkname mine main.now\nfunc mine() int64 { return 1 }\n"}});
  f.loader.add_host_package("host", {{"host.go", "package host\nfunc Do()\nfunc secret() int { return 1 }\n"}});
  CHECK(f.load({"."}) == "");
  const Package* p = f.loader.find("ex.com/m");
  REQUIRE(p);
  CHECK(f.loader.linked_function(function(p, f, "pulled")) == function(f.loader.find("host"), f, "secret"));
  CHECK(f.loader.linked_function(function(p, f, "now")) == function(f.loader.find("ex.org/x"), f, "mine"));
  types::Func* host_do = function(f.loader.find("host"), f, "Do");
  CHECK(f.loader.linked_function(host_do) == nullptr);
  CHECK(f.loader.native_name(host_do) == "host.Do");
  CHECK(f.loader.native_name(function(p, f, "pulled")) == "host.secret");
}

TEST_CASE("std is checked lazily") {
  Fixture f({});
  Package* fmt = f.loader.import("fmt");
  CHECK(f.errors() == "");
  REQUIRE(fmt);
  types::Func* println = function(fmt, f, "Println");
  REQUIRE(println);
  CHECK(println->full_name() == "fmt.Println");
  CHECK(println->decl->body->list.empty());
  CHECK(f.loader.ensure_body_checked(println));
  CHECK_FALSE(println->decl->body->list.empty());
  CHECK(f.errors() == "");
}

TEST_CASE("all of std's bodies check", "[.slow]") {
  types::Session session;
  DiagnosticList diagnostics;
  Options options = options_at("/");
  options.check_std_bodies = true;
  Loader loader(session, std::move(options),
                [&](types::Diagnostic d) { diagnostics.add(std::move(d)); }, no_files());
  loader.load_patterns({"std"});
  CHECK(diagnostics.text(session, loader, "/", 0) == "");
}

TEST_CASE("all of std's declarations check") {
  types::Session session;
  DiagnosticList diagnostics;
  Loader loader(session, options_at("/"), [&](types::Diagnostic d) { diagnostics.add(std::move(d)); }, no_files());
  CHECK(loader.load_patterns({"std"}).size() > 300);
  CHECK(diagnostics.text(session, loader, "/", 0) == "");
}
