#include "compiler/syntax/token.h"

#include <iterator>

namespace govm::syntax {
namespace {

struct OperatorInfo {
  std::string_view text;
  int precedence;
};

constexpr OperatorInfo kOperators[] = {
    {"", 0},   {":=", 0}, {"!", 0},  {"<-", 0}, {"~", 0},                          // none, def, not, recv, tilde
    {"||", 1}, {"&&", 2},                                                          //
    {"==", 3}, {"!=", 3}, {"<", 3},  {"<=", 3}, {">", 3},  {">=", 3},              // comparisons
    {"+", 4},  {"-", 4},  {"|", 4},  {"^", 4},                                     // additive
    {"*", 5},  {"/", 5},  {"%", 5},  {"&", 5},  {"&^", 5}, {"<<", 5}, {">>", 5},  // multiplicative
};
static_assert(std::size(kOperators) == static_cast<int>(Operator::kShr) + 1);

constexpr std::string_view kTokens[] = {
    "EOF",  "name",  "literal", "op",     "op=",       "opop",      "=",    ":=",      "<-",    "*",       "(",
    "[",    "{",     ")",       "]",      "}",         ",",         ";",    ":",       ".",     "...",     "break",
    "case", "chan",  "const",   "continue", "default", "defer",     "else", "fallthrough", "for", "func",  "go",
    "goto", "if",    "import",  "interface", "map",    "package",   "range", "return", "select", "struct", "switch",
    "type", "var",
};
static_assert(std::size(kTokens) == static_cast<int>(Token::kVar) + 1);

}  // namespace

std::string_view to_string(Operator op) { return kOperators[static_cast<int>(op)].text; }
int precedence(Operator op) { return kOperators[static_cast<int>(op)].precedence; }
std::string_view to_string(Token token) { return kTokens[static_cast<int>(token)]; }

}  // namespace govm::syntax
