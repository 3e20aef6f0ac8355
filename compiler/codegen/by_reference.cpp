// Values that are too large for a frame become pointers to copies on the heap.
#include "compiler/codegen/by_reference.h"

#include <unordered_map>

#include "compiler/opt/edit.h"

namespace govm::codegen {

using ir::Block;
using ir::Function;
using ir::Op;
using ir::Value;

constexpr std::int64_t kLargest = 64 << 10;

bool by_reference(types::Type* t) {
  if (t == nullptr) return false;
  const bool aggregate = types::under_as<types::Struct>(t) != nullptr || types::under_as<types::Array>(t) != nullptr;
  return aggregate && types::size_of(t) > kLargest;
}

Shape passed_shape(Shapes& shapes, types::Type* t) {
  return by_reference(t) ? Shape{Rep::kPtr, 1, 8, true} : shapes.of(t);
}

namespace {

class Rewriter {
 public:
  Rewriter(Function& fn, Shapes& shapes) : fn_(fn), program_(*fn.program), shapes_(shapes) {}

  std::string run() {
    if (!any_large() || !retype()) return "";
    opt::recount_uses(fn_);
    fn_.no_inline = true;
    for (auto& b : fn_.blocks) {
      const std::vector<Value*> old = std::move(b->values);
      b->values.clear();
      block_ = b.get();
      for (std::size_t i = 0; i < old.size(); ++i) {
        next_ = i + 1 < old.size() ? old[i + 1] : nullptr;
        rewrite(old[i]);
        old[i]->block = block_;
        block_->values.push_back(old[i]);
      }
    }
    opt::recount_uses(fn_);
    return error_;
  }

 private:
  bool any_large() {
    for (auto& b : fn_.blocks) {
      for (const Value* v : b->values) {
        if (v->type != nullptr && shapes_.of(v->type).size > kLargest) return true;
      }
    }
    return false;
  }

