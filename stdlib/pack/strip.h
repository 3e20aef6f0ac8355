// Removes comments from Go source; line numbers and directives stay.
#pragma once

#include <string>
#include <string_view>

namespace govm::pack {

std::string strip_comments(std::string_view source);

}  // namespace govm::pack
