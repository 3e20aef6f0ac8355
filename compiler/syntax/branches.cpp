// Labels and the statements that jump. Works on one function body at a time; function literals within have theirs.
#include <algorithm>
#include <deque>
#include <unordered_map>
#include <vector>

#include "compiler/syntax/parser_impl.h"
#include "compiler/syntax/printer.h"

namespace govm::syntax {
namespace {

struct Block {
  Block* parent;
  Pos start;
  LabeledStmt* labeled;  // the statement this block belongs to, if that is labelled
};

struct Label {
  Block* parent;
  LabeledStmt* stmt;
  bool used;
};

struct Targets {
  Stmt* breaks = nullptr;
  ForStmt* continues = nullptr;
  int case_index = -1;  // of the switch case whose list this is; -1: no case list
};

using Gotos = std::vector<BranchStmt*>;

class BranchChecker {
 public:
  BranchChecker(const SourceFile& source, const ErrorHandler& on_error) : source_(source), on_error_(on_error) {}

  void check(BlockStmt* body) {
    for (BranchStmt* fwd : block(nullptr, Targets{}, nullptr, body->pos, body->list)) {
      const Symbol name = fwd->label->value;
      if (auto found = labels_.find(name); found != labels_.end()) {
        found->second.used = true;
        error(fwd->label->pos, "goto " + str(name) + " jumps into block starting at " +
                                   where(found->second.parent->start));
      } else {
        error(fwd->label->pos, "label " + str(name) + " not defined");
      }
    }
    for (const Symbol name : order_) {
      const Label& l = labels_.at(name);
      if (!l.used) error(l.stmt->label->pos, "label " + str(name) + " defined and not used");
    }
  }

 private:
  // What is known while walking one statement list.
  struct Walk {
    Block* self;
    const Targets& targets;
    Gotos forward;        // gotos whose label was not seen yet
    Gotos over_variable;  // those of them that stand before a variable declaration
    Pos variable_pos;
    const Node* variable = nullptr;
    LabeledStmt* labeled = nullptr;  // label of the current statement
    bool last = false;               // it is the last one, trailing empty statements aside
  };

  static std::string str(Symbol s) { return std::string(s.str()); }
  std::string where(Pos pos) const {
    auto text = [&](bool relative) {
      const Position p = source_.position(pos.offset - source_.base(), relative);
      std::string out = std::string(p.file) + ":" + std::to_string(p.line);
      return p.column != 0 ? out + ":" + std::to_string(p.column) : out;
    };
    const std::string relative = text(true);
    const std::string absolute = text(false);
    return relative == absolute ? relative : relative + "[" + absolute + "]";
  }
  void error(Pos pos, std::string message) { on_error_(pos, std::move(message)); }

  void declare(Walk& w, LabeledStmt* s) {
    const Symbol name = s->label->value;
    if (name.is_blank()) return;
    const auto [entry, fresh] = labels_.try_emplace(name, Label{w.self, s, false});
    if (fresh) {
      order_.push_back(name);
    } else {
      error(s->label->pos,
            "label " + str(name) + " already defined at " + where(entry->second.stmt->label->pos));
    }
    std::erase_if(w.forward, [&](BranchStmt* fwd) {
      if (fwd->label->value != name) return false;
      fwd->target = s;
      entry->second.used = true;
      if (std::find(w.over_variable.begin(), w.over_variable.end(), fwd) != w.over_variable.end()) {
        error(fwd->label->pos, "goto " + str(name) + " jumps over declaration of " + to_short_string(w.variable) +
                                   " at " + where(w.variable_pos));
      }
      return true;
    });
    w.labeled = s;
  }

  // Forward gotos seen so far must not be resolved behind this place in this list.
  void variable_declared(Walk& w, Pos pos, const Node* name) {
    w.variable_pos = pos;
    w.variable = name;
    w.over_variable = w.forward;
  }

  void inner(Walk& w, const Targets& targets, Pos start, std::span<Stmt*> list) {
    const Gotos gotos = block(w.self, targets, w.labeled, start, list);
    w.forward.insert(w.forward.end(), gotos.begin(), gotos.end());
  }

  Gotos block(Block* parent, const Targets& targets, LabeledStmt* labeled, Pos start, std::span<Stmt*> list) {
    Walk w{&blocks_.emplace_back(Block{parent, start, labeled}), targets, {}, {}, {}, nullptr, nullptr, false};
    while (!list.empty() && list.back()->kind == NodeKind::kEmptyStmt) list = list.first(list.size() - 1);
    for (std::size_t i = 0; i < list.size(); ++i) {
      w.labeled = nullptr;
      w.last = i + 1 == list.size();
      Stmt* s = list[i];
      while (auto* l = as<LabeledStmt>(s)) {
        declare(w, l);
        s = l->stmt;
      }
      statement(w, s);
    }
    return std::move(w.forward);
  }

