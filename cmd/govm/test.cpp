// govm test: as `go test` is used. Every package's tests run in a process of their own, in the package's folder. What
// stands for go's test binary is a small script that names the package; os.Args[0] is its path, so that tests which
// start themselves again work.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <mutex>
#include <sstream>
#include <thread>

#include "bindings/govm.hpp"
#include "cmd/govm/commands.h"
#include "cmd/govm/options.h"
#include "cmd/govm/test_json.h"

namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Place = govm::Vm::Place;

struct TestOptions {
  Arguments program_flags;      // "-test.run=X", for every test program
  Arguments program_arguments;  // behind -args
  Arguments patterns;
  bool verbose = false;         // shows the output of packages that pass
  bool json = false;            // prints events instead
  bool local = false;           // no packages named: the one here
  unsigned processes = 0;       // packages at a time
  std::string cover_mode;       // empty: coverage is not asked for
  std::string cover_profile;
  Arguments cover_patterns;     // packages whose coverage counts; empty: of each package its own
  Arguments cover_packages;     // what these name
  std::string cover_where;      // " in ./..."
  std::chrono::seconds timeout{600};
  bool decisions = false;       // -gcflags=-m
  bool inlining = true;         // no -l among them
};

constexpr std::string_view kSwitches[] = {"v", "short", "failfast", "benchmem", "fullpath"};
constexpr std::string_view kValues[] = {"run", "skip", "count", "timeout", "parallel", "bench", "benchtime", "cpu",
                                        "shuffle", "list", "outputdir", "blockprofile", "blockprofilerate", "cpuprofile",
                                        "memprofile", "memprofilerate", "mutexprofile", "mutexprofilefraction", "trace"};
constexpr std::chrono::seconds kTimeToPrintTraces{60};  // after the test program's own timeout

template <std::size_t N>
bool contains(const std::string_view (&table)[N], std::string_view item) {
  return std::find(std::begin(table), std::end(table), item) != std::end(table);
}

// Go durations that tests are given: "30s", "10m", "1h30m", "0".
bool parse_duration(const std::string& text, std::chrono::seconds& out) {
  double total = 0;
  const char* p = text.c_str();
  if (text == "0") return out = std::chrono::seconds(0), true;
  while (*p) {
    char* end = nullptr;
    const double n = std::strtod(p, &end);
    if (end == p) return false;
    if (std::strncmp(end, "ms", 2) == 0) total += n / 1000, end += 2;
    else if (*end == 'h') total += n * 3600, ++end;
    else if (*end == 'm') total += n * 60, ++end;
    else if (*end == 's') total += n, ++end;
    else return false;
    p = end;
  }
  out = std::chrono::seconds(static_cast<std::int64_t>(total + 0.999));
  return !text.empty();
}

// -cover, -covermode, -coverpkg and -coverprofile, each of which asks for coverage. False: it is none of them.
bool parse_cover(const std::string& name, const std::string& value, TestOptions& out) {
  if (name == "covermode") {
    out.cover_mode = value;
  } else if (name == "coverprofile") {
    out.cover_profile = value;
  } else if (name == "coverpkg") {
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t end = std::min(value.find(',', at), value.size());
      out.cover_patterns.push_back(value.substr(at, end - at));
      out.cover_where += (out.cover_where.empty() ? " in " : ", ") + out.cover_patterns.back();
      at = end + 1;
    }
  } else if (name != "cover") {
    return false;
  }
  if (out.cover_mode.empty()) out.cover_mode = "set";
  return true;
}

