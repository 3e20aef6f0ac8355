// Sources whose constructs nest or follow each other a hundred thousand times: accepted, or refused with an error; the
// compiler's own stack does not overflow.
#include <string>

#include "tests/catch.h"
#include "tests/robustness/subject.h"

using namespace govm;

namespace {

constexpr int kDepth = 100'000;

// Processor time for one source. What takes longer is more than quadratic.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GOVM_SLOW_BUILD 10
#endif
#endif
#ifndef GOVM_SLOW_BUILD
#define GOVM_SLOW_BUILD 1
#endif
constexpr double kMostSeconds = 60 * GOVM_SLOW_BUILD;

std::string times(const std::string& text, int n = kDepth) {
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(n));
  for (int i = 0; i < n; i++) out += text;
  return out;
}

struct Nested {
  const char* name;
  const char *before, *open, *middle, *close, *after;
};

constexpr Nested kNested[] = {
    {"parentheses", "var x = ", "(", "1", ")", ""},
    {"unclosed parentheses", "var x = ", "(", "", "", ""},
    {"parenthesised types", "var x ", "(", "int", ")", ""},
    {"blocks", "func f() ", "{", "", "}", ""},
    {"unclosed blocks", "func f() ", "{", "", "", ""},
    {"loops", "func f() {", "for {", "", "}", "}"},
    {"ifs", "func f() {", "if true {", "", "}", "}"},
    {"else ifs", "func f(b bool) { if b {}", " else if b {}", "", "", "}"},
    {"switches", "func f() {", "switch { case true: ", "", "}", "}"},
    {"selects", "func f() {", "select { default: ", "", "}", "}"},
    {"labels", "func f() {", "L: ", "", "", "}"},
    {"function literals", "var x = ", "func() { _ = ", "1", "}", ""},
    {"called function literals", "var x = ", "func() int { return ", "1", "}()", ""},
    {"not", "var x = ", "!", "true", "", ""},
    {"minus", "var x = ", "-", "1", "", ""},
    {"minus with blanks", "var x = ", "- ", "1", "", ""},
    {"addresses", "var y int; var x = ", "& ", "y", "", ""},
    {"dereferences", "var y int; var x = ", "*", "y", "", ""},
    {"receives", "var c chan int; var x = ", "<-", "c", "", ""},
    {"sums", "var x = ", "1+", "1", "", ""},
    {"sums of variables", "var y = 1; var x = ", "y+", "y", "", ""},
    {"sums of strings", "var x = ", "\"a\"+", "\"b\"", "", ""},
    {"sums to the right", "var x = ", "1+(", "1", ")", ""},
    {"conjunctions", "var y bool; var x = ", "y && ", "y", "", ""},
    {"comparisons", "var x = ", "1 == ", "1", "", ""},
    {"shifts", "var x = ", "1<<", "1", "", ""},
    {"calls", "func f(x int) int { return x }; var x = ", "f(", "1", ")", ""},
    {"calls of calls", "type F func() F; var f F; var x = f", "()", "", "", ""},
    {"conversions", "var x = ", "int(", "1", ")", ""},
    {"selectors", "type T struct { n *T }; var t T; var x = t", ".n", "", "", ""},
    {"type assertions", "var t any; var x = t", ".(any)", "", "", ""},
    {"indices", "var a []int; var x = ", "a[", "1", "]", ""},
    {"indices in a row", "type S []S; var a S; var x = a", "[0]", "", "", ""},
    {"slices in a row", "var a []int; var x = a", "[:]", "", "", ""},
    {"instances", "type T[P any] struct{}; var x ", "T[", "int", "]", ""},
    {"composite literals", "type T struct { a *T }; var x = ", "&T{", "", "}", ""},
    {"elided composite literals", "type T []T; var x = T", "{", "", "}", ""},
    {"unclosed composite literals", "type T []T; var x = T", "{", "", "", ""},
    {"keyed composite literals", "var x = ", "map[string]any{\"\": ", "1", "}", ""},
    {"slice types", "var x ", "[]", "int", "", ""},
    {"array types", "var x ", "[1]", "int", "", ""},
    {"pointer types", "var x ", "*", "int", "", ""},
    {"channel types", "var x ", "chan ", "int", "", ""},
    {"receive types", "var x ", "<-chan ", "int", "", ""},
    {"map types", "var x ", "map[int]", "int", "", ""},
    {"map key types", "var x ", "map[", "int", "]int", ""},
    {"function types", "var x ", "func(", "int", ")", ""},
    {"result types", "var x ", "func() ", "int", "", ""},
    {"struct types", "var x ", "struct { a ", "int", "}", ""},
    {"interface types", "var x ", "interface { m(", "", ")}", ""},
    {"embedded interfaces", "var x ", "interface { ", "", "}", ""},
    {"unions", "type I interface { ", "int|", "int", "", "}"},
    {"tildes", "type I interface { ", "~", "int", "", "}"},
    {"type parameters", "func f", "[P interface{ m(", "int", ")}]", "() {}"},
    {"comments", "", "/* ", "", "*/", ""},
    {"imports", "", "import (", "", ")", ""},
    {"braces", "", "{", "", "}", ""},
    {"brackets", "", "[", "", "]", ""},
    {"defers", "func f() { ", "defer ", "f()", "", "}"},
    {"go statements", "func f() { ", "go ", "f()", "", "}"},
    {"semicolons", "func f() {", ";", "", "", "}"},
    {"many statements", "func f() {", "_ = 1;", "", "", "}"},
    {"many cases", "func f(x int) { switch x {", "case f: ", "", "", "}}"},
    {"many arguments", "func f(...int); func g() { f(", "1,", "1", "", ") }"},
    {"many results", "func f() (", "int,", "int", "", ")"},
    {"long names", "var ", "abcdefghij", "", "", " = 1"},
    {"long numbers", "var x = ", "1234567890", "", "", ""},
    {"long floats", "const x = 1.", "1234567890", "", "", "e-9999999"},
};

}  // namespace

