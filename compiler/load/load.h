// Finding, parsing and checking the packages of a program: the front door of the compiler's first half.
//
//   types::Session session;
//   load::Loader loader(session, options, on_error);
//   auto roots = loader.load_patterns({"./cmd/x"});         // or load_files, load_source
//   if (roots.empty() || loader.error_count() > 0) ...      // everything was reported to on_error
//   for (const load::Package* p : loader.packages()) ...    // dependencies first
//
// User packages are checked in full; packages of the standard library (from the pack linked into the program, see
// std_pack.h) have their bodies checked when asked for by ensure_body_checked. Files are read through FileSystem only.
// Not thread safe: the caller holds the session's lock. Everything returned lives as long as the Loader and Session.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "compiler/syntax/ast.h"
#include "compiler/types/checker.h"

namespace govm::load {

// What the loader may read. Paths are absolute or relative to the working directory.
class FileSystem {
 public:
  virtual ~FileSystem() = default;
  struct Entry {
    std::string name;
    bool is_dir = false;
    bool is_regular = false;
  };
  virtual std::optional<std::string> read(const std::string& path) = 0;
  // Why read(path) gave nothing, in the system's words.
  virtual std::string read_error(const std::string&) { return "no such file or directory"; }
  // Sorted by name; null if path is no readable directory.
  virtual std::optional<std::vector<Entry>> list(const std::string& path) = 0;
};
std::unique_ptr<FileSystem> disk_files();
std::unique_ptr<FileSystem> no_files();  // everything is absent

struct Options {
  std::string directory;               // working directory; empty: the process's
  std::vector<std::string> tags;       // additional build tags
  std::string lang;                    // language version that overrides go.mod's ("go1.21")
  std::string module_cache;            // of required modules; empty: Go's own ($GOMODCACHE, $GOPATH/pkg/mod, ~/go/pkg/mod)
  std::string goroot;                  // Go's source tree, for tests of std; empty: those are not found
  bool bodyless = false;               // user packages may have functions without body
  bool check_std_bodies = false;       // check std's bodies at once (tests)
  struct Cover {                       // what load_test puts counters into
    std::string mode;                  // "set", "count" or "atomic"; empty: nothing
    std::vector<std::string> packages; // import paths; empty: the package under test
    std::string where;                 // what the report says of them: " in ./..."
  } cover;
};

struct Module {
  std::string path;                    // "example.com/m"; empty: files outside any module
  std::string directory;
  std::string go_version;              // "go1.24"
};

struct Package {
  types::Package* types = nullptr;
  std::string path;                    // import path; "main" programs given as files: "command-line-arguments"
  std::string directory;               // empty for std and sources given as text
  const Module* module = nullptr;      // null for std
  bool is_std = false;
  std::vector<syntax::File*> files;
  std::vector<Package*> imports;       // direct, each once; "unsafe" is not among them
};

class Loader {
 public:
  Loader(types::Session& session, Options options, types::DiagnosticHandler on_error,
         std::unique_ptr<FileSystem> files = disk_files());
  ~Loader();

  // Each returns the root packages (those of the patterns, in order), or fewer after errors.
  std::vector<Package*> load_patterns(const std::vector<std::string>& patterns);  // ".", "./...", DIR, "std", import paths
  Package* load_files(const std::vector<std::string>& paths);                     // one package made of these files
  struct Source {
    std::string name;                  // file name for positions
    std::string text;
  };
  Package* load_source(std::string path, std::vector<Source> sources);            // one package from memory

  // One input of a console: a package "main" made of a file whose syntax the caller made, which goes on where base ended
  // (types::CheckConfig::base; null: the first). Imports that are not used are no errors. Null after errors; those of
  // earlier calls do not count. `options.directory` says which module's packages it may import.
  // Packages in `given` may be imported whatever their paths.
  Package* extend(Package* base, syntax::File* file, const std::vector<Package*>& given = {});

  // What patterns name, without loading it; Go files name one place, "command-line-arguments".
  struct Place {
    std::string path;                  // import path
    std::string directory;             // empty: none is known
    std::vector<std::string> files;    // empty: all of the directory's
  };
  std::vector<Place> find_places(const std::vector<std::string>& patterns);
  // The program that `go test` builds for a package: the package with its _test.go files, the external test package,
  // and a main that hands their tests to package testing (cmd/go/internal/load/test.go). Null after errors.
  struct TestProgram {
    Package* main = nullptr;
    bool no_test_files = false;        // nothing to run; main is null
  };
  TestProgram load_test(const Place& place);

  // A new version of the program's own packages (neither std nor the host's): what is loaded between the two is found
  // and checked anew. end_version(false) goes back to the version before; either way that one stays alive.
  void begin_version();
  void end_version(bool keep);

  // Makes a package importable whose source the host provides (before anything that imports it is loaded). Such
  // packages count as std where privileges are concerned: they may declare functions without body, bound to natives.
  void add_host_package(std::string path, std::vector<Source> sources);

  // One more package by import path, e.g. "runtime" (which every program needs). Null after errors.
  Package* import(std::string_view path);

  // Whether package can be run: it is named main and declares main. Reports what is wrong.
  bool require_main(const Package* package);

  // All packages loaded so far, dependencies first.
  const std::vector<Package*>& packages() const;
  Package* find(std::string_view path) const;          // null: not loaded
  Package* find(const types::Package* package) const;  // null: not this loader's
  const Package* package_at(Pos pos) const;            // whose source it is; null: nobody's
  int error_count() const;
  bool packages_missing() const;  // the last load failed before anything was checked

  // ---- what ir::Environment asks for (the layers keep the two apart; an adapter forwards)

  // Checks func's body if that was not done. False after errors.
  bool ensure_body_checked(types::Func* func);
  // Reads the literal that var begins with if it was skipped.
  void ensure_initializer_read(types::Var* var);
  // The function with a body that a bodyless func stands for, by //go:linkname on either side; else null.
  types::Func* linked_function(types::Func* func);
  // The symbol a bodyless func is bound by: its linkname's target, else "import/path.name".
  std::string native_name(types::Func* func);
  // The variable var is linknamed to in another loaded package; else var.
  types::Var* linked_variable(types::Var* var);
  struct EmbeddedFile {
    std::string name;                  // slash-separated, relative to the package's directory
    std::string data;
  };
  // Contents for a variable with //go:embed; false: it has none.
  bool embedded_files(types::Var* var, std::vector<EmbeddedFile>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govm::load
