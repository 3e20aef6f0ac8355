// Static initialisation: package variables whose initialisers need no code get their contents laid out as bytes and
// relocations (as gc's staticinit). An initialiser is static as a whole or not at all.
//
// One walk serves both questions: with data it writes, without it only says whether it could. It goes in the order of
// initialisation; a variable's contents may be copied into another only while no dynamic initialiser came before.
#include <algorithm>
#include <bit>
#include <cstring>

#include "base/assert.h"
#include "compiler/ir/builder.h"
#include "compiler/ir/composite_literal.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

using syntax::Mode;
using syntax::NodeKind;
using syntax::as;
using types::BasicKind;

namespace {

using Reloc = StaticData::Reloc;

class StaticWriter {
 public:
  // package null: only constants that functions may copy (no variables, no addresses of new ones).
  StaticWriter(Program& program, types::Package* package, PackageInit* plan)
      : p_(program), package_(package), plan_(plan) {}

  // Whether a literal that was not read is surely static.
  bool is_static_unread(const syntax::CompositeLit* lit) {
    types::Type* elem = element_type(types::under(lit->type));
    return std::all_of(lit->skipped->elements.begin(), lit->skipped->elements.end(),
                       [&](types::Object* o) { return is_static_variable(types::as<types::Var>(o), elem); });
  }

  // Writes e, converted to t, at d's offset; false if that is not possible (d is then garbage).
  bool write(StaticData* d, std::int64_t offset, const syntax::Expr* e, types::Type* t) {
    e = unparen(e);
    if (e->mode == Mode::kNilValue) return true;
    if (types::is_interface(t)) return write_iface(d, offset, e, t);
    if (e->mode == Mode::kConstant && e->constant) return write_constant(d, offset, e->constant, t);
    switch (e->kind) {
      case NodeKind::kCompositeLit: return write_literal(d, offset, as<syntax::CompositeLit>(e), typ(e));
      case NodeKind::kName: return write_object(d, offset, as<syntax::Name>(e), t);
      case NodeKind::kSelectorExpr: {
        auto* s = as<syntax::SelectorExpr>(e);
        return !s->selection && types::as<types::Func>(s->sel->object) && write_object(d, offset, s->sel, t);
      }
      case NodeKind::kFuncLit: return package_ && write_func_lit(d, offset, as<syntax::FuncLit>(e));
      case NodeKind::kOperation: {
        auto* o = as<syntax::Operation>(e);
        return o->op == syntax::Operator::kAnd && !o->y && package_ && write_address(d, offset, o->x);
      }
      case NodeKind::kCallExpr: return write_call(d, offset, as<syntax::CallExpr>(e), t);
      default: return false;
    }
  }

  bool write_elements(StaticData* d, std::int64_t offset, const syntax::CompositeLit* lit, types::Type* elem) {
    std::int64_t i = 0, size = types::size_of(elem);
    for (const syntax::Expr* e : lit->elems) {
      if (auto* kv = as<syntax::KeyValueExpr>(e)) {
        i = constant::int64_value(kv->key->constant).value_or(0);
        e = kv->value;
      }
      if (!write(d, offset + i * size, e, elem)) return false;
      i++;
    }
    return true;
  }

 private:
  types::Type* typ(const syntax::Expr* e) {
    return p_.canonical(types::is_untyped(e->type) ? types::default_type(e->type) : e->type);
  }

  static void put(StaticData* d, std::int64_t offset, std::uint64_t bits, std::int64_t size) {
    if (!d) return;
    GOVM_ASSERT(offset + size <= static_cast<std::int64_t>(d->bytes.size()));
    std::memcpy(d->bytes.data() + offset, &bits, static_cast<std::size_t>(size));
  }

  static Reloc* reloc(StaticData* d, std::int64_t offset, Reloc::Kind kind) {
    d->relocs.push_back(Reloc{.offset = static_cast<std::uint64_t>(offset), .kind = kind});
    return &d->relocs.back();
  }

  StaticData* nested(StaticData* d, std::int64_t offset, types::Type* t) {
    StaticData* n = p_.new_static(t);
    if (n->bytes.empty()) n->bytes.resize(8);  // zero-sized variables have an address too
    reloc(d, offset, Reloc::Kind::kStatic)->data = n;
    return n;
  }

