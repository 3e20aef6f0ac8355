#include "gc/mark.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace govm::gc {
namespace {

// The program may be writing the word: then either value will do, as the barrier shades the old one and the new one is
// known from elsewhere.
__attribute__((no_sanitize("thread"))) std::uintptr_t load_word(std::uintptr_t p) {
  return *reinterpret_cast<const volatile std::uintptr_t*>(p);
}

}  // namespace

void MarkStack::mark(std::uintptr_t p) {
  Span* span = pages_.find(p);
  if (span == nullptr) return;
  std::uint32_t index = 0;
  if (span->large()) {
    if (!span->set_mark(0)) return;
    marked_bytes_ += span->bytes();
  } else {
    index = span->index_of(p);
    if (index >= span->count || !span->markable(index) || !span->set_mark(index)) return;
    marked_bytes_ += span->element_bytes;
  }
  if (!span->noscan) grey_.objects.push_back({span, index});
}

void MarkStack::mark_range(const void* begin, std::size_t bytes) {
  auto p = (reinterpret_cast<std::uintptr_t>(begin) + 7) & ~std::uintptr_t{7};
  std::uintptr_t end = reinterpret_cast<std::uintptr_t>(begin) + bytes;
  for (; p + 8 <= end; p += 8) mark(load_word(p));
}

void MarkStack::mark_typed(const void* p, const abi::Type* type) {
  scan_element(reinterpret_cast<std::uintptr_t>(p), type);
}

void MarkStack::drain_alone() { drain(SIZE_MAX, false); }

// Objects wait in a short ring between being taken off the stack and being scanned, while memory fetches them.
std::size_t MarkStack::drain(std::size_t budget, bool share) {
  constexpr std::size_t kRing = 8, kShareInterval = 64, kSome = 4;
  GreyObject ring[kRing] = {};
  std::size_t position = 0, waiting = 0, scanned = 0;
  while (scanned < budget) {
    GreyObject object{};
    if (!grey_.objects.empty()) {
      object = grey_.objects.back();
      grey_.objects.pop_back();
      __builtin_prefetch(reinterpret_cast<const void*>(object.span->slot(object.index)));
      waiting++;
    } else if (waiting == 0) {
      if (grey_.arrays.empty()) return scanned;
      const GreyArray array = grey_.arrays.back();
      grey_.arrays.pop_back();
      push_chunk(array.begin, array.bytes, array.type);
      scanned += kChunkBytes / 64;
      continue;
    }
    std::swap(object, ring[position]);
    position = (position + 1) % kRing;
    if (object.span == nullptr) continue;
    waiting--;
    scan(*object.span, object.index);
    if (++scanned % kShareInterval == 0 && share && grey_.objects.size() >= kSome && pool_.hungry()) pool_.share(grey_);
  }
  for (const GreyObject& object : ring) {
    if (object.span != nullptr) grey_.objects.push_back(object);
  }
  return scanned;
}

void MarkStack::scan(Span& span, std::uint32_t index) {
  if (span.large()) {
    push_chunk(span.base, span.large_bytes, span.large_type);
    return;
  }
  std::uintptr_t object = span.slot(index);
  if (span.element_bytes <= kMaxBitmapBytes) {
    scan_bits(span, object);
    return;
  }
  auto type = reinterpret_cast<const abi::Type*>(load_word(object));
  if (type != nullptr) scan_array(object + kHeaderBytes, span.element_bytes - kHeaderBytes, type);
}

void MarkStack::scan_bits(Span& span, std::uintptr_t object) {
  std::size_t first = (object - span.base) / 8, shift = first % 64;
  std::size_t words = span.element_bytes / 8;
  auto heap_bits = [&](std::size_t w) { return Span::Bits(span.heap_bits[w]).load(std::memory_order_relaxed); };
  std::uint64_t bits = heap_bits(first / 64) >> shift;
  if (shift + words > 64) bits |= heap_bits(first / 64 + 1) << (64 - shift);
  if (words < 64) bits &= (std::uint64_t{1} << words) - 1;
  for (; bits != 0; bits &= bits - 1) mark(load_word(object + static_cast<unsigned>(std::countr_zero(bits)) * 8));
}

void MarkStack::push_chunk(std::uintptr_t begin, std::size_t bytes, const abi::Type* type) {
  if (type == nullptr || type->size == 0) return;
  std::size_t piece = std::max(kChunkBytes / type->size, std::size_t{1}) * type->size;
  if (bytes > piece) {
    grey_.arrays.push_back({begin + piece, bytes - piece, type});
    bytes = piece;
  }
  scan_array(begin, bytes, type);
}

void MarkStack::scan_array(std::uintptr_t begin, std::size_t bytes, const abi::Type* type) {
  if (type->size == 8) {
    for (std::size_t offset = 0; offset + 8 <= bytes; offset += 8) mark(load_word(begin + offset));
    return;
  }
  for (std::size_t offset = 0; offset + type->size <= bytes; offset += type->size) scan_element(begin + offset, type);
}

void MarkStack::scan_element(std::uintptr_t p, const abi::Type* type) {
  std::size_t words = type->ptr_bytes / 8;
  for (std::size_t first = 0; first < words; first += 8) {
    unsigned bits = type->gc_data[first / 8];
    if (words - first < 8) bits &= (1u << (words - first)) - 1;
    for (; bits != 0; bits &= bits - 1) mark(load_word(p + (first + static_cast<unsigned>(std::countr_zero(bits))) * 8));
  }
}

void MarkStack::mark_fields(std::uintptr_t p) {
  Span* span = pages_.find(p);
  if (span == nullptr || span->noscan) return;
  std::uint32_t index = span->large() ? 0 : span->index_of(p);
  if (span->large() || (index < span->count && span->markable(index))) scan(*span, index);
}

bool MarkStack::is_marked(std::uintptr_t p) const {
  Span* span = pages_.find(p);
  if (span == nullptr) return true;
  return span->marked(span->large() ? 0 : span->index_of(p));
}

}  // namespace govm::gc
