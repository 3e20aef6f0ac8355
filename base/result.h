// Result<T>: a value or an Error, for host and compile errors. Go panics are VM state and never travel in here.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "base/assert.h"

namespace govm {

// What an Error is about. Everything from kExit on is the end of the Go program: calls into it fail from then on.
enum class ErrorKind : std::uint8_t {
  kFailed,         // none of these: the host's mistake, or a message for people (compile errors)
  kSignature,      // there is no such function, or its Go type is not the C++ one
  kGo,             // the Go function returned this error
  kExit,           // os.Exit, log.Fatal: exit_code tells
  kPanic,          // an uncaught panic, in any goroutine
  kFatal,          // an error Go code cannot recover from: concurrent map writes, unlock of unlocked mutex...
  kDeadlock,       // every goroutine waits for another
  kStackOverflow,
  kOutOfMemory,    // the limit of the heap, or the system's
  kGoroutines,     // the limit of goroutines
  kWallTime,
  kCpuTime,
  kFuel,
  kOutput,         // too many bytes written
  kInterrupted,    // by the host
};

struct Error {
  std::string message;                     // one line per error, without a trailing newline
  ErrorKind kind = ErrorKind::kFailed;
  std::string traceback = {};              // of goroutines, as Go prints it; of ends of programs
  int exit_code = 0;                       // that a process would have ended with
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& value() { GOVM_ASSERT(ok()); return std::get<0>(state_); }
  const T& value() const { GOVM_ASSERT(ok()); return std::get<0>(state_); }
  T& operator*() { return value(); }
  T* operator->() { return &value(); }
  Error& error() { GOVM_ASSERT(!ok()); return std::get<1>(state_); }
  const Error& error() const { GOVM_ASSERT(!ok()); return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}
  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  Error& error() { GOVM_ASSERT(!ok_); return error_; }
  const Error& error() const { GOVM_ASSERT(!ok_); return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace govm

// Evaluates a Result expression; returns its error from the enclosing function, else yields the value.
#define GOVM_TRY(expr)                                            \
  ({                                                              \
    auto&& govm_try_result = (expr);                              \
    if (!govm_try_result.ok()) return std::move(govm_try_result.error()); \
    std::move(govm_try_result.value());                           \
  })
#define GOVM_TRY_VOID(expr)                                       \
  do {                                                            \
    auto&& govm_try_result = (expr);                              \
    if (!govm_try_result.ok()) return std::move(govm_try_result.error()); \
  } while (false)
