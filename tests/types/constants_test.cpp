// Exact constants: literals, arithmetic beyond machine words, rounding, and their text.
#include <cmath>
#include <limits>

#include "compiler/types/constant.h"
#include "tests/catch.h"
#include "tests/types/checked.h"

using namespace govm;
using constant::Kind;
using syntax::LitKind;
using syntax::Operator;

namespace {

struct Constants {
  Arena arena;
  constant::Factory f{arena};
  const constant::Value* i(std::string_view s) { return f.from_literal(s, LitKind::kInt); }
  const constant::Value* x(std::string_view s) { return f.from_literal(s, LitKind::kFloat); }
  std::string s(std::string_view lit) {
    const auto* v = f.from_literal(lit, LitKind::kString);
    return constant::kind(v) == Kind::kString ? std::string(constant::string_value(v)) : "malformed";
  }
};

}  // namespace

TEST_CASE("integer literals of every base and size") {
  Constants c;
  CHECK(constant::to_string(c.i("1_000_000")) == "1000000");
  CHECK(constant::to_string(c.i("0x_FF")) == "255");
  CHECK(constant::to_string(c.i("0b1010")) == "10");
  CHECK(constant::to_string(c.i("0o17")) == "15");
  CHECK(constant::to_string(c.i("0777")) == "511");
  CHECK(constant::to_string(c.i("18446744073709551616")) == "18446744073709551616");
  CHECK(constant::uint64_value(c.i("18446744073709551615")) == std::numeric_limits<std::uint64_t>::max());
  CHECK_FALSE(constant::int64_value(c.i("9223372036854775808")));
  CHECK(constant::kind(c.i("089")) == Kind::kUnknown);
}

TEST_CASE("floating-point literals round like strconv") {
  Constants c;
  CHECK(constant::float64_value(c.x("0.1")) == 0.1);
  CHECK(constant::float32_value(c.x("0.1")) == 0.1f);
  CHECK(constant::float64_value(c.x("0x1.8p1")) == 3.0);
  CHECK(constant::float64_value(c.x("0x1p-1074")) == std::numeric_limits<double>::denorm_min());
  CHECK(constant::float64_value(c.x("4.940656458412465441765687928682213723651e-324")) == 0x1p-1074);
  CHECK(constant::float64_value(c.x("1.7976931348623157e308")) == std::numeric_limits<double>::max());
  CHECK(std::isinf(constant::float64_value(c.x("1.8e308"))));
  CHECK(constant::float64_value(c.x("2.4703282292062327208e-324")) == 0.0);  // just below half of the least
  CHECK(constant::float32_value(c.x("16777217")) == 16777216.0f);            // ties to even
  // One rounding, not two: as double this is a tie for float.
  CHECK(constant::float32_value(c.x("1.000000059604644775390625000000000001")) == std::nextafter(1.0f, 2.0f));
}

TEST_CASE("huge exponents neither hang nor crash") {
  Constants c;
  CHECK(constant::to_string(c.x("1e1000")) == "1e+1000");
  CHECK(constant::to_string(c.x("1e100000")) == "1e+100000");
  CHECK(constant::kind(c.x("1e1000000000000")) == Kind::kUnknown);
  CHECK(constant::sign(c.x("1e-1000000000000")) == 0);
  CHECK(constant::kind(c.f.to_int(c.x("1e100000"))) == Kind::kUnknown);
  CHECK(constant::to_string(c.f.to_int(c.x("1e20"))) == "100000000000000000000");
}

