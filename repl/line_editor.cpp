#include "repl/line_editor.h"

#include <algorithm>
#include <cctype>
#include <clocale>
#include <fstream>

#include "repl/highlight.h"

namespace govm::repl {
namespace {

constexpr std::size_t kMostHistory = 2000;
constexpr int kTabWidth = 4;

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; }
bool is_continuation(char c) { return (c & 0xC0) == 0x80; }

std::string move_up(int rows) { return rows > 0 ? "\x1b[" + std::to_string(rows) + "A" : ""; }

}  // namespace

LineEditor::LineEditor(bool colors) : colors_(colors) {
  if (!std::setlocale(LC_CTYPE, "") || MB_CUR_MAX == 1) std::setlocale(LC_CTYPE, "C.UTF-8");
}

bool LineEditor::read(std::string_view prompt, std::string_view more_prompt, std::string& out) {
  const RawMode raw;
  prompt_ = prompt;
  more_prompt_ = more_prompt;
  text_.clear();
  at_ = 0;
  entry_ = history_.size();
  cursor_row_ = 0;
  redraw();
  for (;;) {
    const KeyPress press = read_key();
    const Step step = handle(press);
    tabbed_ = press.key == Key::kTab;
    if (step == Step::kGoOn) {
      redraw();
      continue;
    }
    finish_drawing();
    if (step == Step::kClosed) return false;
    out = text_;
    const bool blank = out.find_first_not_of(" \t\n") == out.npos;
    if (!blank && (history_.empty() || history_.back() != out)) history_.push_back(out);
    return true;
  }
}

LineEditor::Step LineEditor::handle(const KeyPress& press) {
  switch (press.key) {
    case Key::kClosed: return Step::kClosed;
    case Key::kEnter: return enter();
    case Key::kEndOfFile:
      if (text_.empty()) return Step::kClosed;
      if (at_ < text_.size()) erase(at_, right(at_), false);
      return Step::kGoOn;
    case Key::kInterrupt:
      at_ = text_.size();
      redraw();
      write_terminal("^C");
      text_.clear();
      at_ = 0;
      return Step::kDone;
    case Key::kTab: tab(); return Step::kGoOn;
    case Key::kSearch: search(); return Step::kGoOn;
    case Key::kClear:
      write_terminal("\x1b[H\x1b[2J");
      cursor_row_ = 0;
      return Step::kGoOn;
    default: edit(press); return Step::kGoOn;
  }
}

LineEditor::Step LineEditor::enter() {
  if (!is_complete || is_complete(text_)) {
    at_ = text_.size();
    redraw();
    return Step::kDone;
  }
  newline();
  return Step::kGoOn;
}

void LineEditor::edit(const KeyPress& press) {
  switch (press.key) {
    case Key::kText:
      // A closing bracket at the beginning of a line goes one step out.
      if ((press.text == "}" || press.text == ")") && at_ > line_start(at_) && text_[at_ - 1] == '\t' &&
          text_.find_first_not_of('\t', line_start(at_)) >= at_) {
        erase(at_ - 1, at_, false);
      }
      insert(press.text);
      break;
    case Key::kPaste: insert(press.text); break;
    case Key::kNewline: newline(); break;
    case Key::kBackspace: erase(left(at_), at_, false); break;
    case Key::kDelete: erase(at_, right(at_), false); break;
    case Key::kDeleteWord: erase(word_left(at_), at_, true); break;
    case Key::kDeleteNextWord: erase(at_, word_right(at_), true); break;
    case Key::kDeleteToEnd: erase(at_, at_ < line_end(at_) ? line_end(at_) : right(at_), true); break;
    case Key::kDeleteToStart: erase(line_start(at_), at_, true); break;
    case Key::kYank: insert(killed_); break;
    case Key::kTranspose:
      if (at_ > line_start(at_) && left(at_) > 0) {
        const std::size_t middle = left(at_), first = left(middle);
        text_ = text_.substr(0, first) + text_.substr(middle, at_ - middle) + text_.substr(first, middle - first) + text_.substr(at_);
      }
      break;
    case Key::kLeft: at_ = left(at_); break;
    case Key::kRight: at_ = right(at_); break;
    case Key::kWordLeft: at_ = word_left(at_); break;
    case Key::kWordRight: at_ = word_right(at_); break;
    case Key::kHome: at_ = line_start(at_); break;
    case Key::kEnd: at_ = line_end(at_); break;
    case Key::kUp:
      if (!vertical(-1)) history(-1);
      break;
    case Key::kDown:
      if (!vertical(1)) history(1);
      break;
    default: break;
  }
}