  bool write_constant(StaticData* d, std::int64_t offset, const constant::Value* v, types::Type* t) {
    auto* b = types::under_as<types::Basic>(t);
    if (!b) return false;
    constant::Factory& f = p_.session.constants;
    std::int64_t size = types::size_of(t);
    if (b->info & types::kIsString) {
      std::string_view s = constant::string_value(v);
      if (d && !s.empty()) {
        reloc(d, offset, Reloc::Kind::kString)->string = p_.intern_string(s);
        put(d, offset + 8, s.size(), 8);
      }
      return true;
    }
    if (!d) return b->kind != BasicKind::kUnsafePointer;
    if (b->info & types::kIsBoolean) {
      put(d, offset, constant::bool_value(v), 1);
    } else if (b->info & types::kIsInteger) {
      put(d, offset, constant::int_bits(f.to_int(v)), size);
    } else if (b->info & types::kIsFloat) {
      write_float(d, offset, f.to_float(v), size);
    } else if (b->info & types::kIsComplex) {
      const constant::Value* c = f.to_complex(v);
      write_float(d, offset, f.to_float(f.real(c)), size / 2);
      write_float(d, offset + size / 2, f.to_float(f.imag(c)), size / 2);
    } else {
      return false;
    }
    return true;
  }

  static void write_float(StaticData* d, std::int64_t offset, const constant::Value* v, std::int64_t size) {
    if (size == 4) {
      put(d, offset, std::bit_cast<std::uint32_t>(constant::float32_value(v)), 4);
    } else {
      put(d, offset, std::bit_cast<std::uint64_t>(constant::float64_value(v)), 8);
    }
  }

  bool write_iface(StaticData* d, std::int64_t offset, const syntax::Expr* e, types::Type* t) {
    types::Type* dynamic = typ(e);
    if (auto* c = as<syntax::CallExpr>(e); c && is_conversion(c) && types::is_interface(dynamic)) {
      return dynamic == t && write_iface(d, offset, unparen(c->args[0]), t);
    }
    if (auto* call = as<syntax::CallExpr>(e); call && is_errors_new(call)) return write_error(d, offset, call, t);
    if (types::is_interface(dynamic)) {
      auto* n = as<syntax::Name>(e);
      return n && dynamic == t && write_object(d, offset, n, t);
    }
    if (d) write_type_word(d, offset, dynamic, t);
    if (is_direct_iface(dynamic)) return write(d, offset + 8, e, dynamic);
    return write(d ? nested(d, offset + 8, dynamic) : nullptr, 0, e, dynamic);
  }

  void write_type_word(StaticData* d, std::int64_t offset, types::Type* dynamic, types::Type* t) {
    bool empty = types::under_as<types::Interface>(t)->empty();
    Reloc* r = reloc(d, offset, empty ? Reloc::Kind::kTypeDesc : Reloc::Kind::kItab);
    r->type = dynamic;
    r->iface = empty ? nullptr : t;
  }

  bool write_literal(StaticData* d, std::int64_t offset, const syntax::CompositeLit* lit, types::Type* t) {
    types::Type* u = types::under(t);
    switch (u->type_kind()) {
      case types::TypeKind::kStruct: {
        auto* s = types::as<types::Struct>(u);
        for (std::size_t i = 0; i < lit->elems.size(); i++) {
          const auto [field, e] = literal_field(lit, s, i);
          if (s->fields[field]->name.is_blank() && e->mode == Mode::kConstant) continue;
          if (!write(d, offset + types::offset_of(s, field), e, p_.canonical(s->fields[field]->type))) return false;
        }
        return true;
      }
      case types::TypeKind::kArray:
        return write_elements(d, offset, lit, p_.canonical(types::as<types::Array>(u)->elem));
      case types::TypeKind::kSlice: {
        if (!package_) return false;
        types::Type* elem = p_.canonical(types::as<types::Slice>(u)->elem);
        if (!d) return write_elements(nullptr, 0, lit, elem);
        std::int64_t n = literal_length(lit);
        StaticData* array = nested(d, offset, p_.canonical(types::new_array(p_.session, elem, n)));
        put(d, offset + 8, static_cast<std::uint64_t>(n), 8);
        put(d, offset + 16, static_cast<std::uint64_t>(n), 8);
        return write_elements(array, 0, lit, elem);
      }
      case types::TypeKind::kPointer: {  // elided &T
        if (!package_) return false;
        types::Type* base = p_.canonical(types::as<types::Pointer>(u)->base);
        return write_literal(d ? nested(d, offset, base) : nullptr, 0, lit, base);
      }
      case types::TypeKind::kMap: return package_ && write_map(d, offset, lit, t);
      default: return false;
    }
  }

