// The events of `go test -json` from the output of a test program run with -test.v=test2json.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

// One package's. Not thread safe; `print` gets whole lines, each an event.
class TestEvents {
 public:
  TestEvents(std::string package, std::function<void(const std::string&)> print);

  void write(std::string_view output);   // what the program printed next
  void skipped() { result_ = "skip"; }   // there was nothing to test
  void close(bool passed);               // the last event

 private:
  struct Report {                        // of a "--- PASS" line, held back until its log lines have come
    std::string action, test, elapsed;
  };
  void input_line(std::string_view line);
  void report_line(std::string_view line, std::string_view all, std::size_t indent, bool marked);
  void flush_reports(std::size_t depth);
  void flush_output();
  void output(std::string_view text);
  void event(const std::string& action, const std::string& test, const std::string& elapsed = {},
             const std::string* text = nullptr);

  std::string package_;
  std::function<void(const std::string&)> print_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string pending_;                  // an incomplete line of input
  std::string partial_;                  // an incomplete line of output
  std::string test_;                     // that output belongs to
  std::string result_;
  std::vector<Report> reports_;
  bool needs_marker_ = false;
};
