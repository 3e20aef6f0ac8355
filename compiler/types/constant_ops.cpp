// Operators on constant values. Operands were checked: kinds match the operator and divisors are not zero.

#include "base/assert.h"
#include "base/memory.h"
#include "compiler/types/constant_rep.h"

namespace govm::constant {

using syntax::Operator;

namespace {

Int floor_shift_right(const Int& x, unsigned count) {
  if (x >= 0) return x >> count;
  return -((-x - 1) >> count) - 1;
}

const Value* big_binary(Arena& arena, const Int& a, Operator op, const Int& b, bool integer_division) {
  switch (op) {
    case Operator::kAdd: return new_int(arena, a + b);
    case Operator::kSub: return new_int(arena, a - b);
    case Operator::kMul: return new_int(arena, a * b);
    case Operator::kDiv: return integer_division ? new_int(arena, a / b) : new_rat(arena, a, b);
    case Operator::kRem: return new_int(arena, a % b);
    case Operator::kAnd: return new_int(arena, a & b);
    case Operator::kOr: return new_int(arena, a | b);
    case Operator::kXor: return new_int(arena, a ^ b);
    case Operator::kAndNot: return new_int(arena, a & (-b - 1));
    default: return &kUnknownValue;
  }
}

const Value* int64_binary(Arena& arena, std::int64_t a, Operator op, std::int64_t b, bool integer_division) {
  std::int64_t c = 0;
  switch (op) {
    case Operator::kAdd:
      if (!__builtin_add_overflow(a, b, &c)) return new_int64(arena, c);
      break;
    case Operator::kSub:
      if (!__builtin_sub_overflow(a, b, &c)) return new_int64(arena, c);
      break;
    case Operator::kMul:
      if (!__builtin_mul_overflow(a, b, &c)) return new_int64(arena, c);
      break;
    case Operator::kDiv:
      if (integer_division && b != -1) return new_int64(arena, a / b);
      break;
    case Operator::kRem: return new_int64(arena, b == -1 ? 0 : a % b);
    case Operator::kAnd: return new_int64(arena, a & b);
    case Operator::kOr: return new_int64(arena, a | b);
    case Operator::kXor: return new_int64(arena, a ^ b);
    case Operator::kAndNot: return new_int64(arena, a & ~b);
    default: break;
  }
  return big_binary(arena, Int(a), op, Int(b), integer_division);
}

const Value* rat_binary(Arena& arena, const Rat& a, Operator op, const Rat& b) {
  switch (op) {
    case Operator::kAdd: return new_rat(arena, a.num * b.den + b.num * a.den, a.den * b.den);
    case Operator::kSub: return new_rat(arena, a.num * b.den - b.num * a.den, a.den * b.den);
    case Operator::kMul: return new_rat(arena, a.num * b.num, a.den * b.den);
    case Operator::kDiv: return new_rat(arena, a.num * b.den, a.den * b.num);
    default: return &kUnknownValue;
  }
}

const Value* float_binary(Arena& arena, const Float& a, Operator op, const Float& b) {
  switch (op) {
    case Operator::kAdd: return new_float(arena, add(a, b));
    case Operator::kSub: return new_float(arena, add(a, Float{-b.mant, b.exp}));
    case Operator::kMul: return new_float(arena, multiply(a, b));
    case Operator::kDiv: return new_float(arena, divide(a, b));
    default: return &kUnknownValue;
  }
}

// The left text is extended in place when nothing was put behind it yet.
const Value* concat(Arena& arena, const Value* x, const Value* y) {
  const Value::Text& a = x->text;
  const Value::Text& b = y->text;
  if (b.size == 0) return x;
  if (a.size == 0) return y;
  TextBuffer* buffer = a.buffer;
  bool extend = buffer && a.data == buffer->data && a.size == buffer->used && buffer->capacity - buffer->used >= b.size;
  if (!extend) {
    std::size_t capacity = (a.size + b.size) * 2;
    buffer = arena.make<TextBuffer>();
    buffer->data = static_cast<char*>(arena.allocate(capacity, 1));
    buffer->capacity = capacity;
    copy_bytes(buffer->data, a.data, a.size);
    buffer->used = a.size;
  }
  copy_bytes(buffer->data + buffer->used, b.data, b.size);
  buffer->used += b.size;
  Value* v = arena.make<Value>();
  v->rep = Rep::kString;
  v->text = Value::Text{buffer->data, buffer->used, buffer};
  return v;
}

bool from_order(int order, Operator op) {
  switch (op) {
    case Operator::kEql: return order == 0;
    case Operator::kNeq: return order != 0;
    case Operator::kLss: return order < 0;
    case Operator::kLeq: return order <= 0;
    case Operator::kGtr: return order > 0;
    case Operator::kGeq: return order >= 0;
    default: return false;
  }
}

// Both operands as the wider of the two representations (bool and string only match themselves).
Rep common_rep(const Value* x, const Value* y) {
  Rep wide = std::max(x->rep, y->rep), narrow = std::min(x->rep, y->rep);
  if (narrow < Rep::kInt64 && narrow != wide) return Rep::kUnknown;
  return wide;
}

}  // namespace

const Value* Factory::unary(Operator op, const Value* x, unsigned prec_bits) {
  if (x->rep == Rep::kUnknown) return x;
  switch (op) {
    case Operator::kAdd: return x;
    case Operator::kNot: return make_bool(!bool_value(x));
    case Operator::kXor: {
      if (kind(x) != Kind::kInt) return unknown();
      Int z = -load_int(x) - 1;
      if (prec_bits > 0) z &= (Int(1) << prec_bits) - 1;
      return new_int(arena_, z);
    }
    case Operator::kSub:
      switch (x->rep) {
        case Rep::kInt64:
        case Rep::kBig: return new_int(arena_, -load_int(x));
        case Rep::kRat: {
          Rat r = load_rat(x);
          return new_exact_rat(arena_, -r.num, r.den);
        }
        case Rep::kFloat: {
          Float f = load_float(x);
          return new_float(arena_, Float{-f.mant, f.exp});
        }
        case Rep::kComplex:
          return new_complex(arena_, unary(op, x->pair.re, 0), unary(op, x->pair.im, 0));
        default: return unknown();
      }
    default: return unknown();
  }
}

const Value* Factory::binary(const Value* x, Operator op, const Value* y, bool integer_division) {
  switch (common_rep(x, y)) {
    case Rep::kUnknown: return unknown();
    case Rep::kBool:
      if (op == Operator::kAndAnd) return make_bool(x->i && y->i);
      if (op == Operator::kOrOr) return make_bool(x->i || y->i);
      return unknown();
    case Rep::kString: return op == Operator::kAdd ? concat(arena_, x, y) : unknown();
    case Rep::kInt64: return int64_binary(arena_, x->i, op, y->i, integer_division);
    case Rep::kBig: return big_binary(arena_, load_int(x), op, load_int(y), integer_division);
    case Rep::kRat: return rat_binary(arena_, load_rat(x), op, load_rat(y));
    case Rep::kFloat: return float_binary(arena_, load_float(x), op, load_float(y));
    case Rep::kComplex: break;
  }
  const Value *a = real(x), *b = imag(x), *c = real(y), *d = imag(y);
  auto add2 = [&](const Value* p, const Value* q) { return binary(p, Operator::kAdd, q, false); };
  auto sub2 = [&](const Value* p, const Value* q) { return binary(p, Operator::kSub, q, false); };
  auto mul2 = [&](const Value* p, const Value* q) { return binary(p, Operator::kMul, q, false); };
  auto div2 = [&](const Value* p, const Value* q) { return binary(p, Operator::kDiv, q, false); };
  switch (op) {
    case Operator::kAdd: return new_complex(arena_, add2(a, c), add2(b, d));
    case Operator::kSub: return new_complex(arena_, sub2(a, c), sub2(b, d));
    case Operator::kMul:
      return new_complex(arena_, sub2(mul2(a, c), mul2(b, d)), add2(mul2(b, c), mul2(a, d)));
    case Operator::kDiv: {
      const Value* s = add2(mul2(c, c), mul2(d, d));
      return new_complex(arena_, div2(add2(mul2(a, c), mul2(b, d)), s), div2(sub2(mul2(b, c), mul2(a, d)), s));
    }
    default: return unknown();
  }
}

const Value* Factory::shift(const Value* x, Operator op, unsigned count) {
  if (kind(x) != Kind::kInt) return unknown();
  if (count == 0) return x;
  if (op == Operator::kShl) {
    // gc refuses shifts this large before evaluating them; anything beyond cannot be represented anyway.
    if (count > 1u << 20) return unknown();
    return new_int(arena_, load_int(x) << count);
  }
  if (x->rep == Rep::kInt64) return new_int64(arena_, x->i >> std::min(count, 63u));
  return new_int(arena_, floor_shift_right(load_int(x), count));
}

bool Factory::compare(const Value* x, Operator op, const Value* y) {
  switch (common_rep(x, y)) {
    case Rep::kUnknown: return false;
    case Rep::kBool: return from_order(x->i == y->i ? 0 : 1, op);
    case Rep::kString: return from_order(string_value(x).compare(string_value(y)), op);
    case Rep::kInt64: return from_order(x->i < y->i ? -1 : x->i > y->i ? 1 : 0, op);
    case Rep::kBig: return from_order(load_int(x).compare(load_int(y)), op);
    case Rep::kRat: {
      Rat a = load_rat(x), b = load_rat(y);
      return from_order(Int(a.num * b.den).compare(Int(b.num * a.den)), op);
    }
    case Rep::kFloat: return from_order(constant::compare(load_float(x), load_float(y)), op);
    case Rep::kComplex: break;
  }
  static constexpr Value kZero{Rep::kInt64, 0};
  auto re = [](const Value* v) { return v->rep == Rep::kComplex ? v->pair.re : v; };
  auto im = [](const Value* v) { return v->rep == Rep::kComplex ? v->pair.im : &kZero; };
  bool equal = compare(re(x), Operator::kEql, re(y)) && compare(im(x), Operator::kEql, im(y));
  return from_order(equal ? 0 : 1, op);
}

}  // namespace govm::constant
