#!/usr/bin/env python3
"""Bad input and bad command lines: govm must end with exit code 1 (2 for its own usage) and say what is wrong, in gc's or
the go command's words where these have some.

  run.py --govm PATH [--only NAME]
"""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

MAIN = 'package main\n\nfunc main() {}\n'
MOD = 'module m\n\ngo 1.24\n'


def nested(depth, opening, middle, closing, before='package main\n\nvar x = ', after='\n\nfunc main() {}\n'):
    return before + opening * depth + middle + closing * depth + after


# name, files ({path: text or bytes; a path that ends in / is a directory}), arguments, exit code, lines that the output
# (both streams) must contain. "run" works in the folder of the files.
CASES = [
    ('missing file', {}, ['run', 'missing.go'], 1, ['stat missing.go: no such file or directory']),
    ('missing folder', {}, ['run', './nothing'], 1, ['/nothing: directory not found']),
    ('missing package', {}, ['run', 'nothing'], 1, ['package nothing is not in std']),
    ('missing module', {}, ['run', 'example.com/x'], 1, ['no required module provides package example.com/x; to add it:']),
    ('missing tree', {}, ['check', './nothing/...'], 1, ['pattern ./nothing/...: lstat ./nothing/: no such file or directory']),
    ('folder without files', {'go.mod': MOD}, ['run', '.'], 1, ['no Go files in ']),
    ('folder without Go files', {'go.mod': MOD, 'readme.txt': 'x'}, ['run', '.'], 1, ['no Go files in ']),
    ('constraints exclude all', {'go.mod': MOD, 'a.go': '//go:build windows\n\n' + MAIN}, ['run', '.'], 1,
     ['build constraints exclude all Go files in ']),
    ('folder named as a file', {'d.go/': ''}, ['run', 'd.go'], 1, ['d.go is a directory, should be a Go file']),
    ('unreadable file', {'a.go': MAIN}, ['run', 'a.go'], 1, ['open a.go: permission denied']),
    ('unreadable file of a package', {'go.mod': MOD, 'a.go': MAIN, 'b.go': MAIN}, ['run', '.'], 1, ['a.go: permission denied']),
    ('no main', {'a.go': 'package main\n\nfunc f() {}\n'}, ['run', 'a.go'], 1,
     ['function main is undeclared in the main package']),
    ('main with parameters', {'a.go': 'package main\n\nfunc main(x int) {}\n'}, ['run', 'a.go'], 1,
     ['a.go:3:6: func main must have no arguments and no return values']),
    ('main twice', {'a.go': MAIN + 'func main() {}\n'}, ['run', 'a.go'], 1,
     ['a.go:4:6: main redeclared in this block', 'a.go:3:6: other declaration of main']),
    ('main is a variable', {'a.go': 'package main\n\nvar main = 1\n'}, ['run', 'a.go'], 1,
     ['a.go:3:5: cannot declare main - must be func']),
    ('not a main package', {'a.go': 'package lib\n'}, ['run', 'a.go'], 1,
     ['package command-line-arguments is not a main package']),
    ('a library', {}, ['run', 'fmt'], 1, ['package fmt is not a main package']),
    ('two packages', {'a.go': MAIN, 'b.go': 'package lib\n'}, ['run', 'a.go', 'b.go'], 1,
     ['found packages main (a.go) and lib (b.go) in ']),
    ('two folders', {'a/a.go': MAIN, 'b/b.go': 'package main\n'}, ['run', 'a/a.go', 'b/b.go'], 1,
     ['named files must all be in one directory; have ']),
    ('import cycle', {'go.mod': MOD, 'm.go': 'package main\n\nimport _ "m/a"\n\nfunc main() {}\n',
                      'a/a.go': 'package a\n\nimport _ "m/b"\n', 'b/b.go': 'package b\n\nimport _ "m/a"\n'}, ['run', '.'], 1,
     ['package m', '\timports m/a from m.go', '\timports m/b from a.go', '\timports m/a from b.go: import cycle not allowed']),
    ('imports itself', {'go.mod': MOD, 'm.go': 'package main\n\nimport _ "m"\n\nfunc main() {}\n'}, ['run', '.'], 1,
     ['package m', '\timports m from m.go: import cycle not allowed']),
    ('imports a program', {'go.mod': MOD, 'm.go': 'package main\n\nimport _ "m/a"\n\nfunc main() {}\n', 'a/a.go': MAIN},
     ['run', '.'], 1, ['m.go:3:8: import "m/a" is a program, not an importable package']),
    ('imports what is not there', {'a.go': 'package main\n\nimport "no/such"\n\nfunc main() { such.F() }\n'}, ['run', 'a.go'], 1,
     ['a.go:3:8: package no/such is not in std']),
    ('imports an internal package', {'a.go': 'package main\n\nimport _ "internal/abi"\n\nfunc main() {}\n'}, ['run', 'a.go'], 1,
     ['a.go:3:8: use of internal package internal/abi not allowed']),
    ('relative import', {'a.go': 'package main\n\nimport "./x"\n\nfunc main() { x.F() }\n'}, ['run', 'a.go'], 1,
     ['a.go:3:8: "./x" is relative, but relative import paths are not supported in module mode']),
    ('bad go.mod', {'go.mod': 'modul x\n', 'a.go': MAIN}, ['run', '.'], 1, ['go.mod:1: unknown directive: modul']),
    ('go.mod of the future', {'go.mod': 'module m\n\ngo 1.99\n', 'a.go': MAIN}, ['run', '.'], 1,
     ['go.mod requires go >= 1.99 (running go 1.24)']),
    ('NUL byte', {'a.go': b'package main\n\nfunc main() { println("a\x00b") }\n'}, ['run', 'a.go'], 1,
     ['a.go:3:25: invalid NUL character']),
    ('byte order mark in the middle', {'a.go': b'package main\n\nfunc main() {\xef\xbb\xbf println(1) }\n'}, ['run', 'a.go'], 1,
     ['a.go:3:14: invalid BOM in the middle of the file']),
    ('byte order mark in front', {'a.go': b'\xef\xbb\xbfpackage main\n\nfunc main() { println(1) }\n'}, ['run', 'a.go'], 0, ['1']),
    ('broken UTF-8', {'a.go': b'package main\n\nfunc main() { println("\xff\xfe") }\n'}, ['run', 'a.go'], 1,
     ['a.go:3:24: invalid UTF-8 encoding']),
    ('empty file', {'a.go': ''}, ['run', 'a.go'], 1, ['a.go:1:1: syntax error: package statement must be first']),
    ('random bytes', {'a.go': random.Random(1).randbytes(5000)}, ['run', 'a.go'], 1, ['a.go:1:1: ']),
    ('only NUL bytes', {'a.go': b'\0' * 100000}, ['run', 'a.go'], 1, ['a.go:1:1: ']),
    ('deep parentheses', {'a.go': nested(100000, '(', '1', ')')}, ['run', 'a.go'], 1, ['a.go:3:']),
    ('deep operators', {'a.go': nested(100000, '-', '1', '')}, ['run', 'a.go'], 1, ['a.go:3:']),
    ('deep type', {'a.go': nested(100000, '[]', 'int', '', 'package main\n\nvar x ')}, ['run', 'a.go'], 1, ['a.go:3:']),
    ('long sum', {'a.go': nested(100000, '1+', '1', '')}, ['check', 'a.go'], None, []),
    ('no arguments', {}, [], 2, ['govm runs Go programs.']),
    ('no files', {}, ['run'], 2, ['govm: run: no Go files given']),
    ('unknown command', {}, ['frob'], 2, ["govm: unknown command frob ('govm help' has the usage)"]),
    ('unknown option', {}, ['run', '-frob', 'a.go'], 2, ['govm: run: unknown option -frob']),
    ('unknown function', {'a.go': MAIN}, ['disasm', 'a.go', 'nothing'], 1,
     ['govm: no function nothing in package command-line-arguments']),
]


