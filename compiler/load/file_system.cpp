#include <algorithm>
#include <cctype>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "compiler/load/load.h"

namespace govm::load {
namespace {

namespace fs = std::filesystem;

class DiskFiles : public FileSystem {
 public:
  std::optional<std::string> read(const std::string& path) override {
    std::error_code error;
    if (!fs::is_regular_file(path, error)) return {};
    std::ifstream in(path, std::ios::binary);
    if (!in) return {};
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  std::string read_error(const std::string& path) override {
    errno = 0;
    const bool opened = std::ifstream(path, std::ios::binary).is_open();
    if (opened) return "not a regular file";
    std::string words = std::generic_category().message(errno == 0 ? ENOENT : errno);
    words[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(words[0])));
    return words;
  }
  std::optional<std::vector<Entry>> list(const std::string& path) override {
    std::error_code error;
    fs::directory_iterator it(path, error);
    if (error) return {};
    std::vector<Entry> out;
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
      std::error_code ignored;
      out.push_back({it->path().filename().string(), it->is_directory(ignored), it->is_regular_file(ignored)});
    }
    std::sort(out.begin(), out.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
    return out;
  }
};

class NoFiles : public FileSystem {
 public:
  std::optional<std::string> read(const std::string&) override { return {}; }
  std::optional<std::vector<Entry>> list(const std::string&) override { return {}; }
};

}  // namespace

std::unique_ptr<FileSystem> disk_files() { return std::make_unique<DiskFiles>(); }
std::unique_ptr<FileSystem> no_files() { return std::make_unique<NoFiles>(); }

}  // namespace govm::load
