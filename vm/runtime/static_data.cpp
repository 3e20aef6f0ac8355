#include "vm/runtime/static_data.h"

#include <sys/mman.h>

#include <algorithm>
#include <string>
#include <unordered_map>

#include "base/assert.h"
#include "base/memory.h"

namespace govm::rt {

namespace {
constexpr std::size_t kBlock = std::size_t{1} << 20;
struct Block { std::size_t size; std::size_t unused; };
}  // namespace

struct StaticData::Strings {
  std::unordered_map<std::string_view, abi::String> map;
};

StaticData::StaticData() : strings_(new Strings) {}

StaticData::~StaticData() {
  delete strings_;
  for (void* block : blocks_) munmap(block, static_cast<Block*>(block)->size);
}

void* StaticData::carve(std::size_t size, std::size_t align) {
  auto skip = (align - reinterpret_cast<std::uintptr_t>(next_) % align) % align;
  if (next_ == nullptr || skip + size > left_) {
    std::size_t total = std::max(kBlock, (sizeof(Block) + size + align + 4095) & ~std::size_t{4095});
    // Behind the block before, the first at a fixed place if that is free: see gc's page heap.
    void* hint = blocks_.empty() ? reinterpret_cast<void*>(0xa000000000)
                                 : static_cast<char*>(blocks_.back()) + static_cast<Block*>(blocks_.back())->size;
    void* block = mmap(hint, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    GOVM_ASSERT(block != MAP_FAILED);
    static_cast<Block*>(block)->size = total;
    blocks_.push_back(block);
    next_ = static_cast<char*>(block) + sizeof(Block);
    left_ = total - sizeof(Block);
    skip = (align - reinterpret_cast<std::uintptr_t>(next_) % align) % align;
  }
  void* p = next_ + skip;
  next_ += skip + size;
  left_ -= skip + size;
  return p;
}

void* StaticData::global(const abi::Type* type) {
  std::lock_guard guard(lock_);
  void* p = carve(std::max<std::size_t>(type->size, 1), std::max<std::size_t>(type->align, 8));
  if (type->ptr_bytes != 0) typed_.push_back({p, type});
  return p;
}

void* StaticData::bytes(std::size_t size, std::size_t align) {
  std::lock_guard guard(lock_);
  return carve(std::max<std::size_t>(size, 1), align);
}

void* StaticData::scanned(std::size_t size) {
  std::lock_guard guard(lock_);
  void* p = carve(std::max<std::size_t>(size, 8), 8);
  raw_.push_back({p, size});
  return p;
}

abi::String StaticData::string(std::string_view text) {
  if (text.empty()) return {};
  std::lock_guard guard(lock_);
  auto it = strings_->map.find(text);
  if (it != strings_->map.end()) return it->second;
  auto* p = static_cast<std::uint8_t*>(carve(text.size(), 1));
  copy_bytes(p, text.data(), text.size());
  abi::String s{p, static_cast<std::int64_t>(text.size())};
  strings_->map.emplace(std::string_view(reinterpret_cast<char*>(p), text.size()), s);
  return s;
}

void StaticData::visit_roots(gc::Marker& marker) {
  std::vector<Typed> typed;   // what is added meanwhile holds nothing that was there when marking began
  std::vector<Raw> raw;
  {
    std::lock_guard guard(lock_);
    typed = typed_;
    raw = raw_;
  }
  for (const Typed& t : typed) marker.mark_typed(t.address, t.type);
  for (const Raw& r : raw) marker.mark_range(r.address, r.size);
}

}  // namespace govm::rt
