// The syntax tree. Node kinds and positions are those of cmd/compile/internal/syntax, because gc's error positions
// are defined by them: the position of a binary operation is its operator's, of a call its '(' , of a selector and
// an index expression their '.' and '[' ... (see positions.h for start_pos/end_pos).
// Nodes live in an arena, are never moved or freed one by one, and hold borrowed pointers only.
//
// The type checker records its results in the nodes (Expr::type, Name::object, ...). A generic function's body is
// checked once, so what is recorded there may mention its type parameters; the IR builder substitutes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/source_map.h"
#include "base/symbol.h"
#include "compiler/syntax/token.h"

namespace govm::constant {
class Value;
}
namespace govm::types {
class Type;
class Object;
struct Selection;
class TypeList;
class Scope;
}  // namespace govm::types

namespace govm::syntax {

enum class NodeKind : std::uint8_t {
  // declarations
  kImportDecl, kConstDecl, kTypeDecl, kVarDecl, kFuncDecl,
  // expressions
  kBadExpr, kName, kBasicLit, kCompositeLit, kKeyValueExpr, kFuncLit, kParenExpr, kSelectorExpr, kIndexExpr,
  kSliceExpr, kAssertExpr, kTypeSwitchGuard, kOperation, kCallExpr, kListExpr,
  kArrayType, kSliceType, kDotsType, kStructType, kField, kInterfaceType, kFuncType, kMapType, kChanType,
  // statements
  kEmptyStmt, kLabeledStmt, kBlockStmt, kExprStmt, kSendStmt, kDeclStmt, kAssignStmt, kBranchStmt, kCallStmt,
  kReturnStmt, kIfStmt, kForStmt, kSwitchStmt, kSelectStmt, kRangeClause, kCaseClause, kCommClause,
};

struct Node {
  NodeKind kind;
  Pos pos;
};

template <typename T>
T* as(Node* n) { return n && n->kind == T::kKind ? static_cast<T*>(n) : nullptr; }
template <typename T>
const T* as(const Node* n) { return n && n->kind == T::kKind ? static_cast<const T*>(n) : nullptr; }

// ---------------------------------------------------------------------------------------------- expressions

// What an expression denotes, recorded by the checker (types2's operandMode).
enum class Mode : std::uint8_t {
  kInvalid,    // not yet checked, or in error
  kNoValue,    // call of a function without results
  kBuiltin,    // a builtin function (Name/SelectorExpr of it)
  kTypexpr,    // a type
  kConstant,   // Expr::constant is set
  kVariable,   // addressable
  kMapIndex,   // m[k]: assignable, not addressable; may be comma-ok
  kValue,      // computed
  kNilValue,   // untyped nil (Expr::type is the type it was converted to, or untyped nil)
  kCommaOk,    // like kValue, may be used with comma-ok
  kCommaErr,   // like kCommaOk, second value an error (cgo only)
  kCgoFunc,
};

struct Expr : Node {
  Mode mode = Mode::kInvalid;
  // Builtin called (types::BuiltinId) where mode of a call's function is kBuiltin; else 0.
  std::uint8_t builtin_id = 0;
  // A comma-ok use: type is a Tuple (value, bool).
  bool comma_ok = false;
  // The checker's, while type is an untyped type that may still change.
  bool untyped = false;
  bool untyped_lhs = false;  // the expression is the left operand of a shift checked later
  types::Type* type = nullptr;               // final type (untyped constants converted); null if never checked
  const constant::Value* constant = nullptr; // for Mode::kConstant
  Expr(NodeKind k, Pos p) : Node{k, p} {}
};

struct BadExpr : Expr {
  static constexpr NodeKind kKind = NodeKind::kBadExpr;
  explicit BadExpr(Pos p) : Expr(kKind, p) {}
};

struct Name : Expr {
  static constexpr NodeKind kKind = NodeKind::kName;
  Symbol value;
  types::Object* object = nullptr;          // what it declares or refers to (null for blank uses)
  const types::TypeList* targs = nullptr;   // type arguments where a generic function is instantiated here
  Name(Pos p, Symbol v) : Expr(kKind, p), value(v) {}
};

enum class LitKind : std::uint8_t { kInt, kFloat, kImag, kRune, kString };

struct BasicLit : Expr {
  static constexpr NodeKind kKind = NodeKind::kBasicLit;
  std::string_view value;  // source text, quotes included
  LitKind lit;
  bool bad;  // syntactically bad, already reported
  BasicLit(Pos p, std::string_view v, LitKind k, bool b) : Expr(kKind, p), value(v), lit(k), bad(b) {}
};

// How a name is mentioned among elements that were not parsed.
enum class Mention : std::uint8_t {
  kKey,      // name:
  kType,     // name{
  kElement,  // by itself, between the literal's own braces
  kNested,   // by itself, further within
  kAddress,  // &name
  kOperand,  // in a larger expression
};
struct SkippedName {
  Symbol name;
  Symbol member;  // of name.member; else empty
  Mention as;
  bool operator==(const SkippedName&) const = default;
};

// What is known of a literal whose elements were skipped: see parse_elements. They are constants, names, literals of
// composite types and operations on these; no calls, conversions, index expressions, function literals.
struct SkippedElements {
  std::span<SkippedName> names;        // each once
  std::int64_t length;                 // as an array's; -1: only reading them tells
  std::span<types::Object*> elements;  // what kElement names of the package's variables (the checker sets it)
};

struct CompositeLit : Expr {
  static constexpr NodeKind kKind = NodeKind::kCompositeLit;
  Expr* type_expr = nullptr;  // null: elided
  std::span<Expr*> elems;     // KeyValueExpr or plain
  SkippedElements* skipped = nullptr;  // elems are not parsed yet
  std::uint32_t nkeys = 0;
  Pos rbrace;
  explicit CompositeLit(Pos p) : Expr(kKind, p) {}
};

// The literal that x is, or whose address it takes, if its elements were skipped; else null.
CompositeLit* skipped_literal(Expr* x);

struct KeyValueExpr : Expr {
  static constexpr NodeKind kKind = NodeKind::kKeyValueExpr;
  Expr* key = nullptr;
  Expr* value = nullptr;
  explicit KeyValueExpr(Pos p) : Expr(kKind, p) {}
};

struct FuncType;
struct BlockStmt;

struct FuncLit : Expr {
  static constexpr NodeKind kKind = NodeKind::kFuncLit;
  FuncType* func_type = nullptr;
  BlockStmt* body = nullptr;
  explicit FuncLit(Pos p) : Expr(kKind, p) {}
};

struct ParenExpr : Expr {
  static constexpr NodeKind kKind = NodeKind::kParenExpr;
  Expr* x = nullptr;
  explicit ParenExpr(Pos p) : Expr(kKind, p) {}
};

struct SelectorExpr : Expr {
  static constexpr NodeKind kKind = NodeKind::kSelectorExpr;
  Expr* x = nullptr;
  Name* sel = nullptr;
  // Set for field and method selections; null for qualified identifiers (pkg.Name: see sel->object).
  const types::Selection* selection = nullptr;
  explicit SelectorExpr(Pos p) : Expr(kKind, p) {}
};

struct IndexExpr : Expr {  // X[Index]: indexing or instantiation; several type arguments are a ListExpr
  static constexpr NodeKind kKind = NodeKind::kIndexExpr;
  Expr* x = nullptr;
  Expr* index = nullptr;
  explicit IndexExpr(Pos p) : Expr(kKind, p) {}
};

struct SliceExpr : Expr {
  static constexpr NodeKind kKind = NodeKind::kSliceExpr;
  Expr* x = nullptr;
  Expr* index[3] = {nullptr, nullptr, nullptr};
  bool full = false;  // x[i:j:k]
  explicit SliceExpr(Pos p) : Expr(kKind, p) {}
};

struct AssertExpr : Expr {  // X.(Type)
  static constexpr NodeKind kKind = NodeKind::kAssertExpr;
  Expr* x = nullptr;
  Expr* type_expr = nullptr;
  explicit AssertExpr(Pos p) : Expr(kKind, p) {}
};

struct TypeSwitchGuard : Expr {  // Lhs := X.(type)
  static constexpr NodeKind kKind = NodeKind::kTypeSwitchGuard;
  Name* lhs = nullptr;  // null: no variable
  Expr* x = nullptr;
  explicit TypeSwitchGuard(Pos p) : Expr(kKind, p) {}
};

struct Operation : Expr {
  static constexpr NodeKind kKind = NodeKind::kOperation;
  Operator op = Operator::kNone;
  Expr* x = nullptr;
  Expr* y = nullptr;  // null: unary. Unary kMul is a dereference or pointer type, kAnd takes an address.
  explicit Operation(Pos p) : Expr(kKind, p) {}
};

struct CallExpr : Expr {  // also conversions
  static constexpr NodeKind kKind = NodeKind::kCallExpr;
  Expr* fun = nullptr;
  std::span<Expr*> args;
  bool has_dots = false;  // last argument is followed by ...
  explicit CallExpr(Pos p) : Expr(kKind, p) {}
};

struct ListExpr : Expr {  // a, b, c (at least two)
  static constexpr NodeKind kKind = NodeKind::kListExpr;
  std::span<Expr*> elems;
  explicit ListExpr(Pos p) : Expr(kKind, p) {}
};

struct ArrayType : Expr {
  static constexpr NodeKind kKind = NodeKind::kArrayType;
  Expr* len = nullptr;  // null: [...]
  Expr* elem = nullptr;
  explicit ArrayType(Pos p) : Expr(kKind, p) {}
};

struct SliceType : Expr {
  static constexpr NodeKind kKind = NodeKind::kSliceType;
  Expr* elem = nullptr;
  explicit SliceType(Pos p) : Expr(kKind, p) {}
};

struct DotsType : Expr {  // ...Elem
  static constexpr NodeKind kKind = NodeKind::kDotsType;
  Expr* elem = nullptr;
  explicit DotsType(Pos p) : Expr(kKind, p) {}
};

struct Field : Node {  // a parameter, result, struct field, interface element or type parameter
  static constexpr NodeKind kKind = NodeKind::kField;
  Name* name = nullptr;  // null: anonymous
  Expr* type_expr = nullptr;  // fields declared together share it (a, b T)
  explicit Field(Pos p) : Node{kKind, p} {}
};

struct StructType : Expr {
  static constexpr NodeKind kKind = NodeKind::kStructType;
  std::span<Field*> fields;
  std::span<BasicLit*> tags;  // empty, or parallel to fields with null for none
  explicit StructType(Pos p) : Expr(kKind, p) {}
};

struct InterfaceType : Expr {
  static constexpr NodeKind kKind = NodeKind::kInterfaceType;
  std::span<Field*> methods;  // name == null: embedded element
  explicit InterfaceType(Pos p) : Expr(kKind, p) {}
};

struct FuncType : Expr {
  static constexpr NodeKind kKind = NodeKind::kFuncType;
  std::span<Field*> params;
  std::span<Field*> results;
  explicit FuncType(Pos p) : Expr(kKind, p) {}
};

struct MapType : Expr {
  static constexpr NodeKind kKind = NodeKind::kMapType;
  Expr* key = nullptr;
  Expr* value = nullptr;
  explicit MapType(Pos p) : Expr(kKind, p) {}
};

enum class ChanDir : std::uint8_t { kBoth, kSendOnly, kRecvOnly };

struct ChanType : Expr {
  static constexpr NodeKind kKind = NodeKind::kChanType;
  ChanDir dir = ChanDir::kBoth;
  Expr* elem = nullptr;
  explicit ChanType(Pos p) : Expr(kKind, p) {}
};

// ---------------------------------------------------------------------------------------------- declarations

// A parenthesised declaration group; null for single declarations. Its identity is what counts (iota, inheritance).
struct Group {
  Pos pos;
};

// A //go: directive, kept with the declaration (or file) it stands before.
struct Pragma {
  Pos pos;
  std::string_view text;  // "go:linkname localname importpath.name", without the slashes
};

struct Decl : Node {
  Group* group = nullptr;
  std::span<Pragma> pragmas;
  Decl(NodeKind k, Pos p) : Node{k, p} {}
};

struct ImportDecl : Decl {
  static constexpr NodeKind kKind = NodeKind::kImportDecl;
  Name* local_name = nullptr;  // null, or a name, "." or "_"
  BasicLit* path = nullptr;
  explicit ImportDecl(Pos p) : Decl(kKind, p) {}
};

struct ConstDecl : Decl {
  static constexpr NodeKind kKind = NodeKind::kConstDecl;
  std::span<Name*> names;
  Expr* type_expr = nullptr;
  Expr* values = nullptr;  // null: inherited; several: ListExpr
  explicit ConstDecl(Pos p) : Decl(kKind, p) {}
};

struct TypeDecl : Decl {
  static constexpr NodeKind kKind = NodeKind::kTypeDecl;
  Name* name = nullptr;
  std::span<Field*> tparams;
  bool alias = false;
  Expr* type_expr = nullptr;
  explicit TypeDecl(Pos p) : Decl(kKind, p) {}
};

struct VarDecl : Decl {
  static constexpr NodeKind kKind = NodeKind::kVarDecl;
  std::span<Name*> names;
  Expr* type_expr = nullptr;
  Expr* values = nullptr;
  explicit VarDecl(Pos p) : Decl(kKind, p) {}
};

struct FuncDecl : Decl {
  static constexpr NodeKind kKind = NodeKind::kFuncDecl;
  Field* recv = nullptr;  // null: a function
  Name* name = nullptr;
  std::span<Field*> tparams;
  FuncType* type = nullptr;
  BlockStmt* body = nullptr;  // null: declared elsewhere (native, linkname, assembly)
  bool body_skipped = false;  // body has no statements yet: see parse_body
  explicit FuncDecl(Pos p) : Decl(kKind, p) {}
};

// ---------------------------------------------------------------------------------------------- statements

struct Stmt : Node {
  Stmt(NodeKind k, Pos p) : Node{k, p} {}
};

struct SimpleStmt : Stmt {
  using Stmt::Stmt;
};

struct EmptyStmt : SimpleStmt {
  static constexpr NodeKind kKind = NodeKind::kEmptyStmt;
  explicit EmptyStmt(Pos p) : SimpleStmt(kKind, p) {}
};

struct LabeledStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kLabeledStmt;
  Name* label = nullptr;
  Stmt* stmt = nullptr;
  explicit LabeledStmt(Pos p) : Stmt(kKind, p) {}
};

