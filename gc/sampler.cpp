#include "gc/sampler.h"

#include <cmath>

#include "gc/heap_impl.h"

namespace govm::gc {

std::int64_t SampleClock::draw(std::int64_t rate) {
  if (rate <= 0) return INT64_MAX;
  if (rate == 1) return 0;
  random_ ^= random_ << 13;
  random_ ^= random_ >> 7;
  random_ ^= random_ << 17;
  const double uniform = static_cast<double>((random_ >> 11) + 1) * 0x1p-53;   // above 0, at most 1
  return static_cast<std::int64_t>(std::min(-std::log(uniform) * static_cast<double>(rate), 0x1p62));
}

void SampledObjects::add(std::uintptr_t base, void* tag) {
  std::lock_guard lock(mutex_);
  samples_[base] = {tag, ++last_};
}

void SampledObjects::find_candidates(const MarkStack& marker, std::size_t marked) {
  std::lock_guard lock(mutex_);
  candidates_.clear();
  marked_ = marked;
  for (const auto& [base, sample] : samples_) {
    if (!marker.is_marked(base)) candidates_.push_back({base, sample});
  }
}

void SampledObjects::settle(const MarkStack& marker, std::size_t marked) {
  std::lock_guard lock(mutex_);
  if (marked == marked_) return;
  std::erase_if(candidates_, [&](const Candidate& c) { return marker.is_marked(c.base); });
}

void SampledObjects::end_cycle(AllocationObserver& observer) {
  std::vector<void*> gone;
  {
    std::lock_guard lock(mutex_);
    for (const Candidate& dead : candidates_) {
      gone.push_back(dead.sample.tag);
      const auto it = samples_.find(dead.base);
      if (it != samples_.end() && it->second.number == dead.sample.number) samples_.erase(it);
    }
    candidates_.clear();
  }
  observer.cycle_ended(gone);
}

void Heap::observe(AllocationObserver& observer) { impl_->observer.store(&observer, std::memory_order_release); }

void Heap::observed_rate_changed() {
  impl_->world.stop();
  for (auto& cache : impl_->caches) impl_->follow_rate(*cache);
  impl_->world.start();
}

void Heap::Impl::follow_rate(Cache& cache) {
  AllocationObserver* watching = observer.load(std::memory_order_acquire);
  const std::int64_t rate = watching != nullptr ? watching->rate() : 0;
  if (rate == cache.sample_rate) [[likely]] return;
  cache.sample_rate = rate;
  cache.large_until_sample = cache.sample_clock.draw(rate);
  for (std::size_t cls = 0; cls < kSpanClasses; cls++) {
    cache.until_sample[cls] = cache.sample_clock.draw(rate);
    Span& span = *cache.current[cls];
    if (&span == &empty_span) continue;
    span.uncut();
    aim(cache, static_cast<SpanClass>(cls), span.allocated());
  }
}

void Heap::Impl::aim(Cache& cache, SpanClass cls, std::uint32_t used) {
  Span& span = *cache.current[cls];
  span.sampled_to = used;
  const auto until = static_cast<std::uint64_t>(cache.until_sample[cls]);
  if (until < (span.count - used) * std::uint64_t{span.element_bytes}) span.cut_after(until / span.element_bytes);
}

void* Heap::Impl::take_sampled(Cache& cache, SpanClass cls) {
  Span& span = *cache.current[cls];
  if (!span.cut()) return nullptr;
  span.uncut();
  void* p = span.take_slot();
  note_sample(p, span.element_bytes);
  cache.until_sample[cls] = cache.sample_clock.draw(cache.sample_rate);
  aim(cache, cls, span.allocated());
  return p;
}

void Heap::Impl::sample_large(Cache& cache, void* p, std::size_t bytes) {
  follow_rate(cache);
  cache.large_until_sample -= static_cast<std::int64_t>(bytes);
  if (cache.large_until_sample >= 0) return;
  note_sample(p, bytes);
  cache.large_until_sample = cache.sample_clock.draw(cache.sample_rate);
}

void Heap::Impl::note_sample(void* p, std::size_t bytes) {
  void* tag = observer.load(std::memory_order_acquire)->allocated(bytes);
  if (tag != nullptr) samples.add(reinterpret_cast<std::uintptr_t>(p), tag);
}

}  // namespace govm::gc
