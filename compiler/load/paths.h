// Slash-separated paths and import paths.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace govm::load {

// Joins and cleans as Go's path.Join: no "." or "//", ".." resolved where possible.
std::string join_path(std::string_view directory, std::string_view name);
std::string_view base_name(std::string_view path);
std::string_view directory_of(std::string_view path);  // "" for a plain name
// path relative to directory if it lies within ("" for the directory itself); null otherwise.
bool relative_to(std::string_view path, std::string_view directory, std::string& out);

// Whether a package at `importer` may import the internal package `path`.
bool internal_allowed(std::string_view path, std::string_view importer);

// path.Match: '*', '?', '[a-z]', '\\'; '/' is only matched by itself. A malformed pattern matches nothing and sets bad.
bool match_pattern(std::string_view pattern, std::string_view name, bool& bad);

}  // namespace govm::load