// ---- changing the text

void LineEditor::insert(std::string_view text) {
  text_.insert(at_, text);
  at_ += text.size();
}

void LineEditor::newline() { insert("\n" + std::string(static_cast<std::size_t>(open_brackets(std::string_view(text_).substr(0, at_))), '\t')); }

void LineEditor::erase(std::size_t from, std::size_t to, bool keep) {
  if (keep) killed_ = text_.substr(from, to - from);
  text_.erase(from, to - from);
  at_ = from;
}

// ---- places in the text

std::size_t LineEditor::left(std::size_t at) const {
  if (at == 0) return 0;
  do --at;
  while (at > 0 && is_continuation(text_[at]));
  return at;
}

std::size_t LineEditor::right(std::size_t at) const {
  if (at >= text_.size()) return text_.size();
  do ++at;
  while (at < text_.size() && is_continuation(text_[at]));
  return at;
}

std::size_t LineEditor::word_left(std::size_t at) const {
  while (at > 0 && !is_word(text_[at - 1])) --at;
  while (at > 0 && is_word(text_[at - 1])) --at;
  return at;
}

std::size_t LineEditor::word_right(std::size_t at) const {
  while (at < text_.size() && !is_word(text_[at])) ++at;
  while (at < text_.size() && is_word(text_[at])) ++at;
  return at;
}

std::size_t LineEditor::line_start(std::size_t at) const {
  const std::size_t end = at == 0 ? std::string::npos : text_.rfind('\n', at - 1);
  return end == std::string::npos ? 0 : end + 1;
}

std::size_t LineEditor::line_end(std::size_t at) const { return std::min(text_.find('\n', at), text_.size()); }

bool LineEditor::vertical(int direction) {
  const std::size_t start = line_start(at_);
  const int column = display_width(std::string_view(text_).substr(start, at_ - start));
  std::size_t other;
  if (direction < 0) {
    if (start == 0) return false;
    other = line_start(start - 1);
  } else {
    if (line_end(at_) == text_.size()) return false;
    other = line_end(at_) + 1;
  }
  const std::size_t end = line_end(other);
  std::size_t at = other;
  while (at < end && display_width(std::string_view(text_).substr(other, right(at) - other)) <= column) at = right(at);
  at_ = at;
  return true;
}

// ---- history

void LineEditor::history(int direction) {
  const std::size_t wanted = entry_ + static_cast<std::size_t>(direction);
  if (wanted > history_.size()) return;  // also below 0
  if (entry_ == history_.size()) draft_ = text_;
  entry_ = wanted;
  text_ = entry_ == history_.size() ? draft_ : history_[entry_];
  at_ = text_.size();
}

// Ctrl-R: the newest entry with the typed text, older ones with Ctrl-R again.
void LineEditor::search() {
  const std::string before = text_, prompt = prompt_;
  const std::size_t before_at = at_;
  std::string wanted;
  std::size_t found = history_.size();
  const auto look = [&](std::size_t from) {
    for (std::size_t i = std::min(from, history_.size()); i-- > 0;) {
      const std::size_t where = history_[i].find(wanted);
      if (where == std::string::npos) continue;
      found = i;
      text_ = history_[i];
      at_ = where;
      return;
    }
  };
  for (;;) {
    prompt_ = "(search '" + wanted + "') ";
    redraw();
    const KeyPress press = read_key();
    if (press.key == Key::kText) {
      wanted += press.text;
      look(found == history_.size() ? found : found + 1);
    } else if (press.key == Key::kSearch) {
      look(found);
    } else if (press.key == Key::kBackspace && !wanted.empty()) {
      while (is_continuation(wanted.back())) wanted.pop_back();
      wanted.pop_back();
      look(history_.size());
    } else {
      prompt_ = prompt;
      if (press.key == Key::kCancel || press.key == Key::kInterrupt) {
        text_ = before;
        at_ = before_at;
      } else {
        entry_ = found;
        at_ = text_.size();
        if (press.key != Key::kEnter) edit(press);
      }
      return;
    }
  }
}

void LineEditor::load_history(const std::string& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    std::string entry;
    for (std::size_t i = 0; i < line.size(); ++i) {
      const bool escaped = line[i] == '\\' && i + 1 < line.size();
      if (!escaped) entry += line[i];
      else entry += line[++i] == 'n' ? '\n' : line[i];
    }
    if (!entry.empty()) history_.push_back(std::move(entry));
  }
}

