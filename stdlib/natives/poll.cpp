// internal/poll: readiness of descriptors. Until the network poller exists every descriptor is refused with EPERM, as
// epoll refuses regular files: internal/poll then uses blocking system calls.
#include <cerrno>

#include "stdlib/natives/support.h"
#include "stdlib/natives/tables.h"

namespace govm::natives {
namespace {

void server_init(NativeFrame&) {}

// func runtime_pollOpen(fd uintptr) (uintptr, int)
void open(NativeFrame& frame) {
  frame.result<std::uint64_t>(0, 0);
  frame.result<std::int64_t>(1, EPERM);
}
void is_server_descriptor(NativeFrame& frame) { frame.result<bool>(0, false); }

constexpr Native kPoll[] = {
    {"func runtime_pollServerInit()", server_init},
    {"func runtime_pollOpen(fd uintptr) (uintptr, int)", open},
    {"func runtime_isPollServerDescriptor(fd uintptr) bool", is_server_descriptor},
};

}  // namespace

void register_poll(rt::NativeRegistry& registry) {
  static constexpr NativeTable kTable = {"internal/poll", kPoll};
  registry.add(kTable);
}

}  // namespace govm::natives
