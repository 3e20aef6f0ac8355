#!/usr/bin/env python3
"""Runs the projects of examples/modules, and ways to misuse them, which must give the go command's own words."""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

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


def govm(program, folder, arguments):
    env = dict(os.environ, GOFLAGS="", GOMODCACHE=str(folder / "no-cache"))
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
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
