#include "cmd/govm/commands.h"

#include <algorithm>

namespace {

constexpr Flag kLang = {"lang", "go1.N", "language version, instead of go.mod's"};
constexpr Flag kBodyless = {"bodyless", "", "functions without body are no errors unless they are called"};

constexpr Flag kGcFlags = {"gcflags", "-m", "tells what is allocated on the heap and what is inlined; '-m -l': inlines nothing"};

constexpr Flag kTags = {"tags", "A,B", "additional build tags"};

constexpr Flag kRunFlags[] = {kLang, kTags, kBodyless, kGcFlags,
                              {"sched-seed", "N", "one worker, every scheduling choice drawn from N"},
                              {"virtual-time", "", "with -sched-seed: time passes as instructions do, and jumps when all sleep"},
                              {"trace", "sched[:FILE]", "with -sched-seed: each scheduling event, to stderr or FILE"}};
constexpr Flag kBuildFlags[] = {{"o", "FILE", "the executable; by default named after the program"}, kLang, kTags, kBodyless, kGcFlags};
constexpr Flag kFormatFlags[] = {{"l", "", "lists files whose formatting differs"}, {"w", "", "writes the result to the file"},
                                 {"d", "", "shows differences"}, {"s", "", "simplifies code"},
                                 {"r", "RULE", "rewrites: 'a[b:len(a)] -> a[b:]'"}, {"e", "", "reports all errors"}};
constexpr Flag kDocFlags[] = {{"all", "", "all documentation of the package"}, {"src", "", "the source code"},
                              {"u", "", "unexported symbols, too"}, {"short", "", "a line each"},
                              {"c", "", "case matters"}, {"cmd", "", "symbols of a command"}};
constexpr Flag kListFlags[] = {{"m", "", "modules instead of packages"}, {"f", "TEMPLATE", "text/template for each"},
                               {"json", "", "as JSON"}, {"deps", "", "their dependencies, too"},
                               {"e", "", "goes on after errors"}};
constexpr Flag kEnvFlags[] = {{"json", "", "as JSON"}};
constexpr Flag kVetFlags[] = {{"json", "", "as JSON"}};
constexpr Flag kCheckFlags[] = {kLang, kTags, kBodyless, {"e", "", "all errors, not only the first ten"},
                                {"stats", "", "numbers of packages, lines and errors"}, kGcFlags};
constexpr Flag kShowFlags[] = {kLang, kTags, kBodyless};
constexpr Flag kIrFlags[] = {kLang, kBodyless, {"raw", "", "before optimisation"}};
constexpr Flag kReplFlags[] = {kLang};
constexpr Flag kVersionFlags[] = {{"licenses", "", "the licences of what is linked in"}};
constexpr Flag kTestFlags[] = {
    {"v", "", "the output of all tests"}, {"run", "REGEXP", "only these tests"}, {"skip", "REGEXP", "not these"},
    {"bench", "REGEXP", "benchmarks, too"}, {"benchtime", "T", "for how long, or Nx"}, {"benchmem", "", "with allocations"},
    {"count", "N", "so often"}, {"short", "", "long tests may be shortened"}, {"failfast", "", "stops at the first failure"},
    {"timeout", "T", "default 10m"}, {"list", "REGEXP", "only names the tests"}, {"json", "", "events as go test -json prints them"},
    {"parallel", "N", "tests at a time"}, {"p", "N", "packages at a time"}, {"shuffle", "on|off|N", "order of the tests"},
    kGcFlags,
    {"args", "...", "what follows is for the test program"}};

constexpr Command kCommands[] = {
    {"run", "[FLAGS] FILE.go... | DIR | PACKAGE | -  [ARGUMENTS]", "runs a program",
     "Exits with the program's code; 1 if it does not compile. \"-\" reads the program from standard input.\n"
     "`govm FILE ARGUMENTS` is short for it; a file that begins with \"#!/usr/bin/env govm\" may be made executable.",
     "govm run hello.go\ngovm run ./cmd/server -port 8080\necho 'package main; func main() { println(1) }' | govm run -",
     kRunFlags, run},
    {"eval", "[FLAGS] INPUT...", "evaluates expressions and statements",
     "Prints the values of expressions. Packages of the standard library need no import.",
     "govm eval '1 << 100'\ngovm eval 'strings.Fields(\"a b c\")'\ngovm eval 'for i := range 3 { fmt.Println(i) }'", kReplFlags, eval},
    {"repl", "[FLAGS] [FILE.go...]", "an interactive session",
     "Evaluates the files first. `govm` alone on a terminal is short for it. Without a terminal, inputs are read line by line,\n"
     "without prompts. :help lists the session's own commands.",
     "govm repl\necho 'x := 2; x * 21' | govm repl", kReplFlags, repl},
    {"check", "[FLAGS] FILE.go... | DIR | ./... | std", "only checks",
     "Prints every error as FILE:LINE:COLUMN: MESSAGE; exits with 1 if there are any.",
     "govm check ./...\ngovm check -e main.go", kCheckFlags, check},
    {"test", "[FLAGS] [PACKAGE | DIR | ./... | std]...", "runs tests, as go test does", "",
     "govm test\ngovm test -run 'TestX' -v ./...\ngovm test -bench . strings", kTestFlags, test, true},
    {"build", "[FLAGS] FILE.go... | DIR | PACKAGE", "makes one executable of a program and govm",
     "It needs nothing but itself: no sources, no Go, no govm.", "govm build hello.go -o hello\ngovm build -o server ./cmd/server",
     kBuildFlags, build},
    {"fmt", "[FLAGS] [FILE.go | DIR]...", "formats Go code", "This is gofmt: without -l, -w or -d it prints the result; without a file it formats standard input.",
     "govm fmt -l .\ngovm fmt -w main.go", kFormatFlags, format, true},
    {"vet", "[FLAGS] [DIR | ./... | PACKAGE]...", "reports likely mistakes", "The analysers are those of go vet. Needs Go's source tree.",
     "govm vet ./...", kVetFlags, go_tool, true},
    {"doc", "[FLAGS] [PACKAGE[.SYMBOL[.FIELD]]]", "shows documentation", "This is go doc. Needs Go's source tree.",
     "govm doc strings\ngovm doc strings.Builder\ngovm doc -src fmt.Println", kDocFlags, doc, true},
    {"list", "[FLAGS] [DIR | ./... | std | PACKAGE]...", "lists packages or modules", "",
     "govm list ./...\ngovm list -f '{{.Name}} {{.Dir}}' .\ngovm list -m all", kListFlags, go_tool, true},
    {"mod", "graph | why PACKAGE... | verify | vendor | tidy", "looks at and repairs the module, without network",
     "tidy and vendor take modules from the module cache and from replacements.", "govm mod graph\ngovm mod verify\ngovm mod vendor",
     {}, go_tool, true},
    {"env", "[FLAGS] [NAME]...", "prints what go env prints", "", "govm env\ngovm env GOMODCACHE", kEnvFlags, go_tool, true},
    {"disasm", "[FLAGS] FILE.go | DIR  [FUNCTION]", "the bytecode of a package or of one function", "",
     "govm disasm hello.go main.main", kShowFlags, show_code},
    {"ir", "[FLAGS] FILE.go | DIR  [FUNCTION]", "the SSA form of a package or of one function", "",
     "govm ir hello.go main.main\ngovm ir -raw hello.go", kIrFlags, show_code},
    {"version", "[FLAGS]", "the version", "", "govm version\ngovm version -licenses", kVersionFlags, version},
    {"completion", "bash | zsh | fish", "prints a completion script for a shell", "",
     "govm completion bash > /etc/bash_completion.d/govm\ngovm completion zsh > ~/.zfunc/_govm", {}, completion},
    {"man", "", "prints the man page", "", "govm man | man -l -", {}, man},
    {"help", "[COMMAND]", "explains a command", "", "govm help run", {}, help},
};

}  // namespace

