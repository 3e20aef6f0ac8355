// Collections beside a program: goroutines change a graph at random while cycles run; a shadow of what each owns tells
// whether an object was lost.
#include <array>
#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "tests/catch.h"
#include "tests/scheduler/fake_executor.h"

using namespace govm;
using namespace govm::sched;

namespace {

constexpr int kEdges = 3, kRoots = 40, kShared = 32;
struct Node {
  Node* edges[kEdges];
  std::uint64_t number;
  std::uint64_t check;
};
constexpr std::uint8_t kNodeMask[] = {0b111};
const abi::Type kNodeType = [] {
  abi::Type t{};
  t.size = sizeof(Node);
  t.ptr_bytes = kEdges * 8;
  t.gc_data = kNodeMask;
  t.align = t.field_align = 8;
  return t;
}();

std::uint64_t seal(std::uint64_t number) { return number * 0x9e3779b97f4a7c15ULL ^ 0x5bd1e995; }

struct Graph {
  Machine m{{.workers = 4, .deterministic = false, .seed = 1}};
  std::array<std::atomic<Node*>, kShared> shared{};   // globals
  std::atomic<std::uint64_t> numbers{0};
  std::atomic<bool> lost{false};
  std::atomic<bool> stop{false};
  std::atomic<std::uint64_t> verified{0};
};

// One goroutine: its roots are what its stack would refer to.
struct Mutator {
  Graph& graph;
  std::mt19937_64 random;
  std::array<Node*, kRoots> roots{};
  int turns;                     // < 0: until Graph::stop

  void store(Node*& field, Node* value) {
    gc::Heap& heap = *graph.m.heap;
    std::atomic_ref<Node*> at(field);
    if (heap.barrier_on.load()) heap.shade(at.load());
    at.store(value);
  }
  Node*& root() { return roots[random() % kRoots]; }
  void check(const Node* n) {
    if (n != nullptr && n->check != seal(n->number)) graph.lost = true;
  }
  void allocate(Worker& w) {
    auto* n = static_cast<Node*>(graph.m.heap->allocate(*w.cache, sizeof(Node), &kNodeType));
    n->number = graph.numbers++;
    n->check = seal(n->number);
    root() = n;
  }
  // A pointer's only copy moves between objects, globals and roots: what a barrier that is missing would lose.
  void move() {
    Node* n = root();
    if (n == nullptr) return;
    Node*& field = n->edges[random() % kEdges];
    Node* taken = std::atomic_ref<Node*>(field).load();
    check(taken);
    if (random() % 2 == 0) store(field, root());
    else store(field, nullptr);
    if (taken != nullptr) root() = taken;
  }
  void share() {
    std::atomic<Node*>& at = graph.shared[random() % kShared];
    gc::Heap& heap = *graph.m.heap;
    Node*& mine = root();
    Node* seen = at.load();
    if (heap.barrier_on.load()) heap.shade(seen);
    if (at.compare_exchange_strong(seen, mine)) mine = seen;
    check(mine);
  }
  void walk() {
    const Node* n = root();
    for (int i = 0; i < 100 && n != nullptr; i++) {
      check(n);
      n = std::atomic_ref<Node*>(const_cast<Node*&>(n->edges[random() % kEdges])).load();
    }
  }
  Outcome step(Worker& w) {
    for (int i = 0; i < 200; i++) {
      switch (random() % 8) {
        case 0: case 1: allocate(w); break;
        case 2: case 3: move(); break;
        case 4: share(); break;
        case 5: walk(); break;
        case 6: root() = nullptr; break;
        default: if (Node* n = root()) store(n->edges[random() % kEdges], root());
      }
    }
    if (random() % 500 == 0) graph.m.heap->collect(random() % 2 == 0);
    if (random() % 5000 == 0) {
      std::string_view why;
      if (!graph.m.heap->verify(&why)) graph.lost = true;
      graph.verified++;
    }
    turns -= turns > 0;
    return turns != 0 && !graph.stop && !graph.lost ? Outcome::kYielded : Outcome::kExited;
  }
};

// Eight goroutines change the graph, each for so many turns.
void mutate(Graph& graph, std::uint64_t seed, int turns) {
  std::deque<Mutator> mutators;
  std::atomic<int> running{8};
  for (int i = 0; i < 8; i++) {
    mutators.push_back({.graph = graph, .random = std::mt19937_64(static_cast<std::uint64_t>(i) + seed), .turns = turns});
  }
  graph.m.heap->set_gc_percent(5);
  graph.m.executor.roots = [&](gc::Marker& marker) {
    for (auto& p : graph.shared) marker.mark_pointer(p.load());
  };
  graph.m.executor.stack = [&](Goroutine& g, gc::Marker& marker) {
    if (g.vm[0] == 0) return;
    for (Node* n : reinterpret_cast<Mutator*>(g.vm[0])->roots) marker.mark_pointer(n);
  };
  bool started = false;
  graph.m.run([&](Worker& w, Goroutine&) {
    if (!std::exchange(started, true)) {
      for (Mutator& mutator : mutators) {
        graph.m.go(w, [&](Worker& worker, Goroutine& g) {
          g.vm[0] = reinterpret_cast<std::uint64_t>(&mutator);
          const Outcome outcome = mutator.step(worker);
          if (outcome == Outcome::kExited) running--;
          return outcome;
        });
      }
    }
    return running == 0 ? Outcome::kExited : Outcome::kYielded;
  });
  CHECK_FALSE(graph.lost);
  std::string_view why;
  CHECK(graph.m.heap->verify(&why));
  INFO(why);
}

}  // namespace

