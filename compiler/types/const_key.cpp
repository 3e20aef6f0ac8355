#include "compiler/types/const_key.h"

namespace govm::types {

using constant::Kind;

std::string constant_key(constant::Factory& constants, const constant::Value* v) {
  switch (constant::kind(v)) {
    case Kind::kUnknown: return "";
    case Kind::kBool: return constant::bool_value(v) ? "t" : "f";
    case Kind::kString: return "s" + std::string(constant::string_value(v));
    default: break;
  }
  if (const auto* f = constants.to_float(v); constant::kind(f) == Kind::kFloat) v = f;
  if (const auto* i = constants.to_int(v); constant::kind(i) == Kind::kInt) v = i;
  return "n" + constant::exact_string(v);
}

const ConstantSet::Entry* ConstantSet::insert(const std::string& key, Type* type, Pos pos) {
  std::vector<Entry>& list = entries_[key];
  for (const Entry& e : list) {
    if (e.type == type || identical(e.type, type)) return &e;
  }
  list.push_back({type, pos});
  return nullptr;
}

}  // namespace govm::types
