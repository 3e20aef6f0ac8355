#include <atomic>
#include <chrono>
#include <thread>

#include "bindings/session.hpp"
#include "tests/catch.h"

using namespace std::chrono_literals;

namespace {

// Whether one interruption after the delay ends the endless input. It is lost if the evaluation has not begun by then, as
// may happen on a loaded machine, so a second one follows much later.
bool ended_by_first(std::chrono::milliseconds delay) {
  govm::Session session({});
  std::atomic<bool> ended = false, late = false;
  std::thread interrupter([&] {
    std::this_thread::sleep_for(delay);
    session.interrupt();
    for (int i = 0; i < 1000 && !ended; ++i) std::this_thread::sleep_for(10ms);
    late = !ended;
    while (!ended) {
      session.interrupt();
      std::this_thread::sleep_for(10ms);
    }
  });
  const govm::Evaluation out = session.evaluate("for range fmt.Sprint(1) { for {} }");
  ended = true;
  interrupter.join();
  CHECK(out.status == govm::Evaluation::Status::kInterrupted);
  return !late;
}

}  // namespace

TEST_CASE("An evaluation is interrupted, whether it runs already or is being compiled") {
  for (const auto delay : {5ms, 30ms, 400ms}) {
    CHECK((ended_by_first(delay) || ended_by_first(delay) || ended_by_first(delay)));
  }
}

TEST_CASE("An interruption ends one evaluation, not the next") {
  govm::Session session({});
  session.interrupt();
  CHECK(session.evaluate("1 + 1").values.at(0).text == "2");
}
