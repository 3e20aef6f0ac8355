// The commands of govm: one table (commands.cpp) says what there is; help, man page and completions are made of it.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using Arguments = std::vector<std::string>;

struct Flag {
  std::string_view name;      // without dashes
  std::string_view value;     // what it is given, "" for a switch
  std::string_view help;
};

class Flags {
 public:
  bool has(std::string_view name) const { return values_.contains(name); }
  std::string get(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? "" : found->second;
  }
  void set(std::string name, std::string value) { values_[std::move(name)] = std::move(value); }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

struct Command {
  std::string_view name;
  std::string_view arguments;         // "[FLAGS] FILE.go... | DIR"
  std::string_view summary;           // one line
  std::string_view description;       // more, or ""
  std::string_view examples;          // lines "govm ...   what that does"
  std::span<const Flag> flags;
  // Returns the exit code. The flags before the first other argument were taken off.
  int (*run)(const Command& self, const Flags& flags, Arguments arguments);
  bool own_flags = false;             // run takes them itself, in whatever order
};

std::span<const Command> commands();
const Command* find_command(std::string_view name);

// Prints "govm COMMAND: message" and where to find help; 2.
int usage_error(const std::string& message);
int usage_error(const Command& command, const std::string& message);
// Takes leading flags off. False: `problem` says what is wrong with the first one left.
bool take_flags(const Command& command, Arguments& arguments, Flags& flags, std::string& problem);

std::string help_text();                          // all commands
std::string help_text(const Command& command);
std::string man_page();
std::string completion_script(std::string_view shell);   // "" for a shell that is not known

// ---- one file each
int run(const Command&, const Flags&, Arguments);                // run.cpp
int run_script(const std::string& file, Arguments arguments);    // `govm FILE`
int check(const Command&, const Flags&, Arguments);              // check.cpp
int show_code(const Command&, const Flags&, Arguments);          // show.cpp: disasm, ir
int repl(const Command&, const Flags&, Arguments);               // repl.cpp
int eval(const Command&, const Flags&, Arguments);
int test(const Command&, const Flags&, Arguments);               // test.cpp
int run_test_program(Arguments arguments);                       // what the programs that test starts are
int build(const Command&, const Flags&, Arguments);              // build.cpp
// Runs the program behind this executable and ends the process, if there is one. True: there is, but it could not be loaded.
bool run_own_bundle(Arguments arguments, int* code);
int format(const Command&, const Flags&, Arguments);             // tool.cpp
int doc(const Command&, const Flags&, Arguments);
int go_tool(const Command&, const Flags&, Arguments);            // list, env, mod, vet
int version(const Command&, const Flags&, Arguments);            // help.cpp
int help(const Command&, const Flags&, Arguments);
int man(const Command&, const Flags&, Arguments);
int completion(const Command&, const Flags&, Arguments);
