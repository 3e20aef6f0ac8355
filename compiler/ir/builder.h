// Builds one function's SSA from checked syntax. Internal to compiler/ir; Program::build and build_* files use it.
//
// cur_ is the block being filled. After a terminator a fresh block without predecessors takes its place, so that code
// behind `return` needs no special care; finish() removes what cannot be reached.
// Function literals and range-over-func bodies are built together with the function around them (outer_).
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <unordered_map>

#include "compiler/ir/facts.h"
#include "compiler/ir/ir.h"

namespace govm::ir {

// An assignable place whose operands are evaluated, but whose checks (nil, bounds) wait until it is used: the
// specification's two phases of assignment.
struct Place {
  enum class Kind : std::uint8_t { kBlank, kMemory, kMapElem };
  struct Step {
    enum class Kind : std::uint8_t { kNilCheck, kField, kIndex };
    Kind kind;
    int field = 0;
    Value* index = nullptr;
    Pos pos;                     // of the check
  };
  Kind kind = Kind::kBlank;
  types::Type* type = nullptr;   // of the variable; null for blank
  Value* base = nullptr;         // kMemory: address or slice the steps start from; kMapElem: map
  Value* key = nullptr;
  std::vector<Step> steps;
};

// A call whose function and arguments are evaluated.
struct PreparedCall {
  Op op = Op::kCall;             // kCall, kCallClosure, kCallIface
  Function* function = nullptr;  // kCall
  std::int64_t method = 0;       // kCallIface
  std::vector<Value*> args;      // closure or interface first
  std::vector<types::Type*> params;   // without receiver
  std::vector<types::Type*> results;
  bool variadic = false;
  types::Func* intrinsic = nullptr;  // kCall of what may be an intrinsic
};

// Where a path of (embedded) fields has led: the address of a variable, or a value.
struct Walk {
  Value* v;
  bool address;
};

// A jump out of a range-over-func body to a place in a function around it.
struct RangeExit {
  syntax::BranchKind kind;
  syntax::Stmt* target;
};

class Builder {
 public:
  Builder(Program& program, Function* fn, Builder* outer, const Facts* facts);

  // ---- whole functions (build_function.cpp, build_init.cpp, wrappers.cpp, equality.cpp)
  void build_declared();
  void build_literal(const syntax::FuncType* type, const syntax::BlockStmt* body);
  void build_intrinsic_body(types::Func* func);
  void build_init(types::Package* package);
  void build_init_variables(types::Package* package);
  void build_method_wrapper(types::Type* recv, const types::MethodSetEntry& entry, bool data_word);
  void build_forwarding(PreparedCall target, bool captured_first);  // calls target with the function's parameters
  void build_call_wrapper(PreparedCall shape);
  void build_equal(types::Type* t);

  // ---- types (build_generic.cpp)
  types::Type* typ(const types::Type* t);          // substituted, canonical, untyped defaulted
  types::Type* typ(const syntax::Expr* e) { return typ(e->type); }
  types::Type* canon(types::Type* t) { return program_.canonical(t); }
  std::vector<types::Type*> type_args(const types::TypeList* list);
  types::Type* field_type(types::Type* struct_type, int field);
  types::Type* elem_type(types::Type* t);          // of pointer, slice, array, map, channel
  bool is_generic() const { return !fn_->env.params.empty(); }

  // ---- emission (builder.cpp)
  Value* emit(Op op, types::Type* type, std::vector<Value*> args = {});
  Value* emit_int(Op op, types::Type* type, std::int64_t aux, std::vector<Value*> args = {});
  void jump(Block* to);
  void branch(Value* cond, Block* yes, Block* no);
  void terminate(Op op, std::vector<Value*> args = {});
  Block* block() { return fn_->new_block(); }
  void start(Block* b);                            // continues in b
  Value* const_int(std::int64_t v, types::Type* type);
  Value* const_int(std::int64_t v) { return const_int(v, int_); }
  Value* const_bool(bool b);
  Value* const_string(std::string_view s, types::Type* type);
  Value* zero(types::Type* t);
  Value* constant(const constant::Value* v, types::Type* t);
  Value* alloc(types::Type* t, types::Var* variable = nullptr);
  Value* global_addr(Global* g);
  Value* alloc_new(types::Type* t);                // of new(T) and &T{}: without size, all share one address
  Value* prologue_alloc(types::Type* t, types::Var* variable = nullptr);
  Value* param(std::size_t i);                     // always read at the function's entry
  Value* captured(std::size_t i, types::Type* type);
  Value* load(Value* address);
  void store(Value* address, Value* v);
  void tell_of_profile_rate(const Global& rate);
  void move(Value* to, Value* from);               // whole variable, by Move if large
  void zero_memory(Value* address);
  void nil_check(Value* p);
  Value* field_addr(Value* p, int field);
  Value* index_addr(Value* base, Value* index, bool no_bounds = false);
  Value* field_val(Value* v, int field);
  Value* extract(Value* tuple, int i);
  Value* type_desc(types::Type* t);
  Value* func_value(Function* f, types::Type* type);
  Value* spill(Value* v);                          // address of a new variable holding v
  Value* make_closure(Function* f, types::Type* type, std::vector<Value*> captured);
  void panic_text(std::string_view text, int kind);
  void finish();

