#include "compiler/load/test_main.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/source_map.h"

namespace govm::load {
namespace {

// "Test", "TestX", "Test_x", but not "Testify".
bool is_test_name(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return false;
  name.remove_prefix(prefix.size());
  return name.empty() || !(name[0] >= 'a' && name[0] <= 'z');
}

// func(x *testing.LETTER), however package testing is called here.
bool takes(const syntax::FuncDecl& f, std::string_view type) {
  if (f.type->params.size() != 1 || !f.type->results.empty()) return false;
  const auto* pointer = syntax::as<syntax::Operation>(f.type->params[0]->type_expr);
  if (!pointer || pointer->op != syntax::Operator::kMul || pointer->y) return false;
  if (const auto* selector = syntax::as<syntax::SelectorExpr>(pointer->x)) return selector->sel->value.str() == type;
  const auto* name = syntax::as<syntax::Name>(pointer->x);
  return name && name->value.str() == type;
}

// The last comment group of a block's text (braces excluded), its markers removed; empty if other text follows it.
std::string last_comment(std::string_view body) {
  std::vector<std::string_view> lines;
  while (!body.empty()) {
    const std::size_t end = body.find('\n');
    lines.push_back(body.substr(0, end));
    body.remove_prefix(end == body.npos ? body.size() : end + 1);
  }
  const auto trim = [](std::string_view s) {
    while (!s.empty() && std::isspace(static_cast<unsigned char>(s.front()))) s.remove_prefix(1);
    while (!s.empty() && std::isspace(static_cast<unsigned char>(s.back()))) s.remove_suffix(1);
    return s;
  };
  while (!lines.empty() && trim(lines.back()).empty()) lines.pop_back();
  std::string text;
  std::size_t first = lines.size();
  while (first > 0 && trim(lines[first - 1]).starts_with("//")) --first;
  for (std::size_t i = first; i < lines.size(); ++i) {
    std::string_view line = trim(lines[i]).substr(2);
    if (line.starts_with(' ')) line.remove_prefix(1);
    text.append(line).push_back('\n');
  }
  return text;
}

// Whether text says what is printed ("Output:", "Unordered output:"); leaves the output itself in it.
bool take_output(std::string& text, bool& unordered) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  std::size_t at = lower.find_first_not_of(" \t\n");
  if (at == lower.npos) return false;
  unordered = std::string_view(lower).substr(at).starts_with("unordered ");
  if (unordered) at += std::string_view("unordered ").size();
  if (!std::string_view(lower).substr(at).starts_with("output:")) return false;
  text.erase(0, at + std::string_view("output:").size());
  text.erase(0, std::min(text.find_first_not_of(' '), text.size()));
  if (text.starts_with('\n')) text.erase(0, 1);
  return true;
}

std::string quoted(std::string_view s) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : s) {
    const auto u = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += {'\\', c};
    } else if (u < 0x20 || u >= 0x7f) {
      out += {'\\', 'x', kHex[u >> 4], kHex[u & 15]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

void add_table(std::string& out, const char* name, const char* type, const std::vector<TestFunctions::Test>& functions) {
  out += std::string("var ") + name + " = []testing." + type + "{\n";
  for (const auto& f : functions) out += "\t{" + quoted(f.name) + ", " + f.package + "." + f.name + "},\n";
  out += "}\n\n";
}

std::string cover_import(const std::vector<CoveredFile>& covered, std::size_t file) {
  return "cover" + std::to_string(std::find_if(covered.begin(), covered.end(), [&](const CoveredFile& f) {
           return f.package == covered[file].package;
         }) - covered.begin());
}

// Hands the counters to the package that reports them.
std::string register_counters(const Options::Cover& cover, const std::vector<CoveredFile>& covered) {
  std::string out = "\nfunc init() {\n\tcoverage.Register(" + quoted(cover.mode) + ", " + quoted(cover.where) + ", []coverage.File{\n";
  for (std::size_t i = 0; i < covered.size(); ++i) {
    const CoveredFile& file = covered[i];
    out += "\t\t{" + quoted(file.name) + ", " + cover_import(covered, i) + "." + file.variable + "[:], []coverage.Block{";
    for (const CoverBlock& b : file.blocks) {
      out += "{" + std::to_string(b.line) + ", " + std::to_string(b.column) + ", " + std::to_string(b.end_line) + ", " +
             std::to_string(b.end_column) + ", " + std::to_string(b.statements) + "}, ";
    }
    out += "}},\n";
  }
  return out + "\t})\n}\n";
}

}  // namespace

void collect_tests(const syntax::File& file, const std::string& package, TestFunctions& out) {
  for (const syntax::Decl* decl : file.decls) {
    const auto* f = syntax::as<syntax::FuncDecl>(decl);
    if (!f || f->recv || !f->tparams.empty()) continue;
    const std::string name(f->name->value.str());
    if (name == "TestMain" && takes(*f, "M")) {
      out.test_main = package;
    } else if (is_test_name(name, "Test") && takes(*f, "T")) {
      out.tests.push_back({package, name});
    } else if (is_test_name(name, "Benchmark") && takes(*f, "B")) {
      out.benchmarks.push_back({package, name});
    } else if (is_test_name(name, "Fuzz") && takes(*f, "F")) {
      out.fuzz_targets.push_back({package, name});
    } else if (is_test_name(name, "Example") && f->type->params.empty() && f->type->results.empty() && f->body) {
      const std::uint32_t base = file.source->base();
      const std::uint32_t begin = f->body->pos.offset - base + 1;
      TestFunctions::Example example{{package, name}, last_comment(file.source->text().substr(begin, f->body->rbrace.offset - base - begin))};
      if (take_output(example.output, example.unordered)) out.examples.push_back(std::move(example));
    }
  }
}

std::string test_main_source(const TestFunctions& functions, const std::string& path, bool has_internal, bool has_external,
                             const Options::Cover& cover, const std::vector<CoveredFile>& covered) {
  std::string out = "package main\n\nimport (\n\t\"os\"\n";
  if (!functions.test_main.empty()) out += "\t\"reflect\"\n";
  out += "\t\"testing\"\n\t\"testing/internal/testdeps\"\n\t_ \"unsafe\"\n";
  const auto names = [&](const std::string& package) {
    const auto of_package = [&](const TestFunctions::Test& f) { return f.package == package; };
    return functions.test_main == package || std::any_of(functions.tests.begin(), functions.tests.end(), of_package) ||
           std::any_of(functions.benchmarks.begin(), functions.benchmarks.end(), of_package) ||
           std::any_of(functions.fuzz_targets.begin(), functions.fuzz_targets.end(), of_package) ||
           std::any_of(functions.examples.begin(), functions.examples.end(), of_package);
  };
  const auto import = [&](const char* name, const std::string& imported) {
    out += std::string("\t") + (names(name) ? name : "_") + " " + quoted(imported) + "\n";
  };
  if (has_internal) import("_test", path);
  if (has_external) import("_xtest", path + "_test");
  if (!cover.mode.empty()) out += "\t\"testing/internal/coverage\"\n";
  for (std::size_t i = 0; i < covered.size(); ++i) {
    const std::string name = cover_import(covered, i);
    if (name == "cover" + std::to_string(i)) out += "\t" + name + " " + quoted(covered[i].package) + "\n";
  }
  out += ")\n\n//go:linkname testBinary testing.testBinary\nvar testBinary string\n\n";
  add_table(out, "tests", "InternalTest", functions.tests);
  add_table(out, "benchmarks", "InternalBenchmark", functions.benchmarks);
  add_table(out, "fuzzTargets", "InternalFuzzTarget", functions.fuzz_targets);
  out += "var examples = []testing.InternalExample{\n";
  for (const auto& e : functions.examples) {
    out += "\t{" + quoted(e.name) + ", " + e.package + "." + e.name + ", " + quoted(e.output) + ", " +
           (e.unordered ? "true" : "false") + "},\n";
  }
  out += "}\n\nfunc init() {\n\ttestBinary = \"1\"\n\ttestdeps.ImportPath = " + quoted(path) + "\n}\n\nfunc main() {\n" +
         "\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n";
  if (functions.test_main.empty()) {
    out += "\tos.Exit(m.Run())\n}\n";
  } else {
    out += "\t" + functions.test_main + ".TestMain(m)\n" +
           "\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n}\n";
  }
  if (!cover.mode.empty()) out += register_counters(cover, covered);
  return out;
}

}  // namespace govm::load
