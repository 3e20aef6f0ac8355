#include "compiler/types/errors.h"

#include "base/utf8.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/checker_impl.h"

namespace govm::types {

ErrorReport& ErrorReport::add(Pos pos, std::string_view pattern, std::span<const Arg> args) {
  const Qualifier qf = check_ ? check_->qualifier() : Qualifier{};
  parts_.push_back({pos, format(qf, check_ ? &check_->session.sources : nullptr, pattern, args)});
  return *this;
}

ErrorReport& ErrorReport::add_alt_decl(const Object* obj) {
  // "other", not "previous": the declaration seen first need not be the first in the source.
  if (obj->pos.known()) addf(obj, "other declaration of %s", obj->name);
  return *this;
}

std::string ErrorReport::message() const {
  std::string out;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    if (i > 0) {
      out += "\n\t";
      if (parts_[i].pos.known() && check_) out += check_->session.sources.str(parts_[i].pos) + ": ";
    }
    out += parts_[i].text;
  }
  return out;
}

void ErrorReport::report() {
  if (parts_.empty() || !check_) return;
  // Such messages follow from errors already reported and would not help anybody.
  if (check_->had_errors) {
    const std::string& first = parts_[0].text;
    auto inside = [&](std::string_view words) {
      const std::size_t at = first.find(words);
      return at != std::string::npos && at > 0;
    };
    if (inside("invalid operand") || inside("invalid type")) return;
  }
  check_->handle_error(pos(), code_, message(), soft_);
  parts_.clear();
}

// Who chose the language version that is too old for something at pos.
std::string Checker::version_origin(Pos pos) {
  const SourceFile* source = session.sources.file(pos);
  for (syntax::File* f : files)
    if (f->source == source && as_go_version(f->go_version.str()) == file_version(f))  // older ones count as go1.21
      return sprintf(" (file declares //go:build %s)", file_version(f));
  return " (-lang was set to " + as_go_version(conf.go_version).str() + "; check go.mod)";
}

void Checker::handle_error(Pos pos, Code code, std::string message, bool soft) {
  // In an inherited constant initialiser the error is the constant's, not that of the expression written before.
  if (env.errpos.known()) pos = env.errpos;
  if (code == Code::kInvalidSyntaxTree) message = "invalid syntax tree: " + message;
  if (const auto at = message.find("requires go1."); at != std::string::npos)
    if (message.find(" or later", at) != std::string::npos) message += version_origin(pos);
  had_errors = true;
  ++error_count;
  if (conf.on_error) conf.on_error(Diagnostic{pos, std::move(message), code, soft});
}

namespace {

bool name_ambiguous(Package* from, Package* p, PtrSet<Package*>& seen) {
  if (!seen.insert(from)) return false;
  if (from != p && from->name == p->name && from->path != p->path) return true;
  for (Package* imp : from->imports)
    if (name_ambiguous(imp, p, seen)) return true;
  return false;
}

}  // namespace

bool Checker::ambiguous_package_name(Package* p) {
  PtrSet<Package*> seen;
  return name_ambiguous(pkg, p, seen);
}

// What is wrong with the selector, given an object of similar name; see types2/errsupport.go for all cases.
std::string Checker::lookup_error(Type* t, std::string_view sel, Object* obj, bool struct_lit) {
  enum { kMissing, kMisspelled, kUnexported, kInaccessible } e = kMissing;
  auto tail = [](std::string_view s) { return s.substr(utf8::decode(s).width); };
  auto is_exported = [](std::string_view s) { return utf8::is_upper(utf8::decode(s).rune); };
  std::string_view alt;
  if (obj) {
    alt = obj->name.str();
    if (same_pkg(obj->pkg, pkg)) {
      e = kMisspelled;
    } else if (is_exported(sel)) {
      if (is_exported(alt)) e = kMisspelled;
      else if (tail(sel) == tail(alt)) e = kUnexported;
    } else if (is_exported(alt)) {
      if (tail(sel) == tail(alt)) e = kMisspelled;
    } else if (sel == alt) {
      e = kInaccessible;
    }
  }
  if (struct_lit) {
    switch (e) {
      case kMissing: return sprintf("unknown field %s in struct literal of type %s", sel, t);
      case kMisspelled: return sprintf("unknown field %s in struct literal of type %s, but does have %s", sel, t, alt);
      case kUnexported:
        return sprintf("unknown field %s in struct literal of type %s, but does have unexported %s", sel, t, alt);
      case kInaccessible: return sprintf("cannot refer to unexported field %s in struct literal of type %s", alt, t);
    }
  }
  const std::string_view what = as<Var>(obj) ? "field" : as<Func>(obj) ? "method" : "object";
  switch (e) {
    case kMissing: return sprintf("type %s has no field or method %s", t, sel);
    case kMisspelled: return sprintf("type %s has no field or method %s, but does have %s %s", t, sel, what, alt);
    case kUnexported:
      return sprintf("type %s has no field or method %s, but does have unexported %s %s", t, sel, what, alt);
    case kInaccessible: return sprintf("cannot refer to unexported %s %s", what, alt);
  }
  return "";
}

}  // namespace govm::types
