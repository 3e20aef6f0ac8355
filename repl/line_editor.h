// Editing of inputs of several lines on a terminal: history, completion, search, highlighting, bracketed paste.
// docs/decisions/0004 says why it is our own.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/session.hpp"
#include "repl/terminal.h"

namespace govm::repl {

class LineEditor {
 public:
  explicit LineEditor(bool colors);

  // Whether Enter is to end the input; what may stand at the cursor, given the text before it.
  std::function<bool(const std::string& text)> is_complete;
  std::function<std::vector<Completion>(const std::string& text, std::size_t* word)> complete;

  // Reads an input. An empty one after Ctrl-C. False: the end (Ctrl-D at an empty line).
  bool read(std::string_view prompt, std::string_view more_prompt, std::string& out);

  void load_history(const std::string& file);
  void save_history(const std::string& file) const;

 private:
  enum class Step { kGoOn, kDone, kClosed };
  Step handle(const KeyPress& press);
  Step enter();
  void edit(const KeyPress& press);
  void insert(std::string_view text);
  void newline();
  void erase(std::size_t from, std::size_t to, bool keep);
  std::size_t left(std::size_t at) const;
  std::size_t right(std::size_t at) const;
  std::size_t word_left(std::size_t at) const;
  std::size_t word_right(std::size_t at) const;
  std::size_t line_start(std::size_t at) const;
  std::size_t line_end(std::size_t at) const;
  bool vertical(int direction);         // to the line above or below; false: there is none
  void history(int direction);
  void search();
  void tab();
  void list(const std::vector<Completion>& found);
  void redraw();
  void finish_drawing();                // cursor behind everything
  struct Place { int row, column; };
  // What is shown, and where the cursor ends up.
  std::string drawing(Place* cursor, Place* end) const;

  bool colors_;
  std::string prompt_, more_prompt_;
  std::string text_;
  std::size_t at_ = 0;                  // the cursor: byte offset
  std::string killed_;
  std::vector<std::string> history_;
  std::size_t entry_ = 0;               // being looked at; history_.size(): the new one
  std::string draft_;                   // the new one meanwhile
  int cursor_row_ = 0;                  // rows above the cursor on the screen
  bool tabbed_ = false;                 // the key before was Tab, too
};

}  // namespace govm::repl
