// What -m prints: the source says what there is to be told, the optimised functions what became of it.
#include <map>
#include <set>

#include "compiler/opt/escape.h"
#include "compiler/opt/type_shape.h"
#include "compiler/syntax/printer.h"
#include "compiler/syntax/walk.h"
#include "compiler/types/object.h"

namespace govm::opt {
namespace {

using syntax::Node;

std::string brief(const Node* node) {
  std::string text = syntax::to_short_string(node);
  for (std::size_t at; (at = text.find("…")) != text.npos;) text.replace(at, std::string_view("…").size(), "...");
  return text;
}

// As gc calls it: without package in its own, with the package's name elsewhere.
std::string called(const Function& fn, const types::Package* here) {
  const std::size_t path = fn.name.rfind('/', fn.name.find_first_of("[("));
  const std::string name = path == fn.name.npos ? fn.name : fn.name.substr(path + 1);
  const std::size_t dot = name.find('.');
  return fn.package != here || dot == name.npos ? name : name.substr(dot + 1);
}

Function* made_function(const Value* v) {
  return v->op == Op::kMakeClosure || v->op == Op::kFuncValue || v->op == Op::kCall ? v->aux.function : nullptr;
}

// Of a composite literal.
std::string braces(const syntax::CompositeLit* lit) { return lit->elems.empty() ? "{}" : "{...}"; }

class Reporter {
 public:
  Reporter(Context& context, Function& fn, std::vector<Decision>& out) : context_(context), fn_(fn), out_(out) {}

  void run() {
    read(fn_);
    function(fn_);
    if (fn_.decl != nullptr && fn_.decl->body != nullptr) children(fn_.decl->body);
  }

 private:
  void tell(Pos pos, std::string text) { out_.push_back({pos, std::move(text)}); }
  void tell_fate(Pos pos, const std::string& what, bool heap) {
    tell(pos, what + (heap ? " escapes to heap" : " does not escape"));
  }

  // ---- from the functions' values

  void read(Function& fn) {
    for (auto& b : fn.blocks) {
      for (const Value* v : b->values) read(v);
    }
  }

  void read(const Value* v) {
    for (const ir::InlineSite* site = v->inlined; site != nullptr; site = site->outer) {
      if (site->outer == nullptr && inlined_.insert(site->call_pos).second) {
        tell(site->call_pos, "inlining call to " + called(*site->callee, fn_.package));
      }
    }
    if (Function* literal = made_function(v); literal != nullptr && literal->literal != nullptr) {
      if (literals_.try_emplace(literal->literal, literal).second) {
        if (!literal->optimized) optimize(*literal, context_.options);
        read(*literal);
      }
    }
    const bool heap = v->op == Op::kMakeMap || v->op == Op::kMakeChan || (is_allocation(v) && on_heap(v));
    if (v->op == Op::kStore && is_self_assignment(v)) unchanged_.insert(v->pos);
    if (v->op == Op::kIndexAddr || v->op == Op::kStringIndex || v->op == Op::kIndexVal) {
      const bool checked = (v->flags & ir::kNoBounds) == 0;
      if (!bounds_.try_emplace(v->pos, checked).second) bounds_[v->pos] |= checked;
    }
    if (v->op == Op::kMakeIface) {
      boxes_[v->pos] |= heap;
    } else if (v->op != Op::kAlloc || v->aux.variable == nullptr) {
      made_[v->pos] |= heap;
    } else if (heap && moved_.insert(v->aux.variable->pos).second) {
      tell(v->aux.variable->pos, "moved to heap: " + std::string(v->aux.variable->name.str()));
    }
  }

  bool made_on_heap(Pos pos) const {
    const auto found = made_.find(pos);
    return found != made_.end() && found->second;
  }

  // ---- parameters

  void function(Function& fn) {
    if (context_.options.inline_calls && may_inline(fn)) tell(fn.pos, "can inline " + called(fn, fn_.package));
    const syntax::FuncType* type = fn.literal != nullptr ? fn.literal->func_type : fn.decl != nullptr ? fn.decl->type : nullptr;
    if (type == nullptr) return;
    const FunctionInfo* about = leak_summary(context_, &fn);
    std::size_t i = 0;
    const auto one = [&](const syntax::Field* field) {
      if (i < fn.params.size()) parameter(field, fn.params[i], about != nullptr && i < about->params.size() ? &about->params[i] : nullptr, *type);
      i++;
    };
    if (fn.decl != nullptr && fn.literal == nullptr && fn.decl->recv != nullptr) one(fn.decl->recv);
    for (const syntax::Field* field : type->params) one(field);
  }

