#include "scheduler/stack.h"

#include <algorithm>
#include <new>

#include "base/assert.h"

namespace govm::sched {
namespace {

constexpr std::size_t kSecondChunkSlots = 512;
constexpr std::size_t kMaxChunkSlots = std::size_t{1} << 17;  // 1 MiB
constexpr std::size_t kMaxSpareSlots = std::size_t{1} << 13;  // do not keep more than 64 KiB

std::size_t chunk_bytes(std::size_t slots) { return sizeof(StackChunk) + slots * sizeof(std::uint64_t); }

}  // namespace

void Stack::init(void* first, std::size_t bytes) {
  current_ = static_cast<StackChunk*>(first);
  current_->previous = nullptr;
  current_->end = current_->begin() + (bytes - sizeof(StackChunk)) / sizeof(std::uint64_t);
  spare_ = nullptr;
  total_bytes_ = bytes;
}

void Stack::free_chunk(StackChunk* chunk) { ::operator delete(chunk); }

void Stack::release() {
  if (current_ == nullptr) return;
  while (current_->previous != nullptr) shrink();
  trim();
}

std::uint64_t* Stack::grow(std::size_t slots, std::size_t max_bytes) {
  if (slots > max_bytes / sizeof(std::uint64_t)) return nullptr;
  if (spare_ != nullptr && spare_->slots() < slots) trim();
  StackChunk* chunk = spare_;
  std::size_t wanted = chunk != nullptr
                           ? chunk->slots()
                           : std::max({slots, kSecondChunkSlots, std::min(current_->slots() * 2, kMaxChunkSlots)});
  if (total_bytes_ + chunk_bytes(wanted) > max_bytes) return nullptr;
  if (chunk == nullptr) {
    chunk = static_cast<StackChunk*>(::operator new(chunk_bytes(wanted), std::nothrow));
    if (chunk == nullptr) return nullptr;
    chunk->end = chunk->begin() + wanted;
  }
  spare_ = nullptr;
  chunk->previous = current_;
  current_ = chunk;
  total_bytes_ += chunk_bytes(wanted);
  return chunk->begin();
}

void Stack::shrink() {
  StackChunk* left = current_;
  GOVM_ASSERT(left->previous != nullptr);
  current_ = left->previous;
  total_bytes_ -= chunk_bytes(left->slots());
  trim();
  if (left->slots() <= kMaxSpareSlots || left->slots() <= current_->slots() * 2) {
    spare_ = left;
  } else {
    free_chunk(left);
  }
}

void Stack::shrink_to(const void* fp) {
  while (!current_->contains(fp) && current_->previous != nullptr) shrink();
}

void Stack::trim() {
  if (spare_ != nullptr) free_chunk(spare_);
  spare_ = nullptr;
}

}  // namespace govm::sched
