// Emission: values, blocks, constants, memory.
#include "compiler/ir/builder.h"

#include <bit>

#include "base/assert.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using types::BasicKind;

Builder::Builder(Program& program, Function* fn, Builder* outer, const Facts* facts)
    : program_(program), session_(program.session), fn_(fn), outer_(outer), facts_(facts), pos_(fn->pos) {
  int_ = program.basic(BasicKind::kInt);
  bool_ = program.basic(BasicKind::kBool);
  string_ = program.basic(BasicKind::kString);
  pointer_ = program.basic(BasicKind::kUnsafePointer);
  any_ = canon(types::universe_type(session_, "any"));
  entry_ = fn->new_block();
  order_.push_back(entry_);
  start(fn->new_block());
}

bool is_pointer(types::Type* t) { return types::under_as<types::Pointer>(t) != nullptr; }

const syntax::Expr* unparen(const syntax::Expr* e) {
  while (auto* p = syntax::as<syntax::ParenExpr>(e)) e = p->x;
  return e;
}

std::span<syntax::Expr* const> expr_list(syntax::Expr* const& e) {
  if (!e) return {};
  if (auto* list = syntax::as<syntax::ListExpr>(e)) return list->elems;
  return {&e, 1};
}

Value* Builder::emit(Op op, types::Type* type, std::vector<Value*> args) {
  for (Value* a : args) GOVM_ASSERT(a != nullptr);
  Value* v = fn_->new_value(op, type, pos_, std::move(args));
  v->block = cur_;
  cur_->values.push_back(v);
  return v;
}

Value* Builder::emit_int(Op op, types::Type* type, std::int64_t aux, std::vector<Value*> args) {
  Value* v = emit(op, type, std::move(args));
  v->aux_int = aux;
  return v;
}

void Builder::edge(Block* from, Block* to) {
  from->succs.push_back(to);
  to->preds.push_back(from);
}

void Builder::jump(Block* to) {
  emit(Op::kJump, nullptr);
  edge(cur_, to);
  start(block());
}

void Builder::branch(Value* cond, Block* yes, Block* no) {
  emit(Op::kIf, nullptr, {cond});
  edge(cur_, yes);
  edge(cur_, no);
  start(block());
}

void Builder::terminate(Op op, std::vector<Value*> args) {
  emit(op, nullptr, std::move(args));
  start(block());
}

void Builder::start(Block* b) {
  cur_ = b;
  order_.push_back(b);
}

Value* Builder::const_int(std::int64_t v, types::Type* type) { return emit_int(Op::kConst, type, v); }
Value* Builder::const_bool(bool b) { return emit_int(Op::kConst, bool_, b); }

Value* Builder::const_string(std::string_view s, types::Type* type) {
  Value* v = emit(Op::kConstString, type);
  v->aux.string = program_.intern_string(s);
  return v;
}

Value* Builder::zero(types::Type* t) {
  if (auto* b = types::under_as<types::Basic>(t); b && (b->info & (types::kIsBoolean | types::kIsInteger | types::kIsFloat))) {
    return const_int(0, t);
  }
  return emit(Op::kZero, t);
}

namespace {

std::int64_t truncated(std::uint64_t bits, std::int64_t size, bool is_signed) {
  int shift = static_cast<int>(64 - 8 * size);
  if (shift == 0) return static_cast<std::int64_t>(bits);
  return is_signed ? static_cast<std::int64_t>(bits << shift) >> shift
                   : static_cast<std::int64_t>(bits << shift >> shift);
}

}  // namespace

