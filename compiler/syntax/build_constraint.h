// "//go:build" lines: parsing, evaluation, and the language version they imply (as go/build/constraint).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace govm::syntax {

struct Constraint {
  enum class Kind { kTag, kNot, kAnd, kOr };
  Kind kind = Kind::kTag;
  std::string tag;
  std::unique_ptr<Constraint> x;
  std::unique_ptr<Constraint> y;
};

// Parses "//go:build EXPR"; null if the line is not one or is malformed.
std::unique_ptr<Constraint> parse_constraint(std::string_view line);
bool evaluate(const Constraint& constraint, const std::function<bool(std::string_view tag)>& satisfied);
// "go1.N" for the smallest version that satisfies the constraint, "" if it implies none.
std::string minimum_go_version(const Constraint& constraint);

}  // namespace govm::syntax
