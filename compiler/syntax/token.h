// Tokens and operators of Go; their texts and precedences are one table each in token.cpp. Precedences as in the language specification.
#pragma once

#include <cstdint>
#include <string_view>

namespace govm::syntax {

enum class Operator : std::uint8_t {
  kNone,
  kDef,     // :=
  kNot,     // !
  kRecv,    // <-
  kTilde,   // ~
  // precedence 1
  kOrOr,    // ||
  // precedence 2
  kAndAnd,  // &&
  // precedence 3
  kEql, kNeq, kLss, kLeq, kGtr, kGeq,
  // precedence 4
  kAdd, kSub, kOr, kXor,
  // precedence 5
  kMul, kDiv, kRem, kAnd, kAndNot, kShl, kShr,
};

std::string_view to_string(Operator op);  // "+", ":=", ...
int precedence(Operator op);              // 0 for operators that are not binary

enum class Token : std::uint8_t {
  kEof,
  kName, kLiteral,
  kOperator,   // binary operators other than *, and unary ! ~ (Scanner::op says which)
  kAssignOp,   // op=
  kIncOp,      // ++ --
  kAssign, kDefine, kArrow, kStar,
  kLparen, kLbrack, kLbrace, kRparen, kRbrack, kRbrace, kComma, kSemi, kColon, kDot, kDotDotDot,
  kBreak, kCase, kChan, kConst, kContinue, kDefault, kDefer, kElse, kFallthrough, kFor, kFunc, kGo, kGoto, kIf,
  kImport, kInterface, kMap, kPackage, kRange, kReturn, kSelect, kStruct, kSwitch, kType, kVar,
};

std::string_view to_string(Token token);

}  // namespace govm::syntax
