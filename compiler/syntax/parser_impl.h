// The recursive-descent parser, one .cpp a family of productions. Functions are named after gc's parser's, carry its
// grammar, and report its errors; those named ..._or_nil may return null, all others return a node whatever the input.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/syntax/parser.h"
#include "compiler/syntax/scanner.h"

namespace govm::syntax {

// A set of tokens, for following sets.
constexpr std::uint64_t bit(Token t) { return std::uint64_t{1} << static_cast<int>(t); }
template <typename... Tokens>
constexpr std::uint64_t token_set(Tokens... tokens) {
  return (std::uint64_t{0} | ... | bit(tokens));
}

// Tokens as English words for messages.
std::string token_string(Token token);
const Expr* unparen(const Expr* x);
inline Expr* unparen(Expr* x) { return const_cast<Expr*>(unparen(static_cast<const Expr*>(x))); }
// Whether x can only be a type element, not an ordinary expression.
bool is_type_elem(const Expr* x);

// Checks labels, break, continue, goto and fallthrough of a function body and resolves BranchStmt::target.
void check_branches(BlockStmt* body, const SourceFile& source, const ErrorHandler& on_error);

struct Input;

class Parser : Scanner {
 public:
  Parser(SourceFile& source, Arena& arena, Interner& interner, const ErrorHandler& on_error, Bodies bodies);
  File* file(bool imports_only);
  void skipped_body(FuncDecl* func);
  void skipped_elements(CompositeLit* literal);
  void input(Input& out);   // input.cpp

 private:
  // How deeply constructs may nest, and how long a chain of operators or selectors may be (trees of chains are deep).
  static constexpr int kMaxNesting = 2000;
  static constexpr int kMaxChain = 10000;

  // Counts nesting for the life of a production. When it is too deep, reports that and ends the input.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser) {
      if (++parser.nesting_ > kMaxNesting) parser.too_deep();
    }
    ~Nesting() { --parser_.nesting_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;
  };
  void too_deep();

  // Lists are collected on one stack of pointers shared by all productions, then copied to the arena.
  template <typename T>
  class List {
   public:
    explicit List(Parser& parser) : stack_(parser.pending_nodes_), mark_(stack_.size()), arena_(parser.arena_) {}
    ~List() { stack_.resize(mark_); }
    List(const List&) = delete;
    List& operator=(const List&) = delete;
    void push(T* item) { stack_.push_back(item); }
    std::size_t size() const { return stack_.size() - mark_; }
    T* operator[](std::size_t i) const { return static_cast<T*>(stack_[mark_ + i]); }
    std::span<T*> take() {
      const std::size_t n = size();
      if (n == 0) return {};
      T** out = static_cast<T**>(arena_.allocate(n * sizeof(T*), alignof(T*)));
      for (std::size_t i = 0; i < n; ++i) out[i] = (*this)[i];
      stack_.resize(mark_);
      return {out, n};
    }

   private:
    std::vector<void*>& stack_;
    std::size_t mark_;
    Arena& arena_;
  };

  template <typename T, typename... Args>
  T* make(Args... args) { return ::new (arena_.allocate(sizeof(T), alignof(T))) T(args...); }
  Name* blank_name(Pos at) { return make<Name>(at, blank_symbol_); }

  // parser.cpp: errors, tokens, directives, file
  Pos pos() const { return source_.pos(offset_); }
  bool got(Token token) {
    if (tok_ != token) return false;
    next();
    return true;
  }
  void want(Token token);
  bool got_assign();
  bool at_operator(Operator op) const { return tok_ == Token::kOperator && op_ == op; }
  void error_at(Pos at, std::string message);
  // For errors that do not make the tree incomplete (directives, branches).
  void report(Pos at, std::string message) { on_error_(at, std::move(message)); }
  void error(std::string message) { error_at(pos(), std::move(message)); }
  void syntax_error_at(Pos at, std::string_view message);
  void syntax_error(std::string_view message) { syntax_error_at(pos(), message); }
  void advance(std::uint64_t follow);
  std::string current_token() const;
  bool is_empty_func_decl(const List<Decl>& decls) const;
  void input_item(Input& out);

  // pragmas.cpp
  void scan_error(std::uint32_t offset, std::string message) override;
  void directive(std::uint32_t offset, std::string_view comment) override;
  void go_directive(std::uint32_t offset, std::string_view comment, std::string_view text);
  void line_directive(std::uint32_t offset, std::string_view comment, std::string_view text);
  enum class PragmaHolder { kFile, kOther, kFunc, kVar };
  std::span<Pragma> take_pragmas(PragmaHolder holder);
  void clear_pragmas();

  // [ f { sep f } [sep] ] close; f returns true to end the list. Returns the position of the closing token.
  template <typename F>
  Pos list(std::string_view context, Token sep, Token close, F f) {
    bool done = false;
    while (tok_ != Token::kEof && tok_ != close && !done) {
      done = f();
      if (!got(sep) && tok_ != close) {
        syntax_error("in " + std::string(context) + "; possibly missing " + token_string(sep) + " or " +
                     token_string(close));
        advance(token_set(Token::kRparen, Token::kRbrack, Token::kRbrace));
        if (tok_ != close) return pos();
      }
    }
    const Pos end = pos();
    want(close);
    return end;
  }

  // parse_decls.cpp
  using DeclParser = Decl* (Parser::*)(Group*);
  void append_group(List<Decl>& decls, DeclParser parse);
  Decl* import_decl(Group* group);
  Decl* const_decl(Group* group);
  Decl* type_decl(Group* group);
  Decl* var_decl(Group* group);
  FuncDecl* func_decl();
  BlockStmt* func_body();
  void func_decl_body(FuncDecl* func);
  Expr* package_value();
  void generic_or_array_type(TypeDecl* d);
  struct NameAndType {
    Name* name;
    Expr* type;
  };
  NameAndType extract_name(Expr* x, bool force);
  Name* name();
  std::span<Name*> name_list(Name* first);

