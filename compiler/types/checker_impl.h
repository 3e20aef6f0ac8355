// The checker's inside: one Checker checks one package. Member functions are defined in a file per concept, as in
// types2 (see the section headings). Not thread safe; everything it makes lives in the session's arena.
#pragma once

#include <deque>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/errors.h"
#include "compiler/types/instantiate.h"
#include "compiler/types/lookup.h"
#include "compiler/types/named.h"
#include "compiler/types/operand.h"
#include "compiler/types/predicates.h"
#include "compiler/types/ptr_map.h"
#include "compiler/types/typeset.h"
#include "compiler/types/universe.h"
#include "compiler/types/version.h"

namespace govm::types {

class MonoGraph;  // mono.h
class ObjectCollector;
class InitOrder;

inline constexpr std::string_view kInvalidArg = "invalid argument: ";
inline constexpr std::string_view kInvalidOp = "invalid operation: ";

// A package-level declaration, or that of a method.
struct DeclInfo {
  Scope* file_scope = nullptr;
  GoVersion version;
  std::span<Var*> lhs;                  // several variables initialised by one call; else empty
  syntax::Expr* vtyp = nullptr;         // null: none
  syntax::Expr* init = nullptr;
  bool inherited = false;               // a constant's init comes from an earlier one of the group
  syntax::TypeDecl* tdecl = nullptr;
  syntax::FuncDecl* fdecl = nullptr;
  enum BodyState : std::uint8_t { kNoBody, kUnchecked, kChecking, kChecked } body = kNoBody;
  bool body_errors = false;
  // What the initialiser or body refers to, for the initialisation order. Most declarations are never asked.
  struct Dependencies {
    PtrSet<Object*> set;
    std::vector<Object*> list;          // in order of appearance
  };
  std::unique_ptr<Dependencies> dependencies;
  bool has_initializer() const { return init || (fdecl && fdecl->body); }
  void add_dep(Object* o) {
    if (!dependencies) dependencies = std::make_unique<Dependencies>();
    if (dependencies->set.insert(o)) dependencies->list.push_back(o);
  }
  std::span<Object* const> deps() const {
    if (!dependencies) return {};
    return dependencies->list;
  }
};

// What the object being checked is checked in.
struct Environment {
  DeclInfo* decl = nullptr;             // package-level declaration
  Scope* scope = nullptr;               // innermost
  GoVersion version;
  const constant::Value* iota = nullptr;
  Pos errpos;                           // name of a constant with inherited initialiser: where its errors are
  bool in_tparam_list = false;
  Signature* sig = nullptr;             // of the function whose body is checked
  bool has_call_or_recv = false;        // the expression contains a call or receive
};

// The type an untyped function literal or generic function will be assigned to.
struct Target {
  Signature* sig;
  std::string_view desc;
};
// A target if t's underlying type is a signature.
std::optional<Target> new_target(Type* t, std::string_view desc);

using OperandList = std::vector<Operand*>;

// What an assignment is for, in messages: a fixed text, or one followed by an expression (only formatted on errors).
struct AssignContext {
  std::string_view text;
  const syntax::Node* node = nullptr;
  AssignContext(const char* t) : text(t) {}
  AssignContext(std::string_view t) : text(t) {}
  AssignContext(std::string_view t, const syntax::Node* n) : text(t), node(n) {}
  std::string str() const;
};

enum StmtContext : unsigned {
  kBreakOk = 1, kContinueOk = 2, kFallthroughOk = 4, kFinalSwitchCase = 8, kInTypeSwitch = 16,
};

class Checker {
 public:
  Checker(Session& session, CheckConfig config);
  ~Checker();

  Session& session;
  CheckConfig conf;
  Universe& universe;
  Arena& arena;
  constant::Factory& constants;
  Package* pkg = nullptr;
  Environment env;
  bool had_errors = false;
  int error_count = 0;
  std::vector<syntax::File*> files;

