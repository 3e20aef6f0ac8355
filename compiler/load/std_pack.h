// Go's standard library as packed into the program at build time by stdlib/pack: source files selected by build
// constraints, comments removed (line numbers stay), merged with the overlay. Read only; any thread may read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace govm::load {

class StdPack {
 public:
  // The pack linked into this program.
  static const StdPack& embedded();
  explicit StdPack(std::string_view data);  // borrowed

  struct File {
    std::string name;         // "print.go"
    std::string text;
    bool is_overlay = false;  // its declarations replace those of the same name in the other files
  };
  bool has(std::string_view path) const { return index_.contains(path); }
  // Decompresses one package's files; empty if there is no such package.
  std::vector<File> files(std::string_view path) const;
  std::vector<std::string_view> paths() const;  // sorted

 private:
  struct Entry {
    std::uint32_t offset;
    std::uint32_t compressed;
    std::uint32_t size;
  };
  std::string_view data_;
  std::unordered_map<std::string_view, Entry> index_;
};

}  // namespace govm::load
