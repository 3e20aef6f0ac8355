#include "tests/catch.h"
#include "tests/gc/fake_world.h"

using namespace govm;
using namespace govm::gc;

// Holds whenever the heap decides to collect, at every allocation in a stress build.
TEST_CASE("a rooted list stays whole and what is dropped may go") {
  constexpr std::uint8_t mask[] = {1};
  const abi::Type type = make_type(16, 8, mask);
  struct Cell { Cell* next; std::uint64_t value; };
  FakeWorld world;
  Heap heap(world, {});
  Cache* cache = heap.new_cache();
  Cell* head = nullptr;
  for (std::uint64_t i = 0; i < 300; i++) {
    world.roots = {head};
    auto* cell = static_cast<Cell*>(heap.allocate(*cache, sizeof(Cell), &type));
    REQUIRE(cell->next == nullptr);
    REQUIRE(cell->value == 0);
    cell->next = head;
    cell->value = i;
    if (i % 3 != 2) head = cell;
    world.roots = {head};
    if (i % 50 == 0) heap.allocate(*cache, 100000, &type);
  }
  std::uint64_t cells = 0;
  for (Cell* c = head; c != nullptr; c = c->next) {
    REQUIRE(c->value % 3 != 2);
    cells++;
  }
  CHECK(cells == 200);
  world.roots = {head};
  CHECK(heap.verify(nullptr));
}
