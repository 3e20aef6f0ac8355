// govm build: an executable that is govm itself with a program behind it. How it ends:
//   bundle, its size (8 bytes, little endian), kMark
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "bindings/bundle.hpp"
#include "cmd/govm/options.h"

namespace {

constexpr std::string_view kMark = "\ngovm program 1\n";

struct Trailer {
  std::uint64_t size;
  char mark[16];
};
static_assert(sizeof(Trailer) == 24 && kMark.size() == 16);

std::string own_path() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/exe", error).string();
}

// Where the bundle of an executable begins and its size; nothing if it has none.
std::optional<Trailer> read_trailer(std::ifstream& file, std::uint64_t& begin) {
  Trailer t;
  file.seekg(0, std::ios::end);
  const auto size = static_cast<std::uint64_t>(file.tellg());
  if (size < sizeof t) return std::nullopt;
  file.seekg(static_cast<std::streamoff>(size - sizeof t));
  if (!file.read(reinterpret_cast<char*>(&t), sizeof t) || std::memcmp(t.mark, kMark.data(), kMark.size()) != 0) return std::nullopt;
  if (t.size > size - sizeof t) return std::nullopt;
  begin = size - sizeof t - t.size;
  return t;
}

std::string default_output(const std::string& target) {
  std::error_code error;
  std::filesystem::path path(target);
  if (!is_go_file(target)) path = std::filesystem::absolute(path, error).lexically_normal();
  if (path.filename().empty()) path = path.parent_path();
  std::string name = path.filename().string();
  if (is_go_file(name)) name.resize(name.size() - 3);
  return name.empty() || name == "." ? "main" : name;
}

bool write_executable(const std::string& output, const std::string& bundle) {
  const std::string self = own_path();
  std::ifstream in(self, std::ios::binary);
  std::uint64_t end = 0;
  if (!in) return false;
  if (!read_trailer(in, end)) end = std::filesystem::file_size(self);
  in.clear();
  in.seekg(0);
  std::error_code error;
  std::filesystem::remove(output, error);  // it may be running
  std::ofstream out(output, std::ios::binary);
  char buffer[1 << 16];
  for (std::uint64_t left = end; left > 0 && out;) {
    const auto n = static_cast<std::streamsize>(std::min<std::uint64_t>(left, sizeof buffer));
    if (!in.read(buffer, n)) return false;
    out.write(buffer, n);
    left -= static_cast<std::uint64_t>(n);
  }
  Trailer t{bundle.size(), {}};
  std::memcpy(t.mark, kMark.data(), kMark.size());
  out << bundle;
  out.write(reinterpret_cast<const char*>(&t), sizeof t);
  out.close();
  return out.good() && ::chmod(output.c_str(), 0755) == 0;
}

}  // namespace

int build(const Command& self, const Flags& flags, Arguments arguments) {
  if (arguments.empty()) arguments.push_back(".");
  const std::size_t targets = target_count(arguments);
  std::string output = flags.get("o");
  for (std::size_t i = targets; i + 1 < arguments.size() && output.empty(); ++i) {  // `govm build hello.go -o hello`, too
    if (arguments[i] == "-o" || arguments[i] == "--o") output = arguments[i + 1], arguments.resize(i);
  }
  if (arguments.size() > targets) return usage_error(self, "unknown argument " + arguments[targets]);
  if (const int code = require_files(arguments)) return code;
  if (const int code = print_decisions(flags, arguments); code != 0) return code;
  const govm::Result<std::string> bundle = govm::make_bundle(vm_options(flags), arguments);
  if (!bundle) return print_error(bundle.error().message);
  if (output.empty()) output = default_output(arguments[0]);
  std::error_code error;
  if (std::filesystem::is_directory(output, error)) output += "/" + default_output(arguments[0]);
  if (!write_executable(output, bundle.value())) return print_error("govm: cannot write " + output);
  return 0;
}

bool run_own_bundle(Arguments arguments, int* code) {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::uint64_t begin = 0;
  const std::optional<Trailer> t = file ? read_trailer(file, begin) : std::nullopt;
  if (!t) return false;
  std::string bundle(t->size, '\0');
  file.seekg(static_cast<std::streamoff>(begin));
  file.read(bundle.data(), static_cast<std::streamsize>(bundle.size()));
  govm::Options options;
  options.access = govm::Access::all(std::move(arguments));
  options.access.signals = true;
  *code = run_program(govm::load_bundle(std::move(options), bundle));
  return true;
}
