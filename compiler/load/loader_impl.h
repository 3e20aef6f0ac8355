// The loader's insides. Loading goes in two phases: the import graph is found and parsed depth first (find_*.cpp,
// parse.cpp), then, if all of it was found, packages are checked, dependencies first (package_loader.cpp).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/load/build_context.h"
#include "compiler/load/go_mod.h"
#include "compiler/load/cover.h"
#include "compiler/load/load.h"
#include "compiler/load/std_pack.h"

namespace govm::load {

struct Unit : Package {
  enum class State { kFinding, kFound, kChecking, kChecked };
  State state = State::kFinding;
  bool failed = false;          // its own errors or those of a dependency were reported
  bool misspelled = false;      // errors of the parser that do not keep its types from being checked
  bool ill_typed = false;       // errors other than missing bodies
  bool is_test_main = false;    // may import a program
  bool is_input = false;        // of a console
  bool has_overlay = false;     // the pack has declarations that replace some of its
  Unit* base = nullptr;         // the input before it that was accepted
  bool privileged = false;      // std or the host's: bodyless functions, internal packages
  std::string location;         // import path of its directory: what decides about internal packages
  std::unique_ptr<types::PackageChecker> checker;
  std::unordered_map<std::string, Unit*> by_import_path;  // as written in import declarations

  struct Link {
    Pos pos;
    std::string target;         // symbol; empty: the name is only marked
  };
  std::unordered_map<std::string, Link> linknames;        // by local name
  struct Embed {
    Pos pos;                    // of the directive
    std::vector<Loader::EmbeddedFile> files;
  };
  std::unordered_map<std::string, Embed> embeds;          // by variable name
};

// A module whose files are at hand: the main one, one replaced by a directory, or one in vendor/.
struct ModuleInfo : Module {
  std::vector<GoMod::Require> requires_;
  std::vector<GoMod::Replace> replaces;
  std::vector<std::string> godebugs;
  std::string version;          // of a dependency
  bool has_vendor = false;
};

// The import path of a directory of a module.
std::string path_in_module(const ModuleInfo* module, const std::string& directory);

struct TestSources;

struct SourceText {
  std::string name;             // as positions show it
  std::string text;
  bool is_overlay = false;
};

struct Loader::Impl {
  Impl(types::Session& s, Options o, types::DiagnosticHandler handler, std::unique_ptr<FileSystem> f);

  types::Session& session;
  Options options;
  types::DiagnosticHandler on_error;
  std::unique_ptr<FileSystem> files;
  BuildContext user_context;
  std::unordered_map<std::string, BuildContext> contexts;  // of directories
  int errors = 0;
  int errors_finding = 0;       // those of the first phase: nothing is checked then

  std::deque<Unit> units;
  std::unordered_map<std::string, Unit*> by_path;
  std::unordered_map<const SourceFile*, Unit*> by_file;
  std::unordered_map<const types::Package*, Unit*> by_package;
  std::vector<Package*> order;  // checked, dependencies first
  Unit* main_unit = nullptr;    // the package gc's linker knows as "main"
  std::unordered_map<std::string, std::vector<Loader::Source>> host_packages;
  std::deque<ModuleInfo> modules;
  std::unordered_map<std::string, ModuleInfo*> module_of_directory;  // where go.mod was looked for
  // symbol -> those who name it as a linkname target, with their local name; one of them may define it
  std::unordered_map<std::string, std::vector<std::pair<Unit*, std::string>>> pushed;

  // _test.go files that belong to a package itself, by its import path (see test_program.cpp).
  std::unordered_map<std::string, std::vector<SourceText>> test_sources;
  std::set<std::string> cover_packages;  // load_test's
  std::vector<CoveredFile> covered;

  // The chain of imports being followed, for "import cycle not allowed".
  struct Importing {
    std::string path;
    std::string from_file;      // which file of the package before imports it
  };
  std::vector<Importing> stack;

  // versions.cpp
  struct Version {
    std::unordered_map<std::string, Unit*> by_path;
    std::vector<Package*> order;
    std::unordered_map<std::string, std::vector<std::pair<Unit*, std::string>>> pushed;
    std::unordered_map<std::string, std::vector<Loader::Source>> host_packages;
    Unit* main_unit;
  };
  std::optional<Version> version_before;

  // errors
  void report(Pos pos, std::string message, types::Code code = types::Code::kNone);
  void find_error(Pos pos, std::string message);

  // package_loader.cpp
  Unit* new_unit(std::string path);
  bool check(Unit* unit);
  std::vector<Package*> check_roots(const std::vector<Unit*>& roots);
  std::string language(const Unit* unit) const;     // language version of its files: "go1.24"
  void check_declarations(Unit* unit);
  void check_pragma(const syntax::Pragma& pragma);
  void check_linknames(Unit* unit);
  types::Package* imported(Unit* importer, std::string_view path, std::string& reason);

  // parse.cpp
  void parse(Unit* unit, std::vector<SourceText> sources);
  syntax::File* parse_one(Unit* unit, SourceText source);
  void follow_imports(Unit* unit);
  bool same_package_names(Unit* unit);
  void collect_linknames(Unit* unit);

