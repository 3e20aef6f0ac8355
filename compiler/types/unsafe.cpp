// The functions of package unsafe (Go spec: Package unsafe; types2/builtins.go).
#include "compiler/types/builtins.h"

namespace govm::types {

namespace {

// Does t's size depend on type parameters?
bool has_var_size(Type* t, PtrMap<Named*, bool>& seen) {
  Named* named = as_named(t);
  if (named) {
    if (bool* known = seen.find(named)) return *known;
    seen.insert(named, true);  // possibly cyclic until proven otherwise
  }
  bool var = false;
  Type* u = under(t);
  if (is_type_param(t)) {
    var = true;
  } else if (auto* a = as<Array>(u)) {
    var = has_var_size(a->elem, seen);
  } else if (auto* s = as<Struct>(u)) {
    for (Var* f : s->fields) var = var || has_var_size(f->type, seen);
  }
  if (named) seen[named] = var;
  return var;
}

bool has_var_size(Type* t) {
  PtrMap<Named*, bool> seen;
  return has_var_size(t, seen);
}

// Offset of the field that index leads to; -1 if too large.
std::int64_t offset_of_path(Type* t, std::span<const int> index) {
  std::int64_t offset = 0;
  for (int i : index) {
    auto* s = as<Struct>(under(t));
    if (!s) return -1;
    std::int64_t o = offset_of(s, static_cast<std::size_t>(i));
    if (o < 0 || __builtin_add_overflow(offset, o, &offset)) return -1;
    t = s->fields[static_cast<std::size_t>(i)]->type;
  }
  return offset;
}

}  // namespace

bool BuiltinCall::unsafe_add() {
  check_.verify_versionf(call_->fun, kGo1_17, "unsafe.Add");
  Basic* pointer = basic_type(BasicKind::kUnsafePointer);
  check_.assignment(x_, pointer, "argument to unsafe.Add");
  if (!x_.valid()) return false;
  Operand& y = *args_[1];
  if (!check_.is_valid_index(y, Code::kInvalidUnsafeAdd, "length", true)) return false;
  record_type(pointer, {pointer, y.type});
  return value(pointer);
}

bool BuiltinCall::unsafe_alignof() {
  Basic* uintptr = basic_type(BasicKind::kUintptr);
  check_.assignment(x_, nullptr, "argument to unsafe.Alignof");
  if (!x_.valid()) return false;
  if (!has_var_size(x_.type)) return int_constant(align_of(x_.type), uintptr);
  record_type(uintptr, {x_.type});
  return value(uintptr);
}

bool BuiltinCall::unsafe_offsetof() {
  syntax::Expr* arg0 = call_->args[0];
  auto* selx = syntax::as<syntax::SelectorExpr>(unparen(arg0));
  if (!selx) {
    check_.errorf(arg0, Code::kBadOffsetofSyntax, "invalid argument: %s is not a selector expression", arg0);
    check_.use(arg0);
    return false;
  }
  check_.expr(nullptr, x_, selx->x);
  if (!x_.valid()) return false;
  Type* base = deref_struct_ptr(x_.type);
  Symbol sel = selx->sel->value;
  Lookup found = lookup_field_or_method(check_.session, base, false, check_.pkg, sel, false);
  auto* field = as<Var>(found.obj);
  if (!field) {
    if (found.obj) {
      check_.errorf(arg0, Code::kInvalidOffsetof, "invalid argument: %s is a method value", arg0);
    } else {
      check_.errorf(x_, Code::kMissingFieldOrMethod, "invalid argument: %s has no single field %s", base, sel);
    }
    return false;
  }
  if (found.indirect) {
    check_.errorf(x_, Code::kInvalidOffsetof, "invalid argument: field %s is embedded via a pointer in %s", sel, base);
    return false;
  }
  check_.record_selection(selx, SelectionKind::kFieldVal, base, field, found.index, false);
  check_.record_type_and_value(selx, x_.mode == Mode::kVariable ? Mode::kVariable : Mode::kValue, field->type, nullptr);
  Basic* uintptr = basic_type(BasicKind::kUintptr);
  // The field's offset, not the size of the struct, would be enough to know; gc asks for the whole struct.
  if (has_var_size(base)) {
    record_type(uintptr, {field->type});
    return value(uintptr);
  }
  std::int64_t offset = offset_of_path(base, found.index);
  if (offset < 0) {
    check_.errorf(x_, Code::kTypeTooLarge, "%s is too large", x_);
    return false;
  }
  return int_constant(offset, uintptr);
}

bool BuiltinCall::unsafe_sizeof() {
  Basic* uintptr = basic_type(BasicKind::kUintptr);
  check_.assignment(x_, nullptr, "argument to unsafe.Sizeof");
  if (!x_.valid()) return false;
  if (has_var_size(x_.type)) {
    record_type(uintptr, {x_.type});
    return value(uintptr);
  }
  std::int64_t size = size_of(x_.type);
  if (size < 0) {
    check_.errorf(x_, Code::kTypeTooLarge, "%s is too large", x_);
    return false;
  }
  return int_constant(size, uintptr);
}

bool BuiltinCall::unsafe_slice() {
  check_.verify_versionf(call_->fun, kGo1_17, "unsafe.Slice");
  auto* p = as<Pointer>(core_type(x_.type));
  if (!p) {
    check_.errorf(x_, Code::kInvalidUnsafeSlice, "invalid argument: %s is not a pointer", x_);
    return false;
  }
  Operand& y = *args_[1];
  if (!check_.is_valid_index(y, Code::kInvalidUnsafeSlice, "length", false)) return false;
  Type* t = check_.arena.make<Slice>(p->base);
  record_type(t, {p, y.type});
  return value(t);
}

bool BuiltinCall::unsafe_slice_data() {
  check_.verify_versionf(call_->fun, kGo1_20, "unsafe.SliceData");
  auto* s = as<Slice>(core_type(x_.type));
  if (!s) {
    check_.errorf(x_, Code::kInvalidUnsafeSliceData, "invalid argument: %s is not a slice", x_);
    return false;
  }
  Type* t = check_.arena.make<Pointer>(s->elem);
  record_type(t, {s});
  return value(t);
}

bool BuiltinCall::unsafe_string() {
  check_.verify_versionf(call_->fun, kGo1_20, "unsafe.String");
  Type* byte_pointer = check_.arena.make<Pointer>(universe_byte());
  check_.assignment(x_, byte_pointer, "argument to unsafe.String");
  if (!x_.valid()) return false;
  Operand& y = *args_[1];
  if (!check_.is_valid_index(y, Code::kInvalidUnsafeString, "length", false)) return false;
  Basic* string = basic_type(BasicKind::kString);
  record_type(string, {byte_pointer, y.type});
  return value(string);
}

bool BuiltinCall::unsafe_string_data() {
  check_.verify_versionf(call_->fun, kGo1_20, "unsafe.StringData");
  Basic* string = basic_type(BasicKind::kString);
  check_.assignment(x_, string, "argument to unsafe.StringData");
  if (!x_.valid()) return false;
  Type* t = check_.arena.make<Pointer>(universe_byte());
  record_type(t, {string});
  return value(t);
}

}  // namespace govm::types