  void statement(Walk& w, Stmt* stmt) {
    Targets t{w.targets.breaks, w.targets.continues, -1};
    switch (stmt->kind) {
      case NodeKind::kDeclStmt:
        for (Decl* d : static_cast<DeclStmt*>(stmt)->decls) {
          if (auto* v = as<VarDecl>(d)) {
            variable_declared(w, v->pos, v->names[0]);
            break;
          }
        }
        break;
      case NodeKind::kBranchStmt:
        branch(w, static_cast<BranchStmt*>(stmt));
        break;
      case NodeKind::kAssignStmt:
        if (auto* a = static_cast<AssignStmt*>(stmt); a->op == Operator::kDef) variable_declared(w, a->pos, a->lhs);
        break;
      case NodeKind::kBlockStmt:
        inner(w, t, stmt->pos, static_cast<BlockStmt*>(stmt)->list);
        break;
      case NodeKind::kIfStmt: {
        auto* s = static_cast<IfStmt*>(stmt);
        inner(w, t, s->then->pos, s->then->list);
        if (s->else_stmt) inner(w, t, s->else_stmt->pos, {&s->else_stmt, 1});
        break;
      }
      case NodeKind::kForStmt: {
        auto* s = static_cast<ForStmt*>(stmt);
        t.breaks = t.continues = s;
        inner(w, t, s->body->pos, s->body->list);
        break;
      }
      case NodeKind::kSwitchStmt:
        t.breaks = stmt;
        for (CaseClause* c : static_cast<SwitchStmt*>(stmt)->body) {
          ++t.case_index;
          inner(w, t, c->pos, c->body);
        }
        break;
      case NodeKind::kSelectStmt:
        t.breaks = stmt;
        for (CommClause* c : static_cast<SelectStmt*>(stmt)->body) inner(w, t, c->pos, c->body);
        break;
      default:
        break;
    }
  }

  void branch(Walk& w, BranchStmt* s) {
    if (s->label) {
      labeled_branch(w, s);
      return;
    }
    switch (s->tok) {
      case BranchKind::kBreak:
        s->target = w.targets.breaks;
        if (!s->target) error(s->pos, "break is not in a loop, switch, or select");
        break;
      case BranchKind::kContinue:
        s->target = w.targets.continues;
        if (!s->target) error(s->pos, "continue is not in a loop");
        break;
      case BranchKind::kFallthrough:
        if (const char* wrong = fallthrough_error(w)) error(s->pos, wrong);
        break;
      case BranchKind::kGoto:
        break;
    }
  }

  static const char* fallthrough_error(const Walk& w) {
    const auto* s = as<SwitchStmt>(w.targets.breaks);
    if (s && s->tag && s->tag->kind == NodeKind::kTypeSwitchGuard) return "cannot fallthrough in type switch";
    if (!s || w.targets.case_index < 0 || !w.last) return "fallthrough statement out of place";
    if (static_cast<std::size_t>(w.targets.case_index) + 1 == s->body.size()) {
      return "cannot fallthrough final case in switch";
    }
    return nullptr;
  }

  void labeled_branch(Walk& w, BranchStmt* s) {
    const Symbol name = s->label->value;
    auto found = labels_.find(name);
    if (found != labels_.end()) found->second.used = true;
    if (s->tok == BranchKind::kGoto) {
      for (Block* b = w.self; b && found != labels_.end(); b = b->parent) {
        if (found->second.parent == b) {
          s->target = found->second.stmt;
          return;
        }
      }
      w.forward.push_back(s);
      return;
    }
    const bool is_break = s->tok == BranchKind::kBreak;
    const std::string verb = is_break ? "break" : "continue";
    if (found == labels_.end()) {
      error(s->label->pos, verb + " label not defined: " + str(name));
      return;
    }
    s->target = enclosing_target(w, found->second, is_break);
    if (!s->target) error(s->label->pos, "invalid " + verb + " label " + str(name));
  }

  // The loop (or, for break, switch or select) labelled l if the current list is inside it.
  static Stmt* enclosing_target(Walk& w, const Label& l, bool is_break) {
    Block* b = w.self;
    while (b && b->labeled != l.stmt) b = b->parent;
    if (!b) return nullptr;
    Stmt* inner = l.stmt->stmt;
    switch (inner->kind) {
      case NodeKind::kForStmt: return inner;
      case NodeKind::kSwitchStmt: case NodeKind::kSelectStmt: return is_break ? inner : nullptr;
      default: return nullptr;
    }
  }

  const SourceFile& source_;
  const ErrorHandler& on_error_;
  std::unordered_map<Symbol, Label> labels_;
  std::vector<Symbol> order_;
  std::deque<Block> blocks_;  // labels keep pointing at them after they were walked
};

}  // namespace

void check_branches(BlockStmt* body, const SourceFile& source, const ErrorHandler& on_error) {
  if (body) BranchChecker(source, on_error).check(body);
}

}  // namespace govm::syntax
