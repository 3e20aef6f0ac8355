#include "compiler/load/cover.h"

#include <algorithm>
#include <tuple>

#include "base/arena.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/scanner.h"
#include "compiler/syntax/walk.h"

namespace govm::load {
namespace {

using namespace syntax;

// Where the tokens of a text begin and end. Semicolons, automatic ones too, are kept apart.
class Tokens final : Scanner {
 public:
  Tokens(SourceFile& source, Interner& names) : Scanner(source, names) {
    for (next(); tok_ != Token::kEof; next()) {
      if (tok_ == Token::kSemi) semicolons_.push_back(offset_);
      else tokens_.push_back({offset_, end_offset()});
    }
  }
  // Behind the last token before an offset.
  std::uint32_t end_before(std::uint32_t offset) const {
    auto at = std::lower_bound(tokens_.begin(), tokens_.end(), offset, [](const Range& r, std::uint32_t o) { return r.begin < o; });
    return at == tokens_.begin() ? 0 : std::prev(at)->end;
  }
  // Behind the last semicolon before an offset.
  std::uint32_t statement_before(std::uint32_t offset) const {
    auto at = std::lower_bound(semicolons_.begin(), semicolons_.end(), offset);
    return at == semicolons_.begin() ? 0 : *std::prev(at) + 1;
  }
  // The first token at an offset or behind it.
  std::uint32_t from(std::uint32_t offset) const {
    auto at = std::lower_bound(tokens_.begin(), tokens_.end(), offset, [](const Range& r, std::uint32_t o) { return r.begin < o; });
    return at == tokens_.end() ? offset : at->begin;
  }

 private:
  struct Range { std::uint32_t begin, end; };
  void scan_error(std::uint32_t, std::string) override {}
  void directive(std::uint32_t, std::string_view) override {}
  std::vector<Range> tokens_;
  std::vector<std::uint32_t> semicolons_;
};

// A statement of a list: from where to where.
struct Item {
  const Stmt* stmt;   // null: a label whose statement is the next item
  std::uint32_t begin, end;
};

bool is_control(const Stmt* s) {
  return s->kind == NodeKind::kForStmt || s->kind == NodeKind::kSwitchStmt || s->kind == NodeKind::kSelectStmt;
}

// The first function literal in what node consists of; null: none.
const FuncLit* literal_in(const Node* node) {
  if (node == nullptr) return nullptr;
  if (const auto* literal = as<FuncLit>(node)) return literal;
  const FuncLit* found = nullptr;
  for_each_child(node, [&](const Node* child) {
    if (found == nullptr) found = literal_in(child);
  });
  return found;
}

// The first position in what node consists of: at its first token or close behind.
std::uint32_t first_position(const Node* node) {
  std::uint32_t first = node->pos.offset;
  for_each_child(node, [&](const Node* child) { first = std::min(first, first_position(child)); });
  return first;
}

bool calls_panic(const Stmt* s) {
  const auto* e = as<ExprStmt>(s);
  const auto* call = e ? as<CallExpr>(e->x) : nullptr;
  const auto* name = call ? as<Name>(call->fun) : nullptr;
  return name != nullptr && name->value.str() == "panic" && call->args.size() == 1;
}

bool ends_block(const Stmt* s) {
  switch (s->kind) {
    case NodeKind::kBlockStmt:
    case NodeKind::kBranchStmt:
    case NodeKind::kForStmt:
    case NodeKind::kIfStmt:
    case NodeKind::kLabeledStmt:
    case NodeKind::kSwitchStmt:
    case NodeKind::kSelectStmt: return true;
    default: return calls_panic(s) || literal_in(s) != nullptr;
  }
}

class Counters {
 public:
  Counters(SourceFile& source, Interner& names, std::string_view variable, CoverMode mode)
      : source_(source), tokens_(source, names), variable_(variable), mode_(mode) {}

  void visit(const Node* node);
  CoveredText finish(const File& file);

 private:
  std::uint32_t offset(Pos pos) const { return pos.offset - source_.base(); }
  void insert(std::uint32_t at, std::string text) { edits_.push_back({at, edits_.size(), std::move(text)}); }
  void counter(std::uint32_t begin, std::uint32_t at, std::uint32_t end, std::size_t statements);
  // The statements of a list that ends at `limit`. braced: a single block goes on to the closing brace, block_end.
  void add(std::uint32_t begin, std::uint32_t at, std::uint32_t block_end, std::span<Stmt* const> list, std::uint32_t limit, bool braced);
  std::uint32_t boundary(const Stmt* s, std::uint32_t end) const;
  std::uint32_t end_of_chain(const IfStmt* s) const;
  void block(const BlockStmt* b, std::uint32_t begin);
  void if_statement(const IfStmt* s);
  template <typename Clause>
  void clauses(std::span<Clause* const> list, Pos rbrace);
  std::string resumed(std::uint32_t at) const;