// v as a value of concrete basic type t.
Value* Builder::constant(const constant::Value* v, types::Type* t) {
  auto* basic = types::under_as<types::Basic>(t);
  if (!basic) {
    // A constant of interface type has its default type first.
    using K = constant::Kind;
    K k = constant::kind(v);
    BasicKind d = k == K::kBool ? BasicKind::kBool : k == K::kString ? BasicKind::kString
                  : k == K::kInt ? BasicKind::kInt : k == K::kFloat ? BasicKind::kFloat64 : BasicKind::kComplex128;
    return assign_convert(constant(v, program_.basic(d)), t);
  }
  if (basic->info & types::kIsString) return const_string(constant::string_value(v), t);
  if (basic->info & types::kIsBoolean) return emit_int(Op::kConst, t, constant::bool_value(v));
  if (basic->info & types::kIsInteger) {
    std::uint64_t bits = constant::int_bits(session_.constants.to_int(v));
    return const_int(truncated(bits, types::size_of(t), !(basic->info & types::kIsUnsigned)), t);
  }
  if (basic->info & types::kIsFloat) {
    const constant::Value* f = session_.constants.to_float(v);
    if (basic->kind == BasicKind::kFloat32) return const_int(std::bit_cast<std::uint32_t>(constant::float32_value(f)), t);
    return const_int(std::bit_cast<std::int64_t>(constant::float64_value(f)), t);
  }
  if (basic->info & types::kIsComplex) {
    const constant::Value* c = session_.constants.to_complex(v);
    types::Type* part = program_.basic(basic->kind == BasicKind::kComplex64 ? BasicKind::kFloat32 : BasicKind::kFloat64);
    Value* re = constant(session_.constants.real(c), part);
    Value* im = constant(session_.constants.imag(c), part);
    return emit(Op::kComplexMake, t, {re, im});
  }
  if (basic->kind == BasicKind::kUnsafePointer) {  // unsafe.Pointer(uintptr(0)) and the like
    return emit(Op::kChangeType, t, {constant(v, program_.basic(BasicKind::kUintptr))});
  }
  return zero(t);
}

Value* Builder::alloc(types::Type* t, types::Var* variable) {
  Value* v = emit_int(Op::kAlloc, program_.pointer_to(t), 1);
  v->flags |= kNonNil;
  v->aux.variable = variable;
  return v;
}

Value* Builder::global_addr(Global* g) {
  Value* a = emit(Op::kGlobalAddr, program_.pointer_to(g->type));
  a->aux.global = g;
  a->flags |= kNonNil;
  return a;
}

Value* Builder::alloc_new(types::Type* t) {
  return types::size_of(t) == 0 ? global_addr(zero_sized_global(program_, t)) : alloc(t);
}

Value* Builder::prologue_alloc(types::Type* t, types::Var* variable) {
  Block* saved = cur_;
  cur_ = entry_;
  Value* v = alloc(t, variable);
  cur_ = saved;
  return v;
}

Value* Builder::param(std::size_t i) {
  Block* saved = cur_;
  cur_ = entry_;
  Value* v = emit_int(Op::kParam, fn_->params[i], static_cast<std::int64_t>(i));
  cur_ = saved;
  return v;
}

Value* Builder::captured(std::size_t i, types::Type* type) {
  Block* saved = cur_;
  cur_ = entry_;
  Value* v = emit_int(Op::kCapture, type, static_cast<std::int64_t>(i));
  cur_ = saved;
  return v;
}

Value* Builder::load(Value* address) {
  auto* p = types::under_as<types::Pointer>(address->type);
  GOVM_ASSERT(p);
  return emit(Op::kLoad, canon(p->base), {address});
}

void Builder::store(Value* address, Value* v) {
  if (address->op == Op::kGlobalAddr && types::size_of(v->type) == 0) return;
  if (v->op == Op::kZero && types::size_of(v->type) > kLargeValue) {
    zero_memory(address);
    return;
  }
  // A large variable just read: copy memory to memory.
  if (v->op == Op::kLoad && v->block == cur_ && cur_->values.back() == v && types::size_of(v->type) > kLargeValue) {
    Value* from = v->args[0];
    cur_->values.pop_back();
    move(address, from);
    return;
  }
  emit(Op::kStore, nullptr, {address, v});
  if (address->op == Op::kGlobalAddr && address->aux.global->name == "runtime.MemProfileRate") tell_of_profile_rate(*address->aux.global);
}

// The allocator does not look at the rate each time: it is told.
void Builder::tell_of_profile_rate(const Global& rate) {
  if (rate.package == nullptr || fn_->kind == FunctionKind::kInit) return;
  auto* tell = types::as<types::Func>(rate.package->scope->lookup(session_.symbols.intern("memProfileRateChanged")));
  if (tell != nullptr) emit(Op::kCall, nullptr)->aux.function = program_.function(tell);
}

void Builder::move(Value* to, Value* from) {
  types::Type* t = elem_type(from->type);
  if (types::size_of(t) > kLargeValue) {
    emit(Op::kMove, nullptr, {to, from})->aux.type = t;
  } else {
    store(to, load(from));
  }
}

void Builder::zero_memory(Value* address) {
  types::Type* t = elem_type(address->type);
  if (types::size_of(t) > kLargeValue) {
    emit(Op::kZeroMem, nullptr, {address})->aux.type = t;
  } else {
    emit(Op::kStore, nullptr, {address, zero(t)});
  }
}

