// A goroutine's stack: a chain of chunks that never move. The first lies in the goroutine's own block; later ones are
// added by calls that do not fit and left when the frame that began them returns. One left chunk is kept, so that a
// call on the edge does not allocate each time. Used by the goroutine's worker only, or with the world stopped.
#pragma once

#include <cstddef>
#include <cstdint>

namespace govm::sched {

constexpr std::size_t kMaxStackBytes = 1000000000;  // as gc on 64-bit: "stack exceeds 1000000000-byte limit"

struct StackChunk {
  StackChunk* previous;       // towards the oldest frames
  std::uint64_t* end;         // one past the last slot
  std::uint64_t* begin() { return reinterpret_cast<std::uint64_t*>(this + 1); }
  std::size_t slots() { return static_cast<std::size_t>(end - begin()); }
  bool contains(const void* p) { return p >= begin() && p < end; }
};

class Stack {
 public:
  // `first`: memory of the first chunk, header included; owned by the caller.
  void init(void* first, std::size_t bytes);
  void release();                                   // frees all but the first chunk, which becomes current

  StackChunk* current() const { return current_; }
  std::uint64_t* begin() const { return current_->begin(); }
  std::uint64_t* limit() const { return current_->end; }  // the interpreter's stack check compares with this
  std::size_t total_bytes() const { return total_bytes_; }

  // Enters a further chunk with room for at least `slots` slots and returns its begin(); null over `max_bytes` in all
  // (then nothing changed). The caller copies arguments over and afterwards calls Worker::set_stack_limit.
  std::uint64_t* grow(std::size_t slots, std::size_t max_bytes = kMaxStackBytes);
  // Leaves the current chunk for the previous one (the frame that began it has returned or is unwound).
  void shrink();
  // Leaves chunks until the one that holds `fp` is current (unwinding).
  void shrink_to(const void* fp);
  void trim();                                      // frees the kept chunk

 private:
  void free_chunk(StackChunk* chunk);
  StackChunk* current_ = nullptr;
  StackChunk* spare_ = nullptr;
  std::size_t total_bytes_ = 0;                     // of the chunks in use
};

}  // namespace govm::sched