std::span<const Command> commands() { return kCommands; }

const Command* find_command(std::string_view name) {
  const auto found = std::find_if(std::begin(kCommands), std::end(kCommands), [&](const Command& c) { return c.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

bool take_flags(const Command& command, Arguments& arguments, Flags& flags, std::string& problem) {
  while (!arguments.empty() && arguments[0].size() > 1 && arguments[0][0] == '-') {
    std::string text = arguments[0];
    if (text == "--") {
      arguments.erase(arguments.begin());
      return true;
    }
    text.erase(0, text.starts_with("--") ? 2 : 1);
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const auto known = std::find_if(command.flags.begin(), command.flags.end(), [&](const Flag& f) { return f.name == name; });
    if (known == command.flags.end()) {
      problem = "unknown option " + arguments[0];
      return false;
    }
    arguments.erase(arguments.begin());
    if (known->value.empty()) {
      if (equals != text.npos && text.substr(equals + 1) != "true") {
        problem = "-" + name + " takes no value";
        return false;
      }
      flags.set(name, "true");
    } else if (equals != text.npos) {
      flags.set(name, text.substr(equals + 1));
    } else if (!arguments.empty()) {
      flags.set(name, arguments[0]);
      arguments.erase(arguments.begin());
    } else {
      problem = "-" + name + " needs a value: " + std::string(known->value);
      return false;
    }
  }
  return true;
}