  // ---- variables (build_closure.cpp)
  Value* variable_address(types::Var* v);
  Value* declare(types::Var* v);                   // a new zero variable; its address
  void declare_at(types::Var* v, Value* address) { locals_[v] = {address, false}; }
  void declare_cell(types::Var* v, Value* cell) { locals_[v] = {cell, true}; }
  void declare_init(const syntax::Name* name, Value* v);  // blank names too
  Value* func_lit(const syntax::FuncLit* lit);
  Value* capture_operand(const Capture& c);
  std::vector<Value*> capture_operands(Function* f);

  // ---- expressions (build_expr.cpp, build_operator.cpp, ...)
  Value* expr(const syntax::Expr* e);
  Value* expr_as(const syntax::Expr* e, types::Type* t);      // converted as in an assignment
  void init_memory(Value* address, const syntax::Expr* e);    // *address is fresh: not mentioned by e
  void cond(const syntax::Expr* e, Block* yes, Block* no);
  void effects(const syntax::Expr* e);
  Place place(const syntax::Expr* e);
  Value* address(Place& p);
  Value* address(const syntax::Expr* e);
  Value* read(Place& p);
  void write(Place& p, Value* v);
  Value* name_value(const syntax::Name* n, const syntax::Expr* e);
  Value* selector(const syntax::SelectorExpr* s);
  Value* index(const syntax::IndexExpr* e);
  Value* slice_expr(const syntax::SliceExpr* e);
  Value* operation(const syntax::Operation* o);
  Value* logical(const syntax::Operation* o);
  Value* string_concat(const syntax::Operation* o);
  Value* right_operand(syntax::Operator op, const syntax::Expr* y);
  Value* binary(syntax::Operator op, Value* x, Value* y, types::Type* t);
  Value* arithmetic(syntax::Operator op, Value* x, Value* y, types::Type* t);
  Value* complex_arithmetic(syntax::Operator op, Value* x, Value* y, types::Type* t);
  Value* comparison(const syntax::Operation* o);
  Value* compare(syntax::Operator op, Value* x, Value* y);
  Value* equal(Value* x, Value* y);                           // same type; bool
  Value* equal_memory(types::Type* t, Value* p, Value* q);    // of variables
  Value* equal_mixed(Value* iface, Value* concrete);
  Value* logical_not(Value* v) { return emit(Op::kNot, v->type, {v}); }
  Value* as_bool(Value* v, types::Type* t);
  Value* composite(const syntax::CompositeLit* lit);
  Value* composite_of(const syntax::CompositeLit* lit, types::Type* t);  // t: not its pointer type, where "&T" is elided
  void composite_into(Value* address, const syntax::CompositeLit* lit);
  Value* composite_pointer(const syntax::CompositeLit* lit);
  void array_elements(Value* array, const syntax::CompositeLit* lit, types::Type* elem);
  Value* static_array(const syntax::CompositeLit* lit, types::Type* array);
  Value* map_literal(const syntax::CompositeLit* lit, types::Type* t);
  bool static_map(Value* map, const syntax::CompositeLit* lit, types::Type* t);
  Value* type_assert(const syntax::AssertExpr* e);

  // ---- conversions (build_convert.cpp)
  Value* assign_convert(Value* v, types::Type* t);
  Value* convert(Value* v, types::Type* t);
  Value* unpack_iface(Value* iface, types::Type* t);          // dynamic type known to be t
  Value* unpack_word(Value* word, types::Type* t);