TEST_CASE("deep nesting") {
  testing::Subject subject;
  for (const Nested& n : kNested) {
    const testing::Subject::Outcome outcome = subject.check(
        std::string("package p\n") + n.before + times(n.open) + n.middle + times(n.close) + n.after + "\n");
    INFO(n.name << ": " << outcome.first_error);
    CHECK(outcome.seconds < kMostSeconds);
    CHECK(outcome.bytes < std::size_t{1} << 30);
  }
}

// Each declaration needs the one behind it. Types are fewer: gc's checks of recursive types walk the whole chain from each.
TEST_CASE("long chains of declarations") {
  struct Chain {
    const char* name;
    int length;
    const char *declaration, *last;
  };
  constexpr Chain kChains[] = {
      {"constants", 20'000, "const x# = x@ + 0", "const x# = 1"},
      {"variables", 20'000, "var x# = x@", "var x# = 1"},
      {"typed variables", 20'000, "var x# int = x@", "var x# int = 1"},
      {"functions", 20'000, "func x#() int { return x@() }", "func x#() int { return 1 }"},
      {"generic functions", 20'000, "func x#[P any]() { x@[P]() }", "func x#[P any]() {}"},
      {"methods", 20'000, "type x# struct{}; func (x#) m() x@ { panic(0) }", "type x# struct{}"},
      {"aliases", 20'000, "type x# = x@", "type x# = int"},
      {"variables by functions", 3000, "var v# = x#(); func x#() int { return v@ }", "var v# = x#(); func x#() int { return 1 }"},
      {"types", 3000, "type x# x@", "type x# int"},
      {"structs", 3000, "type x# struct { f x@ }", "type x# int"},
      {"pointers", 3000, "type x# struct { f *x@ }", "type x# int"},
      {"embedded structs", 3000, "type x# struct { x@ }", "type x# struct {}"},
      {"embedded interfaces", 3000, "type x# interface { x@ }", "type x# interface {}"},
      {"arrays", 3000, "type x# [len(x@{})]int", "type x# [1]int"},
      {"generic types", 200, "type x#[P any] struct { f x@[P] }", "type x#[P any] struct {}"},
  };
  auto text_of = [](std::string pattern, int n) {
    for (std::size_t at; (at = pattern.find_first_of("#@")) != pattern.npos;) {
      pattern.replace(at, 1, std::to_string(pattern[at] == '#' ? n : n + 1));
    }
    return pattern + "\n";
  };
  testing::Subject subject;
  for (const Chain& chain : kChains) {
    std::string text = "package p\n";
    for (int i = 0; i < chain.length; i++) text += text_of(chain.declaration, i);
    const testing::Subject::Outcome outcome = subject.check(text + text_of(chain.last, chain.length));
    INFO(chain.name << ": " << outcome.seconds << " s, " << outcome.first_error);
    CHECK(outcome.seconds < kMostSeconds);
    CHECK(outcome.bytes < std::size_t{1} << 30);
  }
}
