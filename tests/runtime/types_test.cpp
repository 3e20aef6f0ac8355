#include "tests/catch.h"
#include "vm/runtime/equality.h"
#include "vm/runtime/strings.h"
#include "vm/runtime/types.h"

using namespace govm;
using namespace govm::rt;

namespace {
struct Types {
  Region region;
  TypeTable t{region};
  abi::Type* i = t.basic(abi::kInt);
  abi::Type* s = t.basic(abi::kString);
};
}  // namespace

TEST_CASE("identical types are one descriptor, printed as reflect does") {
  Types f;
  CHECK(f.t.slice_of(f.i) == f.t.slice_of(f.i));
  CHECK(f.t.type_string(f.t.map_of(f.s, f.t.slice_of(f.t.pointer_to(f.i)))) == "map[string][]*int");
  abi::Type* in[] = {f.i, f.t.slice_of(f.s)};
  abi::Type* out[] = {f.i, f.s};
  CHECK(f.t.type_string(f.t.func_of(in, out, true)) == "func(int, ...string) (int, string)");
  CHECK(f.t.type_string(f.t.chan_of(f.t.chan_of(f.i, 1), 3)) == "chan (<-chan int)");
  CHECK(f.t.type_string(f.t.chan_of(f.i, 2)) == "chan<- int");
  FieldSpec fields[] = {{"A", f.i, "json:\"a\"", "", false}, {"b", f.s, "", "p/q", false}};
  abi::Type* st = f.t.struct_of(fields);
  CHECK(f.t.type_string(st) == "struct { A int \"json:\\\"a\\\"\"; b string }");
  CHECK(st == f.t.struct_of(fields));
  CHECK(st->size == 24);
  CHECK(st->ptr_bytes == 16);
  CHECK(st->gc_data[0] == 2);
}

TEST_CASE("recursive types are laid out when complete") {
  Types f;
  bool fresh;
  abi::Type* t = f.t.named({"main.T", "main.T", "main", abi::kStruct, {}, {}}, &fresh);
  REQUIRE(fresh);
  abi::Type* pair = f.t.array_of(t, 2);
  FieldSpec fields[] = {{"next", f.t.pointer_to(t), "", "main"}, {"pairs", f.t.slice_of(pair), "", "main"}, {"n", f.t.basic(abi::kInt8), "", "main"}};
  f.t.set_underlying(t, f.t.struct_of(fields));
  CHECK(t->size == 40);
  CHECK(t->ptr_bytes == 16);
  CHECK(pair->size == 80);
  CHECK(pair->ptr_bytes == 56);
  CHECK(t->equal == nullptr);
  CHECK(f.t.type_string(pair) == "[2]main.T");
  abi::Type* m = f.t.named({"main.M", "main.M", "main", abi::kMap, {}, {}}, &fresh);
  f.t.set_underlying(m, f.t.map_of(f.s, m));
  CHECK(m->direct_iface());
  CHECK(reinterpret_cast<abi::MapType*>(m)->slot_size == 24);
}

TEST_CASE("itabs match methods by name and type") {
  struct Hooks : TypeHooks {
    abi::Type* type;
    bc::Function* f;
    abi::Type* method_type(void*) override { return type; }
    const bc::Function* itab_method(void*) override { return f; }
    const bc::Function* direct_method(void*) override { return f; }
  };
  Types f;
  Hooks hooks;
  hooks.type = f.t.func_of({}, {}, false);
  hooks.f = f.t.new_function();
  f.t.set_hooks(&hooks);
  MethodSpec methods[] = {{"M", "", &hooks}, {"A", "", &hooks}};
  bool fresh;
  abi::Type* t = f.t.named({"main.T", "main.T", "main", abi::kInt, methods, {}}, &fresh);
  f.t.set_underlying(t, f.i);
  ImethodSpec both[] = {{"M", "", hooks.type}, {"A", "", hooks.type}}, more[] = {{"A", "", hooks.type}, {"Z", "", hooks.type}};
  auto* small = reinterpret_cast<abi::InterfaceType*>(f.t.interface_of(both));
  auto* large = reinterpret_cast<abi::InterfaceType*>(f.t.interface_of(more));
  abi::Itab* tab = f.t.itab(small, t);
  REQUIRE(tab != nullptr);
  CHECK(tab->fun[1] == hooks.f);
  CHECK(f.t.itab(small, t) == tab);
  std::string missing;
  CHECK(f.t.itab(large, t, &missing) == nullptr);
  CHECK(missing == "Z");
  CHECK(f.t.itab(small, f.i) == nullptr);
}

TEST_CASE("equality and hashing follow Go's rules") {
  Types f;
  Uncomparable error;
  double zero = 0.0, minus_zero = -0.0, nan = __builtin_nan("");
  abi::Type* d = f.t.basic(abi::kFloat64);
  CHECK(equal_values(d, &zero, &minus_zero, &error));
  CHECK_FALSE(equal_values(d, &nan, &nan, &error));
  CHECK(hash_value(d, &zero, 1, &error) == hash_value(d, &minus_zero, 1, &error));
  abi::Eface slice{f.t.slice_of(f.i), &zero};
  CHECK_FALSE(equal_efaces(slice, slice, &error));
  CHECK(error.type == slice.type);
}

TEST_CASE("runes decode as Go decodes them") {
  std::int32_t rune;
  const std::uint8_t surrogate[] = {0xed, 0xa0, 0x80}, euro[] = {0xe2, 0x82, 0xac}, cut[] = {0xe2, 0x82};
  CHECK(decode_rune(surrogate, 3, &rune) == 1);
  CHECK(rune == kRuneError);
  CHECK(decode_rune(euro, 3, &rune) == 3);
  CHECK(rune == 0x20ac);
  CHECK(decode_rune(cut, 2, &rune) == 1);
}