  // ---- calls (build_call.cpp, build_builtin.cpp, intrinsics.cpp)
  Value* call(const syntax::CallExpr* c);
  PreparedCall prepare(const syntax::CallExpr* c);
  PreparedCall prepare_method(const syntax::SelectorExpr* s);
  PreparedCall method_target(Walk recv, types::Func* method);
  void set_signature(PreparedCall& c, types::Signature* sig);
  Value* finish_call(const PreparedCall& c);
  void arguments(const syntax::CallExpr* c, PreparedCall& out);
  Value* variadic_slice(std::span<Value* const> values, types::Type* slice);
  // The values of operands, in the order gc evaluates them (build_order.cpp).
  std::vector<Value*> operands(std::span<syntax::Expr* const> list);
  // Computes what has to be in order of operands that expr() is about to be called for; null pointers stand for none.
  void ordered(std::span<const syntax::Expr* const> list);
  void ordered_call(const syntax::CallExpr* c);
  void ordered_sides(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  void ordered_elements(const syntax::CompositeLit* lit, types::Type* t);
  void compute(const syntax::Expr* e);
  void compute_now(const syntax::Expr* e);
  void compute_by_address(const syntax::Expr* e);
  void compute_call(const syntax::CallExpr* c);
  std::vector<Value*> expand(std::span<syntax::Expr* const> list);  // f() with several results becomes them
  Function* static_callee(const syntax::Expr* fun);
  Value* builtin(const syntax::CallExpr* c, types::BuiltinId id);
  Value* builtin_append(const syntax::CallExpr* c);
  Value* builtin_copy(const syntax::CallExpr* c);
  Value* builtin_len_cap(const syntax::CallExpr* c, bool cap);
  Value* builtin_make(const syntax::CallExpr* c);
  Value* builtin_min_max(const syntax::CallExpr* c, Op op);
  Value* builtin_complex(const syntax::CallExpr* c);
  Value* builtin_print(const syntax::CallExpr* c, bool newline);
  Value* builtin_unsafe(const syntax::CallExpr* c, types::BuiltinId id);
  Value* builtin_offsetof(const syntax::CallExpr* c);
  // What the call stands for if func is an intrinsic (done is set then); else null.
  Value* intrinsic(types::Func* func, std::span<Value* const> args, types::Type* result, bool* done);

  // ---- methods (build_method.cpp)
  Value* walk_path(Value* v, std::span<const int> path);      // value of the embedded field the path leads to
  Walk step(Walk w, int field);
  Value* walked_value(Walk w) { return w.address ? load(w.v) : w.v; }
  types::Type* walked_type(Walk w) { return w.address ? elem_type(w.v->type) : w.v->type; }
  Walk receiver(const syntax::SelectorExpr* s);
  types::Type* result_type(std::span<types::Type* const> results);  // null, the one, or a tuple
  std::vector<Value*> result_values(Value* v);                      // of a call: none, itself, or the tuple's parts
  Function* bound_method(const PreparedCall& target);
  Value* method_value(const syntax::SelectorExpr* s);
  Value* method_expr(const syntax::SelectorExpr* s);
  Function* method_expr_function(const syntax::SelectorExpr* s);

  // ---- statements
  void stmt(const syntax::Stmt* s);
  void stmts(std::span<syntax::Stmt* const> list);
  void assign(const syntax::AssignStmt* a);
  void assign_op(const syntax::AssignStmt* a);
  void assign_one(const syntax::Expr* lhs, const syntax::Expr* rhs);
  void assign_many(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  void assign_tuple(std::span<syntax::Expr* const> lhs, const syntax::Expr* rhs);
  void define(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  void define_or_write(const syntax::Expr* lhs, Place& p, Value* v);
  bool defines(const syntax::Expr* lhs);
  void decl_stmt(const syntax::DeclStmt* d);
  void var_decl(const syntax::VarDecl* d);
  std::vector<Value*> tuple_values(const syntax::Expr* e);
  void if_stmt(const syntax::IfStmt* s);
  void for_stmt(const syntax::ForStmt* s);
  void labeled(const syntax::LabeledStmt* s);
  void branch_stmt(const syntax::BranchStmt* s);
  void branch_to(syntax::BranchKind kind, syntax::Stmt* target);
  void return_stmt(const syntax::ReturnStmt* s);
  void emit_return();                                          // from result variables
  void switch_stmt(const syntax::SwitchStmt* s);
  bool integer_switch(const syntax::SwitchStmt* s, Value* tag, std::span<Block* const> bodies, Block* otherwise);
  void switch_bodies(const syntax::SwitchStmt* s, std::span<Block* const> bodies, Block* done);
  void type_switch(const syntax::SwitchStmt* s);
  Value* type_case(Value* x, Value* dynamic, const syntax::Expr* e, types::Type** t, Value** unpacked);
  void select_stmt(const syntax::SelectStmt* s);
  void select_single(const syntax::SelectStmt* s, const syntax::CommClause* c);
  void receive_assign(const syntax::CommClause* c, Value* v, Value* ok);
  void call_stmt(const syntax::CallStmt* s);
  Value* deferred_builtin(const syntax::CallExpr* c, bool go);
  void start_call(Value* closure, bool go);
  Function* new_call_wrapper(bool go);

  // ---- range (build_range.cpp, build_rangefunc.cpp)
  // The blocks of a for statement. Continues at head after begin_loop, at done after end_loop.
  struct Loop {
    Block *head, *body, *next, *done;
  };
  Loop begin_loop(const syntax::ForStmt* s, bool steps);   // steps: something is done between two iterations, in next
  void end_loop(const Loop& loop);
  void count_up(std::int64_t n, const std::function<void(Value* i)>& each);   // a loop the program does not see
  void range_stmt(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_vars(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_assign(const syntax::RangeClause* r, std::initializer_list<Value*> values);
  void range_int(const syntax::ForStmt* s, const syntax::RangeClause* r, types::Type* t);
  void range_array(const syntax::ForStmt* s, const syntax::RangeClause* r, types::Type* t);
  void range_slice(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_indexed(const syntax::ForStmt* s, const syntax::RangeClause* r, Value* base, Value* length);
  void range_string(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_map(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_chan(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_func(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void build_range_body(const syntax::ForStmt* s, const syntax::RangeClause* r);
  void range_exit(int code);
  void leave_range_body(int next);
  void range_state_check(Value* state);
  Builder* real_function() { return range_loop_ ? outer_->real_function() : this; }
  types::Var* range_next_var();
  int range_exit_code(syntax::BranchKind kind, syntax::Stmt* target);
  types::Var* synthetic_var(std::string_view name, types::Type* t);

  Function* function() { return fn_; }

 private:
  friend class PosScope;
  struct Local {
    Value* address = nullptr;
    bool cell = false;  // address is a variable that holds the address (loop variables renewed by each iteration)
  };
  struct Targets {
    Block* on_break = nullptr;
    Block* on_continue = nullptr;
  };

  bool knows(types::Var* v) { return locals_.contains(v) || (outer_ && outer_->knows(v)); }
  void add_params(types::Var* recv, types::Tuple* params, types::Tuple* results);
  void edge(Block* from, Block* to);
  void remove_unreachable();
  bool by_value(types::Var* v, types::Type* t) const;
  Block* label_block(const syntax::Stmt* s);
  bool result_var(types::Var* v) const;

  Program& program_;
  types::Session& session_;
  Function* fn_;
  Builder* outer_;
  const Facts* facts_;
  Block* cur_ = nullptr;
  Block* entry_ = nullptr;                 // prologue: parameters, captures
  std::vector<Block*> order_;              // blocks in the order they were started
  Pos pos_;
  types::Type* int_;
  types::Type* bool_;
  types::Type* string_;
  types::Type* pointer_;                   // unsafe.Pointer
  types::Type* any_;
  std::unordered_map<types::Var*, Local> locals_;
  std::unordered_map<const syntax::Expr*, Value*> computed_;  // by ordered(), until used
  std::unordered_map<const types::Type*, types::Type*> types_;
  std::unordered_map<const syntax::Stmt*, Targets> targets_;
  std::unordered_map<const syntax::Stmt*, Block*> labels_;
  std::vector<types::Var*> result_vars_;
  std::vector<Value*> result_addresses_;
  int loop_depth_ = 0;
  Block* fallthrough_ = nullptr;

  // range over functions
  const syntax::ForStmt* range_loop_ = nullptr;  // this builds the body of that loop
  types::Var* range_state_ = nullptr;            // its #state
  types::Var* range_next_ = nullptr;             // real function: #next
  std::vector<RangeExit> range_exits_;           // real function: #next == index + 1
  std::vector<int> used_exits_;                  // codes this body leaves with; -1: return
  types::Var* defer_token_ = nullptr;            // real function: frame for defers in range bodies
};

// Sets the position given to emitted values for a while.
class PosScope {
 public:
  PosScope(Builder& b, Pos pos) : b_(b), saved_(b.pos_) {
    if (pos.known()) b_.pos_ = pos;
  }
  ~PosScope() { b_.pos_ = saved_; }
  PosScope(const PosScope&) = delete;
  PosScope& operator=(const PosScope&) = delete;

 private:
  Builder& b_;
  Pos saved_;
};

inline constexpr std::int64_t kLargeValue = 128;  // bytes: bigger aggregates are moved in memory

bool is_pointer(types::Type* t);
const syntax::Expr* unparen(const syntax::Expr* e);
bool is_intrinsic(types::Func* f);  // intrinsics.cpp
std::span<syntax::Expr* const> expr_list(syntax::Expr* const& e);  // elements of a ListExpr, or e alone; empty if null

}  // namespace govm::ir
