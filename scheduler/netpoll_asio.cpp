#include "scheduler/netpoll_asio.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "scheduler/poll_desc.h"
#include "scheduler/scheduler.h"

namespace govm::sched {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;

// Whether epoll takes such files. Asio accepts all, and fails the waits of those it should have refused.
int refusal(int fd) {
  struct stat status;
  if (::fstat(fd, &status) != 0) return errno;
  if (S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode)) return 0;
  if (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)) return EPERM;
  const int probe = ::epoll_create1(EPOLL_CLOEXEC);
  if (probe < 0) return errno;
  epoll_event event{.events = EPOLLIN, .data = {}};
  const int error = ::epoll_ctl(probe, EPOLL_CTL_ADD, fd, &event) != 0 ? errno : 0;
  ::close(probe);
  return error;
}

class AsioNetpoll final : public Netpoll {
 public:
  explicit AsioNetpoll(Scheduler& scheduler) : scheduler_(scheduler) {}
  ~AsioNetpoll() override;
  void wait(std::int64_t deadline_ns, GoroutineList& ready) override;
  void wake() override;
  int open(int fd, PollDesc** out) override;
  void close(PollDesc& desc) override;

 private:
  struct Entry final : PollDesc {
    using PollDesc::PollDesc;
    std::optional<Descriptor> descriptor;
  };
  struct Io {
    asio::io_context context{1};         // one thread at a time runs it
    asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
    asio::steady_timer timer{context};
  };

  void arm(PollDesc& desc, PollMode mode) override;
  void recycle(PollDesc& desc) override;
  Io* start();                           // throws boost::system::system_error
  void sleep(std::int64_t deadline_ns);
  void post_wake(Io& io);
  void arm_timer(Io& io, std::int64_t deadline_ns);

  Scheduler& scheduler_;
  std::mutex mutex_;
  std::condition_variable condition_;
  bool woken_ = false;                   // under mutex_; before io_ exists
  std::unique_ptr<Io> io_owner_;
  std::atomic<Io*> io_{nullptr};
  std::atomic<bool> wake_posted_{false};
  std::deque<Entry> entries_;            // under mutex_; never shrinks, their addresses are the program's handles
  std::vector<Entry*> free_;
  // ---- the waiting thread's
  GoroutineList* ready_ = nullptr;
  bool event_ = false;                   // a reason for wait() to return
  std::int64_t timer_when_ = INT64_MAX;  // the timer runs until then
};

AsioNetpoll::~AsioNetpoll() {
  for (Entry& entry : entries_) {
    if (!entry.descriptor) continue;
    const int fd = entry.descriptor->release();
    if (fd > STDERR_FILENO && descriptors().opened(fd)) ::close(fd);
  }
}

AsioNetpoll::Io* AsioNetpoll::start() {
  std::lock_guard lock(mutex_);
  if (io_owner_ == nullptr) {
    io_owner_ = std::make_unique<Io>();
    io_.store(io_owner_.get(), std::memory_order_seq_cst);
    condition_.notify_all();             // who sleeps there goes over to the reactor
    if (woken_) post_wake(*io_owner_);
  }
  return io_owner_.get();
}

void AsioNetpoll::sleep(std::int64_t deadline_ns) {
  std::unique_lock lock(mutex_);
  auto woken = [&] { return woken_ || io_owner_ != nullptr; };
  if (deadline_ns < 0) {
    condition_.wait(lock, woken);
  } else {
    const std::int64_t left = deadline_ns - monotonic_nanos();
    if (left > 0) condition_.wait_for(lock, std::chrono::nanoseconds(left), woken);
  }
  woken_ = false;
}

void AsioNetpoll::wait(std::int64_t deadline_ns, GoroutineList& ready) {
  Io* io = io_.load(std::memory_order_acquire);
  if (io == nullptr) {
    if (deadline_ns != 0) sleep(deadline_ns);
    return;
  }
  ready_ = &ready;
  if (deadline_ns != 0 && (deadline_ns < 0 || deadline_ns > monotonic_nanos())) {
    if (deadline_ns > 0) arm_timer(*io, deadline_ns);
    event_ = false;
    while (!event_) io->context.run_one();
  }
  io->context.poll();
  ready_ = nullptr;
}

// A timer that runs out too early costs a needless round; one that is left alone costs nothing.
void AsioNetpoll::arm_timer(Io& io, std::int64_t deadline_ns) {
  if (timer_when_ <= deadline_ns) return;
  timer_when_ = deadline_ns;
  io.timer.expires_at(std::chrono::steady_clock::time_point(std::chrono::nanoseconds(deadline_ns)));
  io.timer.async_wait([this](const boost::system::error_code& error) {
    if (error) return;                   // set anew
    timer_when_ = INT64_MAX;
    event_ = true;
  });
}

void AsioNetpoll::wake() {
  {
    std::lock_guard lock(mutex_);
    if (io_owner_ == nullptr) {
      woken_ = true;
      condition_.notify_one();
      return;
    }
  }
  post_wake(*io_owner_);
}

void AsioNetpoll::post_wake(Io& io) {
  if (wake_posted_.exchange(true, std::memory_order_seq_cst)) return;
  asio::post(io.context, [this] {
    wake_posted_.store(false, std::memory_order_seq_cst);
    event_ = true;
  });
}

int AsioNetpoll::open(int fd, PollDesc** out) {
  if (const int error = refusal(fd)) return error;
  Entry* entry = nullptr;
  try {
    Io* io = start();
    {
      std::lock_guard lock(mutex_);
      if (free_.empty()) {
        entry = &entries_.emplace_back(scheduler_, *this);
      } else {
        entry = free_.back();
        free_.pop_back();
      }
    }
    entry->descriptor.emplace(io->context);
    boost::system::error_code error;
    entry->descriptor->assign(fd, error);
    if (error) {
      entry->descriptor.reset();
      recycle(*entry);
      return error.value();
    }
  } catch (const boost::system::system_error& error) {
    return error.code().value();         // no more descriptors for the reactor itself
  }
  entry->opened(fd);
  descriptors().set_opened(fd, (::fcntl(fd, F_GETFL) & O_NONBLOCK) != 0);
  *out = entry;
  return 0;
}

void AsioNetpoll::close(PollDesc& desc) {
  auto& entry = static_cast<Entry&>(desc);
  descriptors().forget(entry.fd());
  entry.descriptor->release();           // what is armed completes as aborted
  entry.descriptor.reset();
  if (desc.closed()) recycle(desc);
}

void AsioNetpoll::arm(PollDesc& desc, PollMode mode) {
  auto& entry = static_cast<Entry&>(desc);
  entry.descriptor->async_wait(mode == PollMode::kRead ? Descriptor::wait_read : Descriptor::wait_write,
                               [this, &entry, mode](const boost::system::error_code& error) {
                                 event_ = true;
                                 entry.completed(mode, error != asio::error::operation_aborted, *ready_);
                               });
}

void AsioNetpoll::recycle(PollDesc& desc) {
  std::lock_guard lock(mutex_);
  free_.push_back(static_cast<Entry*>(&desc));
}

}  // namespace

std::unique_ptr<Netpoll> new_asio_netpoll(Scheduler& scheduler) { return std::make_unique<AsioNetpoll>(scheduler); }

}  // namespace govm::sched
