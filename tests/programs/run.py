#!/usr/bin/env python3
"""Runs whole programs and compares what they print: FILE.go with FILE.out, FILE.err (standard error, see plain) and
FILE.exit (exit code) where there are such.

  run.py --govm PATH [--only SUBSTRING] DIR...
  run.py --plain < TEXT      prints a traceback as it stands in a .err file
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys


def plain(text):
    """A traceback without what may differ: addresses, arguments, goroutine ids, folders, where the library is."""
    text = re.sub(r'(?m)^((?:created by )?[\w./*()\[\]-]+?)\((?:\.\.\.|[^()]*)\)$', r'\1(...)', text)
    text = re.sub(r'(?m)^\t.*?([^/\n]+/[^/\n]+\.(?:go|s)):(\d+)(?: \+0x[0-9a-f]+)?$', position, text)
    text = re.sub(r'goroutine \d+', 'goroutine N', text)
    text = re.sub(r'\b0x[0-9a-f]+', '0x?', text)
    text = re.sub(r'(?m)^\.\.\.\d+ frames elided\.\.\.$', '...N frames elided...', text)
    return re.sub(r'(?m)^exit status \d+\n', '', text)


def position(found):
    folder, _, name = found[1].rpartition('/')
    return f'\t{name}:{found[2]}' if folder in ('panics', 'programs') else '\t(library)'


def check(govm, program, timeout):
    try:
        done = subprocess.run([govm, 'run', program.name], cwd=program.parent, stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return f'no end after {timeout} s'
    exit_file = program.with_suffix('.exit')
    code = int(exit_file.read_text()) if exit_file.exists() else 0
    want = program.with_suffix('.out').read_bytes()
    if done.stdout != want:
        got_lines, want_lines = done.stdout.split(b'\n'), want.split(b'\n')
        for number, (got, wanted) in enumerate(zip(got_lines + [b''], want_lines + [b'']), 1):
            if got != wanted:
                return f'line {number}: got {got!r}, want {wanted!r}; stderr: {done.stderr[-300:].decode(errors="replace")}'
        return f'{len(got_lines)} lines, want {len(want_lines)}'
    if done.returncode != code:
        return f'exit code {done.returncode}, want {code}; stderr: {done.stderr[-300:].decode(errors="replace")}'
    error_file = program.with_suffix('.err')
    if error_file.exists():
        got, wanted = plain(done.stderr.decode(errors='replace')), error_file.read_text()
        if got != wanted:
            return 'standard error:\n' + ''.join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True),
                                                                      'wanted', 'got'))
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm')
    parser.add_argument('--plain', action='store_true')
    parser.add_argument('--timeout', type=float, default=60)
    parser.add_argument('--only', default='')
    parser.add_argument('dirs', nargs='*')
    options = parser.parse_args()
    if options.plain:
        print(plain(sys.stdin.read()), end='')
        return 0
    passed = failed = 0
    for folder in options.dirs:
        for program in sorted(pathlib.Path(folder).glob('*.go')):
            if options.only not in program.name or not program.with_suffix('.out').exists():
                continue
            problem = check(os.path.abspath(options.govm), program, options.timeout)
            if problem:
                failed += 1
                print(f'FAIL {program.name}: {problem}')
            else:
                passed += 1
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


sys.exit(main())
