// Exact counts: not with a collection at every allocation, where stress_test.cpp stands alone.
#ifndef GOVM_GC_STRESS
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>
#include <set>

#include "tests/catch.h"
#include "tests/gc/fake_world.h"

using namespace govm;
using namespace govm::gc;

namespace {

struct Node {
  Node* left;
  std::uint64_t value;
  Node* right;
};
constexpr std::uint8_t kNodeMask[] = {0b101};
const abi::Type kNode = make_type(sizeof(Node), sizeof(Node), kNodeMask);
constexpr std::uint8_t kPointerMask[] = {1};
const abi::Type kPointer = make_type(8, 8, kPointerMask);

struct Fixture {
  FakeWorld world;
  Heap heap{world, {}};
  Cache* cache = heap.new_cache();
  Node* node() { return static_cast<Node*>(heap.allocate(*cache, sizeof(Node), &kNode)); }
};

}  // namespace

TEST_CASE("size classes are Go's") {
  CHECK(Heap::size_class_bytes(1, true) == 8);
  CHECK(Heap::size_class_bytes(33, true) == 48);
  CHECK(Heap::size_class_bytes(512, false) == 512);
  CHECK(Heap::size_class_bytes(513, false) == 568);   // 576 less the header
  CHECK(Heap::size_class_bytes(513, true) == 576);
  CHECK(Heap::size_class_bytes(32760, true) == 32768);
  CHECK(Heap::size_class_bytes(32769, true) == 40960);
}

TEST_CASE("objects are zeroed, distinct and found by interior pointers") {
  Fixture f;
  std::set<void*> seen;
  for (std::size_t size : {1, 8, 15, 16, 17, 24, 100, 512, 513, 1000, 5000, 32760, 32768, 40000, 1 << 20}) {
    for (const abi::Type* type : {static_cast<const abi::Type*>(nullptr), &kPointer}) {
      if (type != nullptr && size % 8 != 0) continue;
      for (int i = 0; i < 20; i++) {
        auto* p = static_cast<unsigned char*>(f.heap.allocate(*f.cache, size, type));
        REQUIRE(p != nullptr);
        CHECK(seen.insert(p).second);
        for (std::size_t b = 0; b < size; b += 7) REQUIRE(p[b] == 0);
        std::size_t usable = 0;
        if (type != nullptr || size >= 16) {
          CHECK(f.heap.find_object(p + size - 1, &usable) == p);
          CHECK(usable >= size);
        }
        f.world.roots.push_back(p);
        if (type == nullptr) std::memset(p, 0xff, size);
      }
    }
  }
  CHECK(f.heap.verify(nullptr));
  int local = 0;
  CHECK(f.heap.find_object(&local) == nullptr);
  CHECK(f.heap.find_object(nullptr) == nullptr);
}

TEST_CASE("what is reachable survives, the rest is freed and reused clean") {
  Fixture f;
  Node* list = nullptr;
  for (int i = 0; i < 1000; i++) {
    Node* n = f.node();
    n->left = list;
    n->value = static_cast<std::uint64_t>(i);
    list = n;
    for (int j = 0; j < 5; j++) f.node()->value = 1;
  }
  f.world.roots = {&list->value};  // interior
  f.heap.collect(true);
  CHECK(f.heap.stats().heap_objects == 1000);
  CHECK(f.heap.stats().frees == 5000);
  int expected = 999;
  for (Node* n = list; n != nullptr; n = n->left) REQUIRE(n->value == static_cast<std::uint64_t>(expected--));
  for (int i = 0; i < 3000; i++) {
    Node* n = f.node();
    REQUIRE(n->value == 0);
    REQUIRE(n->left == nullptr);
  }
  std::string_view why;
  CHECK(f.heap.verify(&why));
  f.world.roots.clear();
  f.heap.collect(true);
  CHECK(f.heap.stats().heap_objects == 0);
}

