// What code comes out: the shape of hot loops, and everything the verifier accepts.
#include <cstdlib>

#include "tests/catch.h"
#include "tests/codegen/fake_target.h"
#include "tests/ir/fixture.h"
#include "vm/bytecode/disasm.h"

using namespace govm;
using govm::ir::testing::Compilation;

namespace {

struct Compiled {
  explicit Compiled(const std::string& text) : c(text), target(c.program) {
    for (const std::string& e : c.errors) UNSCOPED_INFO(e);
    REQUIRE(c.errors.empty());
  }
  const bc::Code& code(std::string_view name) {
    ir::Function* f = c.function(name);
    REQUIRE(f != nullptr);
    CHECK(target.compile(f).empty());
    function = target.function(f);
    UNSCOPED_INFO(bc::disassemble(*function));
    return *function->code;
  }
  int count(std::string_view name) {
    int n = 0;
    const bc::Code& code_of = code(name);
    for (std::size_t at = 0; at < code_of.words.size();) {
      const auto op = static_cast<bc::Op>(code_of.words[at] & 0xffff);
      at += static_cast<std::size_t>(bc::op_length(op));
      ++n;
    }
    return n;
  }
  bool has(std::string_view name, bc::Op wanted) {
    const bc::Code& code_of = code(name);
    for (std::size_t at = 0; at < code_of.words.size();) {
      const auto op = static_cast<bc::Op>(code_of.words[at] & 0xffff);
      if (op == wanted) return true;
      at += static_cast<std::size_t>(bc::op_length(op));
    }
    return false;
  }
  Compilation c;
  codegen::testing::FakeTarget target;
  bc::Function* function = nullptr;
};

}  // namespace

TEST_CASE("arguments are computed where the callee finds them, results stay where it left them") {
  Compiled p("package main\nfunc fib(n int) int {\n\tif n < 2 {\n\t\treturn n\n\t}\n\treturn fib(n-1) + fib(n-2)\n}\nfunc main() {}\n");
  CHECK(p.count("fib") <= 8);
  CHECK_FALSE(p.has("fib", bc::Op::kMove));
}

TEST_CASE("a counting loop ends in one instruction") {
  Compiled p("package main\nfunc sum(n int) int {\n\ts := 0\n\tfor i := 0; i < n; i++ {\n\t\ts += i * i\n\t}\n\treturn s\n}\nfunc main() {}\n");
  CHECK(p.has("sum", bc::Op::kIncLoopLtI64));
  CHECK_FALSE(p.has("sum", bc::Op::kMove));
}

TEST_CASE("elements are accessed with their check in one instruction") {
  Compiled p("package main\nfunc f(a []int32, i int, v int32) int32 {\n\tx := a[i]\n\ta[3] = v\n\treturn x\n}\nfunc main() {}\n");
  CHECK(p.has("f", bc::Op::kLoadElem32S));
  CHECK(p.has("f", bc::Op::kStoreElemK32));
}

TEST_CASE("a nil check is part of the access behind it") {
  Compiled p("package main\ntype T struct{ a, b int }\nfunc f(t *T) int { return t.b }\nfunc main() {}\n");
  CHECK(p.has("f", bc::Op::kLoad64));
  CHECK_FALSE(p.has("f", bc::Op::kNilCheck));
}

TEST_CASE("swapping variables in a loop keeps both values") {
  Compiled p("package main\nfunc f(n int) int {\n\ta, b := 0, 1\n\tfor ; n > 0; n-- {\n\t\ta, b = b, a\n\t}\n\treturn a*10 + b\n}\nfunc main() {}\n");
  CHECK(p.code("f").words.size() < 30);
}

TEST_CASE("line rows cover the code") {
  Compiled p("package main\nfunc g(x int) int {\n\treturn 100 / x\n}\nfunc main() {}\n");
  const bc::Code& code = p.code("g");
  REQUIRE_FALSE(code.lines.empty());
  CHECK(code.lines.back().line == 3);
  CHECK(code.files.at(0) == "main.go");
}

TEST_CASE("all code of a package and what it leads to passes the verifier", "[std]") {
  Compilation c;
  const char* pattern = std::getenv("GOVM_CODEGEN_PATTERN");
  c.loader.load_patterns({pattern ? pattern : "fmt"});
  REQUIRE(c.errors.empty());
  codegen::testing::FakeTarget target(c.program);
  for (const load::Package* p : c.loader.packages()) target.function(c.program.package_init(p->types));
  for (types::Object* o : c.loader.packages().back()->types->scope->sorted()) {
    auto* f = types::as<types::Func>(o);
    if (f != nullptr && (f->signature()->tparams == nullptr || f->signature()->tparams->size() == 0)) {
      target.function(c.program.function(f));
    }
  }
  for (std::size_t i = 0; i < target.new_functions.size(); ++i) {
    const std::string error = target.compile(target.new_functions[i]);
    INFO(target.new_functions[i]->name);
    CHECK(error == "");
  }
  CHECK(target.new_functions.size() > 100);
}