  // ---- check.cpp: driver
  Package* check_package(Symbol path, std::vector<syntax::File*> list);
  bool check_body(Func* func);
  void read_initializer(Var* var);
  void check_decl_body(Func* func);
  void init_files(std::vector<syntax::File*>& list);
  void forget_what_is_done();
  void process_delayed(std::size_t top);
  void cleanup();
  std::size_t delayed_count() const { return delayed_.size(); }
  // Queues f() to run when the current declaration or statement is done, with today's language version.
  // f captures by value and trivially (pointers, spans).
  template <typename F>
  void later(F f) {
    static_assert(std::is_trivially_destructible_v<F>);
    static_assert(std::is_trivially_destructible_v<F>);
    F* kept = ::new (arena.allocate(sizeof(F), alignof(F))) F(std::move(f));
    delayed_.push_back({env.version, kept, [](void* p) { (*static_cast<F*>(p))(); }});
  }
  int push(Object* o) {
    obj_path_.push_back(o);
    return static_cast<int>(obj_path_.size()) - 1;
  }
  Object* pop() {
    Object* o = obj_path_.back();
    obj_path_.pop_back();
    return o;
  }
  void needs_cleanup(Type* t) { cleaners_.push_back(t); }
  void add_decl_dep(Object* to);
  Object* lookup(Symbol name, Scope** found_in = nullptr);  // outwards from env.scope
  Scope* new_scope(Scope* parent) { return arena.make<Scope>(parent); }
  Symbol sym(std::string_view s) { return session.symbols.intern(s); }
  Operand* new_operand() { return arena.make<Operand>(); }

  // ---- errors.cpp, format.cpp, version.cpp
  template <typename... Args>
  void errorf(At at, Code code, std::string_view pattern, const Args&... args) {
    ErrorReport err(this, code);
    err.addf(at, pattern, args...);
    err.report();
  }
  template <typename... Args>
  void soft_errorf(At at, Code code, std::string_view pattern, const Args&... args) {
    ErrorReport err(this, code);
    err.addf(at, pattern, args...);
    err.set_soft();
    err.report();
  }
  void error(At at, Code code, std::string_view message) { errorf(at, code, "%s", message); }
  template <typename... Args>
  std::string sprintf(std::string_view pattern, const Args&... args) {
    const std::array<Arg, sizeof...(Args)> list{Arg(args)...};
    return format(qualifier(), &session.sources, pattern, list);
  }
  template <typename... Args>
  void version_errorf(At at, GoVersion v, std::string_view pattern, const Args&... args) {
    const std::string message = sprintf(pattern, args...);
    errorf(at, Code::kUnsupportedFeature, "%s requires %s or later", message, v);
  }
  bool allow_version(GoVersion want) const { return !env.version.valid() || env.version >= want; }
  template <typename... Args>
  bool verify_versionf(At at, GoVersion v, std::string_view pattern, const Args&... args) {
    if (allow_version(v)) return true;
    version_errorf(at, v, pattern, args...);
    return false;
  }
  Qualifier qualifier() { return Qualifier{Qualify::kName, pkg, this}; }
  bool ambiguous_package_name(Package* p);       // another package of that name is reachable
  void handle_error(Pos pos, Code code, std::string message, bool soft);
  std::string version_origin(Pos pos);
  std::string lookup_error(Type* t, std::string_view sel, Object* obj, bool struct_lit);   // errsupport.go

  // ---- resolver.cpp
  void arity(Pos pos, std::span<syntax::Name* const> names, std::span<syntax::Expr* const> inits, bool const_decl,
             bool inherited);
  void declare_pkg_obj(syntax::Name* ident, Object* obj, DeclInfo* d);
  Package* import_package(syntax::BasicLit* path_lit, std::string_view path);
  void collect_objects();
  void package_objects();
  void unused_imports();
  void anonymous_interface_cycles();              // interface_cycles.cpp
  void missing_bodies();                         // check.cpp
  void large_types();
  void error_unused_pkg(PkgName* obj);
  struct RecvParts {
    bool ptr = false;
    syntax::Expr* base = nullptr;
    std::vector<syntax::Name*> tparams;
  };
  RecvParts unpack_recv(syntax::Expr* rtyp, bool unpack_params);
  struct BaseName {
    bool ptr = false;
    TypeName* base = nullptr;
  };
  BaseName resolve_base_type_name(bool ptr, syntax::Name* name);
  DeclInfo* new_decl_info();
  void add_object(Object* obj, DeclInfo* d);
  bool is_own(const Package* p) const { return p == pkg || (pkg->base && same_pkg(p, pkg)); }
  void extend_base_types();
  void undo_extensions();
  GoVersion file_version(syntax::File* file);    // check.cpp
  DeclInfo* decl_of(Object* o) const;            // null unless a package-level object or method of this package