  void parameter(const syntax::Field* field, types::Type* type, const Leak* leak, const syntax::FuncType& of) {
    if (field->name == nullptr || field->name->value.str() == "_" || !ir::has_pointers(type)) return;
    const Pos pos = field->name->pos;
    if (moved_.contains(pos)) return;
    const std::string name(field->name->value.str());
    const std::uint8_t heap = leak != nullptr ? leak->heap : 0;
    bool told = heap != Leak::kNever;
    if (told) tell(pos, (heap == 0 ? "leaking param: " : "leaking param content: ") + name);
    for (std::size_t i = 0; leak != nullptr && i < std::min(of.results.size(), Leak::kResults); i++) {
      if (leak->results[i] >= heap) continue;      // kNever, or no news
      const syntax::Name* result = of.results[i]->name;
      tell(pos, "leaking param: " + name + " to result " + (result != nullptr ? std::string(result->value.str()) : "~r" + std::to_string(i)) +
                    " level=" + std::to_string(leak->results[i]));
      told = true;
    }
    if (!told) tell(pos, name + " does not escape");
  }

  // ---- from the source

  void children(const Node* node) {
    syntax::for_each_child(node, [&](const Node* child) { walk(child); });
  }

  void walk(const Node* node) {
    if (auto box = boxes_.find(node->pos); box != boxes_.end() && is_operand(node)) {
      tell_fate(node->pos, brief(node), box->second);
      boxes_.erase(box);
    }
    switch (node->kind) {
      case syntax::NodeKind::kOperation: return operation(syntax::as<syntax::Operation>(node));
      case syntax::NodeKind::kCompositeLit: return composite(syntax::as<syntax::CompositeLit>(node));
      case syntax::NodeKind::kCallExpr: return call(syntax::as<syntax::CallExpr>(node));
      case syntax::NodeKind::kFuncLit: return literal(syntax::as<syntax::FuncLit>(node));
      case syntax::NodeKind::kIndexExpr: return index(syntax::as<syntax::IndexExpr>(node));
      case syntax::NodeKind::kAssignStmt: return assignment(syntax::as<syntax::AssignStmt>(node));
      default: return children(node);
    }
  }

  // An expression that may have been put in an interface.
  static bool is_operand(const Node* node) {
    switch (node->kind) {
      case syntax::NodeKind::kName: case syntax::NodeKind::kBasicLit: case syntax::NodeKind::kSelectorExpr: case syntax::NodeKind::kIndexExpr:
      case syntax::NodeKind::kCallExpr: case syntax::NodeKind::kOperation: case syntax::NodeKind::kCompositeLit: {
        const auto* e = static_cast<const syntax::Expr*>(node);
        return e->type != nullptr && (e->mode == syntax::Mode::kVariable || e->mode == syntax::Mode::kValue || e->mode == syntax::Mode::kConstant ||
                                      e->mode == syntax::Mode::kMapIndex || e->mode == syntax::Mode::kCommaOk);
      }
      default: return false;
    }
  }

  std::string type_text(types::Type* t) const { return types::type_string(t, fn_.package, types::Qualify::kName); }

  void operation(const syntax::Operation* op) {
    const syntax::Expr* x = op->x;
    while (x != nullptr && x->kind == syntax::NodeKind::kParenExpr) x = syntax::as<syntax::ParenExpr>(x)->x;
    if (op->op == syntax::Operator::kAnd && op->y == nullptr && x != nullptr && x->kind == syntax::NodeKind::kCompositeLit) {
      tell_fate(op->pos, "&" + type_text(x->type) + braces(syntax::as<syntax::CompositeLit>(x)), made_on_heap(op->pos) || made_on_heap(x->pos));
      return children(x);
    }
    if (op->op == syntax::Operator::kAdd && op->y != nullptr && op->constant == nullptr && op->type != nullptr && types::is_string(op->type)) {
      tell_fate(op->pos, brief(op), made_on_heap(op->pos));
    }
    children(op);
  }