void Builder::nil_check(Value* p) {
  if (p->flags & kNonNil) return;
  emit(Op::kNilCheck, nullptr, {p});
}

Value* Builder::field_addr(Value* p, int field) {
  types::Type* t = field_type(elem_type(p->type), field);
  Value* v = emit_int(Op::kFieldAddr, program_.pointer_to(t), field, {p});
  v->flags |= kNonNil;
  return v;
}

Value* Builder::index_addr(Value* base, Value* index, bool no_bounds) {
  types::Type* t = elem_type(base->type);
  if (is_pointer(base->type)) t = elem_type(t);
  Value* v = emit(Op::kIndexAddr, program_.pointer_to(t), {base, index});
  v->flags |= kNonNil;
  if (no_bounds) v->flags |= kNoBounds;
  return v;
}

Value* Builder::field_val(Value* v, int field) {
  if (v->op == Op::kStructMake) return v->args[field];
  return emit_int(Op::kFieldVal, field_type(v->type, field), field, {v});
}

Value* Builder::extract(Value* tuple, int i) {
  auto* t = types::as<types::Tuple>(tuple->type);
  GOVM_ASSERT(t && static_cast<std::size_t>(i) < t->size());
  return emit_int(Op::kExtract, canon(t->vars[i]->type), i, {tuple});
}

Value* Builder::type_desc(types::Type* t) {
  Value* v = emit(Op::kTypeDesc, pointer_);
  v->aux.type = t;
  v->flags |= kNonNil;
  return v;
}

Value* Builder::func_value(Function* f, types::Type* type) {
  Value* v = emit(Op::kFuncValue, type);
  v->aux.function = f;
  return v;
}

Value* Builder::spill(Value* v) {
  Value* a = alloc(v->type);
  store(a, v);
  return a;
}

Value* Builder::make_closure(Function* f, types::Type* type, std::vector<Value*> captured) {
  if (captured.empty()) return func_value(f, type);
  Value* v = emit_int(Op::kMakeClosure, type, 1, std::move(captured));
  v->aux.function = f;
  return v;
}

void Builder::panic_text(std::string_view text, int kind) {
  Value* v = emit_int(Op::kPanicText, nullptr, kind);
  v->aux.string = program_.intern_string(text);
  start(block());
}

void Builder::remove_unreachable() {
  std::vector<bool> seen(fn_->next_block_id, false);
  std::vector<Block*> work{entry_};
  seen[entry_->id] = true;
  while (!work.empty()) {
    Block* b = work.back();
    work.pop_back();
    for (Block* s : b->succs) {
      if (!seen[s->id]) {
        seen[s->id] = true;
        work.push_back(s);
      }
    }
  }
  for (auto& b : fn_->blocks) {
    if (!seen[b->id]) continue;
    for (std::size_t i = b->preds.size(); i-- > 0;) {
      if (seen[b->preds[i]->id]) continue;
      b->preds.erase(b->preds.begin() + static_cast<std::ptrdiff_t>(i));
      for (Value* v : b->values) {
        if (v->op != Op::kPhi) break;
        v->args.erase(v->args.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }
  // The order in which blocks were started is close to the source's.
  std::vector<std::unique_ptr<Block>> by_id(fn_->next_block_id);
  for (auto& b : fn_->blocks) by_id[b->id] = std::move(b);
  fn_->blocks.clear();
  std::uint32_t next = 0;
  for (Block* b : order_) {
    if (!by_id[b->id] || !seen[b->id]) continue;
    seen[b->id] = false;
    fn_->blocks.push_back(std::move(by_id[b->id]));
  }
  for (auto& b : fn_->blocks) b->id = next++;
  fn_->next_block_id = next;
}

// Closes the prologue, ends a body that can fall off its end, and drops what cannot be reached.
void Builder::finish() {
  if (!cur_->terminator() || !(op_flags(cur_->terminator()->op) & kTerm)) emit(Op::kUnreachable, nullptr);
  cur_ = entry_;
  emit(Op::kJump, nullptr);
  edge(entry_, order_[1]);
  remove_unreachable();
  for (auto& b : fn_->blocks) {
    for (Value* v : b->values) v->uses = 0;
  }
  for (auto& b : fn_->blocks) {
    for (Value* v : b->values) {
      for (Value* a : v->args) a->uses++;
    }
  }
  fn_->built = true;
}

}  // namespace govm::ir