  // ---- decl.cpp
  void declare(Scope* scope, syntax::Name* id, Object* obj, Pos scope_pos);
  void obj_decl(Object* obj, TypeName* def = nullptr);
  void grey_object(Object* obj);
  bool valid_cycle(Object* obj);
  void too_deep(Object* obj);
  void cycle_error(std::span<Object* const> cycle, int start);
  void const_decl(Const* obj, syntax::Expr* typ, syntax::Expr* init, bool inherited);
  void var_decl(Var* obj, std::span<Var*> lhs, syntax::Expr* typ, syntax::Expr* init);
  bool is_imported_constraint(Type* t);
  void type_decl(TypeName* obj, syntax::TypeDecl* tdecl, TypeName* def);
  void collect_type_params(TypeParamList** dst, std::span<syntax::Field*> list);
  Type* bound(syntax::Expr* x);
  TypeParam* declare_type_param(syntax::Name* name, Pos scope_pos);
  void collect_methods(TypeName* obj);
  void check_field_uniqueness(Named* base);
  void func_decl(Func* obj, DeclInfo* decl);
  void decl_stmt(std::span<syntax::Decl*> list);
  void local_const_decl(syntax::ConstDecl* s, syntax::ConstDecl* last, std::int64_t iota, bool inherited);
  void local_var_decl(syntax::VarDecl* s);

  // ---- initorder.cpp
  void init_order();
  void report_init_cycle(std::span<Object* const> cycle);

  // ---- typexpr.cpp
  void ident(Operand& x, syntax::Name* e, TypeName* def, bool want_type);
  Type* typ(syntax::Expr* e) { return defined_type(e, nullptr); }
  Type* var_type(syntax::Expr* e);
  void valid_var_type(syntax::Expr* e, Type* t);
  Type* defined_type(syntax::Expr* e, TypeName* def);
  Type* generic_type(syntax::Expr* e, std::string* cause);
  Type* typ_internal(syntax::Expr* e, TypeName* def);
  Type* typ_or_null(syntax::Expr* e, TypeName* def);
  Type* type_of_operand(Operand& x);
  Type* pointer_type(syntax::Operation* e, TypeName* def);
  Type* array_type(syntax::ArrayType* e, TypeName* def);
  Type* map_type(syntax::MapType* e, TypeName* def);
  Type* instantiated_type(syntax::Expr* x, std::span<syntax::Expr* const> xlist, TypeName* def);
  std::int64_t array_length(syntax::Expr* e);
  std::vector<Type*> type_list(std::span<syntax::Expr* const> list);  // empty after an error
  void set_def_type(TypeName* def, Type* t);

  // ---- signature.cpp, struct.cpp, interface.cpp, union.cpp
  void func_type(Signature* sig, syntax::Field* recv, std::span<syntax::Field*> tparams, syntax::FuncType* ftyp);
  void plain_signature(Signature* sig, syntax::FuncDecl* f);
  void function_scope(Signature* sig, syntax::FuncDecl* f);
  struct Receiver {
    Var* var;
    TypeParamList* tparams;
  };
  Type* plain_recv_type(syntax::Field* rparam, syntax::Expr* base);
  Receiver generic_recv(syntax::Field* rparam, const RecvParts& parts, Pos scope_pos, Type** recv_type);
  Receiver collect_recv(syntax::Field* rparam, Pos scope_pos);
  void record_parenthesized_recv_types(syntax::Expr* e, Type* t);
  struct Params {
    std::vector<syntax::Name*> names;
    std::vector<Var*> vars;
    bool variadic = false;
  };
  Params collect_params(std::span<syntax::Field*> list, bool variadic_ok);
  void declare_params(std::span<syntax::Name* const> names, std::span<Var* const> params, Pos scope_pos);
  void valid_recv(At at, Var* recv);
  void struct_type(Struct* styp, syntax::StructType* e);
  std::string_view tag(syntax::BasicLit* t);
  void interface_type(Interface* ityp, syntax::InterfaceType* iface, TypeName* def);
  Type* parse_union(syntax::Expr* e);
  Term parse_tilde(syntax::Expr* tx);

  // ---- lookup.cpp
  std::string interface_ptr_error(Type* t);
  std::string func_string(Func* f, bool pkg_info);
  bool assertable_to(Type* v, Type* t, std::string* cause);
  bool new_assertable_to(Type* v, Type* t, std::string* cause);