  // Only of arrays and constant strings, as gc.
  void index(const syntax::IndexExpr* e) {
    types::Type* t = e->x->type;
    const bool instance = e->mode == syntax::Mode::kTypexpr || t == nullptr;
    if (instance) return children(e);
    if (const auto* pointer = types::under_as<types::Pointer>(t)) t = pointer->base;
    const bool array = types::under_as<types::Array>(t) != nullptr;
    const auto found = bounds_.find(e->pos);
    if ((array || e->x->constant != nullptr) && e->index->constant == nullptr && found != bounds_.end() && !found->second) {
      tell(e->pos, "index bounds check elided");
    }
    children(e);
  }

  void assignment(const syntax::AssignStmt* s) {
    if (s->lhs != nullptr && s->rhs != nullptr && (unchanged_.contains(s->pos) || unchanged_.contains(s->lhs->pos)) &&
        s->lhs->kind != syntax::NodeKind::kListExpr) {
      tell(s->pos, called(fn_, fn_.package) + " ignoring self-assignment in " + brief(s->lhs) + " = " + brief(s->rhs));
    }
    children(s);
  }

  void composite(const syntax::CompositeLit* lit) {
    if (types::Type* t = lit->type; t != nullptr) {
      const auto* pointer = types::under_as<types::Pointer>(t);
      const bool made = pointer != nullptr || types::under_as<types::Slice>(t) != nullptr || types::under_as<types::Map>(t) != nullptr;
      if (made) tell_fate(lit->pos, (pointer != nullptr ? "&" + type_text(pointer->base) : type_text(t)) + braces(lit), made_on_heap(lit->pos));
    }
    children(lit);
  }

  void call(const syntax::CallExpr* e) {
    if (e->fun->mode == syntax::Mode::kBuiltin) {
      builtin(e);
    } else if (e->fun->mode == syntax::Mode::kTypexpr) {
      if (e->args.size() == 1 && converts_text(e->args[0]->type, e->type) && e->constant == nullptr) {
        const bool named = types::is_string(e->type) || e->fun->kind == syntax::NodeKind::kName;
        const std::string to = type_text(e->fun->type);
        tell_fate(e->pos, (named ? to : "(" + to + ")") + "(" + brief(e->args[0]) + ")", made_on_heap(e->pos));
      }
    } else if (auto* s = types::under_as<types::Signature>(e->fun->type); s != nullptr && s->variadic && !e->has_dots &&
                                                                          s->params != nullptr && e->args.size() >= s->params->vars.size()) {
      tell_fate(e->pos, "... argument", made_on_heap(e->pos));
    }
    children(e);
  }

  static bool converts_text(types::Type* from, types::Type* to) {
    if (from == nullptr || to == nullptr) return false;
    const auto is_slice = [](types::Type* t) { return types::under_as<types::Slice>(t) != nullptr; };
    return (types::is_string(from) && is_slice(to)) || (is_slice(from) && types::is_string(to));
  }

  void builtin(const syntax::CallExpr* e) {
    const auto id = static_cast<types::BuiltinId>(e->fun->builtin_id);
    if (id != types::BuiltinId::kMake && id != types::BuiltinId::kNew) return;
    std::string text = (id == types::BuiltinId::kMake ? "make(" : "new(") + type_text(e->args[0]->type);
    for (const syntax::Expr* arg : e->args.subspan(1)) text += ", " + brief(arg);
    tell_fate(e->pos, text + ")", made_on_heap(e->pos));
  }

  void literal(const syntax::FuncLit* lit) {
    tell_fate(lit->pos, "func literal", made_on_heap(lit->pos));
    if (auto found = literals_.find(lit); found != literals_.end()) function(*found->second);
    children(lit->body);
  }

  Context& context_;
  Function& fn_;
  std::vector<Decision>& out_;
  std::map<Pos, bool> made_, boxes_;   // something made here; on the heap
  std::map<Pos, bool> bounds_;         // indexed here; with a check
  std::set<Pos> moved_, inlined_;
  std::set<Pos> unchanged_;            // self-assignments
  std::map<const syntax::FuncLit*, Function*> literals_;
};

}  // namespace

std::vector<Decision> decisions(ir::Function& fn, const Options& options) {
  std::vector<Decision> out;
  optimize(fn, options);
  Context context{options};
  Reporter(context, fn, out).run();
  std::sort(out.begin(), out.end(), [](const Decision& a, const Decision& b) {
    return a.pos != b.pos ? a.pos < b.pos : a.text < b.text;
  });
  out.erase(std::unique(out.begin(), out.end(),
                        [](const Decision& a, const Decision& b) { return a.pos == b.pos && a.text == b.text; }),
            out.end());
  return out;
}

}  // namespace govm::opt