  // Values get the types they are passed as. False: there are no large ones.
  bool retype() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (by_reference(v->type)) {
          large_.emplace(v, v->type);
          v->type = program_.pointer_to(v->type);
        } else if (auto* tuple = v->type ? types::as<types::Tuple>(v->type) : nullptr) {
          std::vector<types::Type*> parts;
          bool any = false;
          for (types::Var* part : tuple->vars) {
            any = any || by_reference(part->type);
            parts.push_back(by_reference(part->type) ? program_.pointer_to(part->type) : part->type);
          }
          if (!any) continue;
          tuples_.emplace(v, v->type);
          v->type = program_.tuple_of(parts);
        }
      }
    }
    return !large_.empty() || !tuples_.empty();
  }

  types::Type* large(const Value* v) const {
    const auto found = large_.find(v);
    return found == large_.end() ? nullptr : found->second;
  }

  Value* add(const Value* like, Op op, types::Type* type, std::initializer_list<Value*> args) {
    Value* v = opt::make_like(like, op, type, args);
    v->block = block_;
    block_->values.push_back(v);
    return v;
  }
  Value* fresh(const Value* like, types::Type* type) {
    Value* v = add(like, Op::kAlloc, program_.pointer_to(type), {});
    v->aux_int = 1;
    return v;
  }
  Value* number(std::int64_t n) {
    Value* v = opt::make_const(fn_, program_.basic(types::BasicKind::kInt), n);
    v->block = block_;
    block_->values.push_back(v);
    return v;
  }
  void put(const Value* like, Value* to, Value* x) {
    if (types::Type* t = large(x)) add(like, Op::kMove, nullptr, {to, x})->aux.type = t;
    else add(like, Op::kStore, nullptr, {to, x});
  }
  Value* field(const Value* like, Value* base, types::Type* of, std::int64_t i) {
    types::Type* t = types::under_as<types::Struct>(of)->fields[static_cast<std::size_t>(i)]->type;
    Value* v = add(like, Op::kFieldAddr, program_.pointer_to(program_.canonical(t)), {base});
    v->aux_int = i;
    return v;
  }
  Value* element(const Value* like, Value* base, types::Type* elem, Value* i, bool checked) {
    Value* v = add(like, Op::kIndexAddr, program_.pointer_to(elem), {base, i});
    if (!checked) v->flags |= ir::kNoBounds;
    return v;
  }
  // v stands for what is at `address`.
  void read(Value* v, Value* address) {
    if (large(v)) opt::become(v, Op::kCopy, {address});
    else opt::become(v, Op::kLoad, {address});
  }

  void load(Value* v, types::Type* t) {
    Value* from = v->args[0];
    const bool stored_next = v->uses == 1 && next_ && next_->op == Op::kStore && next_->args[1] == v;
    if (stored_next) return opt::become(v, Op::kCopy, {from});
    opt::become(v, Op::kCopy, {copied(v, t, from)});
  }

  Value* copied(const Value* like, types::Type* t, Value* from) {
    Value* copy = fresh(like, t);
    add(like, Op::kMove, nullptr, {copy, from})->aux.type = t;
    return copy;
  }

  void make(Value* v, types::Type* t) {
    Value* to = fresh(v, t);
    auto* array = types::under_as<types::Array>(t);
    for (std::size_t i = 0; i < v->args.size(); ++i) {
      const auto n = static_cast<std::int64_t>(i);
      put(v, array ? element(v, to, program_.canonical(array->elem), number(n), false) : field(v, to, t, n), v->args[i]);
    }
    opt::become(v, Op::kCopy, {to});
  }

  void append(Value* v) {
    types::Type* elem = large(v->args[1]);
    Value* count = number(static_cast<std::int64_t>(v->args.size()) - 1);
    Value* first = v->args[1];
    if (v->args.size() > 2) {
      types::Type* array = program_.canonical(
          types::new_array(program_.session, elem, static_cast<std::int64_t>(v->args.size()) - 1));
      Value* all = fresh(v, array);
      for (std::size_t i = v->args.size() - 1; i > 0; --i) {
        first = element(v, all, elem, number(static_cast<std::int64_t>(i) - 1), false);
        put(v, first, v->args[i]);
      }
    }
    Value* more = add(v, Op::kSliceMake, v->type, {first, count, count});
    opt::become(v, Op::kAppendSlice, {v->args[0], more});
  }

  void rewrite(Value* v) {
    types::Type* t = large(v);
    types::Type* first = v->args.empty() ? nullptr : large(v->args[0]);
    switch (v->op) {
      case Op::kLoad: if (t) load(v, t); return;
      case Op::kZero:
        if (!t) return;
        return opt::become(v, Op::kCopy, {fresh(v, t)});
      case Op::kStructMake: case Op::kArrayMake: if (t) make(v, t); return;
      case Op::kFieldVal: if (first) read(v, field(v, v->args[0], first, v->aux_int)); return;
      case Op::kIndexVal:
        if (!first) return;
        return read(v, element(v, v->args[0], program_.canonical(types::under_as<types::Array>(first)->elem), v->args[1],
                               (v->flags & ir::kNoBounds) == 0));
      case Op::kStore:
        if (types::Type* stored = large(v->args[1])) {
          opt::become(v, Op::kMove, {v->args[0], v->args[1]});
          v->aux.type = stored;
        }
        return;
      case Op::kMakeIface: if (first) v->aux.type = first; return;
      case Op::kAppend:
        if (v->args.size() > 1 && large(v->args[1])) append(v);
        return;
      case Op::kMapSet:
        if (large(v->args[2]) && !large(v->args[1])) {
          types::Type* stored = large(v->args[2]);
          Value* to = add(v, Op::kMapAssign, v->args[2]->type, {v->args[0], v->args[1]});
          opt::become(v, Op::kMove, {to, v->args[2]});
          v->aux.type = stored;
          return;
        }
        break;
      case Op::kExtract:
        // Of a failed assertion there is no memory.
        if (t && v->args[0]->op == Op::kTypeAssert) {
          Value* is = add(v, Op::kExtract, program_.basic(types::BasicKind::kBool), {v->args[0]});
          is->aux_int = 1;
          Value* data = add(v, Op::kExtract, v->type, {v->args[0]});
          opt::become(v, Op::kCondSelect, {is, data, fresh(v, t)});
          return;
        }
        if (t && v->args[0]->op == Op::kMapGetOk) {
          Value* data = add(v, Op::kExtract, v->type, {v->args[0]});
          opt::become(v, Op::kCopy, {copied(v, t, data)});
        }
        return;
      case Op::kMapGet: case Op::kMapIterKey: case Op::kMapIterElem:
        // The address of what is in the map: aux.type says so.
        if (t && !(v->args.size() > 1 && large(v->args[1]))) {
          Value* there = add(v, v->op, v->type, {v->args[0]});
          if (v->args.size() > 1) there->args.push_back(v->args[1]);
          there->aux.type = t;
          return opt::become(v, Op::kCopy, {copied(v, t, there)});
        }
        break;
      case Op::kMapGetOk:
        if (!large(v->args[1])) return;
        break;
      case Op::kParam: case Op::kCapture: case Op::kPhi: case Op::kCopy: case Op::kChangeType: case Op::kCondSelect:
      case Op::kCall: case Op::kCallClosure: case Op::kCallIface: case Op::kReturn: case Op::kMakeClosure:
      case Op::kKeepAlive: case Op::kTypeAssert:
        return;
      default: break;
    }
    bool any = t != nullptr || tuples_.contains(v);
    for (const Value* x : v->args) any = any || large(x) != nullptr;
    if (any && error_.empty()) error_ = std::string(ir::op_name(v->op));
  }

  Function& fn_;
  ir::Program& program_;
  Shapes& shapes_;
  Block* block_ = nullptr;
  Value* next_ = nullptr;
  std::unordered_map<const Value*, types::Type*> large_;   // and the types they had
  std::unordered_map<const Value*, types::Type*> tuples_;
  std::string error_;
};

}  // namespace

std::string pass_by_reference(Function& fn, Shapes& shapes) { return Rewriter(fn, shapes).run(); }

}  // namespace govm::codegen
