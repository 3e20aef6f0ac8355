// Texts made of the table of commands: help, man page, completion scripts; and the version.
#include <cstdio>

#include "bindings/govm.hpp"
#include "cmd/govm/commands.h"

namespace {

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size() + 1, width), ' ');
  return text;
}

std::string flag_text(const Flag& f) { return "-" + std::string(f.name) + (f.value.empty() ? "" : " " + std::string(f.value)); }

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Text as roff takes it.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += std::string("\\&") + c;
    else out += c;
  }
  return out;
}

std::string names_of_commands() {
  std::string out;
  for (const Command& c : commands()) out += (out.empty() ? "" : " ") + std::string(c.name);
  return out;
}

std::string bash_script() {
  std::string out = "# bash completion for govm\n_govm() {\n  local cur=${COMP_WORDS[COMP_CWORD]}\n"
                    "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n    COMPREPLY=($(compgen -W \"" + names_of_commands() +
                    "\" -- \"$cur\") $(compgen -f -X '!*.go' -- \"$cur\"))\n    return\n  fi\n  local flags=\n"
                    "  case ${COMP_WORDS[1]} in\n";
  for (const Command& c : commands()) {
    std::string flags = "--help";
    for (const Flag& f : c.flags) flags += " -" + std::string(f.name);
    out += "    " + std::string(c.name) + ") flags='" + flags + "' ;;\n";
  }
  return out + "  esac\n  if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n"
               "  elif [ \"${COMP_WORDS[1]}\" = help ]; then COMPREPLY=($(compgen -W \"" + names_of_commands() +
               "\" -- \"$cur\"))\n  else COMPREPLY=($(compgen -f -- \"$cur\"))\n  fi\n}\ncomplete -o filenames -F _govm govm\n";
}

std::string without_quotes(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') out += "'\\''";
    else if (c == '[' || c == ']' || c == ':') out += std::string("\\") + c;
    else out += c;
  }
  return out;
}

std::string zsh_script() {
  std::string out = "#compdef govm\n_govm() {\n  local -a commands\n  commands=(\n";
  for (const Command& c : commands()) out += "    '" + std::string(c.name) + ":" + without_quotes(c.summary) + "'\n";
  out += "  )\n  if (( CURRENT == 2 )); then\n    _describe command commands\n    _files -g '*.go'\n    return\n  fi\n  case $words[2] in\n";
  for (const Command& c : commands()) {
    out += "    " + std::string(c.name) + ") _arguments '--help[explains the command]'";
    for (const Flag& f : c.flags) {
      out += " '-" + std::string(f.name) + "[" + without_quotes(f.help) + "]" +
             (f.value.empty() ? "" : ":" + without_quotes(f.value)) + "'";
    }
    out += " '*:file:_files' ;;\n";
  }
  return out + "  esac\n}\n_govm \"$@\"\n";
}

std::string fish_script() {
  std::string out = "# fish completion for govm\n";
  for (const Command& c : commands()) {
    const std::string name(c.name);
    out += "complete -c govm -n __fish_use_subcommand -a " + name + " -d '" + without_quotes(c.summary) + "'\n";
    for (const Flag& f : c.flags) {
      out += "complete -c govm -n '__fish_seen_subcommand_from " + name + "' -o " + std::string(f.name) +
             (f.value.empty() ? "" : " -r") + " -d '" + without_quotes(f.help) + "'\n";
    }
  }
  return out;
}

}  // namespace

int usage_error(const std::string& message) {
  std::fprintf(stderr, "govm: %s ('govm help' has the usage)\n", message.c_str());
  return 2;
}

int usage_error(const Command& command, const std::string& message) {
  const std::string name(command.name);
  std::fprintf(stderr, "govm: %s: %s ('govm help %s' has the usage)\n", name.c_str(), message.c_str(), name.c_str());
  return 2;
}

std::string help_text() {
  std::string out = "govm runs Go programs.\n\n";
  for (const Command& c : commands()) out += "  govm " + padded(std::string(c.name), 12) + std::string(c.summary) + "\n";
  return out + "\n`govm help COMMAND` says more. `govm FILE` runs a file; `govm` alone on a terminal is `govm repl`.\n";
}

std::string help_text(const Command& command) {
  std::string out = "govm " + std::string(command.name) + " " + std::string(command.arguments) + "\n  " +
                    std::string(command.summary) + "\n";
  if (!command.description.empty()) out += "\n" + std::string(command.description) + "\n";
  if (!command.flags.empty()) out += "\nFlags:\n";
  for (const Flag& f : command.flags) out += "  " + padded(flag_text(f), 18) + std::string(f.help) + "\n";
  out += "\nExamples:\n";
  for (const std::string& line : lines_of(command.examples)) out += "  " + line + "\n";
  return out;
}

std::string man_page() {
  std::string out = ".TH GOVM 1\n.SH NAME\ngovm \\- runs Go programs\n.SH SYNOPSIS\n";
  for (const Command& c : commands()) {
    out += ".B govm " + std::string(c.name) + "\n" + roff(c.arguments) + "\n.br\n";
  }
  out += ".SH DESCRIPTION\nA Go implementation: compiler, virtual machine and the standard library in one program.\n.SH COMMANDS\n";
  for (const Command& c : commands()) {
    out += ".SS govm " + std::string(c.name) + " " + roff(c.arguments) + "\n" + roff(c.summary) + ".\n";
    if (!c.description.empty()) out += roff(c.description) + "\n";
    for (const Flag& f : c.flags) out += ".TP\n.B " + roff(flag_text(f)) + "\n" + roff(f.help) + "\n";
    out += ".PP\nExamples:\n.nf\n";
    for (const std::string& line : lines_of(c.examples)) out += "    " + roff(line) + "\n";
    out += ".fi\n";
  }
  return out + ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nno colours, even on a terminal\n.TP\n.B GOVM_GOROOT\n"
               "a Go source tree, for the tests and documentation of the standard library\n.TP\n"
               ".B GOMODCACHE, GOPATH\nwhere required modules are; read only\n.TP\n"
               ".B GOMAXPROCS, GOGC, GOMEMLIMIT, GODEBUG, GOTRACEBACK\nas for Go programs\n"
               ".SH EXIT STATUS\nThe program's for run; else 0, 1 if something is wrong with the program, 2 for wrong usage.\n";
}

std::string completion_script(std::string_view shell) {
  if (shell == "bash") return bash_script();
  if (shell == "zsh") return zsh_script();
  if (shell == "fish") return fish_script();
  return "";
}

int help(const Command& self, const Flags&, Arguments arguments) {
  if (arguments.empty()) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  const Command* command = find_command(arguments[0]);
  if (!command) return usage_error(self, "unknown command " + arguments[0]);
  std::fputs(help_text(*command).c_str(), stdout);
  return 0;
}

int man(const Command&, const Flags&, Arguments) {
  std::fputs(man_page().c_str(), stdout);
  return 0;
}

int completion(const Command& self, const Flags&, Arguments arguments) {
  const std::string script = arguments.size() == 1 ? completion_script(arguments[0]) : "";
  if (script.empty()) return usage_error(self, "name one shell: bash, zsh or fish");
  std::fputs(script.c_str(), stdout);
  return 0;
}

int version(const Command&, const Flags& flags, Arguments) {
  std::printf("%s\n", govm::version().c_str());
  if (flags.has("licenses")) std::printf("\n%s", govm::licenses().c_str());
  return 0;
}