  // find_modules.cpp
  ModuleInfo* module_for(const std::string& directory);
  struct Workspace {
    std::string directory;                  // empty: there is none
    std::vector<std::string> uses;          // directories of its modules
    std::vector<GoMod::Replace> replaces;
    std::vector<std::string> godebugs;
    std::string go_version;
  };
  const Workspace& workspace();             // find_workspace.cpp: go.work above the working directory, or $GOWORK
  void check_workspace_has(const ModuleInfo* module);
  void check_vendor(const ModuleInfo& module);
  std::optional<Workspace> workspace_;
  ModuleInfo* read_module(const std::string& directory, const std::string& text);
  Unit* find_import(Unit* importer, const std::string& path, Pos pos);
  Unit* find_user_import(Unit* importer, const std::string& path, Pos pos);
  Unit* find_command(const std::string& path, Pos pos);
  bool in_goroot(const std::string& directory) const;
  struct Found {
    std::string directory;                  // empty: nobody has the package
    ModuleInfo* owner = nullptr;
    std::string problem;                    // why it cannot be used; if missing_sum, the module that go.sum lacks
    bool missing_sum = false;
    bool at_import = false;                 // the problem is one of the import declaration
  };
  Found find_package(ModuleInfo* importer, const std::string& path);
  std::string missing_package(ModuleInfo* importer, const std::string& path);

  // build_list.cpp
  using Roots = std::vector<ModuleInfo*>;   // modules whose go.mod counts
  using BuildList = std::map<std::string, std::string>;                                 // module to version
  using GoSum = std::map<std::pair<std::string, std::string>, std::set<std::string>>;   // module, version to hashes
  const Roots& roots_for(ModuleInfo* module);
  const Roots& single_root(ModuleInfo* module);
  const GoMod::Replace* replacement(const Roots& roots, const GoMod::Require& required, std::string& base);
  std::vector<GoMod::Require> requirements_of(const Roots& roots, GoMod::Require required);
  const BuildList& build_list(const Roots& roots, bool whole);
  bool has_go_files(const std::string& directory);
  Found find_required(const Roots& roots, const std::string& path);
  Found find_in_module(const Roots& roots, const GoMod::Require& required, const std::string& path);
  ModuleInfo* dependency(const std::string& root, const GoMod::Require& module);
  const GoSum& go_sum(const Roots& roots);
  std::string cached_file(const GoMod::Require& module, std::string_view suffix) const;
  std::string sum_problem(const Roots& roots, const GoMod::Require& module);
  void check_mod_sum(const Roots& roots, const GoMod::Require& module, Found& out);
  std::string unused_replacement(const Roots& roots, const std::string& path);
  Roots workspace_roots;
  std::unordered_map<ModuleInfo*, Roots> single_roots;
  std::unordered_map<const ModuleInfo*, std::pair<BuildList, bool>> build_lists;        // by first root; whether whole
  std::unordered_map<const ModuleInfo*, GoSum> go_sums;                                 // by first root
  Unit* load_std(const std::string& path);
  Unit* load_host(const std::string& path);
  Unit* load_directory(const std::string& directory, const std::string& path, ModuleInfo* module, Pos pos);
  const BuildContext& context_of(const std::string& directory);
  std::vector<SourceText> read_directory(const std::string& directory, bool& any_go_file);
  Unit* finish(Unit* unit, std::vector<SourceText> sources);
  std::string absolute(const std::string& path) const;

  // find_patterns.cpp
  bool is_go_file(const std::string& pattern) const;   // that can be read
  void find_pattern(const std::string& pattern, std::vector<Unit*>& out);
  void find_tree(const std::string& root, ModuleInfo* module, std::vector<Unit*>& out);
  void find_tree_places(const std::string& root, ModuleInfo* module, std::vector<Loader::Place>& out);
  void find_places(const std::string& pattern, std::vector<Loader::Place>& out);
  Unit* find_directory(const std::string& directory);
  Unit* find_files(const std::vector<std::string>& paths);
  // What is in Go files of one directory, and which it is; empty after errors.
  std::vector<SourceText> read_files(const std::vector<std::string>& paths, std::string& directory);

  // debug_settings.cpp
  void collect_debug_settings(const Unit* unit);
  std::string debug_settings();
  ModuleInfo* debug_module = nullptr;       // of the program; null: none
  std::vector<std::string> debug_lines;     // //go:debug

  // test_program.cpp
  void cover(const std::string& path, std::vector<SourceText>& sources);
  void add_test_sources(const std::string& path, std::vector<SourceText>& sources);
  Loader::TestProgram load_test(const Loader::Place& place);
  void read_tests(const Loader::Place& place, const BuildContext& context, TestSources& out);
  Unit* load_tested_files(const Loader::Place& place, TestSources& sources);
  Unit* load_external_tests(Unit* tested, const Loader::Place& place, std::vector<SourceText> sources);

  // embed.cpp
  void collect_embeds(Unit* unit);
  void check_embeds(Unit* unit);
  void collect_embed(Unit* unit, const syntax::File* file, const syntax::VarDecl* decl, const syntax::Pragma& pragma);
  bool add_embedded(Unit* unit, const std::string& name, bool is_dir, bool hidden_too,
                    std::vector<Loader::EmbeddedFile>& out);
  void glob(const std::string& root, const std::string& directory, std::string_view pattern,
            std::vector<std::pair<std::string, bool>>& out, bool& bad);

  // linknames.cpp
  Unit* unit_of(const types::Object* object);
  types::Object* object_of_symbol(std::string_view symbol);
  std::string symbol_of(types::Func* func);
  types::Func* pusher_of(const std::string& symbol);
};

}  // namespace govm::load