struct BlockStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kBlockStmt;
  std::span<Stmt*> list;
  Pos rbrace;
  explicit BlockStmt(Pos p) : Stmt(kKind, p) {}
};

struct ExprStmt : SimpleStmt {
  static constexpr NodeKind kKind = NodeKind::kExprStmt;
  Expr* x = nullptr;
  explicit ExprStmt(Pos p) : SimpleStmt(kKind, p) {}
};

struct SendStmt : SimpleStmt {
  static constexpr NodeKind kKind = NodeKind::kSendStmt;
  Expr* chan = nullptr;
  Expr* value = nullptr;
  explicit SendStmt(Pos p) : SimpleStmt(kKind, p) {}
};

struct DeclStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kDeclStmt;
  std::span<Decl*> decls;
  explicit DeclStmt(Pos p) : Stmt(kKind, p) {}
};

struct AssignStmt : SimpleStmt {  // lhs = rhs, lhs := rhs (op kDef), lhs op= rhs, x++ / x-- (rhs null)
  static constexpr NodeKind kKind = NodeKind::kAssignStmt;
  Operator op = Operator::kNone;  // kNone: =; kDef: :=
  Expr* lhs = nullptr;            // several: ListExpr
  Expr* rhs = nullptr;            // null: x++ (op kAdd) or x-- (op kSub)
  explicit AssignStmt(Pos p) : SimpleStmt(kKind, p) {}
};

