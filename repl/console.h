// A console into a Session: reads inputs and commands, evaluates them, shows what came of it. On a terminal with a line
// editor, else line by line without prompts. An embedder may give its own session.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/session.hpp"

namespace govm::repl {

struct ConsoleOptions {
  bool interactive = false;       // prompts and the line editor; standard input is a terminal
  bool colors = false;
  bool values_only = false;       // values are shown without their types
  std::string history_file;       // empty: no history is kept
};

class LineEditor;

class Console {
 public:
  // make: a fresh session, at the beginning and for :reset.
  Console(std::function<std::unique_ptr<Session>()> make, ConsoleOptions options);
  ~Console();

  // Until the end of the input, :quit or os.Exit. The exit code: os.Exit's; else 0, or 1 if anything failed that was not
  // read from a terminal.
  int run();
  // One input or command. False: the console is to end.
  bool handle(const std::string& text);
  // Evaluates one text as `govm eval` does. 0; 1 if it was refused; 2 after a panic; os.Exit's code.
  int evaluate_once(const std::string& text);
  // SIGINT is to call this: ends the evaluation going on. From any thread.
  void interrupt();

 private:
  struct Command {
    std::string_view name, argument, help;
    bool (Console::*run)(const std::string& argument);
  };
  static const Command kCommands[];

  bool read(std::string& text);                 // the next input; false: the end
  bool read_piped(std::string& text);
  void evaluate(const std::string& text);
  void show(const Evaluation& e, const std::string& text);
  void show_problem(const Evaluation::Problem& p, const std::string& text);
  void failed(const std::string& message);
  bool command(const std::string& text);
  std::vector<Completion> complete(const std::string& text, std::size_t* word);
  std::string styled(std::string_view text, std::string_view style) const;

  bool help(const std::string&);
  bool type(const std::string& argument);
  bool doc(const std::string& argument);
  bool load(const std::string& argument);
  bool save(const std::string& argument);
  bool reset(const std::string&);
  bool time(const std::string& argument);
  bool bench(const std::string& argument);
  bool memory(const std::string&);
  bool goroutines(const std::string&);
  bool vars(const std::string&);
  bool disasm(const std::string& argument);
  bool ir(const std::string& argument);
  bool quit(const std::string&) { return false; }

  std::function<std::unique_ptr<Session>()> make_;
  ConsoleOptions options_;
  std::unique_ptr<Session> session_;
  std::unique_ptr<LineEditor> editor_;
  bool any_failed_ = false;
  bool over_ = false;
  int exit_code_ = 0;
};

// Whether the environment and the stream allow colours ($NO_COLOR, $TERM).
bool colors_wanted(int fd);

}  // namespace govm::repl