  struct Edit {
    std::uint32_t at;
    std::size_t number;
    std::string text;
    // Of edits at one place those of enclosing statements were made first; a brace that closes stands before all others.
    auto key() const { return std::tuple(at, text != "}", number); }
  };
  SourceFile& source_;
  Tokens tokens_;
  std::string variable_;
  CoverMode mode_;
  std::vector<Edit> edits_;
  std::vector<CoverBlock> blocks_;
};

// A line directive that gives the text from `at` on the position it has without counters.
std::string Counters::resumed(std::uint32_t at) const {
  const Position p = source_.position(at, false);
  return "/*line :" + std::to_string(p.line) + ":" + std::to_string(p.column) + "*/";
}

void Counters::counter(std::uint32_t begin, std::uint32_t at, std::uint32_t end, std::size_t statements) {
  const std::string element = variable_ + "[" + std::to_string(blocks_.size()) + "]";
  std::string count;
  switch (mode_) {
    case CoverMode::kSet: count = element + " = 1"; break;
    case CoverMode::kCount: count = element + "++"; break;
    case CoverMode::kAtomic: count = "_cover_atomic_.AddUint32(&" + element + ", 1)"; break;
  }
  insert(at, count + ";" + resumed(at));
  const Position from = source_.position(begin, false), to = source_.position(end, false);
  blocks_.push_back({from.line, from.column, to.line, to.column, static_cast<std::uint32_t>(statements)});
}

// Where a statement hands on to another list: at the brace of its body or of the first function literal in what comes
// before that; else its end.
std::uint32_t Counters::boundary(const Stmt* s, std::uint32_t end) const {
  const auto first = [&](std::initializer_list<const Node*> heads, std::uint32_t otherwise) {
    for (const Node* head : heads) {
      if (const FuncLit* literal = literal_in(head)) return offset(literal->body->pos);
    }
    return otherwise;
  };
  switch (s->kind) {
    case NodeKind::kBlockStmt: return offset(s->pos);
    case NodeKind::kIfStmt: {
      const auto* i = static_cast<const IfStmt*>(s);
      return first({i->init, i->cond}, offset(i->then->pos));
    }
    case NodeKind::kForStmt: {
      const auto* f = static_cast<const ForStmt*>(s);
      return first({f->init, f->cond, f->post}, offset(f->body->pos));
    }
    case NodeKind::kLabeledStmt: return boundary(static_cast<const LabeledStmt*>(s)->stmt, end);
    case NodeKind::kSwitchStmt: {
      const auto* w = static_cast<const SwitchStmt*>(s);
      const std::uint32_t body = w->body.empty() ? offset(w->rbrace) : offset(w->body[0]->pos);
      return first({w->init, w->tag}, tokens_.end_before(body) - 1);
    }
    case NodeKind::kSelectStmt: {
      const auto* w = static_cast<const SelectStmt*>(s);
      return tokens_.end_before(w->body.empty() ? offset(w->rbrace) : offset(w->body[0]->pos)) - 1;
    }
    default: return first({s}, end);
  }
}

void Counters::add(std::uint32_t begin, std::uint32_t at, std::uint32_t block_end, std::span<Stmt* const> list,
                   std::uint32_t limit, bool braced) {
  std::vector<Item> items;
  for (const Stmt* s : list) {
    if (s->kind == NodeKind::kEmptyStmt) continue;
    const std::uint32_t before = tokens_.statement_before(offset(Pos{first_position(s)}));
    items.push_back({s, tokens_.from(std::max(at, before)), 0});
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    items[i].end = tokens_.end_before(i + 1 < items.size() ? items[i + 1].begin : limit);
  }
  if (items.empty()) return counter(at, at, block_end, 0);
  for (std::size_t first = 0; first < items.size();) {
    std::size_t last = first;
    std::uint32_t end = block_end;
    while (last < items.size()) {
      const Item item = items[last];
      end = boundary(item.stmt, item.end);
      ++last;
      if (!ends_block(item.stmt)) continue;
      const auto* label = as<LabeledStmt>(item.stmt);
      if (label != nullptr && !is_control(label->stmt)) {  // the label ends a block, its statement begins one
        end = item.begin;
        const std::uint32_t colon = tokens_.from(offset(label->label->pos) + 1);
        const Item rest = {label->stmt, tokens_.from(colon + 1), item.end};
        if (label->stmt->kind != NodeKind::kEmptyStmt) items.insert(items.begin() + static_cast<std::ptrdiff_t>(last), rest);
      }
      braced = false;  // it is in pieces now
      break;
    }
    if (braced) end = block_end;
    if (begin != end) counter(begin, at, end, last - first);
    first = last;
    if (first < items.size()) begin = at = items[first].begin;
  }
}

void Counters::block(const BlockStmt* b, std::uint32_t begin) {
  const std::uint32_t rbrace = offset(b->rbrace);
  add(begin, offset(b->pos) + 1, rbrace + 1, b->list, rbrace, true);
  for_each_child(b, [&](const Node* child) { visit(child); });
}

std::uint32_t Counters::end_of_chain(const IfStmt* s) const {
  const Stmt* last = s->then;
  while (s != nullptr) {
    last = s->else_stmt != nullptr ? s->else_stmt : s->then;
    s = as<IfStmt>(last);
  }
  return offset(static_cast<const BlockStmt*>(last)->rbrace) + 1;
}

// What follows `else` is a block that begins there: another `if` gets braces.
void Counters::if_statement(const IfStmt* s) {
  for (const Node* n : {static_cast<const Node*>(s->init), static_cast<const Node*>(s->cond), static_cast<const Node*>(s->then)}) {
    if (n != nullptr) visit(n);
  }
  if (s->else_stmt == nullptr) return;
  const std::uint32_t begin = tokens_.end_before(tokens_.from(offset(s->then->rbrace) + 1) + 1);
  if (const auto* other = as<BlockStmt>(s->else_stmt)) return block(other, begin);
  const auto* other = static_cast<const IfStmt*>(s->else_stmt);
  const std::uint32_t head = tokens_.from(begin), end = end_of_chain(other);
  insert(head, "{");
  Stmt* list[] = {const_cast<IfStmt*>(other)};
  add(begin, head, end, list, end, true);
  visit(other);
  insert(end, "}");
}

template <typename Clause>
void Counters::clauses(std::span<Clause* const> list, Pos rbrace) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Clause& c = *list[i];
    const std::uint32_t limit = i + 1 < list.size() ? offset(list[i + 1]->pos) : offset(rbrace);
    const std::uint32_t colon = offset(c.colon) + 1;
    add(colon, colon, std::max(tokens_.end_before(limit), colon), c.body, limit, false);
  }
}

