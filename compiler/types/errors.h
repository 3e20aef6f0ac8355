// Building and reporting of errors: one error may have several parts, each with its position (types2/errors.go).
#pragma once

#include <array>
#include <string>
#include <vector>

#include "compiler/syntax/positions.h"
#include "compiler/types/format.h"

namespace govm::types {

// Where an error is: a position, or the start of a node or operand, or an object's place.
class At {
 public:
  At(Pos p) : pos_(p) {}
  At(const syntax::Node* n) : node_(n) {}
  At(const Operand* x) : node_(x->expr) {}
  At(const Operand& x) : node_(x.expr) {}
  At(const Object* o) : pos_(o->pos) {}
  Pos pos() const { return node_ ? syntax::start_pos(node_) : pos_; }

 private:
  const syntax::Node* node_ = nullptr;
  Pos pos_;
};

// Usage: ErrorReport err(check, Code::kX); err.addf(x, "cannot use %s", x); err.addf(obj, "declared here"); err.report();
class ErrorReport {
 public:
  ErrorReport(Checker* check, Code code) : check_(check), code_(code) {}
  template <typename... Args>
  ErrorReport& addf(At at, std::string_view pattern, const Args&... args) {
    const std::array<Arg, sizeof...(Args)> list{Arg(args)...};
    return add(at.pos(), pattern, list);
  }
  ErrorReport& add_alt_decl(const Object* obj);  // "other declaration of x"
  bool empty() const { return parts_.empty(); }
  Pos pos() const { return parts_.empty() ? Pos{} : parts_[0].pos; }
  std::string message() const;
  void report();  // hands it to the checker's handler, at most once
  void set_soft() { soft_ = true; }
  Code code() const { return code_; }

 private:
  struct Part {
    Pos pos;
    std::string text;
  };
  ErrorReport& add(Pos pos, std::string_view pattern, std::span<const Arg> args);
  Checker* check_;
  Code code_;
  bool soft_ = false;
  std::vector<Part> parts_;
};

}  // namespace govm::types
