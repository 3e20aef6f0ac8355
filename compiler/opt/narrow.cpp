// Aggregates that only pass through: a struct that is loaded for some of its fields is loaded by fields, at the same
// place; one that is put together to be stored is stored by fields.
#include <algorithm>

#include "compiler/opt/effects.h"
#include "compiler/opt/passes.h"
#include "compiler/opt/type_shape.h"

namespace govm::opt {
namespace {

constexpr std::size_t kMaxFields = 8;

class Narrower {
 public:
  explicit Narrower(Function& fn) : fn_(fn), field_uses_(fn.next_value_id) {}

  bool run() {
    recount_uses(fn_);
    if (!find_candidates()) return false;
    for (auto& b : fn_.blocks) rewrite(b.get());
    if (!changed_) return false;
    forward_fields();
    remove_copies(fn_);
    return true;
  }

 private:
  bool find_candidates() {
    bool any = false;
    for (auto& b : fn_.blocks) {
      for (Value* v : b->values) {
        if (v->op == Op::kFieldVal && v->args[0]->op == Op::kLoad) {
          field_uses_[v->args[0]->id].push_back(v);
          any = true;
        }
        any |= is_split_store(v);
      }
    }
    return any;
  }

  static bool is_split_store(const Value* v) {
    return v->op == Op::kStore && v->args[1]->op == Op::kStructMake && v->args[1]->uses == 1 &&
           v->args[1]->args.size() <= kMaxFields;
  }

  bool is_split_load(const Value* v) const {
    if (v->op != Op::kLoad || v->id >= field_uses_.size()) return false;
    const std::size_t fields = field_uses_[v->id].size();
    return fields != 0 && fields == v->uses && (fields <= 2 || (fields <= kMaxFields && types::size_of(v->type) > 32));
  }

  void rewrite(Block* b) {
    const bool touched = std::any_of(b->values.begin(), b->values.end(),
                                     [&](Value* v) { return is_split_load(v) || is_split_store(v); });
    if (!touched) return;
    changed_ = true;
    out_.clear();
    for (Value* v : b->values) {
      if (is_split_load(v)) split_load(v);
      else if (is_split_store(v)) split_store(v);
      else out_.push_back(v);
    }
    b->values = out_;
  }

  Value* emit(const Value* like, Op op, types::Type* type, std::initializer_list<Value*> args) {
    Value* v = make_like(like, op, type, args);
    v->block = like->block;
    out_.push_back(v);
    return v;
  }

  Value* field_address(Value* like, Value* address, types::Type* type, std::int64_t field) {
    Value* v = emit(like, Op::kFieldAddr, fn_.program->pointer_to(type), {address});
    v->aux_int = field;
    return v;
  }

  void split_load(Value* v) {
    std::vector<std::pair<std::int64_t, Value*>> made;
    for (Value* use : field_uses_[v->id]) {
      auto known = std::find_if(made.begin(), made.end(), [&](const auto& m) { return m.first == use->aux_int; });
      if (known == made.end()) {
        Value* address = field_address(v, v->args[0], use->type, use->aux_int);
        made.emplace_back(use->aux_int, emit(v, Op::kLoad, use->type, {address}));
        known = made.end() - 1;
      }
      forwards_.emplace_back(use, known->second);
    }
  }

  void split_store(Value* v) {
    Value* parts = v->args[1];
    for (std::size_t i = 0; i < parts->args.size(); ++i) {
      Value* part = parts->args[i];
      Value* address = field_address(v, v->args[0], part->type, static_cast<std::int64_t>(i));
      emit(v, Op::kStore, nullptr, {address, part});
    }
  }

  void forward_fields() {
    for (auto& [use, load] : forwards_) become_copy(use, load);
  }

  Function& fn_;
  std::vector<std::vector<Value*>> field_uses_;
  std::vector<std::pair<Value*, Value*>> forwards_;
  std::vector<Value*> out_;
  bool changed_ = false;
};

}  // namespace

bool narrow_memory(Function& fn) { return Narrower(fn).run(); }

}  // namespace govm::opt
