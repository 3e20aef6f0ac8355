// Builds the standard library pack (compiler/load/std_pack.h) from a Go source tree and the overlay.
//
// usage: std_pack GOROOT OVERLAY OUTPUT
//
// An overlay folder is named after an import path. Its .go files join the package's and replace declarations of the
// same name; a file REPLACE beside them drops all of std's files. A package without files after selection is left out.
#include <zstd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/load/build_context.h"
#include "stdlib/pack/strip.h"

namespace fs = std::filesystem;
using govm::load::BuildContext;

namespace {

constexpr std::uint32_t kMagic = 0x31505347;
constexpr int kCompressionLevel = 15;

struct File {
  std::string name;
  std::string text;
  bool is_overlay;
};
using Packages = std::map<std::string, std::vector<File>>;

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Import paths below a folder, "" aside, that are worth looking at.
std::set<std::string> folders(const fs::path& root) {
  std::set<std::string> out;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    if (!it->is_directory()) continue;
    const std::string name = it->path().filename().string();
    if (name == "testdata" || name.starts_with(".") || name.starts_with("_")) {
      it.disable_recursion_pending();
      continue;
    }
    out.insert(fs::relative(it->path(), root).generic_string());
  }
  return out;
}

bool is_std_package(const std::string& path) {
  if (path == "cmd" || path.starts_with("cmd/") || path == "builtin") return false;
  return path != "runtime/cgo" && path != "runtime/race" && !path.starts_with("runtime/race/") &&
         path != "runtime/msan" && path != "runtime/asan";
}

// Packages of Go's commands that govm's own commands are made of: where they are in the pack, and in the source tree.
// Those that the commands vendor go where std's vendored packages are.
std::map<std::string, std::string> tool_packages(const fs::path& goroot) {
  std::map<std::string, std::string> out = {{"cmd/gofmt", "cmd/gofmt"}, {"cmd/doc", "cmd/doc"}};
  static constexpr const char* kVendored[] = {"golang.org/x/mod", "golang.org/x/sync/semaphore", "golang.org/x/tools"};
  for (const char* root : kVendored) {
    const std::string folder = std::string("cmd/vendor/") + root;
    if (!fs::is_directory(goroot / "src" / folder)) continue;
    out[std::string("vendor/") + root] = folder;
    for (const std::string& below : folders(goroot / "src" / folder)) {
      out[std::string("vendor/") + root + "/" + below] = folder + "/" + below;
    }
  }
  return out;
}

void add_files(const fs::path& folder, const BuildContext& context, bool is_overlay, std::vector<File>& out) {
  std::vector<fs::path> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".go") names.push_back(entry.path());
  }
  std::sort(names.begin(), names.end());
  for (const fs::path& path : names) {
    const std::string name = path.filename().string();
    if (name.ends_with("_test.go") || !context.matches_name(name)) continue;
    std::string text = read(path);
    if (!context.matches_text(text) || govm::load::imports_c(text)) continue;
    out.push_back({is_overlay ? "overlay_" + name : name, govm::pack::strip_comments(text), is_overlay});
  }
}

// time/tzdata holds the time zones as one string constant; it is generated where Go is built.
void add_time_zones(const fs::path& goroot, Packages& packages) {
  const std::string zip = read(goroot / "lib/time/zoneinfo.zip");
  const auto found = packages.find("time/tzdata");
  if (zip.empty() || found == packages.end()) return;
  std::string text = "package tzdata\nconst zipdata = \"";
  char escape[8];
  for (const char c : zip) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7F && byte != '"' && byte != '\\') {
      text += c;
    } else {
      std::snprintf(escape, sizeof escape, "\\x%02x", byte);
      text += escape;
    }
  }
  found->second.push_back({"zzipdata.go", text + "\"\n", false});
}

Packages collect(const fs::path& goroot, const fs::path& overlay) {
  Packages out;
  std::set<std::string> paths = folders(goroot / "src");
  const std::set<std::string> overlaid = folders(overlay);
  paths.insert(overlaid.begin(), overlaid.end());
  for (const std::string& path : paths) {
    if (!is_std_package(path) && !overlaid.contains(path)) continue;
    const BuildContext context = govm::load::std_build_context(path);
    std::vector<File> files;
    if (fs::is_directory(goroot / "src" / path) && !fs::exists(overlay / path / "REPLACE")) {
      add_files(goroot / "src" / path, context, false, files);
    }
    if (overlaid.contains(path)) add_files(overlay / path, context, true, files);
    if (!files.empty()) out.emplace(path, std::move(files));
  }
  for (const auto& [path, folder] : tool_packages(goroot)) {
    std::vector<File> files;
    const BuildContext context = govm::load::std_build_context(path);
    add_files(goroot / "src" / folder, context, false, files);
    if (overlaid.contains(path)) add_files(overlay / path, context, true, files);
    if (!files.empty()) out[path] = std::move(files);
  }
  add_time_zones(goroot, out);
  return out;
}

void put32(std::string& out, std::size_t value) {
  const auto v = static_cast<std::uint32_t>(value);
  out.append(reinterpret_cast<const char*>(&v), 4);
}

std::string serialise(const std::vector<File>& files) {
  std::string out;
  for (const File& f : files) {
    out += static_cast<char>(f.is_overlay);
    put32(out, f.name.size());
    out += f.name;
    put32(out, f.text.size());
    out += f.text;
  }
  return out;
}

// What every program loads is stored as it is: a Vm is made the sooner.
bool is_always_loaded(std::string_view path) {
  static constexpr std::string_view kPaths[] = {"runtime", "internal/abi", "internal/goarch", "internal/godebugs",
                                                "internal/goos", "internal/profilerecord", "internal/runtime/syscall"};
  return std::find(std::begin(kPaths), std::end(kPaths), path) != std::end(kPaths);
}

std::string compress(const std::string& data) {
  std::string out(ZSTD_compressBound(data.size()), '\0');
  const std::size_t n = ZSTD_compress(out.data(), out.size(), data.data(), data.size(), kCompressionLevel);
  if (ZSTD_isError(n)) {
    std::fprintf(stderr, "std_pack: %s\n", ZSTD_getErrorName(n));
    std::exit(1);
  }
  out.resize(n);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: std_pack GOROOT OVERLAY OUTPUT\n");
    return 2;
  }
  const Packages packages = collect(argv[1], argv[2]);
  std::size_t header = 8;
  for (const auto& [path, files] : packages) header += 16 + path.size();
  std::string index;
  std::string data;
  put32(index, kMagic);
  put32(index, packages.size());
  for (const auto& [path, files] : packages) {
    const std::string raw = serialise(files);
    const std::string packed = is_always_loaded(path) ? raw : compress(raw);
    put32(index, path.size());
    index += path;
    put32(index, header + data.size());
    put32(index, packed.size());
    put32(index, raw.size());
    data += packed;
  }
  std::ofstream out(argv[3], std::ios::binary);
  out << index << data;
  std::printf("std_pack: %zu packages, %zu bytes\n", packages.size(), index.size() + data.size());
  return out.good() ? 0 : 1;
}
