#!/usr/bin/env python3
"""Runs the projects of examples/modules, and ways to misuse them, which must give the go command's own words."""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import module_cache

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent.parent / "examples/modules"

# project, folder below it, arguments, exit code, what standard output is
RUNS = [
    ("workspace", "app", ["run", "."], "hello, workspace\n"),
    ("vendored", "", ["run", "."], "hello from vendor\n"),
    ("replaced", "", ["run", "."], "replaced by a folder\n"),
    ("embedded", "", ["run", "."], "1 file: less is more\n"),
    ("tagged", "", ["run", "."], "hello linux\n"),
    ("tagged", "", ["run", "-tags", "loud", "."], "HELLO linux\n"),
    ("internals", "", ["run", "."], "store of 4096 bytes\n"),
    ("internals", "", ["list", "./..."], "example.com/internals\nexample.com/internals/store\nexample.com/internals/store/internal/page\n"),
    ("replaced", "", ["list", "-m", "all"], "example.com/replaced\nexample.com/dep v1.0.0 => ./dep\n"),
    ("replaced", "", ["mod", "graph"], "example.com/replaced go@1.24\nexample.com/replaced example.com/dep@v1.0.0\n"),
    ("replaced", "", ["mod", "why", "example.com/dep/deeper", "example.com/other"],
     "# example.com/dep/deeper\nexample.com/replaced\nexample.com/dep/deeper\n\n"
     "# example.com/other\n(main module does not need package example.com/other)\n"),
]

# project, folder, {file: (old, new)} or {file: None} to remove it, arguments, what is said
MISUSES = [
    ("workspace", "app", {"go.work": ("\t./lib\n", "")}, ["run", "."],
     "no required module provides package example.com/lib; to add it:\n\tgo get example.com/lib"),
    ("workspace", "app", {"go.work": ("\t./app\n", "")}, ["run", "."],
     "current directory is contained in a module that is not one of the workspace modules listed in go.work. You can add "
     "the module to the workspace using:\n\tgo work use ."),
    ("vendored", "", {"go.mod": ("v1.2.0", "v1.3.0")}, ["run", "."],
     "\texample.com/greet@v1.3.0: is explicitly required in go.mod, but vendor/modules.txt indicates example.com/greet@v1.2.0\n\n"
     "\tTo ignore the vendor directory, use -mod=readonly or -mod=mod.\n\tTo sync the vendor directory, run:\n\t\tgo mod vendor"),
    ("vendored", "", {"vendor/modules.txt": ("## explicit; go 1.24\n", "")}, ["run", "."],
     "example.com/greet@v1.2.0: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt"),
    ("embedded", "", {"texts/motto.txt": None}, ["run", "."], "main.go:12:12: pattern texts/motto.txt: no matching files found"),
    ("internals", "", {"main.go": ("internals/store\"", "internals/store/internal/page\"")}, ["run", "."],
     "use of internal package example.com/internals/store/internal/page not allowed"),
    ("tagged", "", {"main.go": ("package main", "//go:build never\n\npackage main")}, ["run", "."],
     "function main is undeclared in the main package"),
    ("replaced", "", {"go.mod": ("require", "requires")}, ["run", "."], "go.mod:5: unknown directive: requires"),
]

CACHED_MAIN = 'package main\n\nimport (\n\t"fmt"\n\n\t"example.com/dep"\n)\n\nfunc main() { fmt.Println(dep.Hello()) }\n'
SHOUTING = 'package main\n\nimport "example.com/Shout"\n\nfunc main() { println(shout.Text) }\n'
REQUIRES = "module m\n\ngo 1.20\n\nrequire example.com/dep v1.0.0\n\nrequire example.com/deep v1.3.0 // indirect\n"