void Counters::visit(const Node* node) {
  if (const auto* b = as<BlockStmt>(node)) return block(b, offset(b->pos));
  if (const auto* s = as<IfStmt>(node)) return if_statement(s);
  if (const auto* f = as<FuncDecl>(node); f && f->name->value.str() == "_") return;
  if (const auto* s = as<SwitchStmt>(node)) clauses<CaseClause>(s->body, s->rbrace);
  if (const auto* s = as<SelectStmt>(node)) clauses<CommClause>(s->body, s->rbrace);
  for_each_child(node, [&](const Node* child) { visit(child); });
}

CoveredText Counters::finish(const File& file) {
  CoveredText out;
  out.blocks = blocks_;
  if (mode_ == CoverMode::kAtomic) {
    const std::uint32_t clause = tokens_.end_before(tokens_.from(offset(file.package_name->pos) + 1));
    insert(clause, "; import _cover_atomic_ \"sync/atomic\"");
  }
  std::sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) { return a.key() < b.key(); });
  const std::string_view text = source_.text();
  std::uint32_t done = 0;
  for (const Edit& e : edits_) {
    out.text.append(text.substr(done, e.at - done)).append(e.text);
    done = e.at;
  }
  out.text += text.substr(done);
  out.text += "\nvar " + variable_ + " [" + std::to_string(blocks_.size()) + "]uint32\n";
  if (mode_ == CoverMode::kAtomic) out.text += "var _ = _cover_atomic_.LoadUint32\n";
  return out;
}

}  // namespace

CoveredText add_counters(const std::string& text, std::string_view variable, CoverMode mode) {
  Arena arena;
  Interner names;
  SourceMap sources;
  SourceFile& source = sources.add_file("", text);
  bool failed = false;
  const File* file = parse_file(source, arena, names, [&](Pos, std::string) { failed = true; });
  if (failed) return {text, {}};
  Counters counters(source, names, variable, mode);
  for (const Decl* decl : file->decls) counters.visit(decl);
  return counters.finish(*file);
}

}  // namespace govm::load
