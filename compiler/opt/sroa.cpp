// Scalar replacement of aggregates: an Alloc of a struct or a small array that is only accessed by parts (or copied as
// a whole, value by value) becomes an Alloc a part. Nested aggregates take a round each.
#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

// Bytes. The value of a larger variable, put together from its parts, would not fit in a frame.
constexpr std::int64_t kLargestSplit = 64 << 10;

constexpr std::size_t kMaxParts = 16;
constexpr std::uint32_t kNone = ~std::uint32_t{0};

struct Candidate {
  Value* alloc;
  bool by_parts = false;  // some part is accessed by itself
  std::vector<types::Type*> part_types;
  bool is_struct;
  std::vector<Value*> parts;
};

std::vector<types::Type*> parts_of(ir::Program& program, types::Type* t) {
  std::vector<types::Type*> parts;
  types::Type* u = types::under(t);
  if (auto* s = types::as<types::Struct>(u)) {
    if (s->fields.size() > kMaxParts) return {};
    for (types::Var* field : s->fields) parts.push_back(program.canonical(field->type));
  } else if (auto* a = types::as<types::Array>(u)) {
    if (a->len < 1 || a->len > 8) return {};
    parts.assign(static_cast<std::size_t>(a->len), program.canonical(a->elem));
  }
  return parts;
}

class Splitter {
 public:
  explicit Splitter(Function& fn) : fn_(fn), index_(fn.next_value_id, kNone) {}

  bool run() {
    find_candidates();
    if (candidates_.empty()) return false;
    reject_others();
    bool any = false;
    for (Candidate& c : candidates_) {
      if (index_[c.alloc->id] == kNone) continue;
      if (!c.by_parts) index_[c.alloc->id] = kNone;
      else any = true;
    }
    if (!any) return false;
    for (Block* b : reverse_postorder(fn_)) rewrite(b);  // an Alloc before its uses
    remove_copies(fn_);
    return true;
  }