  // ---- recording.cpp: results go into the syntax tree
  void record(Operand& x);
  void remember_untyped(syntax::Expr* e, bool lhs, Mode mode, Basic* t, const constant::Value* v);
  void mark_untyped_lhs(syntax::Expr* e);        // e, if still untyped, is the left operand of a non-constant shift
  void record_type_and_value(syntax::Expr* e, Mode mode, Type* t, const constant::Value* v);
  void record_builtin_type(syntax::Expr* f, Signature* sig);
  void record_comma_ok_types(syntax::Expr* e, Operand& value, Operand& ok);
  void record_instance(syntax::Expr* e, std::span<Type* const> targs, Type* t);
  void record_def(syntax::Name* id, Object* obj) { id->object = obj; }
  void record_use(syntax::Name* id, Object* obj) { id->object = obj; }
  void record_implicit(syntax::CaseClause* clause, Object* obj) { clause->implicit_var = obj; }
  void record_selection(syntax::SelectorExpr* x, SelectionKind kind, Type* recv, Object* obj,
                        std::span<const int> index, bool indirect);

  // ---- const.cpp
  void overflow(Operand& x, Pos op_pos);
  void representable(Operand& x, Basic* t);
  struct Representation {
    const constant::Value* val = nullptr;  // null: not representable, see code
    Code code = Code::kNone;
  };
  Representation representation(Operand& x, Basic* t);
  // rounded, if not null, receives x as rounded to t. x must not be unknown's error (unknown is representable).
  bool representable_const(const constant::Value* x, Basic* t, const constant::Value** rounded);
  void invalid_conversion(Code code, Operand& x, Type* target);
  void convert_untyped(Operand& x, Type* target);

  // ---- expr.cpp
  using OpPredicate = bool (*)(Type*);
  void unary(Operand& x, syntax::Operation* e);
  void update_expr_type(syntax::Expr* x, Type* t, bool final);
  void update_expr_val(syntax::Expr* x, const constant::Value* v);
  struct Implicit {
    Type* type = nullptr;                  // null: not possible
    const constant::Value* val = nullptr;
    Code code = Code::kNone;
  };
  Implicit implicit_type_and_value(Operand& x, Type* target);
  void comparison(Operand& x, Operand& y, syntax::Operator op, bool switch_case);
  std::string incomparable_cause(Type* t);
  void shift(Operand& x, Operand& y, syntax::Expr* e, syntax::Operator op);
  // e is null for op= assignments.
  void binary(Operand& x, syntax::Expr* e, syntax::Expr* lhs, syntax::Expr* rhs, syntax::Operator op);
  void match_types(Operand& x, Operand& y);
  ExprKind raw_expr(const Target* target, Operand& x, syntax::Expr* e, Type* hint, bool allow_generic);
  void non_generic(const Target* target, Operand& x);
  ExprKind expr_internal(const Target* target, Operand& x, syntax::Expr* e, Type* hint);
  void type_assertion(syntax::Expr* e, Operand& x, Type* t, bool type_switch);
  void expr(const Target* target, Operand& x, syntax::Expr* e);
  void generic_expr(Operand& x, syntax::Expr* e);
  // The values of e (several for a multi-value call).
  OperandList multi_expr(syntax::Expr* e, bool allow_comma_ok, bool* comma_ok);
  void expr_with_hint(Operand& x, syntax::Expr* e, Type* hint);
  void expr_or_type(Operand& x, syntax::Expr* e, bool allow_generic);
  void exclude(Operand& x, unsigned modes);      // bit set of 1 << Mode
  void single_value(Operand& x);

  // ---- literals.cpp
  void lang_compat(syntax::BasicLit* lit);
  void basic_lit(Operand& x, syntax::BasicLit* e);
  void func_lit(Operand& x, syntax::FuncLit* e);
  void composite_lit(Operand& x, syntax::CompositeLit* e, Type* hint);
  // skipped_literals.cpp
  bool stays_skipped(syntax::CompositeLit* e, Type* base);
  void read_elements(syntax::CompositeLit* e);
  std::int64_t indexed_elts(std::span<syntax::Expr*> elts, Type* t, std::int64_t length);

  // ---- conversions.cpp, index.cpp
  void conversion(Operand& x, Type* t);
  bool index_expr(Operand& x, syntax::IndexExpr* e);   // true: an instantiation
  void slice_expr(Operand& x, syntax::SliceExpr* e);
  syntax::Expr* single_index(syntax::IndexExpr* e);
  struct IndexValue {
    Type* type;
    std::int64_t val;                            // -1: not constant
  };
  IndexValue index(syntax::Expr* e, std::int64_t max);
  bool is_valid_index(Operand& x, Code code, std::string_view what, bool allow_negative);

