#!/usr/bin/env python3
"""Runs the own tests of third-party modules (those of tools/fetch_modules) under `govm test`, and a program that serves a
client over WebSocket. A module passes if all its packages do; known_failures.txt beside this file has the reasons of those
tests that do not.

  third_party.py --govm PATH [--only MODULE,...] [--fast]     --fast: a few small modules; exit 77: none are in the cache
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
TOOLS = HERE.parent.parent / "tools"
TEN = ["github.com/google/uuid", "golang.org/x/sync", "github.com/gorilla/websocket", "github.com/spf13/cobra",
       "github.com/google/go-cmp", "github.com/stretchr/testify", "gopkg.in/yaml.v3", "golang.org/x/net", "golang.org/x/text",
       "golang.org/x/tools"]
FAST = TEN[:3]
STARTS_GO = ["github.com/stretchr/testify"]  # a test runs `go test`; elsewhere tests that want a toolchain skip themselves
SKIPPED = 77


def modules_folder():
    done = subprocess.run([TOOLS / "fetch_modules", "--cached"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return pathlib.Path(done.stdout.strip()) if done.returncode == 0 else None


def known_failures():
    """package -> {test: reason}; the test "" stands for the whole package."""
    known = {}
    for line in (HERE / "known_failures.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            package, test, reason = line.split(" ", 2)
            known.setdefault(package, {})["" if test == "*" else test] = reason
    return known


def failures_of(output):
    """package -> the top tests that failed in it, of govm's (or go's) report."""
    failed, tests = {}, []
    for line in output.splitlines():
        if found := re.match(r"--- FAIL: ([^ /]+) ", line):
            tests.append(found[1])
        elif found := re.match(r"(ok  |FAIL)\t(\S+)", line):
            if found[1] == "FAIL":
                failed[found[2]] = tests
            tests = []
    return failed


class Runner:
    def __init__(self, govm, root):
        self.govm, self.root, self.known = govm, root, known_failures()
        self.home = root / "home"
        self.bin = root / "bin"
        for folder in (self.home, self.bin):
            folder.mkdir()
        (self.bin / "go").symlink_to(govm)
        if os.getuid() == 0:  # some tests need files that they may not write
            for path, folders, files in os.walk(root):
                for name in [path, *(os.path.join(path, n) for n in folders + files)]:
                    os.chown(name, 65534, 65534, follow_symlinks=False)

    def start(self, arguments, folder, with_go=False, **options):
        path = "/usr/local/bin:/usr/bin:/bin"
        env = {"PATH": f"{self.bin}:{path}" if with_go else path, "HOME": str(self.home), "TMPDIR": str(self.home), "LANG": "C.UTF-8"}
        for name in ("GOVM_GOROOT", "XDG_CACHE_HOME"):
            if name in os.environ:
                env[name] = os.environ[name]
        if os.getuid() == 0:
            options |= {"user": 65534, "group": 65534, "extra_groups": []}
        return subprocess.Popen([self.govm, *arguments], cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", **options)

    def test(self, module):
        """Whether the module passes, but for known failures; says how."""
        began = time.time()
        output = self.start(["test", "./..."], self.root / module, module in STARTS_GO).communicate()[0]
        packages = len(re.findall(r"^(?:ok  |FAIL)\t", output, re.M))
        failed = failures_of(output)
        new, explained = [], 0
        for package, tests in failed.items():
            known = self.known.get(package, {})
            if "" in known or (tests and all(t in known for t in tests)):
                explained += 1
            else:
                new.append(f"{package}: {', '.join(tests) or 'does not build or ends early'}")
        state = "FAIL" if new or not packages else "known" if explained else "ok"
        print(f"{state:5} {module}: {packages - len(failed)} of {packages} packages, {time.time() - began:.0f} s", flush=True)
        for line in new:
            print(f"      {line}")
        if state == "FAIL":
            print("      " + "\n      ".join(output.splitlines()[-40:]))
        return state

    def serves(self):
        """golang.org/x/net/websocket echoes to a client that speaks the protocol by itself."""
        from websocket_client import echoes
        folder = self.root / "golang.org/x/net"
        (folder / "echo_server").mkdir()
        shutil.copy(HERE / "echo_server.go.txt", folder / "echo_server/main.go")
        server = self.start(["run", "./echo_server"], folder)
        try:
            address = server.stdout.readline().strip()
            problem = echoes(address) if address else "the server did not start: " + server.stdout.read()
        finally:
            server.kill()
            server.communicate()
            shutil.rmtree(folder / "echo_server")
        print(f"{'FAIL' if problem else 'ok':5} the echo server of golang.org/x/net/websocket {problem}")
        return "FAIL" if problem else "ok"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--govm", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--fast", action="store_true")
    options = parser.parse_args()
    cached = modules_folder()
    if not cached:
        print("skipped: tools/fetch_modules has fetched no modules")
        return SKIPPED
    chosen = FAST if options.fast else options.only.split(",") if options.only else TEN
    with tempfile.TemporaryDirectory() as temporary:
        os.chmod(temporary, 0o755)
        root = pathlib.Path(temporary) / "modules"
        shutil.copytree(cached, root)
        runner = Runner(os.path.abspath(options.govm), root)
        states = [runner.test(module) for module in chosen]
        if not options.only:
            states.append(runner.serves())
    print(f"{states.count('ok')} pass, {states.count('known')} with known failures, {states.count('FAIL')} fail")
    return 1 if "FAIL" in states else 0


sys.exit(main())
