// Runs a fuzz target over files, without libFuzzer: PROGRAM [-sample N] FILE|DIR...
//
// Directories are searched for files of all names; -sample N takes only so many of each directory given, evenly by name.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "tests/fuzz/target.h"
#include "tests/syntax/go_source.h"

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t kLargest = 200'000;

std::vector<fs::path> files_of(const fs::path& root, std::size_t sample) {
  if (!fs::is_directory(root)) return {root};
  std::vector<fs::path> all, out;
  for (const auto& e : fs::recursive_directory_iterator(root)) {
    if (e.is_regular_file() && e.file_size() < kLargest) all.push_back(e.path());
  }
  std::sort(all.begin(), all.end());
  const std::size_t step = sample == 0 ? 1 : std::max<std::size_t>(1, all.size() / sample);
  for (std::size_t i = 0; i < all.size(); i += step) out.push_back(all[i]);
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t sample = 0, count = 0;
  const bool trace = std::getenv("GOVM_TRACE") != nullptr;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "-sample") == 0 && i + 1 < argc) {
      sample = std::strtoul(argv[++i], nullptr, 10);
      continue;
    }
    for (const fs::path& path : files_of(argv[i], sample)) {
      if (trace) std::fprintf(stderr, "%s\n", path.c_str());
      const std::string text = govm::testing::read_file(path);
      LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
      ++count;
    }
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
