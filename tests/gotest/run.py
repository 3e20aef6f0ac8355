#!/usr/bin/env python3
"""Runs `govm test` in module/ and compares what it prints with golden/NAME.txt, as `go test -vet=off` printed it.

  run.py --govm PATH            times are replaced by T; traces of goroutines end a comparison
"""
import argparse
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CASES = {  # golden file: folder below module/, arguments
    'all': ('.', ['./a', './b', './c', './main']),
    'verbose': ('.', ['-v', './a']),
    'selected': ('.', ['-run', 'Add', '-count=1', './a']),
    'short': ('.', ['-v', '-short', './a', './main']),
    'list': ('.', ['-list', '.', './a']),
    'no_tests': ('.', ['-run', 'NoSuch', './a']),
    'here': ('a', []),
    'here_fails': ('c', []),
    'here_panics': ('d', []),
    'json': ('.', ['-json', './a']),
    'json_fails': ('.', ['-json', './c']),
    'build_fails': ('.', ['./e']),
}


def normalized(text):
    text = re.sub(r'"Time":"[^"]*"|"Elapsed":[0-9.]+|\d+\.\d+s|\(cached\)', 'T', text)
    return text.split('\ngoroutine ')[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    options = parser.parse_args()
    failed = 0
    for name, (folder, arguments) in CASES.items():
        done = subprocess.run([options.govm, 'test', *arguments], cwd=HERE / 'module' / folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        got = f'{normalized(done.stdout)}\nexit {done.returncode}\n'
        want = (HERE / 'golden' / f'{name}.txt').read_text()
        if got != want:
            failed += 1
            print(f'FAIL {name}: got\n{got}\nwant\n{want}')
    print(f'{len(CASES) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
