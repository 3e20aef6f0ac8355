// The console's own commands, which begin with a colon.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "repl/console.h"
#include "repl/line_editor.h"

namespace govm::repl {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kBenchTime{500};

double seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }

// 1.234s, 12.3ms, 4.56µs, 78ns
std::string duration_text(double s) {
  static constexpr struct { double unit; const char* name; } kUnits[] = {{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}, {1e-9, "ns"}};
  char text[40];
  for (const auto& u : kUnits) {
    if (s < u.unit && u.unit > 1e-9) continue;
    std::snprintf(text, sizeof text, "%.3g%s", s / u.unit, u.name);
    return text;
  }
  return "0";
}

std::string bytes_text(std::uint64_t n) {
  char text[40];
  if (n < 1 << 20) std::snprintf(text, sizeof text, "%.1f KB", static_cast<double>(n) / 1024);
  else std::snprintf(text, sizeof text, "%.1f MB", static_cast<double>(n) / (1 << 20));
  return text;
}

std::string unquoted(const std::string& s) {
  return s.size() >= 2 && s.front() == '"' && s.back() == '"' ? s.substr(1, s.size() - 2) : s;
}

}  // namespace

const Console::Command Console::kCommands[] = {
    {"help", "", "this list", &Console::help},
    {"type", "EXPR", "the type of an expression, which is not evaluated", &Console::type},
    {"doc", "NAME", "a declaration: x, T, fmt, strings.Builder", &Console::doc},
    {"vars", "", "what the session declares", &Console::vars},
    {"load", "FILE", "evaluates a file of Go declarations, statements or inputs", &Console::load},
    {"save", "FILE", "writes the inputs so far to a file, for :load", &Console::save},
    {"reset", "", "begins a new session", &Console::reset},
    {"time", "INPUT", "evaluates, and says how long that took", &Console::time},
    {"bench", "INPUT", "evaluates again and again: time of one evaluation", &Console::bench},
    {"mem", "", "the heap in use, collections, goroutines", &Console::memory},
    {"goroutines", "", "what every goroutine is doing", &Console::goroutines},
    {"disasm", "FUNC", "bytecode of a function of the session", &Console::disasm},
    {"ir", "FUNC", "its optimised SSA form", &Console::ir},
    {"quit", "", "leaves (as does Ctrl-D)", &Console::quit},
};

bool Console::command(const std::string& text) {
  const std::size_t space = text.find_first_of(" \t");
  const std::string name = text.substr(0, space);
  std::string argument = space == text.npos ? "" : text.substr(text.find_first_not_of(" \t", space));
  const Command* found = nullptr;
  for (const Command& c : kCommands) {
    if (c.name == name) found = &c;
  }
  for (const Command& c : kCommands) {  // :q, :h...
    if (!found && !name.empty() && c.name.starts_with(name)) found = &c;
  }
  if (!found) {
    failed("unknown command :" + name + " (:help lists them)");
    return true;
  }
  if (!found->argument.empty() && argument.empty()) {
    failed("usage: :" + std::string(found->name) + " " + std::string(found->argument));
    return true;
  }
  return (this->*found->run)(argument);
}

bool Console::help(const std::string&) {
  std::string out = "Enter Go declarations, statements and expressions. Packages of std need no import.\n\n";
  for (const Command& c : kCommands) {
    std::string left = "  :" + std::string(c.name) + " " + std::string(c.argument);
    left.resize(std::max<std::size_t>(left.size() + 1, 20), ' ');
    out += left + std::string(c.help) + "\n";
  }
  if (editor_) out += "\nTab completes, Ctrl-R searches the history, Ctrl-C interrupts, Alt-Enter begins a new line.\n";
  std::fputs(out.c_str(), stdout);
  return true;
}

bool Console::type(const std::string& argument) {
  const Result<std::string> text = session_->type_of(argument);
  if (text) std::printf("%s\n", text.value().c_str());
  else failed(text.error().message);
  return true;
}

