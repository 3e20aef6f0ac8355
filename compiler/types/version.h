// Language versions ("go1.22"), reduced to what the checker compares.
#pragma once

#include <compare>
#include <string>
#include <string_view>

namespace govm::types {

struct GoVersion {
  int minor = -1;  // of go1.minor; -1: none given, everything is allowed
  bool valid() const { return minor >= 0; }
  auto operator<=>(const GoVersion&) const = default;
  std::string str() const;  // "go1.22"; empty if not valid
};

// The language version of a Go version ("go1.21rc2" is go1.21); not valid if malformed.
GoVersion as_go_version(std::string_view text);

inline constexpr GoVersion kGo1_9{9}, kGo1_13{13}, kGo1_14{14}, kGo1_17{17}, kGo1_18{18}, kGo1_20{20}, kGo1_21{21},
    kGo1_22{22}, kGo1_23{23}, kGoCurrent{24};

}  // namespace govm::types
