// What the environment says about the collector.
#pragma once

#include <optional>
#include <string_view>

#include "gc/heap.h"
#include "vm/runtime/access.h"

namespace govm::rt {

// $GOGC: percent or "off" (-1). $GOMEMLIMIT: bytes with one of gc's suffixes, or "off" (the largest number). Empty: not valid.
std::optional<int> parse_gc_percent(std::string_view text);
std::optional<std::int64_t> parse_memory_limit(std::string_view text);

// Applies $GOGC, $GOMEMLIMIT and gctrace of $GODEBUG; traces are written through access, which outlives the heap.
// The number that GODEBUG (may be null) gives for `name`, or 0.
int debug_setting(const char* list, std::string_view name);
void apply_gc_settings(gc::Heap& heap, Access& access, int processors);

}  // namespace govm::rt