// Empty, or what is wrong.
std::string parse(const Arguments& arguments, TestOptions& out) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    std::string flag = arguments[i];
    if (flag.size() < 2 || flag[0] != '-') {
      out.patterns.push_back(flag);
      continue;
    }
    flag.erase(0, flag.starts_with("--") ? 2 : 1);
    if (flag == "args") {
      out.program_arguments.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1, arguments.end());
      break;
    }
    if (flag.starts_with("test.")) flag.erase(0, 5);
    const std::size_t equals = flag.find('=');
    const std::string name = flag.substr(0, equals);
    if (name == "json") {
      out.json = flag != "json=false";
      continue;
    }
    if (name == "cover") {
      if (flag != "cover=false") parse_cover(name, "", out);
      continue;
    }
    if (contains(kSwitches, name)) {
      out.program_flags.push_back("-test." + flag);
      if (name == "v") out.verbose = flag != "v=false";
      continue;
    }
    if (!contains(kValues, name) && name != "p" && name != "gcflags" && !name.starts_with("cover")) return "flag provided but not defined: -" + name;
    if (equals == flag.npos && i + 1 == arguments.size()) return "flag needs an argument: -" + name;
    const std::string value = equals == flag.npos ? arguments[++i] : flag.substr(equals + 1);
    if (name == "gcflags") {
      out.decisions = wants_decisions(value, out.inlining);
      continue;
    }
    if (name == "p") {
      out.processes = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10));
      continue;
    }
    if (parse_cover(name, value, out)) {
      const std::string& mode = out.cover_mode;
      if (mode != "set" && mode != "count" && mode != "atomic") {
        return "invalid value \"" + mode + "\" for flag -covermode: valid modes are \"set\", \"count\", or \"atomic\"";
      }
      continue;
    }
    if (name.starts_with("cover")) return "flag provided but not defined: -" + name;
    if (name == "timeout" && !parse_duration(value, out.timeout)) return "invalid value \"" + value + "\" for flag -timeout";
    if (name == "bench" || name == "list") out.verbose = true;
    out.program_flags.push_back("-test." + name + "=" + value);
  }
  if (out.json) {
    out.verbose = true;
    std::erase_if(out.program_flags, [](const std::string& f) { return f.starts_with("-test.v"); });
    out.program_flags.push_back("-test.v=test2json");
  }
  out.local = out.patterns.empty();
  if (out.local) out.patterns.push_back(".");
  if (out.processes == 0) out.processes = std::max(1u, std::thread::hardware_concurrency());
  const auto is_timeout = [](const std::string& f) { return f.starts_with("-test.timeout="); };
  if (std::none_of(out.program_flags.begin(), out.program_flags.end(), is_timeout)) {
    out.program_flags.push_back("-test.timeout=10m0s");
  }
  return "";
}

struct Outcome {
  std::string report;   // what is printed for the package
  bool failed = false;
  std::string profile = {};  // file with its coverage; empty: there is none
};

struct Ended {
  std::string output;
  int status = 0;
  bool killed = false;
};

// Where a program's output goes as it comes; empty: it is caught.
using Sink = std::function<void(std::string_view)>;

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// Runs a program in a folder. A time limit of 0: none.
Ended run_process(const std::string& program, const Arguments& arguments, const std::string& folder, const Sink& sink,
                  std::chrono::seconds limit) {
  Ended out;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return out.status = 1, out;
  std::vector<char*> argv{const_cast<char*>(program.c_str())};
  for (const std::string& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(folder.c_str()) != 0) _exit(127);
    setenv("PWD", folder.c_str(), 1);
    const int null = open("/dev/null", O_RDONLY);
    dup2(null, 0);
    dup2(ends[1], 1);
    dup2(ends[1], 2);
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  close(ends[1]);
  const auto start = Clock::now();
  for (;;) {
    int wait = -1;
    if (limit.count() > 0 && !out.killed) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(start + limit - Clock::now()).count();
      wait = static_cast<int>(std::max<std::int64_t>(left, 0));
    }
    pollfd readable{ends[0], POLLIN, 0};
    const int ready = poll(&readable, 1, wait);
    if (ready == 0) {
      kill(child, SIGKILL);
      out.killed = true;
      continue;
    }
    char buffer[1 << 14];
    const ssize_t n = read(ends[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    if (sink) sink({buffer, static_cast<std::size_t>(n)});
    else out.output.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  while (waitpid(child, &out.status, 0) < 0 && errno == EINTR) {
  }
  return out;
}

std::string seconds_text(Clock::duration time) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3fs", std::chrono::duration<double>(time).count());
  return text;
}

bool has_test_files(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    if (entry.path().filename().string().ends_with("_test.go")) return true;
  }
  return false;
}

// What a program's output says of its coverage, as the line about its package repeats it; empty: nothing.
std::string coverage_of(const std::string& output, const TestOptions& options) {
  if (options.cover_mode.empty()) return "";
  const std::size_t at = output.rfind("coverage: ");
  if (at == std::string::npos || (at != 0 && output[at - 1] != '\n')) return "";
  return "\t" + output.substr(at, output.find('\n', at) - at);
}

// Adds a program's profile to the one asked for.
void add_profile(const std::string& from, const TestOptions& options) {
  std::ifstream in(from);
  std::ofstream out(options.cover_profile, std::ios::app);
  std::string line;
  std::getline(in, line);  // the mode
  while (std::getline(in, line)) out << line << "\n";
}

// The exit code with which a test program says that it was not run: it does not compile, or has no test files.
constexpr int kBuildFailed = 113, kNoTestFiles = 114;