TEST_CASE("pointer maps repeat over arrays of every size") {
  Fixture f;
  for (std::size_t count : {1, 2, 5, 21, 22, 100, 1300, 1400, 50000}) {
    auto* array = static_cast<Node*>(f.heap.allocate(*f.cache, count * sizeof(Node), &kNode));
    f.world.roots = {array};
    for (std::size_t i = 0; i < count; i++) {
      array[i].left = f.node();
      array[i].value = reinterpret_cast<std::uint64_t>(f.node());  // not a pointer: dies
      array[i].right = f.node();
    }
    f.heap.collect(true);
    CHECK(f.heap.stats().heap_objects == 2 * count + 1);
    f.world.roots.clear();
    f.heap.collect(true);
  }
}

TEST_CASE("a random graph agrees with its shadow") {
  Fixture f;
  std::mt19937_64 random(7);
  struct Shadow { Node* real; int left = -1, right = -1; };
  std::vector<Shadow> shadow;
  for (int round = 0; round < 30; round++) {
    for (int i = 0; i < 2000; i++) {
      Node* n = f.node();
      n->value = shadow.size();
      shadow.push_back({n});
      f.world.roots.push_back(n);
      int other = static_cast<int>(random() % shadow.size());
      (random() % 2 != 0 ? n->left : n->right) = shadow[other].real;
      (n->left != nullptr ? shadow.back().left : shadow.back().right) = other;
    }
    // Keep a few roots; compute what is reachable in the shadow; drop the rest.
    std::vector<int> work, index(shadow.size(), -1);
    f.world.roots.clear();
    for (int i = 0; i < 20; i++) {
      int r = static_cast<int>(random() % shadow.size());
      f.world.roots.push_back(shadow[r].real);
      work.push_back(r);
    }
    std::vector<int> live;
    while (!work.empty()) {
      int i = work.back();
      work.pop_back();
      if (i < 0 || index[i] >= 0) continue;
      index[i] = static_cast<int>(live.size());
      live.push_back(i);
      work.push_back(shadow[i].left);
      work.push_back(shadow[i].right);
    }
    f.heap.collect(round % 2 == 0);
    REQUIRE(f.heap.verify(nullptr));
    REQUIRE(f.heap.stats().heap_objects == live.size());
    std::vector<Shadow> next;
    for (int i : live) {
      Shadow s = shadow[i];
      if (s.left >= 0) REQUIRE(s.real->left == shadow[s.left].real);
      s.left = s.left >= 0 ? index[s.left] : -1;
      s.right = s.right >= 0 ? index[s.right] : -1;
      next.push_back(s);
    }
    shadow = std::move(next);
    for (const Shadow& s : shadow) f.world.roots.push_back(s.real);
  }
}

TEST_CASE("finalizers resurrect once, cleanups follow, weak handles clear") {
  Fixture f;
  void* fn = f.node();
  Node* object = f.node();
  Node* child = f.node();
  object->left = child;
  void* handle = f.heap.weak_handle(*f.cache, object);
  CHECK(f.heap.weak_handle(*f.cache, object) == handle);
  CHECK(f.heap.weak_handle(*f.cache, &object->value) != handle);
  CHECK(f.heap.weak_to_strong(handle) == object);
  CHECK(f.heap.set_finalizer(object, fn, &kPointer));
  CHECK_FALSE(f.heap.set_finalizer(object, fn, &kPointer));
  f.heap.add_cleanup(object, fn, nullptr);
  std::uint64_t removed = f.heap.add_cleanup(object, fn, nullptr);
  f.heap.remove_cleanup(object, removed);
  int notified = 0;
  f.heap.on_ready = [&] { notified++; };

  f.world.roots = {object, handle};
  f.heap.collect(true);
  Heap::Ready ready;
  CHECK_FALSE(f.heap.take_ready(ready));

  f.world.roots = {handle};
  f.heap.collect(true);
  CHECK(f.heap.weak_to_strong(handle) == nullptr);
  CHECK(notified == 1);
  REQUIRE(f.heap.take_ready(ready));
  CHECK(ready.object == object);
  CHECK(ready.fn == fn);
  CHECK_FALSE(ready.is_cleanup);
  CHECK(object->left == child);
  f.heap.collect(true);
  REQUIRE(f.heap.take_ready(ready));
  CHECK(ready.is_cleanup);
  CHECK_FALSE(f.heap.take_ready(ready));
  f.heap.collect(true);
  CHECK(f.heap.stats().heap_objects == 1);  // the handle
}