enum class BranchKind : std::uint8_t { kBreak, kContinue, kFallthrough, kGoto };

struct BranchStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kBranchStmt;
  BranchKind tok = BranchKind::kBreak;
  Name* label = nullptr;
  // Resolved by the parser's branch check: the enclosing for/switch/select for break and continue (the labelled
  // statement's inner one where a label is given), the LabeledStmt for goto. Null after an error or for fallthrough.
  Stmt* target = nullptr;
  explicit BranchStmt(Pos p) : Stmt(kKind, p) {}
};

enum class CallKind : std::uint8_t { kGo, kDefer };

struct CallStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kCallStmt;
  CallKind tok = CallKind::kGo;
  Expr* call = nullptr;  // a CallExpr unless in error
  explicit CallStmt(Pos p) : Stmt(kKind, p) {}
};

struct ReturnStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kReturnStmt;
  Expr* results = nullptr;  // null: none; several: ListExpr
  explicit ReturnStmt(Pos p) : Stmt(kKind, p) {}
};

struct IfStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kIfStmt;
  SimpleStmt* init = nullptr;
  Expr* cond = nullptr;
  BlockStmt* then = nullptr;
  Stmt* else_stmt = nullptr;  // null, IfStmt or BlockStmt
  explicit IfStmt(Pos p) : Stmt(kKind, p) {}
};