bool has_tests(const Place& place) {
  if (!place.files.empty()) {
    return std::any_of(place.files.begin(), place.files.end(), [](const std::string& f) { return f.ends_with("_test.go"); });
  }
  return !place.directory.empty() && has_test_files(place.directory);
}

std::string folder_of(const std::string& scripts, std::size_t number) { return scripts + "/b" + std::to_string(number); }

std::string script_of(const Place& place, const std::string& folder) {
  const std::string name = place.path == "." ? "main" : place.path.substr(place.path.find_last_of('/') + 1);
  return folder + "/" + name + ".test";
}

// All are written before any runs: a process that was just forked might hold one open, and it could not be executed.
void write_script(const Place& place, const TestOptions& options, const std::string& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  const std::string script = script_of(place, folder);
  {
    std::ofstream file(script);
    file << "#!" << fs::read_symlink("/proc/self/exe", error).string() << " run-test-program\n"
         << place.path << "\n" << place.directory << "\n" << fs::current_path(error).string() << "\n"
         << options.cover_mode << "\n" << options.cover_where << "\n" << place.files.size() << "\n";
    for (const std::string& name : place.files) file << name << "\n";
    for (const std::string& package : options.cover_packages) file << package << "\n";
  }
  fs::permissions(script, fs::perms::owner_all, error);
}

// The lines with names of files as the go command shortens them.
std::string with_short_names(const std::string& text) {
  std::error_code error;
  const std::string here = fs::current_path(error).string() + "/";
  std::istringstream lines(text);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(here)) {
      line.erase(0, here.size());
      if (line.find('/') > line.find(':')) line.insert(0, "./");
    }
    out += line + "\n";
  }
  return out;
}

// What was decided of allocations in a package and its tests, to standard error as the go command does. What does not compile
// is reported when it is run.
void print_decisions(const Place& place, const TestOptions& options) {
  static std::mutex printing;
  govm::Options access;
  access.access = govm::Access::all({});
  govm::Vm vm(std::move(access));
  const govm::Result<std::unique_ptr<govm::Program>> program = vm.load_test(place);
  if (!program || !program.value()) return;
  for (const std::string& path : {place.path, place.path + "_test"}) {
    const std::string text = program.value()->decisions(options.inlining, path);
    std::lock_guard guard(printing);
    if (!text.empty()) std::fprintf(stderr, "# %s [%s.test]\n%s", path.c_str(), place.path.c_str(), with_short_names(text).c_str());
  }
}

Outcome test_package(const Place& place, const TestOptions& options, const Sink& sink, const std::string& folder) {
  if (!has_tests(place)) return {"?   \t" + place.path + "\t[no test files]\n"};
  if (options.decisions) print_decisions(place, options);
  Arguments arguments = options.program_flags;
  arguments.insert(arguments.begin(), "-test.paniconexit0");
  const std::string profile = options.cover_profile.empty() ? "" : folder + "/cover.out";
  if (!profile.empty()) arguments.push_back("-test.coverprofile=" + profile);
  arguments.insert(arguments.end(), options.program_arguments.begin(), options.program_arguments.end());
  const auto start = Clock::now();
  const auto limit = options.timeout.count() == 0 ? options.timeout : options.timeout + kTimeToPrintTraces;
  const Ended ended = run_process(script_of(place, folder), arguments, place.directory, sink, limit);
  const std::string time = seconds_text(Clock::now() - start);
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == kNoTestFiles) {
    return {"?   \t" + place.path + "\t[no test files]\n"};
  }
  if (WIFEXITED(ended.status) && WEXITSTATUS(ended.status) == kBuildFailed) {
    return {"# " + place.path + " [" + place.path + ".test]\n" + ended.output + "FAIL\t" + place.path + " [build failed]\n", true};
  }
  if (ended.status == 0) {
    const bool none = ended.output.find("testing: warning: no tests to run\n") != std::string::npos;
    return {(options.verbose ? ended.output : "") + "ok  \t" + place.path + "\t" + time + coverage_of(ended.output, options) + (none ? " [no tests to run]" : "") + "\n", false, profile};
  }
  std::string report = ended.output;
  if (!report.empty() && report.back() != '\n') report += '\n';
  if (ended.killed) report += "*** Test killed with quit: ran too long (" + seconds_text(limit) + ").\n";
  if (WIFSIGNALED(ended.status) && !ended.killed) report += "signal: " + std::string(strsignal(WTERMSIG(ended.status))) + "\n";
  if (report.empty()) report = "exit status " + std::to_string(WEXITSTATUS(ended.status)) + "\n";
  return {report + "FAIL\t" + place.path + "\t" + time + "\n", true, profile};
}

