// Calls of predeclared functions and of package unsafe's.
#include "base/assert.h"
#include "compiler/ir/builder.h"

namespace govm::ir {

using syntax::as;
using types::BasicKind;
using types::BuiltinId;

Value* Builder::builtin(const syntax::CallExpr* c, BuiltinId id) {
  switch (id) {
    case BuiltinId::kAppend: return builtin_append(c);
    case BuiltinId::kCap: return builtin_len_cap(c, true);
    case BuiltinId::kClear: {
      Value* x = expr(c->args[0]);
      return emit(types::under_as<types::Map>(x->type) ? Op::kMapClear : Op::kClearSlice, nullptr, {x});
    }
    case BuiltinId::kClose: return emit(Op::kClose, nullptr, {expr(c->args[0])});
    case BuiltinId::kComplex: return builtin_complex(c);
    case BuiltinId::kCopy: return builtin_copy(c);
    case BuiltinId::kDelete: {
      std::vector<Value*> args = expand(c->args);
      auto* m = types::under_as<types::Map>(args[0]->type);
      return emit(Op::kMapDelete, nullptr, {args[0], assign_convert(args[1], canon(m->key))});
    }
    case BuiltinId::kImag: return emit(Op::kImag, typ(c), {expr(c->args[0])});
    case BuiltinId::kReal: return emit(Op::kReal, typ(c), {expr(c->args[0])});
    case BuiltinId::kLen: return builtin_len_cap(c, false);
    case BuiltinId::kMake: return builtin_make(c);
    case BuiltinId::kMax: return builtin_min_max(c, Op::kMax);
    case BuiltinId::kMin: return builtin_min_max(c, Op::kMin);
    case BuiltinId::kNew: return alloc_new(typ(c->args[0]));
    case BuiltinId::kPanic: {
      Value* v = emit(Op::kPanic, nullptr, {expr_as(c->args[0], any_)});
      start(block());
      return v;
    }
    case BuiltinId::kPrint: return builtin_print(c, false);
    case BuiltinId::kPrintln: return builtin_print(c, true);
    case BuiltinId::kRecover: return emit(Op::kRecover, any_);
    default: return builtin_unsafe(c, id);
  }
}

Value* Builder::builtin_append(const syntax::CallExpr* c) {
  types::Type* t = typ(c);
  std::vector<Value*> args = expand(c->args);
  args[0] = assign_convert(args[0], t);
  if (args.size() == 1) return args[0];
  if (c->has_dots) {
    if (auto* b = types::as<types::Basic>(args[1]->type); b && b->kind == BasicKind::kUntypedNil) return args[0];
    return emit(Op::kAppendSlice, t, std::move(args));
  }
  types::Type* elem = elem_type(t);
  for (std::size_t i = 1; i < args.size(); i++) args[i] = assign_convert(args[i], elem);
  return emit(Op::kAppend, t, std::move(args));
}

Value* Builder::builtin_copy(const syntax::CallExpr* c) { return emit(Op::kCopySlice, int_, expand(c->args)); }

Value* Builder::builtin_len_cap(const syntax::CallExpr* c, bool cap) {
  const syntax::Expr* arg = c->args[0];
  types::Type* t = types::under(typ(arg));
  if (auto* p = types::as<types::Pointer>(t)) t = types::under(p->base);
  if (auto* a = types::as<types::Array>(t)) {
    if (has_call(arg)) effects(arg);
    return const_int(a->len);
  }
  Value* x = expr(arg);
  Op op = cap ? Op::kCap : Op::kLen;
  if (types::as<types::Map>(t)) op = Op::kMapLen;
  if (types::as<types::Chan>(t)) op = cap ? Op::kChanCap : Op::kChanLen;
  return emit(op, int_, {x});
}

Value* Builder::builtin_make(const syntax::CallExpr* c) {
  types::Type* t = typ(c);
  std::vector<Value*> sizes;
  for (std::size_t i = 1; i < c->args.size(); i++) sizes.push_back(convert(expr(c->args[i]), int_));
  switch (types::under(t)->type_kind()) {
    case types::TypeKind::kSlice: {
      Value* cap = sizes.size() > 1 ? sizes[1] : sizes[0];
      return emit_int(Op::kMakeSlice, t, 1, {sizes[0], cap});
    }
    case types::TypeKind::kMap: return emit(Op::kMakeMap, t, {sizes.empty() ? const_int(0) : sizes[0]});
    default: return emit(Op::kMakeChan, t, {sizes.empty() ? const_int(0) : sizes[0]});
  }
}

Value* Builder::builtin_min_max(const syntax::CallExpr* c, Op op) {
  types::Type* t = typ(c);
  ordered(c->args);
  Value* v = expr_as(c->args[0], t);
  for (std::size_t i = 1; i < c->args.size(); i++) v = emit(op, t, {v, expr_as(c->args[i], t)});
  return v;
}

Value* Builder::builtin_complex(const syntax::CallExpr* c) {
  types::Type* t = typ(c);
  types::Type* part = program_.basic(types::size_of(t) == 8 ? BasicKind::kFloat32 : BasicKind::kFloat64);
  std::vector<Value*> args = expand(c->args);
  for (Value*& v : args) v = assign_convert(v, part);
  return emit(Op::kComplexMake, t, std::move(args));
}

Value* Builder::builtin_print(const syntax::CallExpr* c, bool newline) {
  return emit_int(Op::kPrint, nullptr, newline, expand(c->args));
}

Value* Builder::builtin_unsafe(const syntax::CallExpr* c, BuiltinId id) {
  types::Type* t = c->type ? typ(c) : nullptr;
  auto arg_type = [&] { return typ(c->args[0]); };
  switch (id) {
    case BuiltinId::kUnsafeAdd: {
      std::vector<Value*> args = expand(c->args);
      return emit(Op::kPtrAdd, pointer_, {args[0], convert(args[1], int_)});
    }
    case BuiltinId::kUnsafeSlice: case BuiltinId::kUnsafeString: {
      std::vector<Value*> args = expand(c->args);
      args[1] = convert(args[1], int_);
      return emit(id == BuiltinId::kUnsafeSlice ? Op::kUnsafeSlice : Op::kUnsafeString, t, std::move(args));
    }
    case BuiltinId::kUnsafeSliceData: case BuiltinId::kUnsafeStringData:
      return emit(Op::kDataPtr, t, {expr(c->args[0])});
    case BuiltinId::kUnsafeSizeof: return const_int(types::size_of(arg_type()), t);
    case BuiltinId::kUnsafeAlignof: return const_int(types::align_of(arg_type()), t);
    case BuiltinId::kUnsafeOffsetof: return builtin_offsetof(c);
    default: GOVM_UNREACHABLE();
  }
}

// Offset of a field within the struct its selector starts from; the path holds no pointers.
Value* Builder::builtin_offsetof(const syntax::CallExpr* c) {
  auto* s = as<syntax::SelectorExpr>(unparen(c->args[0]));
  GOVM_ASSERT(s && s->selection);
  types::Type* t = typ(s->x);
  if (is_pointer(t)) t = elem_type(t);
  std::int64_t offset = 0;
  for (int field : s->selection->index) {
    offset += types::offset_of(types::under_as<types::Struct>(t), static_cast<std::size_t>(field));
    t = field_type(t, field);
  }
  return const_int(offset, typ(c));
}

}  // namespace govm::ir
