// Text of a function's IR, for `govm ir` and tests.
#include <fmt/format.h>

#include "compiler/ir/ir.h"

namespace govm::ir {

namespace {

std::string type_text(types::Type* t) { return t ? types::type_string(t, nullptr, types::Qualify::kName) : "void"; }

std::string name_of(const Value* v) { return fmt::format("v{}", v->id); }

std::string quoted(std::string_view s) {
  std::string out = "\"";
  for (char c : s.substr(0, 60)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 32) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + (s.size() > 60 ? "\"..." : "\"");
}

std::string select_text(const SelectInfo& s) {
  std::string out = s.blocking ? " [" : " nonblocking [";
  for (const SelectInfo::Case& c : s.cases) {
    out += c.send ? fmt::format(" send({},{})", c.chan_arg, c.value_arg) : fmt::format(" recv({})->{}", c.chan_arg, c.result);
  }
  return out + " ]";
}

// What a value carries besides its arguments.
std::string aux_text(const Value* v) {
  switch (v->op) {
    case Op::kConstString: case Op::kPanicText: return " " + quoted(*v->aux.string);
    case Op::kFuncValue: case Op::kCall: case Op::kMakeClosure: return " " + v->aux.function->name;
    case Op::kGlobalAddr: return " " + v->aux.global->name;
    case Op::kTypeDesc: case Op::kMove: case Op::kZeroMem: case Op::kMemEqual: return " " + type_text(v->aux.type);
    case Op::kTypeAssert: return " " + type_text(v->aux.type) + (v->aux_int ? " ok" : "");
    case Op::kSelect: return select_text(*v->aux.select);
    case Op::kAlloc: {
      std::string s = v->aux_int & 1 ? " heap" : " frame";
      return v->aux.variable ? s + " " + std::string(v->aux.variable->name.str()) : s;
    }
    case Op::kSwitch: {
      std::string s;
      for (std::int64_t c : *v->aux.cases) s += fmt::format(" {}", c);
      return s;
    }
    case Op::kConst: case Op::kParam: case Op::kCapture: case Op::kExtract: case Op::kFieldAddr: case Op::kFieldVal:
    case Op::kCallIface: case Op::kSlice: case Op::kIntrinsic:
      return fmt::format(" {}", v->aux_int);
    case Op::kRecv: case Op::kPrint: case Op::kDefer: case Op::kMakeSlice:
      return v->aux_int ? fmt::format(" {}", v->aux_int) : "";
    default: return {};
  }
}

}  // namespace

std::string to_string(const Function& fn) {
  std::string out = fmt::format("func {}(", fn.name);
  for (std::size_t i = 0; i < fn.params.size(); i++) out += (i ? ", " : "") + type_text(fn.params[i]);
  out += ")";
  for (std::size_t i = 0; i < fn.results.size(); i++) out += (i ? ", " : " ") + type_text(fn.results[i]);
  for (const Capture& c : fn.captures) {
    out += fmt::format(" [{}{} {}]", c.by_ref ? "&" : "", c.variable ? c.variable->name.str() : "", type_text(c.type));
  }
  out += "\n";
  for (const auto& b : fn.blocks) {
    out += fmt::format("b{}:", b->id);
    for (const Block* p : b->preds) out += fmt::format(" <-b{}", p->id);
    out += "\n";
    for (const Value* v : b->values) {
      out += "  ";
      if (v->type) out += fmt::format("{} = ", name_of(v));
      out += op_name(v->op);
      if (v->type) out += " <" + type_text(v->type) + ">";
      out += aux_text(v);
      for (const Value* a : v->args) out += " " + name_of(a);
      if (v->flags & kNoBounds) out += " nobounds";
      if (op_flags(v->op) & kTerm) {
        for (const Block* s : b->succs) out += fmt::format(" b{}", s->id);
      }
      out += "\n";
    }
  }
  return out;
}

}  // namespace govm::ir
