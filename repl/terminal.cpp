#include "repl/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cwchar>
#include <map>

namespace govm::repl {
namespace {

constexpr int kEscapeWaitMs = 50;     // after an ESC, for the rest of a sequence
constexpr std::string_view kPasteEnd = "\x1b[201~";

// The next byte; -1: the end, or none came in time.
int next_byte(int timeout_ms = -1) {
  for (;;) {
    if (timeout_ms >= 0) {
      pollfd p{STDIN_FILENO, POLLIN, 0};
      if (poll(&p, 1, timeout_ms) <= 0) return -1;
    }
    unsigned char c = 0;
    const ssize_t n = ::read(STDIN_FILENO, &c, 1);
    if (n == 1) return c;
    if (n < 0 && errno == EINTR) continue;
    return -1;
  }
}

KeyPress pasted() {
  std::string text;
  for (int c; (c = next_byte()) >= 0;) {
    text += static_cast<char>(c);
    if (text.ends_with(kPasteEnd)) {
      text.resize(text.size() - kPasteEnd.size());
      break;
    }
  }
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      clean += '\n';
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (static_cast<unsigned char>(text[i]) >= ' ' || text[i] == '\n' || text[i] == '\t') {
      clean += text[i];
    }
  }
  return {Key::kPaste, clean};
}

// ESC [ ... or ESC O ..., behind the first two bytes.
KeyPress control_sequence() {
  std::string s;
  for (int c; (c = next_byte(kEscapeWaitMs)) >= 0;) {
    s += static_cast<char>(c);
    if (c >= 0x40 && c <= 0x7e) break;
  }
  if (s == "200~") return pasted();
  static const std::map<std::string, Key> kSequences = {
      {"A", Key::kUp}, {"B", Key::kDown}, {"C", Key::kRight}, {"D", Key::kLeft}, {"H", Key::kHome}, {"F", Key::kEnd},
      {"1~", Key::kHome}, {"7~", Key::kHome}, {"4~", Key::kEnd}, {"8~", Key::kEnd}, {"3~", Key::kDelete},
      {"1;5C", Key::kWordRight}, {"1;5D", Key::kWordLeft}, {"1;3C", Key::kWordRight}, {"1;3D", Key::kWordLeft},
      {"Z", Key::kBackTab}};
  const auto found = kSequences.find(s);
  return {found == kSequences.end() ? Key::kUnknown : found->second, ""};
}

KeyPress escape() {
  const int c = next_byte(kEscapeWaitMs);
  switch (c) {
    case -1: return {Key::kCancel, ""};
    case '[': case 'O': return control_sequence();
    case '\r': case '\n': return {Key::kNewline, ""};
    case 'b': return {Key::kWordLeft, ""};
    case 'f': return {Key::kWordRight, ""};
    case 'd': return {Key::kDeleteNextWord, ""};
    case 0x7f: return {Key::kDeleteWord, ""};
    default: return {Key::kUnknown, ""};
  }
}

KeyPress control(int c) {
  switch (c) {
    case 1: return {Key::kHome, ""};
    case 2: return {Key::kLeft, ""};
    case 3: return {Key::kInterrupt, ""};
    case 4: return {Key::kEndOfFile, ""};
    case 5: return {Key::kEnd, ""};
    case 6: return {Key::kRight, ""};
    case 7: return {Key::kCancel, ""};
    case 8: case 0x7f: return {Key::kBackspace, ""};
    case 9: return {Key::kTab, ""};
    case 10: case 13: return {Key::kEnter, ""};
    case 11: return {Key::kDeleteToEnd, ""};
    case 12: return {Key::kClear, ""};
    case 14: return {Key::kDown, ""};
    case 16: return {Key::kUp, ""};
    case 18: return {Key::kSearch, ""};
    case 20: return {Key::kTranspose, ""};
    case 21: return {Key::kDeleteToStart, ""};
    case 23: return {Key::kDeleteWord, ""};
    case 25: return {Key::kYank, ""};
    case 27: return escape();
    default: return {Key::kUnknown, ""};
  }
}

winsize size() {
  winsize w{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) != 0) w = {};
  return w;
}

}  // namespace

RawMode::RawMode() {
  if (tcgetattr(STDIN_FILENO, &saved_) != 0) return;
  termios raw = saved_;
  raw.c_iflag &= ~static_cast<tcflag_t>(BRKINT | ICRNL | INPCK | ISTRIP | IXON);
  raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | IEXTEN | ISIG);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  changed_ = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
  write_terminal("\x1b[?2004h");
}

RawMode::~RawMode() {
  write_terminal("\x1b[?2004l");
  if (changed_) tcsetattr(STDIN_FILENO, TCSADRAIN, &saved_);
}

KeyPress read_key() {
  const int c = next_byte();
  if (c < 0) return {Key::kClosed, ""};
  if (c < 0x20 || c == 0x7f) return control(c);
  std::string text(1, static_cast<char>(c));
  for (std::size_t n = sequence_length(text[0]); text.size() < n;) {
    const int more = next_byte(kEscapeWaitMs);
    if (more < 0) break;
    text += static_cast<char>(more);
  }
  return {Key::kText, text};
}

int terminal_columns() {
  const int n = size().ws_col;
  return n > 0 ? n : 80;
}

int terminal_rows() {
  const int n = size().ws_row;
  return n > 0 ? n : 24;
}

std::size_t sequence_length(char first) {
  const auto c = static_cast<unsigned char>(first);
  return c < 0xC0 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

int display_width(std::string_view utf8) {
  int width = 0;
  std::mbstate_t state{};
  while (!utf8.empty()) {
    wchar_t c = 0;
    const std::size_t n = std::mbrtowc(&c, utf8.data(), utf8.size(), &state);
    if (n == 0 || n > utf8.size()) {  // not decodable: a column a sequence
      const std::size_t skip = std::min(sequence_length(utf8[0]), utf8.size());
      utf8.remove_prefix(skip);
      ++width;
      state = {};
      continue;
    }
    const int w = wcwidth(c);
    width += w < 0 ? 1 : w;
    utf8.remove_prefix(n);
  }
  return width;
}

void write_terminal(std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(STDOUT_FILENO, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace govm::repl
