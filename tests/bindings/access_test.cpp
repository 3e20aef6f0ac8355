// What denied programs cannot do, and what they can with capabilities; limits.
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "bindings/govm.hpp"
#include "tests/catch.h"

namespace {

govm::Error run_error(govm::Options options, const std::string& text) {
  govm::Vm vm(std::move(options));
  auto program = vm.load_source("script.go", text);
  if (!program) return program.error();
  auto done = program->run_main();
  return done ? govm::Error{"ok"} : done.error();
}

std::string output_of(govm::Access access, const std::string& text) {
  std::string out;
  govm::Options options;
  options.access = std::move(access);
  options.access.output = [&](std::string_view t) { out += t; };
  const govm::Error e = run_error(options, text);
  return e.message == "ok" ? out : out + "ERROR " + e.message;
}

constexpr const char* kFileScript = R"(package main
import ("fmt"; "os"; "path/filepath"; "errors"; "io/fs")
func main() {
	b, err := os.ReadFile("/a/b.txt")
	fmt.Println(string(b), err)
	err = os.WriteFile("/a/new.txt", []byte("new"), 0o644)
	fmt.Println(errors.Is(err, fs.ErrPermission) || err != nil)
	if err == nil {
		os.MkdirAll("/x/y/z", 0o755)
		os.Rename("/a/new.txt", "/x/y/z/moved")
		filepath.WalkDir("/", func(p string, d fs.DirEntry, err error) error { fmt.Print(p, " "); return nil })
		fmt.Println(os.RemoveAll("/x"))
	}
	_, err = os.ReadFile("../../../../etc/passwd")
	fmt.Println(err)
	_, err = os.Stat("/a/out")
	fmt.Println(err == nil)
}
)";

}  // namespace