  // parse_types.cpp
  Expr* type();
  Expr* type_or_nil();
  Expr* type_instance(Expr* generic);
  Expr* array_type(Pos at, Expr* len);
  Expr* slice_type(Pos at);
  Expr* chan_elem();
  Expr* map_type(Pos at);
  Expr* indirect(Pos at, Expr* elem);
  StructType* struct_type();
  struct StructBuilder;
  void field_decl(StructBuilder& fields);
  void named_field_decl(StructBuilder& fields, Pos at);
  void parenthesized_field_decl(StructBuilder& fields, Pos at);
  Expr* array_or_type_args();
  InterfaceType* interface_type();
  Field* method_decl();
  void bracketed_method_decl(Field* f, Name* method_name);
  Field* embedded_elem(Field* f);
  Expr* embedded_term();
  Expr* qualified_name(Name* first);
  struct TypeList {
    Expr* x;
    bool comma;
  };
  TypeList type_list(bool strict);
  // Parses "[tparams] (params) results" into f; context, unless empty, says what must not have type parameters.
  std::span<Field*> func_type(std::string_view context, FuncType*& out);
  std::span<Field*> func_result();

  // parse_params.cpp
  std::span<Field*> param_list(Name* first, Expr* first_type, Token close, bool require_names);
  Field* param_decl_or_nil(Name* first, Token follow);
  bool bracket_or_dot_param(Field*& f, Name* name, bool type_sets_ok);
  void distribute_param_types(List<Field>& params, int named, int typed, Pos end, bool require_names);
  void report_missing_param(List<Field>& params, Pos at, Pos end, bool no_types, bool require_names);

  // parse_exprs.cpp
  Expr* expr() { return binary_expr(nullptr, 0); }
  Expr* expr_list();
  Expr* binary_expr(Expr* x, int prec);
  Expr* unary_expr();
  Expr* unary_operation();
  Expr* receive_or_chan_type();
  Expr* operand(bool keep_parens);
  Expr* paren_operand(bool keep_parens);
  Expr* func_operand();
  Expr* pexpr(Expr* x, bool keep_parens);
  Expr* dot_expr(Expr* x);
  Expr* bracket_expr(Expr* x);
  Expr* slice_expr(Expr* x, Expr* first, Pos at);
  Expr* call_expr(Expr* fun);
  bool complit_ok(const Expr* type) const;
  CompositeLit* complit_expr();
  Expr* bare_complit_expr();
  BasicLit* literal_or_nil();
  BadExpr* bad_expr() { return make<BadExpr>(pos()); }

  // parse_stmts.cpp
  Stmt* stmt_or_nil();
  std::span<Stmt*> stmt_list();
  SimpleStmt* simple_stmt(Expr* lhs, Token keyword);
  SimpleStmt* one_expr_stmt(Expr* lhs);
  SimpleStmt* assign_stmt(Expr* lhs, Token keyword);
  SimpleStmt* expr_stmt(Expr* x);
  RangeClause* range_clause(Expr* lhs, bool def);
  Stmt* labeled_stmt_or_nil(Name* label);
  BlockStmt* block_stmt(std::string_view context);
  DeclStmt* decl_stmt(DeclParser parse);
  Stmt* branch_stmt();
  Stmt* call_stmt();
  Stmt* return_stmt();
  struct Header {
    SimpleStmt* init = nullptr;
    Expr* cond = nullptr;
    SimpleStmt* post = nullptr;
  };
  struct Semicolon {
    Pos pos;
    std::string_view text;
  };
  Header header(Token keyword);
  SimpleStmt* header_cond(Token keyword, Header& h, Semicolon& semi);
  Expr* unpack_cond(SimpleStmt* stmt, Token keyword, const Semicolon& semi);
  Stmt* for_stmt();
  IfStmt* if_stmt();
  Stmt* switch_stmt();
  Stmt* select_stmt();
  // The body of a switch or select statement, braces included.
  template <typename Statement, typename Clause>
  void clauses(Statement* s, Clause* (Parser::*clause)(), const char* missing_brace);
  CaseClause* case_clause();
  CommClause* comm_clause();
  void clause_start_error();

  // skip_literal.cpp
  bool may_skip_literal() const { return skip_literal_ && expr_nesting_ == 0 && func_nesting_ == 0; }
  bool skip_literal(CompositeLit* literal);
  friend class LiteralSkipper;

  Arena& arena_;
  Bodies bodies_;
  const ErrorHandler& on_error_;
  Symbol blank_symbol_;
  std::vector<void*> pending_nodes_;
  std::vector<Pragma> pragmas_;       // seen, not yet taken by a declaration
  std::vector<Pragma> file_pragmas_;  // linknames and those nobody takes
  std::string_view build_constraint_;
  Symbol go_version_;
  std::string base_file_;             // current file name, //line directives heeded
  int error_count_ = 0;
  int func_nesting_ = 0;              // > 0: inside a function
  int expr_nesting_ = 0;              // < 0: in a statement header, where T{ starts a block
  int nesting_ = 0;
  bool skip_literal_ = false;         // the next literal may have its elements skipped
  CompositeLit* skipped_ = nullptr;   // the one that had
  bool top_ = true;                   // before the package clause
};

// Sentinel for "range is not permitted here" where a keyword is passed.
constexpr Token kNoKeyword = Token::kEof;

}  // namespace govm::syntax
