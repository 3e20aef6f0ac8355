#include "compiler/types/format.h"

#include <fmt/format.h>

#include "base/source_map.h"
#include "base/utf8.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/constant.h"

namespace govm::types {

namespace {

void append_node(std::string& out, const syntax::Node* n) { out += n ? syntax::to_short_string(n) : "<nil>"; }

template <typename T, typename F>
void append_list(std::string& out, const Arg& a, F&& append) {
  const auto* items = static_cast<T* const*>(a.pointer);
  out += '[';
  for (std::int64_t i = 0; i < a.integer; ++i) {
    if (i > 0) out += ", ";
    append(items[i]);
  }
  out += ']';
}

void append_arg(std::string& out, const Arg& a, const Qualifier& qf, const SourceMap* sources) {
  using K = Arg::Kind;
  switch (a.kind) {
    case K::kString: out += a.text; return;
    case K::kInt: out += std::to_string(a.integer); return;
    case K::kUint: out += std::to_string(static_cast<std::uint64_t>(a.integer)); return;
    case K::kBool: out += a.integer ? "true" : "false"; return;
    case K::kType: write_type(out, static_cast<const Type*>(a.pointer), qf); return;
    case K::kObject:
      out += a.pointer ? object_string(static_cast<const Object*>(a.pointer), qf) : "<nil>";
      return;
    case K::kOperand: out += operand_string(*static_cast<const Operand*>(a.pointer), qf); return;
    case K::kNode: append_node(out, static_cast<const syntax::Node*>(a.pointer)); return;
    case K::kTypes: append_list<Type>(out, a, [&](Type* t) { write_type(out, t, qf); }); return;
    case K::kTypeParams: append_list<TypeParam>(out, a, [&](TypeParam* t) { write_type(out, t, qf); }); return;
    case K::kNodes: append_list<syntax::Expr>(out, a, [&](syntax::Expr* e) { append_node(out, e); }); return;
    case K::kPos:
      if (sources) out += sources->str(Pos{static_cast<std::uint32_t>(a.integer)});
      return;
    case K::kValue: out += constant::to_string(static_cast<const constant::Value*>(a.pointer)); return;
    case K::kVersion: out += GoVersion{static_cast<int>(a.integer)}.str(); return;
    case K::kPackage: {
      const auto* p = static_cast<const Package*>(a.pointer);
      out += "package " + std::string(p->name.str()) + " (" + quote(p->path.str()) + ")";
      return;
    }
  }
}

bool printable(char32_t r) { return r >= 0x20 && r != 0x7f && (r < 0x80 || r > 0xa0) && r != utf8::kRuneError; }

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const utf8::Decoded d = utf8::decode(text);
    const std::string_view raw = text.substr(0, d.width);
    text.remove_prefix(d.width);
    switch (d.rune) {
      case '"': out += "\\\""; continue;
      case '\\': out += "\\\\"; continue;
      case '\a': out += "\\a"; continue;
      case '\b': out += "\\b"; continue;
      case '\f': out += "\\f"; continue;
      case '\n': out += "\\n"; continue;
      case '\r': out += "\\r"; continue;
      case '\t': out += "\\t"; continue;
      case '\v': out += "\\v"; continue;
      default: break;
    }
    if (d.rune == utf8::kRuneError && d.width == 1) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(raw[0]));
    } else if (printable(d.rune)) {
      out += raw;
    } else if (d.rune < 0x80) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned>(d.rune));
    } else if (d.rune < 0x10000) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(d.rune));
    } else {
      out += fmt::format("\\U{:08x}", static_cast<unsigned>(d.rune));
    }
  }
  return out + '"';
}

std::string format(const Qualifier& qf, const SourceMap* sources, std::string_view pattern,
                   std::span<const Arg> args) {
  std::string out;
  std::size_t next = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) {
      out += pattern[i];
      continue;
    }
    bool sharp = false;
    char verb = pattern[++i];
    if (verb == '#' && i + 1 < pattern.size()) {
      sharp = true;
      verb = pattern[++i];
    }
    if (verb == '%') {
      out += '%';
      continue;
    }
    if (next == args.size()) {
      out += "%!";
      out += verb;
      out += "(MISSING)";
      continue;
    }
    const Arg& a = args[next++];
    if (verb == 'q') {
      std::string text;
      append_arg(text, a, qf, sources);
      out += quote(text);
    } else if (verb == 'c') {
      utf8::append(out, static_cast<char32_t>(a.integer));
    } else if (verb == 'x') {
      out += (sharp ? "0x" : "") + fmt::format("{:x}", static_cast<std::uint64_t>(a.integer));
    } else {
      append_arg(out, a, qf, sources);
    }
  }
  return out;
}

}  // namespace govm::types