TEST_CASE("A denied program reaches nothing") {
  CHECK(output_of(govm::Access::none(), R"(package main
import ("fmt"; "os"; "net"; "os/exec"; "time")
func main() {
	_, err := os.ReadFile("/etc/passwd"); fmt.Println(err)
	err = os.WriteFile("/tmp/govm-denied", nil, 0o644); fmt.Println(err)
	_, err = net.Dial("tcp", "127.0.0.1:80"); fmt.Println(err != nil)
	_, err = net.Listen("tcp", "127.0.0.1:0"); fmt.Println(err != nil)
	fmt.Println(exec.Command("/bin/true").Run() != nil, len(os.Environ()), time.Now().Year() > 2000)
	p, err := os.FindProcess(1); fmt.Println(p.Signal(os.Kill) != nil)
}
)") == "open /etc/passwd: operation not permitted\nopen /tmp/govm-denied: operation not permitted\ntrue\ntrue\ntrue 0 true\ntrue\n");
}

TEST_CASE("Every system call is refused") {
  govm::Access access;
  access.unsafe = true;
  CHECK(output_of(access, R"(package main
import ("fmt"; "syscall")
func main() {
	harmless := map[uintptr]bool{syscall.SYS_GETPID: true, syscall.SYS_GETTID: true, syscall.SYS_GETPPID: true, syscall.SYS_GETUID: true,
		syscall.SYS_GETEUID: true, syscall.SYS_GETGID: true, syscall.SYS_GETEGID: true, syscall.SYS_CLOSE: true, 318: true}
	allowed := 0
	for n := uintptr(0); n < 470; n++ {
		if harmless[n] { continue }
		if _, _, e := syscall.RawSyscall6(n, 3, 0, 0, 0, 0, 0); e == 0 { fmt.Println("RawSyscall6", n); allowed++ }
		if _, _, e := syscall.Syscall(n, ^uintptr(99), 0, 0); e == 0 { fmt.Println("Syscall", n); allowed++ }
	}
	fmt.Println(allowed)
}
)") == "0\n");
}

TEST_CASE("Imports and directives are refused when the program is loaded") {
  const auto error = [](govm::Access access, const char* text) {
    govm::Options options;
    options.access = std::move(access);
    return run_error(options, text).message;
  };
  CHECK(error({}, "package main\nimport _ \"unsafe\"\nfunc main() {}\n").find("script.go:2:8: import of unsafe is not allowed here") != std::string::npos);
  CHECK(error({}, "package main\nimport _ \"syscall\"\nfunc main() {}\n").find("not allowed") != std::string::npos);
  govm::Access some;
  some.imports = {"fmt", "encoding/..."};
  some.refused_imports = {"encoding/gob"};
  CHECK(error(some, "package main\nimport _ \"encoding/json\"\nfunc main() {}\n") == "ok");
  CHECK(error(some, "package main\nimport _ \"encoding/gob\"\nfunc main() {}\n").find("encoding/gob") != std::string::npos);
  CHECK(error(some, "package main\nimport _ \"os\"\nfunc main() {}\n").find("import of os") != std::string::npos);
}

TEST_CASE("Files are those of the tree given") {
  govm::Access access;
  access.files = govm::Files::memory({{"/a/b.txt", "hello"}});
  CHECK(output_of(access, kFileScript) ==
        "hello <nil>\nfalse\n/ /a /a/b.txt /x /x/y /x/y/z /x/y/z/moved <nil>\nopen ../../../../etc/passwd: no such file or directory\nfalse\n");
  CHECK(access.files.contents() == std::map<std::string, std::string>{{"/a/b.txt", "hello"}});
  access.files = govm::Files::memory({{"/a/b.txt", "hello"}}, false);
  CHECK(output_of(access, kFileScript) == "hello <nil>\ntrue\nopen ../../../../etc/passwd: no such file or directory\nfalse\n");
  access.files = govm::Files::callback([](std::string_view path) { return path == "/a/b.txt" ? std::optional<std::string>("cb") : std::nullopt; });
  CHECK(output_of(access, kFileScript) == "cb <nil>\ntrue\nopen ../../../../etc/passwd: no such file or directory\nfalse\n");

  char folder[] = "/tmp/govm-test-XXXXXX";
  REQUIRE(::mkdtemp(folder) != nullptr);
  std::filesystem::create_directory(std::string(folder) + "/a");
  std::ofstream(std::string(folder) + "/a/b.txt") << "disk";
  std::filesystem::create_symlink("/etc/passwd", std::string(folder) + "/a/out");
  access.files = govm::Files::directory(folder);
  CHECK(output_of(access, kFileScript) == "disk <nil>\ntrue\nopen ../../../../etc/passwd: no such file or directory\nfalse\n");
  access.files = govm::Files::directory(folder, true);
  CHECK(output_of(access, kFileScript) ==
        "disk <nil>\nfalse\n/ /a /a/b.txt /a/out /x /x/y /x/y/z /x/y/z/moved <nil>\nopen ../../../../etc/passwd: no such file or directory\nfalse\n");
  std::filesystem::remove_all(folder);
}

TEST_CASE("Clock, entropy, environment and streams are the host's") {
  govm::Access access;
  access.clock = [] { return std::int64_t{1'000'000'000'000'000'000}; };
  access.entropy_seed = 7;
  access.environment = {"A=b"};
  access.arguments = {"prog", "x"};
  std::string rest = "line one\nline two\n";
  access.input = [&](char* to, std::size_t size) {
    const std::size_t n = rest.copy(to, size);
    rest.erase(0, n);
    return n;
  };
  constexpr const char* kText = R"(package main
import ("bufio"; "crypto/rand"; "fmt"; "os"; "time")
func main() {
	fmt.Println(time.Now().UTC(), os.Getenv("A"), os.Args)
	var b [4]byte
	rand.Read(b[:])
	s := bufio.NewScanner(os.Stdin)
	for s.Scan() { fmt.Println(s.Text()) }
	fmt.Println(b)
}
)";
  const std::string first = output_of(access, kText);
  CHECK(first.starts_with("2001-09-09 01:46:40 +0000 UTC b [prog x]\nline one\nline two\n["));
  rest = "line one\nline two\n";
  CHECK(output_of(access, kText) == first);
}

TEST_CASE("The network is what is listed") {
  govm::Access access;
  access.network.allow = {{"loopback", 0}};
  access.network.listen = true;
  CHECK(output_of(access, R"(package main
import ("fmt"; "io"; "net"; "strings")
func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil { fmt.Println(err); return }
	go func() { c, _ := l.Accept(); io.WriteString(c, "hi"); c.Close() }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil { fmt.Println(err); return }
	b, err := io.ReadAll(c)
	fmt.Println(string(b), err)
	_, err = net.Dial("tcp", "192.0.2.1:80")
	fmt.Println(strings.Contains(err.Error(), "operation not permitted"))
	_, err = net.Listen("unix", "/tmp/x.sock")
	fmt.Println(err != nil)
}
)") == "hi <nil>\ntrue\ntrue\n");
}

TEST_CASE("Limits end programs") {
  const auto kind = [](auto set, const std::string& body, const char* imports = "") {
    govm::Options options;
    set(options.limits);
    const govm::Error e = run_error(options, "package main\n" + std::string(imports) + "\nfunc main() {\n" + body + "\n}\n");
    INFO(e.message);
    return e.kind;
  };
  using L = govm::Limits;
  CHECK(kind([](L& l) { l.heap_bytes = 8 << 20; }, "var keep [][]byte; for { keep = append(keep, make([]byte, 1<<16)) }") == govm::ErrorKind::kOutOfMemory);
  CHECK(kind([](L& l) { l.goroutines = 100; }, "for { go func() { select {} }() }") == govm::ErrorKind::kGoroutines);
  CHECK(kind([](L& l) { l.stack_bytes = 1 << 16; }, "var f func(int) int; f = func(n int) int { return f(n+1) + 1 }; f(0)") == govm::ErrorKind::kStackOverflow);
  CHECK(kind([](L& l) { l.wall_time = std::chrono::milliseconds(20); }, "for {}") == govm::ErrorKind::kWallTime);
  CHECK(kind([](L& l) { l.wall_time = std::chrono::milliseconds(20); }, "time.Sleep(time.Hour)", "import \"time\"") == govm::ErrorKind::kWallTime);
  CHECK(kind([](L& l) { l.cpu_time = std::chrono::milliseconds(20); }, "for {}") == govm::ErrorKind::kCpuTime);
  CHECK(kind([](L& l) { l.fuel = 100000; }, "for {}") == govm::ErrorKind::kFuel);
  CHECK(kind([](L& l) { l.output_bytes = 1000; }, "for { os.Stdout.WriteString(\"x\") }", "import \"os\"") == govm::ErrorKind::kOutput);
}

TEST_CASE("Fuel is counted exactly, however often the program is stopped meanwhile") {
  std::set<std::int64_t> places;
  for (int i = 0; i < 4; i++) {
    govm::Options options;
    options.workers = 1;
    options.limits.fuel = 2'000'000;
    govm::Vm vm(options);
    std::atomic<std::int64_t> place{0};
    vm.module("host").function("At(n int)", [&](std::int64_t n) { place = n; });
    auto program = vm.load_source("a.go", R"(package main
import "host"
var n int
var keep any
//go:noinline
func step(p *[4096]int) int { keep = p; return n + 1 }
func main() { for { n = step(new([4096]int)); if n%4 == 0 { host.At(n) } } }
)");
    REQUIRE(program.ok());
    CHECK(program->run_main().error().kind == govm::ErrorKind::kFuel);
    CHECK(vm.statistics().collections > 3);     // each stops it, often at a call
    places.insert(place);
  }
  CHECK(places.size() == 1);
}

TEST_CASE("The same fuel ends at the same place, and may be refilled") {
  std::string seen[2];
  for (std::string& out : seen) {
    govm::Options options;
    options.limits.fuel = 200000;
    options.access.output = [&](std::string_view t) { out = t; };
    const govm::Error e = run_error(options, "package main\nimport \"os\"\nfunc main() { for i := 0; ; i++ { b := \"\"; for n := i; n > 0; n /= 10 { b = string(rune('0'+n%10)) + b }; os.Stdout.WriteString(b) } }\n");
    CHECK(e.kind == govm::ErrorKind::kFuel);
    CHECK(e.traceback.find("main.main") != std::string::npos);
  }
  CHECK(seen[0] == seen[1]);
  CHECK(!seen[0].empty());
  govm::Options options;
  options.limits.fuel = 1000;
  int refills = 0;
  options.on_out_of_fuel = [&] { return ++refills < 20 ? std::int64_t{1000} : std::int64_t{0}; };
  govm::Vm vm(options);
  auto program = vm.load_source("f.go", "package main\nfunc Count(n int) (s int) { for i := 0; i < n; i++ { s += i } ; return }\nfunc main() {}\n");
  REQUIRE(program.ok());
  CHECK(*program->function<std::int64_t(std::int64_t)>("Count")(2000) == 1999000);
  CHECK(refills > 1);
  CHECK(program->function<std::int64_t(std::int64_t)>("Count")(1000000).error().kind == govm::ErrorKind::kFuel);
}
