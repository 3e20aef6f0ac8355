#include "repl/console.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "repl/line_editor.h"

namespace govm::repl {
namespace {

constexpr std::string_view kPrompt = "> ", kMorePrompt = ". ";
constexpr std::string_view kError = "31", kDim = "2", kMark = "32", kNote = "33";

std::string_view trimmed(std::string_view s) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = s.find_first_not_of(kSpace);
  if (first == s.npos) return {};
  return s.substr(first, s.find_last_not_of(kSpace) - first + 1);
}

std::string_view line_of(std::string_view text, int number) {
  for (; number > 1; --number) {
    const std::size_t end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace

bool colors_wanted(int fd) {
  const char* no = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return !(no && *no) && isatty(fd) && term && std::strcmp(term, "dumb") != 0;
}

Console::Console(std::function<std::unique_ptr<Session>()> make, ConsoleOptions options)
    : make_(std::move(make)), options_(std::move(options)), session_(make_()) {
  if (!options_.interactive) return;
  editor_ = std::make_unique<LineEditor>(options_.colors);
  editor_->load_history(options_.history_file);
  editor_->is_complete = [this](const std::string& text) { return text.starts_with(":") || session_->is_complete(text); };
  editor_->complete = [this](const std::string& text, std::size_t* word) { return complete(text, word); };
}

Console::~Console() = default;

void Console::interrupt() { session_->interrupt(); }

std::string Console::styled(std::string_view text, std::string_view style) const {
  if (!options_.colors) return std::string(text);
  return "\x1b[" + std::string(style) + "m" + std::string(text) + "\x1b[0m";
}

int Console::run() {
  if (editor_) print("govm " + styled(version().substr(5), kDim) + "\nType :help for help, Ctrl-D to leave.\n");
  std::string text;
  while (!over_ && read(text) && handle(text)) {
  }
  if (editor_) editor_->save_history(options_.history_file);
  if (over_) return exit_code_;
  return any_failed_ && !editor_ ? 1 : 0;
}

bool Console::read(std::string& text) {
  if (!editor_) return read_piped(text);
  return editor_->read(kPrompt, kMorePrompt, text);
}

// Byte by byte: what follows belongs to the program if it reads its standard input.
bool Console::read_piped(std::string& text) {
  text.clear();
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t n = ::read(STDIN_FILENO, &c, 1);
    if (n < 0 && errno == EINTR) continue;
    if (n > 0) line += c;
    if (n > 0 && c != '\n') continue;
    text += line;
    line.clear();
    const bool blank = trimmed(text).empty();
    if (n <= 0) return !blank;
    if (blank) text.clear();
    else if (trimmed(text)[0] == ':' || session_->is_complete(text)) return true;
  }
}

bool Console::handle(const std::string& text) {
  const std::string_view plain = trimmed(text);
  if (plain.empty()) return true;
  if (plain[0] == ':') return command(std::string(plain.substr(1)));
  evaluate(text);
  return !over_;
}

void Console::evaluate(const std::string& text) { show(session_->evaluate(text), text); }

void Console::show(const Evaluation& e, const std::string& text) {
  using Status = Evaluation::Status;
  for (const Evaluation::Value& v : e.values) {
    print(options_.values_only ? v.text + "\n" : v.text + styled(" : " + v.type, kDim) + "\n");
  }
  for (const std::string& note : e.notes) print(styled("note: " + note, kNote) + "\n");
  for (const Evaluation::Problem& p : e.problems) show_problem(p, text);
  switch (e.status) {
    case Status::kDone: return;
    case Status::kIncomplete:
    case Status::kRefused:
    case Status::kPanicked: any_failed_ = true; return;  // all has been said
    case Status::kInterrupted: return failed("interrupted");
    case Status::kDeadlock: return failed("deadlock: the input waits for ever, and was given up");
    case Status::kExited:
      over_ = true;
      exit_code_ = e.exit_code;
  }
}

int Console::evaluate_once(const std::string& text) {
  using Status = Evaluation::Status;
  const Evaluation e = session_->evaluate(text);
  show(e, text);
  if (e.status == Status::kDone) return 0;
  if (e.status == Status::kExited) return e.exit_code;
  return e.status == Status::kRefused || e.status == Status::kIncomplete ? 1 : 2;
}

void Console::show_problem(const Evaluation::Problem& p, const std::string& text) {
  std::string out;
  if (p.line > 0) {
    const std::string_view line = line_of(text, p.line);
    const std::size_t column = std::min(static_cast<std::size_t>(std::max(p.column, 1)) - 1, line.size());
    std::string padding;
    for (const char c : line.substr(0, column)) {
      if (c == '\t') padding += '\t';
      else if ((c & 0xC0) != 0x80) padding += ' ';
    }
    out = "    " + std::string(line) + "\n    " + padding + styled("^", kMark) + "\n";
    if (text.find('\n') < text.find_last_not_of('\n')) out += std::to_string(p.line) + ":" + std::to_string(p.column) + ": ";
  }
  out += styled(p.message, kError) + "\n";
  std::fflush(stdout);
  std::fputs(out.c_str(), stderr);
}

void Console::failed(const std::string& message) {
  any_failed_ = true;
  std::fflush(stdout);
  std::fputs((styled(message, kError) + "\n").c_str(), stderr);
}

}  // namespace govm::repl