  // ---- call.cpp
  struct Inst {
    std::vector<Type*> targs;
    std::span<syntax::Expr* const> xlist;
  };
  Inst func_inst(const Target* target, Pos pos, Operand& x, syntax::IndexExpr* inst, bool infer);
  Signature* instantiate_signature(Pos pos, syntax::Expr* e, Signature* t, std::span<Type* const> targs,
                                   std::span<syntax::Expr* const> xlist);
  ExprKind call_expr(Operand& x, syntax::CallExpr* call);
  OperandList expr_list(std::span<syntax::Expr* const> elist);
  struct GenericList {
    OperandList operands;
    std::vector<std::vector<Type*>> targs;                       // parallel; empty where not partially instantiated
    std::vector<std::span<syntax::Expr* const>> xlists;
  };
  GenericList generic_expr_list(std::span<syntax::Expr* const> elist);
  Signature* arguments(syntax::CallExpr* call, Signature* sig, std::vector<Type*> targs,
                       std::span<syntax::Expr* const> xlist, OperandList& args, GenericList& generic);
  void selector(Operand& x, syntax::SelectorExpr* e, TypeName* def, bool want_type);
  bool use(std::span<syntax::Expr* const> args) { return use_n(args, false); }
  bool use(syntax::Expr* e) { return use1(e, false); }
  bool use_lhs(std::span<syntax::Expr* const> args) { return use_n(args, true); }
  bool use_n(std::span<syntax::Expr* const> args, bool lhs);
  bool use1(syntax::Expr* e, bool lhs);

  // ---- builtins.cpp
  bool builtin(Operand& x, syntax::CallExpr* call, BuiltinId id);
  Type* apply_type_func(FunctionRef<Type*(Type*)> f, Operand& x, BuiltinId id);

  // ---- assignments.cpp
  void assignment(Operand& x, Type* t, const AssignContext& context);
  void init_const(Const* lhs, Operand& x);
  void init_var(Var* lhs, Operand& x, std::string_view context);
  Type* lhs_var(syntax::Expr* lhs);
  void assign_var(syntax::Expr* lhs, syntax::Expr* rhs, Operand* x, std::string_view context);
  std::string types_summary(std::span<Type* const> list, bool variadic, bool has_dots);
  void assign_error(std::span<syntax::Expr* const> rhs, int l, int r);
  void return_error(At at, std::span<Var* const> lhs, std::span<Operand* const> rhs);
  void init_vars(std::span<Var* const> lhs, std::span<syntax::Expr* const> rhs, syntax::ReturnStmt* return_stmt);
  void assign_vars(std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);
  void short_var_decl(Pos pos, std::span<syntax::Expr* const> lhs, std::span<syntax::Expr* const> rhs);

  // ---- stmt.cpp, return.cpp, range.cpp
  void func_body(DeclInfo* decl, Symbol name, Signature* sig, syntax::BlockStmt* body, const constant::Value* iota);
  void usage(Scope* scope);
  void simple_stmt(syntax::Stmt* s);
  void stmt_list(unsigned ctxt, std::span<syntax::Stmt*> list);
  void multiple_switch_defaults(std::span<syntax::CaseClause*> list);
  void multiple_select_defaults(std::span<syntax::CommClause*> list);
  void open_scope() { env.scope = new_scope(env.scope); }
  void close_scope() { env.scope = env.scope->parent; }
  void suspended_call(std::string_view keyword, syntax::Expr* call);
  struct ValueMap;                               // stmt.cpp
  void case_values(Operand& x, std::span<syntax::Expr* const> values, ValueMap& seen);
  bool is_nil_expr(syntax::Expr* e);
  struct SeenTypes;                              // stmt.cpp
  Type* case_types(Operand& x, std::span<syntax::Expr* const> types, SeenTypes& seen);
  void stmt(unsigned ctxt, syntax::Stmt* s);
  void switch_stmt(unsigned inner, syntax::SwitchStmt* s);
  void type_switch_stmt(unsigned inner, syntax::SwitchStmt* s, syntax::TypeSwitchGuard* guard);
  void range_stmt(unsigned inner, syntax::ForStmt* s, syntax::RangeClause* rclause);
  bool is_terminating(syntax::Stmt* s, Symbol label);
  bool is_terminating_list(std::span<syntax::Stmt*> list, Symbol label);
  bool is_terminating_switch(std::span<syntax::CaseClause*> body, Symbol label);

