#include "cmd/govm/test_json.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <ctime>
#include <utility>

namespace {

constexpr char kMarker = 22;  // ^V before the lines that are the testing package's own
constexpr std::string_view kUpdates[] = {"=== RUN   ", "=== PAUSE ", "=== CONT  ", "=== NAME  ", "=== PASS  ", "=== FAIL  ",
                                         "=== SKIP  "};
constexpr std::string_view kReports[] = {"--- PASS: ", "--- FAIL: ", "--- SKIP: ", "--- BENCH: "};

template <std::size_t N>
bool begins_with_any(std::string_view line, const std::string_view (&table)[N]) {
  return std::any_of(std::begin(table), std::end(table), [&](std::string_view t) { return line.starts_with(t); });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  return text;
}

// Bytes of the UTF-8 sequence at the beginning, or 0 if it is none.
std::size_t sequence(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(i < s.size() ? s[i] : 0); };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0) == 0x80; };
  if (byte(0) >= 0xC2 && byte(0) < 0xE0 && tail(1)) return 2;
  if (byte(0) >= 0xE0 && byte(0) < 0xF0 && tail(1) && tail(2)) {
    if ((byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xED && byte(1) >= 0xA0)) return 0;
    return 3;
  }
  if (byte(0) >= 0xF0 && byte(0) < 0xF5 && tail(1) && tail(2) && tail(3)) {
    if ((byte(0) == 0xF0 && byte(1) < 0x90) || (byte(0) == 0xF4 && byte(1) >= 0x90)) return 0;
    return 4;
  }
  return 0;
}

// A JSON string as encoding/json writes it.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    char code[8];
    std::size_t length = 1;
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (c < 0x20 || c == '<' || c == '>' || c == '&') {
          std::snprintf(code, sizeof code, "\\u%04x", c);
          out += code;
        } else if (c < 0x80) {
          out += static_cast<char>(c);
        } else if ((length = sequence(text)) == 0) {
          out += "\\ufffd";
          length = 1;
        } else if (text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9")) {
          out += text[2] == '\xA8' ? "\\u2028" : "\\u2029";
        } else {
          out += text.substr(0, length);
        }
    }
    text.remove_prefix(length);
  }
  return out + '"';
}

std::string now() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  tm parts;
  localtime_r(&time.tv_sec, &parts);
  char date[40], zone[8], text[80];
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &parts);
  std::strftime(zone, sizeof zone, "%z", &parts);
  std::string offset = zone;
  if (offset == "+0000") offset = "Z";
  else offset.insert(3, ":");
  std::snprintf(text, sizeof text, "%s.%09ld%s", date, time.tv_nsec, offset.c_str());
  return text;
}

// A number of seconds as encoding/json prints a float64: the shortest that says the same.
std::string number(std::string_view text) {
  std::string out(text);
  if (out.find('.') != out.npos) {
    while (out.back() == '0') out.pop_back();
    if (out.back() == '.') out.pop_back();
  }
  return out;
}

}  // namespace

TestEvents::TestEvents(std::string package, std::function<void(const std::string&)> print)
    : package_(std::move(package)), print_(std::move(print)) {
  event("start", "");
}

void TestEvents::event(const std::string& action, const std::string& test, const std::string& elapsed,
                       const std::string* text) {
  std::string line = "{\"Time\":\"" + now() + "\",\"Action\":\"" + action + "\",\"Package\":" + quoted(package_);
  if (!test.empty()) line += ",\"Test\":" + quoted(test);
  if (!elapsed.empty()) line += ",\"Elapsed\":" + elapsed;
  if (text) line += ",\"Output\":" + quoted(*text);
  print_(line + "}\n");
}

void TestEvents::flush_output() {
  if (partial_.empty()) return;
  const std::string text = std::move(partial_);
  partial_.clear();
  event("output", test_, "", &text);
}

void TestEvents::output(std::string_view text) {
  partial_ += text;
  if (partial_.ends_with('\n')) flush_output();
}

void TestEvents::flush_reports(std::size_t depth) {
  test_.clear();
  while (reports_.size() > depth) {
    const Report report = std::move(reports_.back());
    reports_.pop_back();
    event(report.action, report.test, report.elapsed);
  }
}

// Lines end with a newline, or before a marker.
void TestEvents::write(std::string_view text) {
  pending_ += text;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    const bool newline = pending_[i] == '\n';
    if (!newline && (pending_[i] != kMarker || i == begin)) continue;
    const std::size_t end = newline ? i + 1 : i;
    input_line(std::string_view(pending_).substr(begin, end - begin));
    begin = end;
  }
  pending_.erase(0, begin);
}

void TestEvents::input_line(std::string_view line) {
  const bool marked = line[0] == kMarker;
  if (needs_marker_ && !marked) return output(line);
  if (marked) {
    flush_output();
    line.remove_prefix(1);
  }
  std::string_view trim = line;
  if (trim.ends_with('\n')) trim.remove_suffix(1);
  if (trim.ends_with('\r')) trim.remove_suffix(1);
  if (trim == "PASS" || trim == "FAIL" || trim.starts_with("FAIL\t")) {
    flush_reports(0);
    needs_marker_ = marked;
    result_ = trim == "PASS" ? "pass" : "fail";
    return output(line);
  }
  if (trim == "testing: warning: no tests to run" && reports_.empty()) result_ = "skip";
  std::string_view rest = line;
  std::size_t indent = 0;
  if (!begins_with_any(rest, kUpdates)) {
    for (; rest.starts_with("    "); ++indent) rest.remove_prefix(4);
    if (begins_with_any(rest, kReports)) return report_line(rest, line, indent, marked);
    if (indent > 0 && indent <= reports_.size()) test_ = reports_[indent - 1].test;
    return output(line);
  }
  needs_marker_ = marked;
  flush_reports(0);
  std::string action(trimmed(rest.substr(4, kUpdates[0].size() - 4)));
  std::transform(action.begin(), action.end(), action.begin(), [](unsigned char c) { return std::tolower(c); });
  test_ = trimmed(rest.substr(kUpdates[0].size()));
  if (action == "name") return;
  if (action == "pause") output(line);
  event(action, test_);
  if (action != "pause") output(line);
}

// "--- PASS: TestX (0.01s)"
void TestEvents::report_line(std::string_view line, std::string_view all, std::size_t indent, bool marked) {
  if (reports_.size() < indent) return output(all);
  const std::size_t colon = line.find(':');
  Report report;
  report.action = line.substr(4, colon - 4);
  std::transform(report.action.begin(), report.action.end(), report.action.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  std::string_view name = trimmed(line.substr(colon + 1));
  if (const std::size_t at = name.find(" ("); at != name.npos) {
    if (name.ends_with("s)")) report.elapsed = number(name.substr(at + 2, name.size() - at - 4));
    name = name.substr(0, at);
  }
  report.test = name;
  needs_marker_ = marked;
  flush_reports(indent);
  test_ = report.test;
  reports_.push_back(std::move(report));
  output(all);
}

void TestEvents::close(bool passed) {
  if (!pending_.empty()) input_line(std::exchange(pending_, {}));
  flush_output();
  flush_reports(0);
  if (!passed) result_ = "fail";
  else if (result_ != "skip") result_ = "pass";
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%.3f",
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count());
  event(result_, "", number(seconds));
}
