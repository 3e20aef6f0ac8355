#include <random>
#include <set>
#include <string>
#include <unordered_map>

#include "gc/heap.h"
#include "tests/catch.h"
#include "tests/gc/fake_world.h"
#include "vm/runtime/maps.h"

using namespace govm;
using namespace govm::rt;

namespace {

struct Maps {
  Region region;
  TypeTable types{region};
  GcTypes gc_types{types};
  gc::FakeWorld world;
  gc::Heap heap{world, {}};
  sched::Worker worker;
  MapContext cx{worker, gc_types, {}};
  Maps() {
    heap.set_gc_percent(-1);
    worker.heap = &heap;
    worker.cache = heap.new_cache();
    worker.rng = 12345;
  }
  ~Maps() { heap.free_cache(worker.cache); }
  const abi::MapType* of(abi::Kind key, abi::Kind elem) {
    return reinterpret_cast<abi::MapType*>(types.map_of(types.basic(key), types.basic(elem)));
  }
};

}  // namespace

TEST_CASE("maps agree with std::unordered_map under random operations") {
  Maps f;
  const abi::MapType* type = f.of(abi::kInt64, abi::kInt64);
  Map* m = map_make(f.cx, type, 0);
  std::unordered_map<std::uint64_t, std::uint64_t> reference;
  std::mt19937_64 random(1);
  for (int i = 0; i < 200000; i++) {
    std::uint64_t key = random() % 5000;
    switch (random() % 4) {
      case 0: case 1: {
        auto* elem = static_cast<std::uint64_t*>(map_assign_64(f.cx, type, m, key));
        *elem = reference[key] = random();
        break;
      }
      case 2:
        map_delete(f.cx, type, m, &key);
        reference.erase(key);
        break;
      default: {
        auto* elem = static_cast<std::uint64_t*>(map_find_64(m, type, key, &f.cx.error));
        auto it = reference.find(key);
        REQUIRE((elem != nullptr) == (it != reference.end()));
        if (elem != nullptr) REQUIRE(*elem == it->second);
      }
    }
  }
  CHECK(map_len(m) == static_cast<std::int64_t>(reference.size()));
  MapIter it{};
  map_iter_init(f.cx, type, m, &it);
  std::size_t seen = 0;
  while (map_iter_next(f.cx, &it)) {
    REQUIRE(reference.at(*static_cast<std::uint64_t*>(it.key)) == *static_cast<std::uint64_t*>(it.elem));
    seen++;
  }
  CHECK(seen == reference.size());
}

TEST_CASE("iteration survives growth and deletion: each old entry once, deleted ones never") {
  Maps f;
  const abi::MapType* type = f.of(abi::kInt64, abi::kInt64);
  Map* m = map_make(f.cx, type, 0);
  for (std::uint64_t k = 0; k < 100; k++) *static_cast<std::uint64_t*>(map_assign_64(f.cx, type, m, k)) = k;
  MapIter it{};
  map_iter_init(f.cx, type, m, &it);
  std::set<std::uint64_t> seen, deleted;
  while (map_iter_next(f.cx, &it)) {
    std::uint64_t key = *static_cast<std::uint64_t*>(it.key);
    REQUIRE(seen.insert(key).second);
    REQUIRE(deleted.count(key) == 0);
    if (seen.size() == 10) {
      for (std::uint64_t k = 1000; k < 3000; k++) map_assign_64(f.cx, type, m, k);
      for (std::uint64_t k = 0; k < 100; k += 3) {
        if (seen.count(k) == 0) deleted.insert(k), map_delete(f.cx, type, m, &k);
      }
    }
  }
  for (std::uint64_t k = 0; k < 100; k++) CHECK((seen.count(k) == 1) == (deleted.count(k) == 0));
}

TEST_CASE("string keys, NaN keys, unhashable keys") {
  Maps f;
  const abi::MapType* strings = f.of(abi::kString, abi::kInt64);
  Map* m = map_make(f.cx, strings, 1000);
  std::vector<std::string> keys;
  for (int i = 0; i < 1000; i++) keys.push_back("key" + std::to_string(i));
  auto go = [](const std::string& s) {
    return abi::String{reinterpret_cast<const std::uint8_t*>(s.data()), static_cast<std::int64_t>(s.size())};
  };
  for (auto& k : keys) *static_cast<std::int64_t*>(map_assign_string(f.cx, strings, m, go(k))) = k.size();
  for (auto& k : keys) REQUIRE(*static_cast<std::int64_t*>(map_find_string(m, strings, go(k), &f.cx.error)) == static_cast<std::int64_t>(k.size()));

  const abi::MapType* floats = f.of(abi::kFloat64, abi::kInt64);
  Map* n = map_make(f.cx, floats, 0);
  double nan = __builtin_nan(""), zero = 0.0, minus_zero = -0.0;
  for (int i = 0; i < 3; i++) map_assign(f.cx, floats, n, &nan);
  CHECK(map_len(n) == 3);
  CHECK(map_find(f.cx, floats, n, &nan) == nullptr);
  map_assign(f.cx, floats, n, &zero);
  CHECK(map_find(f.cx, floats, n, &minus_zero) != nullptr);

  auto* any = f.types.interface_of({});
  auto* anys = reinterpret_cast<abi::MapType*>(f.types.map_of(any, f.types.basic(abi::kInt)));
  Map* o = map_make(f.cx, anys, 0);
  abi::Slice slice{};
  abi::Eface key{f.types.slice_of(f.types.basic(abi::kInt)), &slice};
  CHECK(map_assign(f.cx, anys, o, &key) == nullptr);
  CHECK(f.cx.error.fault == MapFault::kUnhashable);
  CHECK(f.types.type_string(f.cx.error.type) == "[]int");
}