  // ---- infer.cpp
  // Type arguments for tparams, or empty after reporting into err (see types2).
  std::vector<Type*> infer(Pos pos, std::span<TypeParam* const> tparams, std::span<Type* const> targs, Tuple* params,
                           std::span<Operand* const> args, bool reverse, ErrorReport* err);
  struct Renamed {
    std::vector<TypeParam*> tparams;
    Type* type;
  };
  Renamed rename_tparams(Pos pos, std::span<TypeParam* const> tparams, Type* t);

  // ---- validtype.cpp, mono.cpp
  void valid_type(Named* t);
  bool valid_type0(Pos pos, Type* t, std::vector<Named*>& nest, std::vector<Named*>& path);
  bool valid_named(Pos pos, Named* t, std::vector<Named*>& nest, std::vector<Named*>& path);
  void monomorph();
  MonoGraph& mono();                             // made when first needed

  // ---- shorthands that pass the session and this checker
  Type* subst(Pos pos, Type* t, const SubstMap& m, Named* expanding = nullptr) {
    return types::subst(session, this, pos, t, m, expanding);
  }
  Type* instance(Pos pos, Type* orig, std::span<Type* const> targs, Named* expanding = nullptr) {
    return types::instance(session, this, pos, orig, targs, expanding);
  }
  bool implements(Type* v, Type* t, bool constraint, std::string* cause) {
    return types::implements(session, this, v, t, constraint, cause);
  }
  Missing missing_method(Type* v, Type* t, bool static_, Equivalence eq, std::string* cause) {
    return types::missing_method(session, this, v, t, static_, eq, cause);
  }
  bool has_all_methods(Type* v, Type* t, bool static_, Equivalence eq, std::string* cause) {
    return types::has_all_methods(session, this, v, t, static_, eq, cause);
  }
  Var* new_var(Pos pos, Symbol name, Type* t) { return arena.make<Var>(pos, pkg, name, t); }
  Var* new_param(Pos pos, Symbol name, Type* t) {
    Var* v = new_var(pos, name, t);
    v->used = v->is_param = true;                // parameters are always "used"
    return v;
  }

  // Types whose check pointer must be reset; also used by named.cpp while cleaning.
  std::vector<Type*> cleaners_;
  std::vector<Object*> obj_path_;
  std::vector<std::pair<Pos, Type*>> sized_types_;              // channel and array types as written
  struct InterfaceLiteral {
    Pos start, end;
    Interface* type;
  };
  std::vector<InterfaceLiteral> interface_literals_;  // not kept where bodies are lazy
  PtrMap<Union*, TypeSet*> union_type_sets_;
  PtrSet<Named*> known_valid_;                   // validtype.cpp
  PtrMap<syntax::Expr*, bool> untyped_lhs_;      // see mark_untyped_lhs

 private:
  struct Action {
    GoVersion version;
    void* data;
    void (*run)(void*);
  };
  std::vector<Action> delayed_;
  std::deque<DeclInfo> decl_infos_;
  std::vector<Object*> objects_;                                // all with a DeclInfo, in source order
  std::vector<std::pair<Named*, std::span<Func*>>> extended_;   // types of base that got methods; what they had before
  PtrMap<TypeName*, std::vector<Func*>> methods_;               // until collect_methods
  std::vector<PkgName*> imports_;
  std::vector<std::pair<Scope*, PkgName*>> dot_imports_;
  std::vector<std::pair<std::string, Package*>> import_cache_;
  std::unique_ptr<MonoGraph, void (*)(MonoGraph*)> mono_;
  syntax::CompositeLit* late_literal_ = nullptr;                // whose elements are being read
  bool collecting_deps_ = true;                                 // off once the initialisation order is known
  friend class InitOrder;
  friend class ObjectCollector;
};

// ---- small helpers, shared by several files
std::span<syntax::Expr* const> unpack_list(syntax::Expr* const& e);  // elements of a ListExpr, else e itself, null: none
syntax::Expr* unparen(syntax::Expr* e);
std::string expr_string(const syntax::Node* n);
std::vector<Type*> types_of(std::span<Operand* const> list);
std::vector<Type*> types_of(std::span<Var* const> list);
int first_in_source(std::span<Object* const> path);  // index of the object declared first

}  // namespace govm::types
