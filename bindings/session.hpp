// A live program that grows by inputs: what a console, a notebook or a debugger's prompt is made of.
//
//   govm::Session session({.access = govm::Access::all()});
//   govm::Evaluation e = session.evaluate("x := 20\nx + 1");
//   e.values[0].text == "21", e.values[0].type == "int"
//
// Each input is checked as a further file of one package main: it sees what earlier inputs declared, and what it declares
// hides earlier things of that name for the inputs behind it. x := e declares a package variable. Packages of the standard
// library need not be imported. Goroutines go on between inputs. A panic, a fatal error or an interruption ends the input
// (or the goroutine), not the session; os.Exit ends the session.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bindings/govm.hpp"

namespace govm {

struct Evaluation {
  enum class Status {
    kDone,
    kIncomplete,    // the text ends within a construct: nothing happened
    kRefused,       // errors of the compiler
    kPanicked,      // the input ended by a panic, a fatal error or runtime.Goexit; the program printed what it was
    kInterrupted,
    kDeadlock,      // it waits for what can no longer happen
    kExited,        // os.Exit: the session is over
  };
  struct Value {
    std::string text;     // `{X: 1, Y: 2}`, `"abc"`, `21`
    std::string type;     // `Point`, `string`, `int`; of an interface `error (*fs.PathError)`
  };
  struct Problem {
    int line = 0, column = 0;  // in the text, from 1; 0: unknown. The column counts bytes
    std::string message;
  };
  Status status = Status::kDone;
  std::vector<Value> values;        // of the expressions, in order
  std::vector<Problem> problems;
  std::vector<std::string> notes;   // "f still uses the old x"
  int exit_code = 0;
};

// A way to go on at some place of a text.
struct Completion {
  std::string text;       // what replaces the word before the cursor
  std::string detail;     // its type: "func(s string) int", "package", "int"
};

class Session {
 public:
  explicit Session(Options options = {});
  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

  // Evaluates declarations, statements and expressions, one after the other until one fails. One thread at a time.
  Evaluation evaluate(std::string_view text);
  // Whether text may be evaluated; false: a construct is open.
  bool is_complete(std::string_view text);
  // Ends the evaluation going on, if any. From any thread.
  void interrupt();

  // ---- looking at the session. Not during an evaluation.
  // What may stand where text ends, sorted; `word`: how many bytes before the end it replaces.
  std::vector<Completion> complete(std::string_view text, std::size_t* word);
  Result<std::string> type_of(std::string_view expression);    // without evaluating it
  // A declaration as Go writes it, with methods for types: of "x", "Point", "strings.Builder", "fmt".
  Result<std::string> describe(std::string_view name);
  std::vector<std::string> declared();                         // "var x int", oldest first; hidden ones left out
  Result<std::string> disassembly(std::string_view function);
  Result<std::string> ir(std::string_view function);
  // The accepted inputs as one program text.
  std::string source() const;

  struct Usage {
    std::uint64_t heap_bytes = 0;      // in use
    std::uint64_t heap_limit = 0;      // 0: none
    std::uint64_t collections = 0;
    std::uint64_t goroutines = 0;
  };
  Usage usage();
  std::string goroutines();            // their traces, as Go prints them

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace govm
