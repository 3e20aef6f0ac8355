// A rules engine: orders flow through Go rules while new versions of the rules are loaded. Counters of the rules live on, a
// version with a mistake is refused, and no order waits.
#include <atomic>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "bindings/govm.hpp"

struct Order {
  std::int64_t id, cents;
  std::int32_t items;
  bool member;
};
template <>
inline constexpr auto govm::layout<Order> = govm::fields(govm::field("ID", &Order::id), govm::field("Cents", &Order::cents),
                                                         govm::field("Items", &Order::items), govm::field("Member", &Order::member));

namespace {

// What stays the same: types, counters, and a goroutine that reports every order the rules flagged.
const std::string kCommon = R"(
package main

import "shop"

type rule struct {
	name    string
	applies func(o *shop.Order) bool
	price   func(cents int64) int64
}

var (
	applied = map[string]int{}
	seen    int
	flagged = make(chan int64, 16)
	started = start()
)

func start() bool {
	go func() {
		for id := range flagged {
			shop.Flag(id, reason())
		}
	}()
	return true
}

// Applies the rules in order; the final price.
func Price(o *shop.Order) int64 {
	seen++
	cents := o.Cents
	for _, r := range rules() {
		if r.applies(o) {
			applied[r.name]++
			cents = r.price(cents)
		}
	}
	if cents > limit {
		flagged <- o.ID
	}
	return cents
}

func Seen() int               { return seen }
func Applied(name string) int { return applied[name] }
func main()                   {}
)";

std::string version(const std::string& rules, int limit, const std::string& reason) {
  return kCommon + "\nconst limit = " + std::to_string(limit) + "\nfunc reason() string { return \"" + reason +
         "\" }\nfunc rules() []rule {\n\treturn []rule{\n" + rules + "\t}\n}\n";
}

const std::string kMembers = "\t\t{\"members\", func(o *shop.Order) bool { return o.Member }, func(c int64) int64 { return c * 90 / 100 }},\n";
const std::string kBulk = "\t\t{\"bulk\", func(o *shop.Order) bool { return o.Items >= 10 }, func(c int64) int64 { return c - 500 }},\n";

int wrong = 0;
template <typename T, typename U>
void expect(const char* what, const T& got, const U& want) {
  if (got == want) return;
  std::printf("wrong: %s\n", what);
  wrong++;
}

}  // namespace

int main() {
  govm::Options options;
  options.reloadable = true;
  govm::Vm vm(options);
  std::atomic<std::int64_t> last_flagged{0};
  std::string last_reason;
  vm.module("shop").type<Order>("Order").function("Flag(id int64, reason string)", [&](std::int64_t id, std::string reason) {
    last_reason = std::move(reason);
    last_flagged = id;
  });
  govm::Result<govm::Program> program = vm.load_source("rules_v1.go", version(kMembers, 1'000'000, "large"));
  if (!program) {
    std::puts(program.error().message.c_str());
    return 1;
  }
  auto price = program->function<std::int64_t(Order*)>("Price");
  auto applied = program->function<std::int64_t(std::string_view)>("Applied");
  const auto price_of = [&](Order o) { return price(&o).ok() ? *price(&o) : -1; };

  expect("a member's price", price_of({1, 10000, 12, true}), 9000);
  expect("another's price", price_of({2, 10000, 12, false}), 10000);

  // Version 2 has one rule more, while two threads send orders. Each order is priced by one of the versions.
  std::atomic<bool> stop{false};
  std::atomic<int> surprises{0};
  std::atomic<std::int64_t> sent{4};   // so far
  std::vector<std::thread> clients;
  std::mutex one;                      // the rules' counters are plain variables
  for (int c = 0; c < 2; c++) {
    clients.emplace_back([&] {
      for (std::int64_t id = 100; !stop; id++) {
        std::lock_guard guard(one);
        Order o{id, 10000, 12, true};
        auto cents = price(&o);
        sent++;
        if (!cents.ok() || (*cents != 9000 && *cents != 8500)) surprises++;
      }
    });
  }
  auto done = program->reload("rules_v2.go", version(kMembers + kBulk, 1'000'000, "large"));
  if (!done) std::puts(done.error().message.c_str()), wrong++;
  // A version with a mistake: nothing happens, and the author gets to know where.
  auto refused = program->reload("rules_v3.go", version(kMembers + "\t\t{\"vat\", all, func(c int64) int64 { return c * 119 / 100 }},\n", 1000, "x"));
  expect("a mistake is refused", refused.ok(), false);
  expect("with its place", !refused.ok() && refused.error().message.find("rules_v3.go:") == 0 && refused.error().message.find("undefined: all") != std::string::npos, true);
  stop = true;
  for (auto& c : clients) c.join();
  expect("orders during the reload", surprises.load(), 0);
  expect("both rules", price_of({3, 10000, 12, true}), 8500);
  sent += 2;
  expect("counters live on", *program->function<std::int64_t()>("Seen")(), sent.load());
  expect("of each rule", *applied("members") > *applied("bulk") && *applied("bulk") >= 2, true);

  // The goroutine that reports has run since version 1; it reports with what is version 4's.
  done = program->reload("rules_v4.go", version(kBulk, 100, "over the new limit"));
  if (!done) std::puts(done.error().message.c_str()), wrong++;
  Order big{4711, 10000, 1, true};
  expect("no rule applies", *price(&big), 10000);
  for (int i = 0; i < 2000 && last_flagged != 4711; i++) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  expect("it was reported", last_flagged.load(), 4711);
  expect("with the new reason", last_reason, "over the new limit");
  std::printf("%lld orders, %zu functions replaced, %d surprises\n", static_cast<long long>(sent.load()), done ? done->functions : 0, wrong);
  return wrong != 0;
}
