// Versions of modules, as golang.org/x/mod/semver orders them: "v1.2.3-pre+incompatible".
#pragma once

#include <string_view>

namespace govm::load {

// Negative, zero or positive; what is no version is less than every version.
int compare_versions(std::string_view a, std::string_view b);

}  // namespace govm::load
