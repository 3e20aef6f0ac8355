#include "bindings/session_steps.h"

#include <algorithm>
#include <cctype>

#include "compiler/syntax/positions.h"

namespace govm::detail {

using namespace syntax;  // node types

namespace {

std::span<Expr* const> elements(Expr* const& e) {
  if (!e) return {};
  if (auto* l = as<ListExpr>(e)) return l->elems;
  return {&e, 1};
}

// Calls that are made for what they do: builtins without result, and fmt's printing.
bool is_for_effect(const Expr* e) {
  const auto* call = as<CallExpr>(e);
  if (!call) return false;
  if (const auto* n = as<Name>(call->fun)) {
    static constexpr std::string_view kBuiltins[] = {"panic", "print", "println", "delete", "close", "clear", "copy"};
    return std::find(std::begin(kBuiltins), std::end(kBuiltins), n->value.str()) != std::end(kBuiltins);
  }
  const auto* s = as<SelectorExpr>(call->fun);
  const auto* package = s ? as<Name>(s->x) : nullptr;
  if (!package || package->value.str() != "fmt") return false;
  const std::string_view f = s->sel->value.str();
  return f.starts_with("Print") || f.starts_with("Fprint");
}

void declared_names(const Decl* d, std::vector<Symbol>& out) {
  const auto add = [&](const Name* n) {
    if (n && !n->value.is_blank()) out.push_back(n->value);
  };
  if (const auto* v = as<VarDecl>(d)) {
    for (const Name* n : v->names) add(n);
  } else if (const auto* c = as<ConstDecl>(d)) {
    for (const Name* n : c->names) add(n);
  } else if (const auto* t = as<TypeDecl>(d)) {
    add(t->name);
  } else if (const auto* f = as<FuncDecl>(d)) {
    if (!f->recv && f->name->value.str() != "init") add(f->name);
  }
}

bool shares(const std::vector<Symbol>& a, const std::vector<Symbol>& b) {
  return std::any_of(a.begin(), a.end(), [&](Symbol s) { return std::find(b.begin(), b.end(), s) != b.end(); });
}

}  // namespace

// names := values as a declaration; null where that is no declaration of variables.
VarDecl* StepMaker::variables_of(AssignStmt* define) {
  std::vector<Name*> names;
  bool any = false;
  for (Expr* e : elements(define->lhs)) {
    auto* n = as<Name>(e);
    if (!n) return nullptr;
    any = any || !n->value.is_blank();
    names.push_back(n);
  }
  if (!any) return nullptr;
  auto* d = make<VarDecl>(define->pos);
  d->names = arena_.copy(names);
  d->values = define->rhs;
  return d;
}

// The scope of a variable declared by itself begins behind its initialiser, as in a function.
VarDecl* StepMaker::hide(VarDecl* decl, Step& step) {
  if (!decl->values) return decl;
  std::vector<Name*> names;
  for (Name* n : decl->names) {
    if (n->value.is_blank()) {
      names.push_back(n);
      continue;
    }
    Name* hidden = name(n->pos, "·" + std::string(n->value.str()));
    step.hidden.emplace_back(hidden->value, n->value);
    names.push_back(hidden);
  }
  auto* d = make<VarDecl>(decl->pos);
  d->names = arena_.copy(names);
  d->type_expr = decl->type_expr;
  d->values = decl->values;
  return d;
}

std::vector<Step> StepMaker::split(const Input& input, std::vector<ImportDecl*>& imports) {
  std::vector<Step> steps;
  bool open = false;  // the last step takes further declarations
  for (std::size_t i = 0; i < input.items.size(); ++i) {
    const InputItem& item = input.items[i];
    if (auto* d = as<ImportDecl>(static_cast<Node*>(item.decl))) {
      imports.push_back(d);
      continue;
    }
    if (item.decl) {
      std::vector<Symbol> names;
      declared_names(item.decl, names);
      if (!open || shares(names, steps.back().names)) {
        steps.push_back({});
        steps.back().item = i;
        steps.back().pos = item.decl->pos;
      }
      open = true;
      steps.back().decls.push_back(item.decl);
      steps.back().names.insert(steps.back().names.end(), names.begin(), names.end());
      continue;
    }
    open = false;
    Step step;
    step.item = i;
    step.pos = start_pos(item.stmt);
    auto* define = as<AssignStmt>(static_cast<Node*>(item.stmt));
    VarDecl* variables = define && define->op == Operator::kDef ? variables_of(define) : nullptr;
    if (variables) {
      step.decls.push_back(variables);
      declared_names(variables, step.names);
    } else {
      step.stmt = item.stmt;
      auto* expression = as<ExprStmt>(static_cast<Node*>(item.stmt));
      if (expression && !is_for_effect(expression->x)) step.value = expression->x;
    }
    steps.push_back(std::move(step));
  }
  for (Step& step : steps) {
    if (step.decls.size() != 1) continue;
    if (auto* v = as<VarDecl>(static_cast<Node*>(step.decls[0]))) step.decls[0] = hide(v, step);
  }
  return steps;
}

ImportDecl* StepMaker::import(Pos pos, std::string_view local, std::string_view path) {
  auto* d = make<ImportDecl>(pos);
  if (!local.empty()) d->local_name = name(pos, local);
  d->path = arena_.make<BasicLit>(pos, arena_.copy('"' + std::string(path) + '"'), LitKind::kString, false);
  return d;
}

File* StepMaker::new_file(const SourceFile& source, Pos pos, std::vector<Decl*> decls,
                          const std::map<std::string, std::string>& imports) {
  std::vector<Decl*> all;
  for (const auto& [local, path] : imports) all.push_back(import(pos, local, path));
  all.insert(all.end(), decls.begin(), decls.end());
  auto* f = arena_.make<File>();
  f->pos = pos;
  f->source = &source;
  f->package_name = name(pos, "main");
  f->decls = arena_.copy(all);
  f->eof = source.pos(static_cast<std::uint32_t>(source.text().size()));
  return f;
}

File* StepMaker::file(const Step& step, const SourceFile& source, const std::map<std::string, std::string>& imports,
                      bool as_statement) {
  std::vector<Decl*> decls = step.decls;
  Stmt* run = step.stmt;
  if (step.value && !as_statement) {
    const Pos pos = start_pos(step.value);
    auto* keep = make<SelectorExpr>(pos);
    keep->x = name(pos, kConsoleName);
    keep->sel = name(pos, "Keep");
    auto* call = make<CallExpr>(pos);
    call->fun = keep;
    call->args = list({step.value});
    auto* statement = make<ExprStmt>(pos);
    statement->x = call;
    run = statement;
    decls.insert(decls.begin(), import(pos, kConsoleName, kConsolePath));
  }
  if (run) {
    auto* f = make<FuncDecl>(step.pos);
    f->name = name(step.pos, kRunName);
    f->type = make<FuncType>(step.pos);
    f->body = make<BlockStmt>(step.pos);
    f->body->list = list({run});
    f->body->rbrace = end_pos(run);
    decls.push_back(f);
  }
  return new_file(source, step.pos, std::move(decls), imports);
}

File* StepMaker::import_file(ImportDecl* decl, const SourceFile& source) { return new_file(source, decl->pos, {decl}, {}); }

File* StepMaker::constant_file(Expr* value, const SourceFile& source, const std::map<std::string, std::string>& imports) {
  const Pos pos = start_pos(value);
  auto* d = make<ConstDecl>(pos);
  d->names = list({name(pos, kRunName)});
  d->values = value;
  return new_file(source, pos, {d}, imports);
}

std::set<std::string> selector_bases(std::string_view text) {
  std::set<std::string> out;
  const auto is_word = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0; };
  char before = ' ';  // the last character that is no space
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '"' || c == '\'' || c == '`') {
      std::size_t end = i + 1;
      while (end < text.size() && text[end] != c) end += text[end] == '\\' && c != '`' ? 2 : 1;
      i = end + 1;
      before = c;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '*') {
      const std::size_t end = text.find("*/", i + 2);
      i = end == text.npos ? text.size() : end + 2;
    } else if (is_word(c)) {
      const std::size_t start = i;
      while (i < text.size() && is_word(text[i])) ++i;
      const bool digits = std::isdigit(static_cast<unsigned char>(c)) != 0;
      if (!digits && before != '.' && i < text.size() && text[i] == '.') out.emplace(text.substr(start, i - start));
      before = 'a';
    } else {
      if (!std::isspace(static_cast<unsigned char>(c))) before = c;
      ++i;
    }
  }
  return out;
}

}  // namespace govm::detail