  // Maps are laid out if their keys are constants (of types that need no code to be hashed).
  bool write_map(StaticData* d, std::int64_t offset, const syntax::CompositeLit* lit, types::Type* t) {
    auto* map = types::under_as<types::Map>(t);
    types::Type* key = p_.canonical(map->key);
    types::Type* elem = p_.canonical(map->elem);
    if (!types::under_as<types::Basic>(key)) return false;
    const auto n = static_cast<std::int64_t>(lit->elems.size());
    StaticData::Map* contents = nullptr;
    if (d) {
      StaticData* object = p_.new_static(t);
      contents = p_.arena.make<StaticData::Map>();
      *contents = {n, p_.new_static(p_.canonical(types::new_array(p_.session, key, n))),
                   p_.new_static(p_.canonical(types::new_array(p_.session, elem, n)))};
      object->map = contents;
      reloc(d, offset, Reloc::Kind::kStatic)->data = object;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      auto* kv = as<syntax::KeyValueExpr>(lit->elems[static_cast<std::size_t>(i)]);
      if (unparen(kv->key)->mode != Mode::kConstant) return false;
      if (!write(contents ? contents->keys : nullptr, i * types::size_of(key), kv->key, key)) return false;
      if (!write(contents ? contents->elems : nullptr, i * types::size_of(elem), kv->value, elem)) return false;
    }
    return true;
  }

  types::Type* element_type(types::Type* u) {
    if (auto* m = types::as<types::Map>(u)) return p_.canonical(m->elem);
    if (auto* s = types::as<types::Slice>(u)) return p_.canonical(s->elem);
    auto* a = types::as<types::Array>(u);
    return a ? p_.canonical(a->elem) : nullptr;
  }

  // Whether v is a variable of the package whose initial contents, of type t, are known and still there.
  bool is_static_variable(types::Var* v, types::Type* t) {
    if (!v || !package_ || !v->package_level || v->pkg != package_ || mutation_seen_ || p_.canonical(v->type) != t) return false;
    if (p_.impl().kept.contains(v)) return false;
    auto it = plan_->index.find(v);
    return it != plan_->index.end() && it->second < plan_->is_static.size() && plan_->is_static[it->second];
  }

  bool write_object(StaticData* d, std::int64_t offset, const syntax::Name* n, types::Type* t) {
    if (auto* f = types::as<types::Func>(n->object)) {
      if (!d) return true;
      std::vector<types::Type*> targs;
      if (n->targs) {
        for (types::Type* a : n->targs->types) targs.push_back(p_.canonical(a));
      }
      reloc(d, offset, Reloc::Kind::kFunc)->function = p_.function(f, targs);
      return true;
    }
    auto* v = types::as<types::Var>(n->object);
    if (!is_static_variable(v, t)) return false;
    if (!d) return true;
    StaticData* from = p_.global(v)->initial;
    if (!from) return true;
    std::memcpy(d->bytes.data() + offset, from->bytes.data(), static_cast<std::size_t>(types::size_of(t)));
    for (Reloc r : from->relocs) {
      r.offset += static_cast<std::uint64_t>(offset);
      d->relocs.push_back(r);
    }
    return true;
  }

