// go.mod files: what loading packages needs of them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace govm::load {

struct GoMod {
  std::string path;
  std::string go_version = "go1.16";   // what a go.mod without go directive means
  struct Replace {
    std::string old_path;
    std::string new_path;              // a directory if it starts with "./", "../" or "/"
    bool is_local() const;
  };
  std::vector<std::string> requires_;  // module paths
  std::vector<Replace> replaces;
  std::vector<std::string> errors;     // "go.mod:3: unknown directive: x"
};

// file_name is for errors.
GoMod parse_go_mod(std::string_view text, std::string_view file_name);

}  // namespace govm::load
