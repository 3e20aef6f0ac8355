// The values of string and rune literals.
#pragma once

#include <string>
#include <string_view>

namespace govm::syntax {

// The value of a Go string literal ("..." or `...`, quotes included). False if it is malformed.
bool unquote_string(std::string_view literal, std::string& out);
// The value of a rune literal ('...', quotes included). False if it is malformed.
bool unquote_rune(std::string_view literal, char32_t& out);

}  // namespace govm::syntax
