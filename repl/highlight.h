// Go text with colours, for the line editor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace govm::repl {

// The terminal style (SGR parameters, "" for none) of each byte of the text.
std::vector<std::string_view> highlight(std::string_view text);

// How many brackets of the text are open at its end.
int open_brackets(std::string_view text);

}  // namespace govm::repl