TEST_CASE("no object is lost while goroutines change the graph beside collections") {
  Graph graph;
  mutate(graph, 7, 1500);
  CHECK(graph.m.heap->stats().num_gc > 10);
}

// For GOVM_STRESS_SECONDS (600): test_scheduler "[stress]".
TEST_CASE("no object is lost in ten minutes", "[.][stress]") {
  const char* set = std::getenv("GOVM_STRESS_SECONDS");
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(set != nullptr ? std::atoi(set) : 600);
  const auto now = [] { return std::chrono::steady_clock::now(); };
  std::uint64_t cycles = 0, verified = 0, objects = 0;
  for (std::uint64_t seed = std::random_device{}(); now() < end; seed += 8) {
    UNSCOPED_INFO("seed " << seed);
    Graph graph;
    std::jthread timer([&, until = std::min(end, now() + std::chrono::seconds(30))](const std::stop_token& over) {
      while (now() < until && !over.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(100));
      graph.stop = true;
    });
    mutate(graph, seed, -1);
    cycles += graph.m.heap->stats().num_gc;
    verified += graph.verified;
    objects += graph.numbers;
  }
  WARN(objects << " objects, " << cycles << " cycles, the heap was verified " << verified << " times");
}

TEST_CASE("a cycle ends beside goroutines that are busy with other things") {
  Machine m({.workers = 2, .deterministic = false, .seed = 1});
  std::vector<std::atomic<Node*>> nodes(100'000);
  m.executor.roots = [&](gc::Marker& marker) {
    for (const auto& n : nodes) marker.mark_pointer(n.load());
  };
  std::atomic<int> cycles{0};
  const auto wait = [&](Worker& w, Goroutine&) {
    while (cycles < 5 && w.poll.load(std::memory_order_relaxed) == 0) {
    }
    return cycles < 5 ? Outcome::kYielded : Outcome::kExited;
  };
  m.run([&](Worker& w, Goroutine& g) {
    if (nodes.front() == nullptr) {
      for (auto& n : nodes) n = static_cast<Node*>(m.heap->allocate(*w.cache, sizeof(Node), &kNodeType));
      for (int i = 0; i < 5; i++) m.heap->collect_and_tell(false, [&] { cycles++; });
      m.go(w, wait);
    }
    return wait(w, g);
  });
  CHECK(m.heap->stats().num_gc > 0);
}

TEST_CASE("a scheduler that ends gives up the cycle that runs") {
  for (int i = 0; i < 20; i++) {
    Machine m;
    m.run([&, n = 0](Worker& w, Goroutine&) mutable {
      for (int k = 0; k < 1000; k++) m.heap->allocate(*w.cache, 5000, nullptr);
      return ++n < 5 + i ? Outcome::kYielded : Outcome::kExited;
    });
  }
}