TEST_CASE("arithmetic leaves machine words and comes back") {
  Constants c;
  const auto* max = c.i("9223372036854775807");
  const auto* sum = c.f.binary(max, Operator::kAdd, c.i("1"), false);
  CHECK(constant::to_string(sum) == "9223372036854775808");
  CHECK(constant::int64_value(c.f.binary(sum, Operator::kSub, c.i("1"), false)) ==
        std::numeric_limits<std::int64_t>::max());
  const auto* min = c.f.unary(Operator::kSub, sum, 0);
  CHECK(constant::int64_value(min) == std::numeric_limits<std::int64_t>::min());
  CHECK(constant::to_string(c.f.binary(min, Operator::kDiv, c.i("1"), true)) == "-9223372036854775808");
  CHECK(constant::to_string(c.f.binary(min, Operator::kDiv, c.f.make_int64(-1), true)) == "9223372036854775808");
  CHECK(constant::to_string(c.f.binary(c.f.make_int64(-7), Operator::kRem, c.i("3"), true)) == "-1");
  CHECK(constant::to_string(c.f.binary(c.f.make_int64(-8), Operator::kAndNot, c.i("5"), true)) == "-8");
  CHECK(constant::to_string(c.f.shift(c.i("1"), Operator::kShl, 100)) == "1267650600228229401496703205376");
  CHECK(constant::to_string(c.f.shift(c.f.make_int64(-5), Operator::kShr, 1)) == "-3");
  const auto* big = c.f.unary(Operator::kSub, c.f.shift(c.i("5"), Operator::kShl, 70), 0);
  CHECK(constant::to_string(c.f.shift(big, Operator::kShr, 71)) == "-3");
  CHECK(constant::to_string(c.f.unary(Operator::kXor, c.i("1"), 8)) == "254");
  // (1/3)*3 is exactly 1.
  const auto* third = c.f.binary(c.i("1"), Operator::kDiv, c.i("3"), false);
  CHECK(constant::Factory::compare(c.f.binary(third, Operator::kMul, c.i("3"), false), Operator::kEql, c.i("1")));
}

TEST_CASE("complex constants") {
  Constants c;
  const auto* z = c.f.binary(c.i("3"), Operator::kAdd, c.f.from_literal("4i", LitKind::kImag), false);
  CHECK(constant::to_string(z) == "(3 + 4i)");
  const auto* zz = c.f.binary(z, Operator::kMul, z, false);
  CHECK(constant::to_string(zz) == "(-7 + 24i)");
  CHECK(constant::Factory::compare(c.f.binary(zz, Operator::kDiv, z, false), Operator::kEql, z));
}

TEST_CASE("string and rune literals are unquoted") {
  Constants c;
  CHECK(c.s(R"("a\n\x41\u00e9\101")") == "a\nA\xc3\xa9" "A");
  CHECK(c.s("`raw\\n\r`") == "raw\\n");
  CHECK(c.s(R"("\xff")") == "\xff");
  CHECK(c.s(R"("\q")") == "malformed");
  CHECK(c.s(R"("\ud800")") == "malformed");
  CHECK(constant::to_string(c.f.from_literal(R"('\'')", LitKind::kRune)) == "39");
  CHECK(constant::to_string(c.f.from_literal("'世'", LitKind::kRune)) == "19990");
}

TEST_CASE("long concatenations take linear time and do not disturb each other") {
  Constants c;
  const auto* s = c.f.make_string("x");
  const auto* one = s;
  for (int i = 0; i < 100000; ++i) s = c.f.binary(s, Operator::kAdd, one, false);
  CHECK(constant::string_value(s).size() == 100001);
  const auto* a = c.f.binary(s, Operator::kAdd, c.f.make_string("a"), false);
  const auto* b = c.f.binary(s, Operator::kAdd, c.f.make_string("b"), false);
  CHECK(constant::string_value(a).back() == 'a');
  CHECK(constant::string_value(b).back() == 'b');
}

TEST_CASE("constant declarations: types, iota, overflow") {
  testing::Checked c(R"go(
const (
	A = iota * 1.5
	B
	C uint8 = 255 - iota
	D
	E = 1 << 70 >> 68
	F = 'a' + 1
	G float32 = 0.1
	H = len("héllo")
	I = real(2i * 2i)
)
const J int8 = 128
const K = 1 << 600
const L uint = -1
var M int = 1.5
)go");
  CHECK(c.type("A") == "untyped float");
  CHECK(c.value("B") == "1.5");
  CHECK(c.value("D") == "252");
  CHECK(c.value("E") == "4");
  CHECK(c.type("F") == "untyped rune");
  CHECK(c.value("G") == "0.1");
  CHECK(c.value("H") == "6");
  CHECK(c.value("I") == "-4");
  CHECK(c.errors == std::vector<std::string>{
                        "14: cannot use 128 (untyped int constant) as int8 value in constant declaration (overflows)",
                        "15: constant shift overflow",
                        "16: cannot use -1 (untyped int constant) as uint value in constant declaration (overflows)",
                        "17: cannot use 1.5 (untyped float constant) as int value in variable declaration (truncated)",
                    });
}
