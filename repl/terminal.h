// The terminal as the line editor needs it: raw mode, keys, width.
#pragma once

#include <termios.h>

#include <string>
#include <string_view>

namespace govm::repl {

enum class Key {
  kText,        // printable: `text` is one UTF-8 sequence
  kPaste,       // `text` is what was pasted
  kEnter, kNewline, kTab, kBackTab, kBackspace, kDelete, kLeft, kRight, kUp, kDown, kHome, kEnd, kWordLeft, kWordRight,
  kDeleteWord, kDeleteNextWord, kDeleteToEnd, kDeleteToStart, kYank, kTranspose, kSearch, kClear, kInterrupt, kEndOfFile, kCancel,
  kUnknown, kClosed,
};

struct KeyPress {
  Key key = Key::kUnknown;
  std::string text;
};

// Raw mode with bracketed paste while it lives.
class RawMode {
 public:
  RawMode();
  ~RawMode();
  RawMode(const RawMode&) = delete;
  RawMode& operator=(const RawMode&) = delete;

 private:
  termios saved_{};
  bool changed_ = false;
};

KeyPress read_key();                 // waits; standard input
int terminal_columns();
int terminal_rows();
int display_width(std::string_view utf8);   // columns
std::size_t sequence_length(char first);    // bytes of a UTF-8 sequence
void write_terminal(std::string_view text);

}  // namespace govm::repl