bool Console::doc(const std::string& argument) {
  const Result<std::string> text = session_->describe(argument);
  if (text) std::printf("%s\n", text.value().c_str());
  else failed(text.error().message);
  return true;
}

bool Console::vars(const std::string&) {
  for (const std::string& d : session_->declared()) std::printf("%s\n", d.c_str());
  return true;
}

bool Console::load(const std::string& argument) {
  const std::string name = unquoted(argument);
  std::ifstream file(name, std::ios::binary);
  if (!file) {
    failed("cannot read " + name);
    return true;
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  evaluate(text);
  return !over_;
}

bool Console::save(const std::string& argument) {
  const std::string name = unquoted(argument);
  std::ofstream file(name, std::ios::binary);
  file << session_->source();
  if (!file.flush()) failed("cannot write " + name);
  return true;
}

bool Console::reset(const std::string&) {
  session_ = make_();
  return true;
}

bool Console::time(const std::string& argument) {
  const Clock::time_point start = Clock::now();
  const Evaluation e = session_->evaluate(argument);
  const double took = seconds(Clock::now() - start);
  show(e, argument);
  if (e.status == Evaluation::Status::kDone) std::printf("%s\n", duration_text(took).c_str());
  return !over_;
}

// As testing.B does: ever more rounds, until they take long enough.
bool Console::bench(const std::string& argument) {
  std::uint64_t rounds = 1;
  for (;;) {
    const std::string text = "for range " + std::to_string(rounds) + " {\n" + argument + "\n}";
    session_->is_complete(text);  // warm
    const Clock::time_point start = Clock::now();
    Evaluation e = session_->evaluate(text);
    if (e.status == Evaluation::Status::kRefused) {
      const std::string value = "for range " + std::to_string(rounds) + " {\n_ = " + argument + "\n}";
      e = session_->evaluate(value);
    }
    const Clock::duration took = Clock::now() - start;
    if (e.status != Evaluation::Status::kDone) {
      show(e, text);
      return !over_;
    }
    if (took >= kBenchTime || rounds >= 1'000'000'000) {
      std::printf("%llu rounds, %s each\n", static_cast<unsigned long long>(rounds),
                  duration_text(seconds(took) / static_cast<double>(rounds)).c_str());
      return true;
    }
    const double wanted = seconds(kBenchTime) * 1.2 / std::max(seconds(took) / static_cast<double>(rounds), 1e-9);
    rounds = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(wanted), rounds + 1, rounds * 100);
  }
}

bool Console::memory(const std::string&) {
  const Session::Usage u = session_->usage();
  std::printf("heap %s, %llu collections, %llu goroutines\n", bytes_text(u.heap_bytes).c_str(),
              static_cast<unsigned long long>(u.collections), static_cast<unsigned long long>(u.goroutines));
  return true;
}

bool Console::goroutines(const std::string&) {
  const std::string text = session_->goroutines();
  std::fputs(text.empty() ? "no goroutines\n" : text.c_str(), stdout);
  return true;
}

bool Console::disasm(const std::string& argument) {
  const Result<std::string> text = session_->disassembly(argument);
  if (text) std::fputs(text.value().c_str(), stdout);
  else failed(text.error().message);
  return true;
}

bool Console::ir(const std::string& argument) {
  const Result<std::string> text = session_->ir(argument);
  if (text) std::fputs(text.value().c_str(), stdout);
  else failed(text.error().message);
  return true;
}

std::vector<Completion> Console::complete(const std::string& text, std::size_t* word) {
  if (!text.starts_with(":")) return session_->complete(text, word);
  const std::size_t space = text.find(' ');
  if (space != text.npos) return session_->complete(text.substr(space + 1), word);
  std::vector<Completion> out;
  *word = text.size() - 1;
  for (const Command& c : kCommands) {
    if (c.name.starts_with(text.substr(1))) out.push_back({std::string(c.name), std::string(c.help)});
  }
  return out;
}

}  // namespace govm::repl
