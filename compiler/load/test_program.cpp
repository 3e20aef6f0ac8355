// What `govm test` loads: a package together with its tests.
#include <algorithm>
#include <iterator>

#include "compiler/load/loader_impl.h"
#include "compiler/load/paths.h"
#include "compiler/load/test_main.h"

namespace govm::load {
namespace {

// The name in a file's package clause; empty if there is none to be seen.
std::string package_clause(std::string_view text) {
  for (;;) {
    const std::size_t at = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (at == text.npos) return {};
    text.remove_prefix(at);
    if (text.starts_with("//")) {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    } else if (text.starts_with("/*")) {
      const std::size_t end = text.find("*/");
      if (end == text.npos) return {};
      text.remove_prefix(end + 2);
    } else {
      break;
    }
  }
  if (!text.starts_with("package")) return {};
  text.remove_prefix(7);
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return std::string(text.substr(0, text.find_first_of(" \t\r\n;/")));
}

bool is_test_file(const Unit& unit, const syntax::File& file) {
  return !unit.is_std || file.source->name().ends_with("_test.go");
}

}  // namespace

struct TestSources {
  std::vector<SourceText> own;       // of named files: what is no test
  std::vector<SourceText> internal;  // tests in the package
  std::vector<SourceText> external;  // tests in the package NAME_test
};

void Loader::Impl::read_tests(const Loader::Place& place, const BuildContext& context, TestSources& out) {
  const auto add_test = [&](SourceText source) {
    auto& group = package_clause(source.text).ends_with("_test") ? out.external : out.internal;
    group.push_back(std::move(source));
  };
  if (!place.files.empty()) {
    std::string directory;
    for (SourceText& source : read_files(place.files, directory)) {
      if (source.name.ends_with("_test.go")) add_test(std::move(source));
      else out.own.push_back(std::move(source));
    }
    return;
  }
  for (const FileSystem::Entry& e : files->list(place.directory).value_or(std::vector<FileSystem::Entry>())) {
    if (!e.is_regular || !e.name.ends_with("_test.go") || !context.matches_name(e.name)) continue;
    const std::string path = join_path(place.directory, e.name);
    auto text = files->read(path);
    if (text && context.matches_text(*text) && !imports_c(*text)) add_test({path, std::move(*text), false});
  }
}

// Null if they are only tests of another package.
Unit* Loader::Impl::load_tested_files(const Loader::Place& place, TestSources& sources) {
  cover(place.path, sources.own);
  std::move(sources.internal.begin(), sources.internal.end(), std::back_inserter(sources.own));
  if (sources.own.empty()) return nullptr;
  Unit* unit = new_unit(place.path);
  unit->directory = place.directory;
  ModuleInfo* module = module_for(place.directory);
  unit->module = module;
  unit->location = path_in_module(module, place.directory);
  return finish(unit, std::move(sources.own));
}

Unit* Loader::Impl::load_external_tests(Unit* tested, const Loader::Place& place, std::vector<SourceText> sources) {
  Unit* unit = new_unit(place.path + "_test");
  unit->directory = place.directory;
  unit->location = place.path;
  unit->privileged = tested ? tested->privileged : false;
  unit->module = tested ? tested->module : module_for(place.directory);
  stack.push_back({unit->path, ""});
  finish(unit, std::move(sources));
  stack.pop_back();
  return unit;
}

// Puts counters into a package's files if its coverage is asked for.
void Loader::Impl::cover(const std::string& path, std::vector<SourceText>& sources) {
  if (!cover_packages.contains(path)) return;
  const CoverMode mode = options.cover.mode == "atomic"  ? CoverMode::kAtomic
                         : options.cover.mode == "count" ? CoverMode::kCount
                                                         : CoverMode::kSet;
  for (SourceText& source : sources) {
    CoveredFile file{path, path + "/" + std::string(base_name(source.name)), "GovmCover_" + std::to_string(covered.size()), {}};
    CoveredText text = add_counters(source.text, file.variable, mode);
    if (text.blocks.empty()) continue;
    source.text = std::move(text.text);
    file.blocks = std::move(text.blocks);
    covered.push_back(std::move(file));
  }
}

Loader::TestProgram Loader::Impl::load_test(const Loader::Place& place) {
  const bool is_std = StdPack::embedded().has(place.path) || (in_goroot(place.directory) && !place.path.starts_with("cmd/"));
  const BuildContext context = is_std ? std_build_context(place.path) : context_of(place.directory);
  TestSources sources;
  read_tests(place, context, sources);
  Loader::TestProgram out;
  if (errors_finding > 0) return out;
  out.no_test_files = sources.internal.empty() && sources.external.empty();
  if (out.no_test_files) return out;

  if (!options.cover.mode.empty()) {
    cover_packages = {options.cover.packages.begin(), options.cover.packages.end()};
    if (cover_packages.empty()) cover_packages = {place.path};
  }
  const bool has_internal = !sources.internal.empty();
  if (has_internal && place.files.empty()) test_sources[place.path] = std::move(sources.internal);
  Unit* tested = nullptr;
  stack.push_back({place.path, ""});
  bool any_go_file = false;
  if (!place.files.empty()) {
    tested = load_tested_files(place, sources);
  } else if (is_std) {
    if (has_internal || StdPack::embedded().has(place.path)) tested = find_import(nullptr, place.path, Pos{});
  } else if (has_internal || !read_directory(place.directory, any_go_file).empty()) {
    tested = load_directory(place.directory, place.path, module_for(place.directory), Pos{});
  }
  stack.pop_back();
  Unit* tests = sources.external.empty() ? nullptr : load_external_tests(tested, place, std::move(sources.external));
  if (tests && is_std) tests->privileged = true;
  stack.push_back({place.path, ""});
  for (const std::string& path : options.cover.packages) find_import(nullptr, path, Pos{});  // whatever the tests import
  stack.pop_back();
  if (errors_finding > 0) return out;

  TestFunctions functions;
  if (tested && has_internal) {
    for (const syntax::File* file : tested->files) {
      if (is_test_file(*tested, *file)) collect_tests(*file, "_test", functions);
    }
  }
  if (tests) {
    for (const syntax::File* file : tests->files) collect_tests(*file, "_xtest", functions);
  }
  Unit* main = new_unit(place.path + ".test");
  main->is_test_main = true;
  main->privileged = true;
  finish(main, {{"_testmain.go", test_main_source(functions, place.path, tested != nullptr, tests != nullptr, options.cover, covered), false}});
  if (errors_finding == 0 && check(main)) out.main = main;
  return out;
}

void Loader::Impl::find_tree_places(const std::string& root, ModuleInfo* module, std::vector<Loader::Place>& out) {
  const auto entries = files->list(root);
  if (!entries) return;
  bool any = false;
  for (const FileSystem::Entry& e : *entries) any = any || (e.is_regular && e.name.ends_with(".go"));
  if (any) find_places(root, out);
  for (const FileSystem::Entry& e : *entries) {
    if (!e.is_dir || e.name.starts_with(".") || e.name.starts_with("_") || e.name == "testdata" || e.name == "vendor") {
      continue;
    }
    const std::string directory = join_path(root, e.name);
    if (module_for(directory) == module) find_tree_places(directory, module, out);
  }
}

std::vector<Loader::Place> Loader::find_places(const std::vector<std::string>& patterns) {
  impl_->errors_finding = 0;
  std::vector<Place> out;
  if (std::any_of(patterns.begin(), patterns.end(), [&](const std::string& p) { return impl_->is_go_file(p); })) {
    std::string directory;
    if (impl_->read_files(patterns, directory).empty()) return {};
    out.push_back({"command-line-arguments", directory, {}});
    for (const std::string& p : patterns) out.back().files.push_back(impl_->absolute(p));
    return out;
  }
  for (const std::string& p : patterns) impl_->find_places(p, out);
  return out;
}

Loader::TestProgram Loader::load_test(const Place& place) {
  impl_->errors_finding = 0;
  return impl_->load_test(place);
}

}  // namespace govm::load