# Programs that use the module cache: name, go.mod, main.go, what happens to go.sum, arguments, exit code, what is said
CACHED = [
    ("listed versions", REQUIRES, CACHED_MAIN, str, ["run", "."], 0, "dep v1.0.0 over deep v1.3.0\n"),
    ("versions of the graph", REQUIRES.replace("1.20", "1.16").split("require example.com/deep")[0], CACHED_MAIN, str, ["run", "."], 0,
     "dep v1.0.0 over deep v1.1.0\n"),
    ("the highest version", REQUIRES.replace("deep v1.3.0", "deep v1.0.0").replace("1.20", "1.16"), CACHED_MAIN, str, ["run", "."], 0,
     "dep v1.0.0 over deep v1.1.0\n"),
    ("replaced by another version", REQUIRES + "\nreplace example.com/dep => example.com/dep v1.2.0-rc.1\n", CACHED_MAIN, str, ["run", "."],
     0, "dep v1.2.0-rc.1 over deep v1.3.0\n"),
    ("capitals", "module m\n\ngo 1.20\n\nrequire example.com/Shout v1.0.0\n", SHOUTING, str, ["run", "."], 0, "HEY\n"),
    ("no go.sum", REQUIRES, CACHED_MAIN, lambda s: "", ["run", "."], 1,
     "main.go:6:2: missing go.sum entry for module providing package example.com/dep (imported by m); to add:\n\tgo get m\n"),
    ("a dependency's dependency is not in go.sum", REQUIRES, CACHED_MAIN, lambda s: s.replace("deep v1.3.0 h1:", "deep v1.4.0 h1:"), ["run", "."],
     1, "dep.go:3:8: missing go.sum entry for module providing package example.com/deep (imported by example.com/dep); to add:\n"
     "\tgo get example.com/dep@v1.0.0\n"),
    ("no go.sum for what is named", REQUIRES, CACHED_MAIN, lambda s: "", ["test", "example.com/deep"], 1,
     "missing go.sum entry for module providing package example.com/deep; to add:\n\tgo mod download example.com/deep\n"),
    ("another hash", REQUIRES, CACHED_MAIN, lambda s: re.sub("(dep v1.0.0 h1:)....", r"\1AAAA", s), ["run", "."], 1,
     "verifying example.com/dep@v1.0.0: checksum mismatch\n\tdownloaded: h1:"),
    ("another hash of go.mod", REQUIRES, CACHED_MAIN, lambda s: re.sub("(dep v1.0.0/go.mod h1:)....", r"\1AAAA", s), ["run", "."], 1,
     "verifying example.com/dep@v1.0.0/go.mod: checksum mismatch\n\tdownloaded: h1:"),
    ("go.mod is not in go.sum", REQUIRES, CACHED_MAIN, lambda s: re.sub("example.com/dep v1.0.0/go.mod.*\n", "", s), ["run", "."], 1,
     "main.go:6:2: example.com/dep@v1.0.0: missing go.sum entry for go.mod file; to add it:\n\tgo mod download example.com/dep\n"),
    ("a broken go.sum", REQUIRES, CACHED_MAIN, lambda s: s + "a b\n", ["run", "."], 1, "go.sum:11: wrong number of fields 2\n"),
    ("what is replaced is not required", "module m\n\ngo 1.20\n\nreplace example.com/dep => ./dep\n", CACHED_MAIN, str, ["run", "."], 1,
     "main.go:6:2: module example.com/dep provides package example.com/dep and is replaced but not required; to add it:\n"
     "\tgo get example.com/dep\n"),
]

PANICS = 'package main\n\nfunc main() {\n\tdefer func() { println(recover() == nil) }()\n\tpanic(nil)\n}\n'

# Settings of GODEBUG that a program begins with: go.mod, first lines of main.go, what panic(nil) gives
DEBUG_SETTINGS = [
    ("go 1.24\n", "", "false\n"),
    ("go 1.20\n", "", "true\n"),
    ("go 1.24\n\ngodebug panicnil=1\n", "", "true\n"),
    ("go 1.24\n\ngodebug default=go1.20\n", "", "true\n"),
    ("go 1.20\n", "//go:debug panicnil=0\n", "false\n"),
    ("go 1.24\n", "//go:debug panicnil=1\n", "true\n"),
]


def govm(program, folder, arguments, cache=None):
    env = dict(os.environ, GOFLAGS="", GODEBUG="", GOMODCACHE=str(cache or folder / "no-cache"))
    result = subprocess.run([program, *arguments], cwd=folder, capture_output=True, text=True, timeout=60, env=env)
    return result.returncode, result.stdout, result.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--govm", required=True)
    args = parser.parse_args()
    program = os.path.abspath(args.govm)
    passed = failed = 0

    def check(ok, what, got):
        nonlocal passed, failed
        passed += ok
        failed += not ok
        if not ok:
            print(f"FAIL {what}\n{got}")

    for project, folder, arguments, expected in RUNS:
        code, out, err = govm(program, EXAMPLES / project / folder, arguments)
        check(code == 0 and out == expected, f"{project}: {' '.join(arguments)}", out + err)
    for project, folder, changes, arguments, expected in MISUSES:
        with tempfile.TemporaryDirectory() as temporary:
            copy = pathlib.Path(temporary) / project
            shutil.copytree(EXAMPLES / project, copy)
            for name, change in changes.items():
                file = copy / name
                if change is None:
                    file.unlink()
                else:
                    file.write_text(file.read_text().replace(*change, 1))
            code, out, err = govm(program, copy / folder, arguments)
            check(code == 1 and expected in out + err, f"{project}: {changes}", out + err)
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        sums = module_cache.write(folder / "cache")
        project = folder / "project"
        (project / "dep").mkdir(parents=True)
        (project / "dep/go.mod").write_text("module example.com/dep\n")
        (project / "dep/dep.go").write_text("package dep\n\nfunc Hello() string { return `` }\n")
        for name, mod, text, change, arguments, expected_code, expected in CACHED:
            (project / "go.mod").write_text(mod)
            (project / "main.go").write_text(text)
            (project / "go.sum").write_text(change(sums))
            code, out, err = govm(program, project, arguments, folder / "cache")
            check(code == expected_code and expected in out + err, name, out + err)
        for mod, lines, expected in DEBUG_SETTINGS:
            (project / "go.mod").write_text("module m\n\n" + mod)
            (project / "main.go").write_text(lines + "\n" + PANICS)
            code, out, err = govm(program, project, ["run", "."])
            check(code == 0 and err == expected, f"{mod}{lines}", out + err)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