void LineEditor::save_history(const std::string& file) const {
  if (file.empty()) return;
  std::ofstream out(file, std::ios::trunc);
  const std::size_t first = history_.size() > kMostHistory ? history_.size() - kMostHistory : 0;
  for (std::size_t i = first; i < history_.size(); ++i) {
    for (const char c : history_[i]) {
      if (c == '\n') out << "\\n";
      else if (c == '\\') out << "\\\\";
      else out << c;
    }
    out << '\n';
  }
}

// ---- completion

void LineEditor::tab() {
  const std::string before = text_.substr(0, at_);
  const std::size_t start = line_start(at_);
  if (before.find_first_not_of(" \t", start) == before.npos) return insert("\t");
  if (!complete) return;
  std::size_t word = 0;
  const std::vector<Completion> found = complete(before, &word);
  if (found.empty()) return;
  std::string common = found[0].text;
  for (const Completion& c : found) {
    const auto end = std::mismatch(common.begin(), common.end(), c.text.begin(), c.text.end()).first;
    common.erase(end, common.end());
  }
  if (common.size() > word) {
    text_.replace(at_ - word, word, common);
    at_ += common.size() - word;
    if (found.size() == 1) return;
  } else if (found.size() > 1 || !tabbed_) {
    list(found);
  }
}

// Shows the possibilities below the input, one a line with what it is.
void LineEditor::list(const std::vector<Completion>& found) {
  finish_drawing();
  const auto most = static_cast<std::size_t>(std::max(terminal_rows() - 4, 5));
  std::size_t width = 0;
  for (const Completion& c : found) width = std::max(width, c.text.size());
  std::string out;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (i == most && found.size() > most + 1) {
      out += "... " + std::to_string(found.size() - most) + " more\r\n";
      break;
    }
    std::string detail = found[i].detail;
    const auto room = static_cast<std::size_t>(std::max(terminal_columns() - static_cast<int>(width) - 4, 10));
    if (detail.size() > room) detail = detail.substr(0, room - 3) + "...";
    out += found[i].text + std::string(width - found[i].text.size() + 2, ' ');
    out += colors_ ? "\x1b[2m" + detail + "\x1b[0m\r\n" : detail + "\r\n";
  }
  write_terminal(out);
  cursor_row_ = 0;
}

// ---- the screen

std::string LineEditor::drawing(Place* cursor, Place* end) const {
  const int columns = terminal_columns();
  const std::vector<std::string_view> styles = colors_ ? highlight(text_) : std::vector<std::string_view>(text_.size());
  std::string out = prompt_;
  Place place{0, display_width(prompt_)};
  std::string_view style;
  for (std::size_t i = 0; i <= text_.size();) {
    if (i == at_) *cursor = place;
    if (i == text_.size()) break;
    if (text_[i] == '\n') {
      out += (style.empty() ? "" : "\x1b[0m");
      style = {};
      out += "\x1b[K\r\n" + more_prompt_;
      place = {place.row + 1, display_width(more_prompt_)};
      ++i;
      continue;
    }
    const std::size_t next = right(i);
    const bool is_tab = text_[i] == '\t';
    const std::string shown = is_tab ? std::string(kTabWidth, ' ') : text_.substr(i, next - i);
    const int width = display_width(shown);
    if (place.column + width > columns) place = {place.row + 1, 0}, out += "\r\n";
    if (styles[i] != style) {
      out += "\x1b[0m";
      if (!styles[i].empty()) out += "\x1b[" + std::string(styles[i]) + "m";
      style = styles[i];
    }
    out += shown;
    place.column += width;
    i = next;
  }
  if (!style.empty()) out += "\x1b[0m";
  if (place.column >= columns) place = {place.row + 1, 0}, out += "\r\n";
  *end = place;
  if (cursor->column >= columns) *cursor = {cursor->row + 1, 0};
  return out;
}

void LineEditor::redraw() {
  Place cursor{0, 0}, end{0, 0};
  const std::string shown = drawing(&cursor, &end);
  std::string out = "\r" + move_up(cursor_row_) + "\x1b[J" + shown;
  out += move_up(end.row - cursor.row) + "\r";
  if (cursor.column > 0) out += "\x1b[" + std::to_string(cursor.column) + "C";
  cursor_row_ = cursor.row;
  write_terminal(out);
}

void LineEditor::finish_drawing() {
  const std::size_t at = at_;
  at_ = text_.size();
  if (at != at_) redraw();
  write_terminal("\r\n");
  at_ = at;
  cursor_row_ = 0;
}

}  // namespace govm::repl
