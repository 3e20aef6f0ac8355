// go.mod files: what loading packages needs of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace govm::load {

struct GoMod {
  std::string path;
  std::string go_version = "go1.16";   // what a go.mod without go directive means
  struct Require {
    std::string path;
    std::string version;
  };
  struct Replace {
    std::string old_path;
    std::string old_version;           // empty: every version
    std::string new_path;              // a directory if it starts with "./", "../" or "/"
    std::string new_version;           // empty for directories
    bool is_local() const;
  };
  std::vector<Require> requires_;
  std::vector<Replace> replaces;
  std::vector<std::string> uses;       // go.work: directories of its modules
  std::vector<std::string> godebugs;   // "panicnil=1"
  std::vector<std::string> errors;     // "go.mod:3: unknown directive: x"
};

// Where the module cache keeps a module, relative to the cache: upper-case letters are written "!x".
std::string cache_directory(std::string_view path, std::string_view version);

// file_name is for errors.
GoMod parse_go_mod(std::string_view text, std::string_view file_name);

}  // namespace govm::load