// As events, printed at once whatever package they belong to.
Outcome test_package_as_json(const Place& place, const TestOptions& options, const std::string& folder) {
  static std::mutex printing;
  TestEvents events(place.path, [](const std::string& line) {
    std::lock_guard guard(printing);
    print(line);
  });
  bool any = false;
  const Sink sink = [&](std::string_view text) {
    any = true;
    events.write(text);
  };
  Outcome outcome = test_package(place, options, sink, folder);
  std::string_view report = outcome.report;  // the exit status matters only where nothing was printed
  if (any && report.starts_with("exit status ")) report.remove_prefix(report.find('\n') + 1);
  events.write(report);
  if (outcome.report.starts_with("?   \t")) events.skipped();
  events.close(!outcome.failed);
  outcome.report.clear();
  return outcome;
}

}  // namespace

int test(const Command& self, const Flags&, Arguments arguments) {
  TestOptions options;
  if (const std::string problem = parse(arguments, options); !problem.empty()) return usage_error(self, problem);
  const govm::Result<std::vector<Place>> places = govm::Vm({}).places(options.patterns);
  if (!places) return print_error(places.error().message);
  if (!options.cover_patterns.empty()) {
    const govm::Result<std::vector<Place>> covered = govm::Vm({}).places(options.cover_patterns);
    if (!covered) return print_error(covered.error().message);
    for (const Place& place : covered.value()) options.cover_packages.push_back(place.path);
  }
  if (!options.cover_profile.empty()) std::ofstream(options.cover_profile) << "mode: " << options.cover_mode << "\n";
  std::string scripts = fs::temp_directory_path().string() + "/govm-test.XXXXXX";
  if (!mkdtemp(scripts.data())) {
    std::perror("govm: test: temporary folder");
    return 1;
  }
  const std::vector<Place>& all = places.value();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (has_tests(all[i])) write_script(all[i], options, folder_of(scripts, i + 1));
  }
  std::vector<Outcome> outcomes(all.size());
  std::vector<bool> ended(all.size());
  std::atomic<std::size_t> next = 0;
  std::mutex lock;
  std::size_t printed = 0;
  bool failed = false;
  const auto work = [&] {
    for (std::size_t i = next++; i < all.size(); i = next++) {
      Outcome outcome = options.json ? test_package_as_json(all[i], options, folder_of(scripts, i + 1))
                                     : test_package(all[i], options, options.local ? Sink(print) : Sink(), folder_of(scripts, i + 1));
      std::lock_guard guard(lock);
      outcomes[i] = std::move(outcome);
      ended[i] = true;
      for (; printed < all.size() && ended[printed]; ++printed) {
        std::fputs(outcomes[printed].report.c_str(), stdout);
        failed |= outcomes[printed].failed;
        if (!outcomes[printed].profile.empty()) add_profile(outcomes[printed].profile, options);
      }
      std::fflush(stdout);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < std::min<std::size_t>(options.processes, all.size()); ++i) threads.emplace_back(work);
  work();
  for (std::thread& t : threads) t.join();
  std::error_code error;
  fs::remove_all(scripts, error);
  if (failed && !options.local && !options.json) std::puts("FAIL");
  return failed ? 1 : 0;
}

int run_test_program(Arguments arguments) {
  if (arguments.empty()) return usage_error("run-test-program: no file given");
  std::ifstream file(arguments[0]);
  Place place;
  std::string line, directory, files;
  govm::Options options;
  if (!std::getline(file, line) || !std::getline(file, place.path) || !std::getline(file, place.directory) ||
      !std::getline(file, directory) || !std::getline(file, options.cover_mode) ||
      !std::getline(file, options.cover_where) || !std::getline(file, files)) {
    return usage_error("run-test-program: " + arguments[0] + " is no test program");
  }
  options.directory = directory;
  for (std::size_t left = std::strtoull(files.c_str(), nullptr, 10); left > 0 && std::getline(file, line); --left) {
    place.files.push_back(line);
  }
  while (std::getline(file, line)) options.cover_packages.push_back(line);
  std::error_code error;
  const std::string self = fs::absolute(arguments[0], error).string();
  options.access = govm::Access::all(std::move(arguments));
  options.access.test_program = self;
  options.access.signals = true;
  govm::Vm vm(std::move(options));
  govm::Result<std::unique_ptr<govm::Program>> program = vm.load_test(place);
  if (!program) {
    print_error(program.error().message);
    return kBuildFailed;
  }
  if (!program.value()) return kNoTestFiles;
  run_to_end(*program.value());
}
