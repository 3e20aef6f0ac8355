// print and println, in gc's formats.
#include <cmath>
#include <cstdio>
#include <string>

#include "vm/bytecode/tables.h"
#include "vm/interp/support.h"

namespace govm::interp {

namespace {

// +d.dddddde+ddd
std::string format_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  char digits[40];
  std::snprintf(digits, sizeof(digits), "%+.6e", value);
  std::string text = digits;
  // C gives at least two digits of exponent, gc three.
  std::size_t exponent = text.find('e') + 2;
  while (text.size() - exponent < 3) text.insert(exponent, "0");
  return text;
}

std::string format_hex(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof(text), "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string format(const Slot* s, bc::PrintKind kind) {
  switch (kind) {
    case bc::PrintKind::kBool: return s->u != 0 ? "true" : "false";
    case bc::PrintKind::kInt: return std::to_string(s->i);
    case bc::PrintKind::kUint: return std::to_string(s->u);
    case bc::PrintKind::kFloat64: return format_float(s->f64);
    case bc::PrintKind::kFloat32: return format_float(s->f32);
    case bc::PrintKind::kComplex128: return "(" + format_float(s[0].f64) + format_float(s[1].f64) + "i)";
    case bc::PrintKind::kComplex64: {
      float parts[2];
      std::memcpy(parts, s, sizeof(parts));
      return "(" + format_float(parts[0]) + format_float(parts[1]) + "i)";
    }
    case bc::PrintKind::kString: return {static_cast<const char*>(s[0].p), static_cast<std::size_t>(s[1].i)};
    case bc::PrintKind::kPointer: return format_hex(s->u);
    case bc::PrintKind::kSlice: return "[" + std::to_string(s[1].i) + "/" + std::to_string(s[2].i) + "]" + format_hex(s[0].u);
    case bc::PrintKind::kInterface: return "(" + format_hex(s[0].u) + "," + format_hex(s[1].u) + ")";
    case bc::PrintKind::kSpace: return " ";
    case bc::PrintKind::kNewline: return "\n";
  }
  return {};
}

[[gnu::noinline]] void print(sched::Worker* w, const Slot* s, std::uint16_t kind) {
  runtime_of(w).print(format(s, static_cast<bc::PrintKind>(kind)));
}

}  // namespace

HANDLER(Print) {
  print(w, &RA, pc->b);
  NEXT(1);
}

}  // namespace govm::interp