  bool write_func_lit(StaticData* d, std::int64_t offset, const syntax::FuncLit* lit) {
    if (!d && !plan_) return true;
    Function* init = p_.impl().init_function(p_, package_);
    std::uint32_t& number = plan_->literals[lit];
    if (number == 0) number = ++init->next_literal;
    if (!d) return true;
    Function* f = p_.impl().new_function(p_, FunctionKind::kLiteral, literal_name(init, number));
    f->package = package_;
    f->literal = const_cast<syntax::FuncLit*>(lit);
    f->parent = init;
    f->pos = lit->pos;
    f->end_pos = lit->body->rbrace;
    auto* sig = types::under_as<types::Signature>(lit->type);
    add_signature(p_, f, sig);
    reloc(d, offset, Reloc::Kind::kFunc)->function = f;
    return true;
  }

  // &x of a literal, a package variable, or a field or constant index of one.
  bool write_address(StaticData* d, std::int64_t offset, const syntax::Expr* x) {
    x = unparen(x);
    if (auto* lit = as<syntax::CompositeLit>(x)) {
      types::Type* t = typ(lit);
      if (!d) return write_literal(nullptr, 0, lit, t);
      return write_literal(nested(d, offset, t), 0, lit, t);
    }
    std::int64_t addend = 0;
    for (;;) {
      x = unparen(x);
      if (auto* s = as<syntax::SelectorExpr>(x); s && s->selection) {
        if (s->selection->kind != types::SelectionKind::kFieldVal || s->selection->indirect) return false;
        types::Type* t = s->x->type;
        if (types::under_as<types::Pointer>(t)) return false;
        for (int field : s->selection->index) {
          auto* st = types::under_as<types::Struct>(t);
          if (!st) return false;
          addend += types::offset_of(st, static_cast<std::size_t>(field));
          t = st->fields[field]->type;
        }
        x = s->x;
        continue;
      }
      if (auto* i = as<syntax::IndexExpr>(x)) {
        auto* a = i->x->type ? types::under_as<types::Array>(i->x->type) : nullptr;
        if (!a || i->index->mode != Mode::kConstant) return false;
        addend += constant::int64_value(p_.session.constants.to_int(i->index->constant)).value_or(0) * types::size_of(a->elem);
        x = i->x;
        continue;
      }
      break;
    }
    auto* s = as<syntax::SelectorExpr>(x);
    auto* n = s ? s->sel : as<syntax::Name>(x);
    auto* v = n ? types::as<types::Var>(n->object) : nullptr;
    if (!v || !v->package_level) return false;
    if (d) {
      Reloc* r = reloc(d, offset, Reloc::Kind::kGlobal);
      r->global = p_.global(v);
      r->addend = addend;
    }
    return true;
  }

  static bool is_conversion(const syntax::CallExpr* c) { return unparen(c->fun)->mode == Mode::kTypexpr; }

  bool write_call(StaticData* d, std::int64_t offset, const syntax::CallExpr* c, types::Type* t) {
    if (!is_conversion(c)) return false;
    const syntax::Expr* x = unparen(c->args[0]);
    if (x->mode == Mode::kNilValue) return true;
    types::Type* to = typ(c);
    types::Type* from = typ(x);
    if (auto* s = types::under_as<types::Slice>(to); s && x->mode == Mode::kConstant && types::is_string(from)) {
      auto* b = types::under_as<types::Basic>(s->elem);
      return package_ && b && b->kind == BasicKind::kUint8 && write_bytes(d, offset, constant::string_value(x->constant));
    }
    bool same = p_.canonical(types::under(to)) == p_.canonical(types::under(from)) && to == t;
    bool pointers = types::under_as<types::Pointer>(from) &&
                    (types::under_as<types::Pointer>(to) || p_.basic(BasicKind::kUnsafePointer) == to);
    return (same || pointers) && write(d, offset, x, from);
  }

  bool write_bytes(StaticData* d, std::int64_t offset, std::string_view text) {
    if (!d) return true;
    auto n = static_cast<std::int64_t>(text.size());
    StaticData* array = nested(d, offset, p_.canonical(types::new_array(p_.session, p_.basic(BasicKind::kUint8), n)));
    std::copy(text.begin(), text.end(), array->bytes.begin());
    put(d, offset + 8, text.size(), 8);
    put(d, offset + 16, text.size(), 8);
    return true;
  }

