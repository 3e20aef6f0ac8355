#include "vm/runtime/gc_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace govm::rt {

namespace {

template <typename T>
std::optional<T> parse_number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The value of name=value in a comma-separated list; the last one counts.
std::string_view setting(std::string_view list, std::string_view name) {
  std::string_view value;
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    if (item.size() > name.size() && item.starts_with(name) && item[name.size()] == '=') value = item.substr(name.size() + 1);
  }
  return value;
}

// Milliseconds as gc prints them: three digits or so, no exponent.
std::string milliseconds(std::uint64_t ns) {
  const double ms = static_cast<double>(ns) / 1e6;
  return ms >= 100 ? fmt::format("{:.0f}", ms) : ms >= 10 ? fmt::format("{:.2g}", ms) : fmt::format("{:.{}f}", ms, ms >= 1 ? 1 : ms >= 0.1 ? 2 : 3);
}

// As gc prints it. A pause takes the time of all processors.
std::string trace_line(const gc::CycleTrace& t, std::uint64_t since_start_ns, int processors) {
  constexpr std::size_t kMega = 1 << 20;
  const auto all = static_cast<std::uint64_t>(processors);
  const auto percent = since_start_ns == 0 ? 0 : t.total_cpu * 100 / (since_start_ns * all);
  const std::uint64_t background = t.background_cpu - std::min(t.background_cpu, t.idle_cpu);
  return fmt::format("gc {} @{:.3f}s {}%: {}+{}+{} ms clock, {}+{}/{}/{}+{} ms cpu, {}->{}->{} MB, {} MB goal, 0 MB stacks, "
                     "0 MB globals, {} P{}\n",
                     t.number, static_cast<double>(since_start_ns) / 1e9, percent, milliseconds(t.begin_pause),
                     milliseconds(t.mark), milliseconds(t.end_pause), milliseconds(t.begin_pause * all),
                     milliseconds(t.assist_cpu), milliseconds(background), milliseconds(t.idle_cpu),
                     milliseconds(t.end_pause * all), t.before / kMega, t.after / kMega, t.marked / kMega,
                     t.goal == SIZE_MAX ? 0 : t.goal / kMega, processors, t.forced ? " (forced)" : "");
}

}  // namespace

std::optional<int> parse_gc_percent(std::string_view text) {
  return text == "off" ? std::optional<int>(-1) : parse_number<int>(text);
}

std::optional<std::int64_t> parse_memory_limit(std::string_view text) {
  if (text == "off") return INT64_MAX;
  int shift = 0;
  if (text.ends_with("iB") && text.size() > 2) {
    constexpr std::string_view kUnits = "KMGT";
    const std::size_t unit = kUnits.find(text[text.size() - 3]);
    if (unit == kUnits.npos) return std::nullopt;
    shift = 10 * (static_cast<int>(unit) + 1);
    text.remove_suffix(3);
  } else if (text.ends_with('B')) {
    text.remove_suffix(1);
  }
  const auto value = parse_number<std::int64_t>(text);
  if (!value || *value < 0 || *value > INT64_MAX >> shift) return std::nullopt;
  return *value << shift;
}

int debug_setting(const char* list, std::string_view name) {
  return list == nullptr ? 0 : parse_number<int>(setting(list, name)).value_or(0);
}

void apply_gc_settings(gc::Heap& heap, Access& access, int processors) {
  for (const std::string& entry : access.environment()) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos) continue;
    const std::string_view name = std::string_view(entry).substr(0, equals), value = std::string_view(entry).substr(equals + 1);
    if (name == "GOGC") {
      if (const auto percent = parse_gc_percent(value)) heap.set_gc_percent(*percent);
    } else if (name == "GOMEMLIMIT") {
      if (const auto limit = parse_memory_limit(value)) heap.set_memory_limit(*limit);
    } else if (name == "GODEBUG" && !setting(value, "gctrace").empty() && setting(value, "gctrace") != "0") {
      heap.on_cycle = [&access, processors, start = access.monotonic_nanos()](const gc::CycleTrace& t) {
        const std::string line = trace_line(t, static_cast<std::uint64_t>(access.monotonic_nanos() - start), processors);
        access.write(2, line.data(), line.size());
      };
    }
  }
}

}  // namespace govm::rt
