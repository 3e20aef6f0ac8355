#include "base/source_map.h"
#include "base/symbol.h"
#include "base/utf8.h"
#include "tests/catch.h"

using namespace govm;

TEST_CASE("utf8 decodes what Go decodes") {
  CHECK(utf8::decode("a").rune == U'a');
  CHECK(utf8::decode("é").width == 2);
  CHECK(utf8::decode("世").rune == U'世');
  CHECK(utf8::decode("😀").width == 4);
  for (const char* bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE4\xB8", "\xFF"}) {
    CHECK(utf8::decode(bad).rune == utf8::kRuneError);
    CHECK(utf8::decode(bad).width == 1);
    CHECK_FALSE(utf8::valid(bad));
  }
  std::string out;
  utf8::append(out, U'世');
  utf8::append(out, 0xD800);
  CHECK(out == "世\xEF\xBF\xBD");
  CHECK(utf8::valid("héllo, 世界"));
}

TEST_CASE("character classes follow Unicode 15") {
  CHECK(utf8::is_letter(U'λ'));
  CHECK(utf8::is_letter(U'世'));
  CHECK_FALSE(utf8::is_letter(U'٣'));
  CHECK(utf8::is_digit(U'٣'));
  CHECK(utf8::is_upper(U'Σ'));
  CHECK_FALSE(utf8::is_upper(U'σ'));
  CHECK(utf8::is_print(U'é'));
  CHECK_FALSE(utf8::is_print(0x200B));
}

TEST_CASE("symbols are interned") {
  Interner names;
  const Symbol a = names.intern("alpha");
  CHECK(a == names.intern(std::string("alp") + "ha"));
  CHECK(a != names.intern("Alpha"));
  CHECK(names.intern("Alpha").exported());
  CHECK_FALSE(a.exported());
  CHECK(names.intern("").empty());
  for (int i = 0; i < 20000; ++i) names.intern("name" + std::to_string(i));
  CHECK(names.intern("name12345") == names.intern("name12345"));
  CHECK(a == names.intern("alpha"));
}

TEST_CASE("positions honour line directives") {
  SourceMap map;
  SourceFile& f = map.add_file("a.go", "one\ntwo\nthree\n");
  f.add_line(4);
  f.add_line(8);
  f.add_line_directive(8, "b.go", 100, 0);
  CHECK(map.str(f.pos(5)) == "a.go:2:2");
  CHECK(map.str(f.pos(9)) == "b.go:100");
  CHECK(map.position_ignoring_directives(f.pos(9)).line == 3);
  CHECK(map.str(Pos{}) == "-");
}