struct ForStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kForStmt;
  SimpleStmt* init = nullptr;  // may be a RangeClause (then cond and post are null)
  Expr* cond = nullptr;
  SimpleStmt* post = nullptr;
  BlockStmt* body = nullptr;
  // Per-iteration loop variables (language version go1.22 and later), set by the checker.
  bool distinct_vars = true;
  explicit ForStmt(Pos p) : Stmt(kKind, p) {}
};

struct CaseClause : Node {
  static constexpr NodeKind kKind = NodeKind::kCaseClause;
  Expr* cases = nullptr;  // null: default; several: ListExpr
  std::span<Stmt*> body;
  Pos colon;
  types::Object* implicit_var = nullptr;  // type switch with a variable: this clause's own variable
  explicit CaseClause(Pos p) : Node{kKind, p} {}
};

struct SwitchStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kSwitchStmt;
  SimpleStmt* init = nullptr;
  Expr* tag = nullptr;  // null: true; may be a TypeSwitchGuard
  std::span<CaseClause*> body;
  Pos rbrace;
  explicit SwitchStmt(Pos p) : Stmt(kKind, p) {}
};

struct CommClause : Node {
  static constexpr NodeKind kKind = NodeKind::kCommClause;
  SimpleStmt* comm = nullptr;  // null: default; SendStmt, ExprStmt or AssignStmt with a receive
  std::span<Stmt*> body;
  Pos colon;
  explicit CommClause(Pos p) : Node{kKind, p} {}
};

struct SelectStmt : Stmt {
  static constexpr NodeKind kKind = NodeKind::kSelectStmt;
  std::span<CommClause*> body;
  Pos rbrace;
  explicit SelectStmt(Pos p) : Stmt(kKind, p) {}
};

struct RangeClause : SimpleStmt {
  static constexpr NodeKind kKind = NodeKind::kRangeClause;
  Expr* lhs = nullptr;  // null: none; two: ListExpr
  bool def = false;     // :=
  Expr* x = nullptr;
  explicit RangeClause(Pos p) : SimpleStmt(kKind, p) {}
};

// ---------------------------------------------------------------------------------------------- files

struct File {
  Pos pos;
  const SourceFile* source = nullptr;
  Name* package_name = nullptr;
  std::span<Decl*> decls;  // imports first
  Pos eof;
  std::span<Pragma> pragmas;    // all //go: directives of the file that stand at no declaration (linkname is here too)
  Symbol go_version;            // from a //go:build line ("go1.21"), else empty
  std::string_view build_constraint;  // text of the //go:build line, else empty
};

}  // namespace govm::syntax