 private:
  void find_candidates() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op != Op::kAlloc) continue;
        types::Type* t = pointee(v->type);
        const Shape::Kind kind = shape_of(t).kind;
        if (kind != Shape::kStruct && kind != Shape::kArray) continue;
        if (types::size_of(t) > kLargestSplit) continue;
        std::vector<types::Type*> parts = parts_of(*fn_.program, t);
        if (parts.empty()) continue;
        index_[v->id] = static_cast<std::uint32_t>(candidates_.size());
        candidates_.push_back({v, false, std::move(parts), kind == Shape::kStruct, {}});
      }
    }
  }

  bool is_part_address(const Value* v, const Candidate& c) const {
    if (v->op == Op::kFieldAddr) return c.is_struct;
    if (v->op != Op::kIndexAddr || c.is_struct) return false;
    return is_const(v->args[1]) && v->args[1]->aux_int >= 0 &&
           v->args[1]->aux_int < static_cast<std::int64_t>(c.part_types.size());
  }

  void reject_others() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        for (std::size_t i = 0; i < v->args.size(); ++i) {
          std::uint32_t& index = index_[v->args[i]->id];
          if (index == kNone) continue;
          Candidate& c = candidates_[index];
          const bool whole = v->op == Op::kLoad || (v->op == Op::kStore && i == 0) || v->op == Op::kZeroMem ||
                             (v->op == Op::kMove && v->args[0] != v->args[1]);
          const bool check = v->op == Op::kNilCheck && v->type == nullptr;
          if (i == 0 && is_part_address(v, c)) c.by_parts = true;
          else if (!whole && !check) index = kNone;
        }
      }
    }
    for (Value* v : fn_.result_allocs) index_[v->id] = kNone;
    reject_spread();
  }

  // A part's address that goes elsewhere may be used to reach its neighbours: of an array by any callee (unsafe.Slice
  // and the like), of a struct where it is made an unsafe.Pointer here.
  void reject_spread() {
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        for (std::size_t i = 0; i < v->args.size(); ++i) {
          const Value* part = v->args[i];
          if ((part->op != Op::kFieldAddr && part->op != Op::kIndexAddr) || part->args.empty()) continue;
          std::uint32_t& index = index_[part->args[0]->id];
          if (index == kNone) continue;
          const bool direct = i == 0 && (v->op == Op::kLoad || v->op == Op::kStore || v->op == Op::kNilCheck ||
                                         v->op == Op::kFieldAddr || v->op == Op::kIndexAddr || v->op == Op::kZeroMem);
          const bool unsafe = v->op == Op::kChangeType || v->op == Op::kPtrAdd || v->op == Op::kUnsafeSlice ||
                              v->op == Op::kUnsafeString;
          if (candidates_[index].is_struct ? unsafe : !direct && v->op != Op::kMove) index = kNone;
        }
      }
    }
  }

  Candidate* candidate(const Value* v) {
    const std::uint32_t index = v->id < index_.size() ? index_[v->id] : kNone;
    return index == kNone ? nullptr : &candidates_[index];
  }

  Value* emit(const Value* like, Op op, types::Type* type, std::initializer_list<Value*> args) {
    Value* v = make_like(like, op, type, args);
    v->block = like->block;
    out_.push_back(v);
    return v;
  }

  void rewrite(Block* b) {
    const bool touched = std::any_of(b->values.begin(), b->values.end(), [&](Value* v) {
      return candidate(v) || std::any_of(v->args.begin(), v->args.end(), [&](Value* a) { return candidate(a); });
    });
    if (!touched) return;
    out_.clear();
    for (Value* v : b->values) rewrite(v);
    b->values = out_;
  }

  void rewrite(Value* v) {
    if (Candidate* c = candidate(v)) return split_alloc(v, *c);
    Candidate* c = v->args.empty() ? nullptr : candidate(v->args[0]);
    switch (v->op) {
      case Op::kFieldAddr:
        if (c) return forward(v, c->parts[static_cast<std::size_t>(v->aux_int)]);
        break;
      case Op::kIndexAddr:
        if (c) return forward(v, c->parts[static_cast<std::size_t>(v->args[1]->aux_int)]);
        break;
      case Op::kLoad:
        if (c) return load_whole(v, *c);
        break;
      case Op::kStore:
        if (c) return store_whole(v, *c, v->args[1]);
        break;
      case Op::kZeroMem:
        if (c) return zero_whole(v, *c);
        break;
      case Op::kNilCheck:
        if (c) return;
        break;
      case Op::kMove:
        if (c || candidate(v->args[1])) return move_whole(v, c, candidate(v->args[1]));
        break;
      default: break;
    }
    out_.push_back(v);
  }

  void forward(Value* v, Value* part) {
    become_copy(v, part);
    out_.push_back(v);
  }

  void split_alloc(Value* v, Candidate& c) {
    for (types::Type* t : c.part_types) {
      Value* part = emit(v, Op::kAlloc, fn_.program->pointer_to(t), {});
      part->aux_int = v->aux_int;
      part->aux.variable = v->aux.variable;
      c.parts.push_back(part);
    }
  }

  void load_whole(Value* v, Candidate& c) {
    std::vector<Value*> loads;
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
      loads.push_back(emit(v, Op::kLoad, c.part_types[i], {c.parts[i]}));
    }
    become(v, c.is_struct ? Op::kStructMake : Op::kArrayMake, {});
    v->args = std::move(loads);
    out_.push_back(v);
  }

  void store_whole(Value* v, Candidate& c, Value* from) {
    from = resolve(from);
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
      types::Type* type = c.part_types[i];
      Value* part;
      if (from->op == Op::kStructMake || from->op == Op::kArrayMake) {
        part = from->args[i];
      } else if (from->op == Op::kZero) {
        part = make_zero(fn_, type);
        part->block = v->block;
        out_.push_back(part);
      } else if (c.is_struct) {
        part = emit(v, Op::kFieldVal, type, {from});
        part->aux_int = static_cast<std::int64_t>(i);
      } else {
        part = emit(v, Op::kIndexVal, type, {from, index(v, i)});
        part->flags = ir::kNoBounds;
      }
      emit(v, Op::kStore, nullptr, {c.parts[i], part});
    }
  }

  Value* index(Value* like, std::size_t i) {
    Value* v = emit(like, Op::kConst, fn_.program->basic(types::BasicKind::kInt), {});
    v->aux_int = static_cast<std::int64_t>(i);
    return v;
  }

  void zero_whole(Value* v, Candidate& c) {
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
      Value* zero = make_zero(fn_, c.part_types[i]);
      zero->block = v->block;
      out_.push_back(zero);
      emit(v, Op::kStore, nullptr, {c.parts[i], zero});
    }
  }

  Value* part_address(Value* v, Value* address, const Candidate& c, std::size_t i) {
    types::Type* type = c.parts[i]->type;
    if (c.is_struct) {
      Value* field = emit(v, Op::kFieldAddr, type, {address});
      field->aux_int = static_cast<std::int64_t>(i);
      return field;
    }
    Value* element = emit(v, Op::kIndexAddr, type, {address, index(v, i)});
    element->flags = ir::kNoBounds;
    return element;
  }

  void move_whole(Value* v, Candidate* to, Candidate* from) {
    const Candidate& c = to ? *to : *from;
    for (std::size_t i = 0; i < c.parts.size(); ++i) {
      Value* source = from ? from->parts[i] : part_address(v, v->args[1], c, i);
      Value* target = to ? to->parts[i] : part_address(v, v->args[0], c, i);
      types::Type* type = c.part_types[i];
      emit(v, Op::kStore, nullptr, {target, emit(v, Op::kLoad, type, {source})});
    }
  }

  Function& fn_;
  std::vector<std::uint32_t> index_;
  std::vector<Candidate> candidates_;
  std::vector<Value*> out_;
};

}  // namespace

bool split_aggregates(Function& fn) {
  bool any = false;
  for (int round = 0; round < 4 && Splitter(fn).run(); ++round) any = true;
  return any;
}

}  // namespace govm::opt