TEST_CASE("tiny objects share blocks") {
  Fixture f;
  std::set<std::uintptr_t> blocks;
  for (int i = 0; i < 64; i++) blocks.insert(reinterpret_cast<std::uintptr_t>(f.heap.allocate(*f.cache, 4, nullptr)) / 16);
  CHECK(blocks.size() == 16);
  CHECK(f.heap.stats().mallocs == 64);
}

TEST_CASE("the pacer collects and the hard limit refuses") {
  FakeWorld world;
  Heap heap(world, {.hard_bytes = 32 << 20});
  Cache* cache = heap.new_cache();
  for (int i = 0; i < 1000000; i++) REQUIRE(heap.allocate(*cache, 64, nullptr) != nullptr);
  CHECK(heap.stats().num_gc >= 10);
  CHECK(heap.stats().sys < (24 << 20));
  for (int i = 0; i < 200; i++) {
    void* p = heap.allocate(*cache, 1 << 20, nullptr);
    if (p == nullptr) break;
    world.roots.push_back(p);
  }
  CHECK(world.roots.size() <= 32);
  CHECK(world.roots.size() > 25);
  CHECK(heap.set_gc_percent(50) == 100);
}

TEST_CASE("what else the process occupies counts against the memory limit") {
  FakeWorld world;
  Heap heap(world, {});
  std::size_t others = 20 << 20, heap_bytes = 0;
  heap.process_bytes = [&] { return heap_bytes + others; };
  heap.set_gc_percent(-1);
  heap.set_memory_limit(60 << 20);
  Cache* cache = heap.new_cache();
  const auto fill = [&] {
    for (int i = 0; i < 1'000'000; i++) {
      REQUIRE(heap.allocate(*cache, 64, nullptr) != nullptr);
      if (i % 1000 == 0) heap_bytes = heap.stats().sys;
    }
    return heap.stats().sys;
  };
  const std::size_t first = fill();
  CHECK(first > (25 << 20));
  CHECK(first <= (40 << 20));
  others = 45 << 20;
  fill();
  const std::size_t second = fill();
  CHECK(second <= (15 << 20));
}

TEST_CASE("allocation speed", "[.bench]") {
  Fixture f;
  auto time = [&](const char* what, int n, auto body) {
    auto t0 = std::chrono::steady_clock::now();
    for (int i = 0; i < n; i++) body();
    auto ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - t0).count();
    std::printf("%s: %.1f ns\n", what, ns / n);
  };
  time("node, garbage", 50000000, [&] { f.node(); });
  time("16 noscan", 50000000, [&] { f.heap.allocate(*f.cache, 16, nullptr); });
  time("8 tiny", 50000000, [&] { f.heap.allocate(*f.cache, 8, nullptr); });
  time("64 ptrs", 20000000, [&] { f.heap.allocate(*f.cache, 64, &kPointer); });
  time("1024 ptrs", 5000000, [&] { f.heap.allocate(*f.cache, 1024, &kPointer); });
  Node* root = f.node();
  f.world.roots = {root};
  auto tree = [&](auto& self, int depth) -> Node* {
    Node* n = f.node();
    f.world.roots.push_back(n);
    if (depth > 0) {
      n->left = self(self, depth - 1);
      n->right = self(self, depth - 1);
    }
    f.world.roots.pop_back();
    return n;
  };
  root->left = tree(tree, 20);
  for (int i = 0; i < 5; i++) {
    std::clock_t t0 = std::clock();
    f.heap.collect(false);
    std::printf("mark 2M nodes: %.1f ms of processor time\n", static_cast<double>(std::clock() - t0) * 1000 / CLOCKS_PER_SEC);
  }
}
#endif