  // errors.New("constant"): a new *errors.errorString, as gc gets by inlining it.
  static bool is_errors_new(const syntax::CallExpr* c) {
    auto* s = as<syntax::SelectorExpr>(unparen(c->fun));
    auto* n = s ? s->sel : as<syntax::Name>(unparen(c->fun));
    auto* f = n ? types::as<types::Func>(n->object) : nullptr;
    return f && f->pkg && f->pkg->path.str() == "errors" && f->name.str() == "New" && !f->signature()->recv &&
           c->args.size() == 1 && c->args[0]->mode == Mode::kConstant;
  }

  bool write_error(StaticData* d, std::int64_t offset, const syntax::CallExpr* c, types::Type* t) {
    if (!package_ || typ(c) != t) return false;
    auto* s = as<syntax::SelectorExpr>(unparen(c->fun));
    auto* n = s ? s->sel : as<syntax::Name>(unparen(c->fun));
    types::Scope* scope = n->object->pkg->scope;
    auto* name = types::as<types::TypeName>(scope->lookup(p_.session.symbols.intern("errorString")));
    if (!name || !types::under_as<types::Struct>(name->type)) return false;
    if (!d) return true;
    types::Type* base = p_.canonical(name->type);
    write_type_word(d, offset, p_.pointer_to(base), t);
    return write_constant(nested(d, offset + 8, base), 0, c->args[0]->constant, p_.basic(BasicKind::kString));
  }

 public:
  bool mutation_seen_ = false;

 private:
  Program& p_;
  types::Package* package_;
  PackageInit* plan_;
};

}  // namespace

PackageInit& package_init_plan(Program& program, types::Package* package) {
  auto [it, fresh] = program.impl().package_inits.try_emplace(package);
  PackageInit& plan = it->second;
  if (!fresh) return plan;
  for (std::size_t i = 0; i < package->init_order.size(); i++) {
    if (package->init_order[i].lhs.size() == 1) plan.index[package->init_order[i].lhs[0]] = i;
  }
  StaticWriter writer(program, package, &plan);
  for (const types::Initializer& init : package->init_order) {
    const syntax::CompositeLit* unread = syntax::skipped_literal(init.rhs);
    bool ok = unread && writer.is_static_unread(unread);
    if (!ok) {
      if (unread) program.environment.ensure_initializer_read(init.lhs[0]);
      ok = init.lhs.size() == 1 && writer.write(nullptr, 0, init.rhs, program.canonical(init.lhs[0]->type));
    }
    if (!ok) writer.mutation_seen_ = true;
    plan.is_static.push_back(ok);
  }
  return plan;
}

StaticData* static_data(Program& program, types::Var* var, const syntax::Expr* rhs) {
  types::Type* t = program.canonical(var->type);
  StaticWriter writer(program, var->pkg, &package_init_plan(program, var->pkg));
  program.environment.ensure_initializer_read(var);
  StaticData* d = program.new_static(t);
  bool ok = writer.write(d, 0, rhs, t);
  GOVM_ASSERT(ok);
  return d;
}

StaticData* constant_data(Program& program, const syntax::Expr* e, types::Type* t) {
  StaticWriter writer(program, nullptr, nullptr);
  auto* lit = as<syntax::CompositeLit>(e);
  auto* array = types::under_as<types::Array>(t);
  GOVM_ASSERT(lit && array);
  types::Type* elem = program.canonical(array->elem);
  if (!writer.write_elements(nullptr, 0, lit, elem)) return nullptr;
  StaticData* d = program.new_static(t);
  writer.write_elements(d, 0, lit, elem);
  return d;
}

StaticData* constant_map_part(Program& program, const syntax::CompositeLit* lit, types::Type* t, MapPart part) {
  StaticWriter writer(program, nullptr, nullptr);
  types::Type* elem = program.canonical(types::under_as<types::Array>(t)->elem);
  StaticData* d = program.new_static(t);
  std::int64_t offset = 0;
  for (const syntax::Expr* e : lit->elems) {
    auto* kv = as<syntax::KeyValueExpr>(e);
    if (!writer.write(d, offset, part == MapPart::kKeys ? kv->key : kv->value, elem)) return nullptr;
    offset += types::size_of(elem);
  }
  return d;
}

}  // namespace govm::ir