def drop_privileges():
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


def run(govm, files, arguments, unreadable):
    """Exit code and output in a new folder with these files."""
    with tempfile.TemporaryDirectory() as temp:
        os.chmod(temp, 0o755)
        folder = pathlib.Path(temp)
        for path, text in files.items():
            full = folder / path
            if path.endswith('/'):
                full.mkdir()
                continue
            full.parent.mkdir(exist_ok=True)
            full.write_bytes(text if isinstance(text, bytes) else text.encode())
        if unreadable:
            (folder / 'a.go').chmod(0)
        done = subprocess.run([govm, *arguments], cwd=temp, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, preexec_fn=drop_privileges if unreadable else None)
        return done.returncode, done.stdout.decode(errors='replace')


def problem_of(govm, case):
    name, files, arguments, want_code, want = case
    try:
        code, out = run(govm, files, arguments, name.startswith('unreadable'))
    except subprocess.TimeoutExpired:
        return 'no end after 60 s'
    except PermissionError:
        print(f'skipped {name}: the user nobody cannot execute {govm}')
        return None
    if code < 0 or code > 2 or (want_code is not None and code != want_code):
        return f'exit code {code}, want {want_code}: {out[:500]}'
    lines = out.split('\n')
    for text in want:
        if not any(text in line for line in lines):
            return f'no line with {text!r} in {out[:500]!r}'
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    parser.add_argument('--only', default='')
    options = parser.parse_args()
    failed = 0
    cases = [case for case in CASES if options.only in case[0]]
    for case in cases:
        if problem := problem_of(os.path.abspath(options.govm), case):
            failed += 1
            print(f'FAIL {case[0]}: {problem}')
    print(f'{len(cases) - failed} passed, {failed} failed')
    return 1 if failed else 0


sys.exit(main())
