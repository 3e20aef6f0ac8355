// Where Go's own sources and tests are, if at all.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace govm::testing {

// $GOVM_GOROOT, or the tree CMake was configured with; empty if there is none.
inline std::filesystem::path go_root() {
  const char* root = std::getenv("GOVM_GOROOT");
#ifdef GOVM_DEFAULT_GOROOT
  if (!root) root = GOVM_DEFAULT_GOROOT;
#endif
  if (!root || !std::filesystem::exists(std::filesystem::path(root) / "src")) return {};
  return root;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace govm::testing
