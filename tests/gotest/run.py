#!/usr/bin/env python3
"""Runs `govm test` in module/ and compares what it prints with golden/NAME.txt, as `go test -vet=off` printed it.

  run.py --govm PATH            times are replaced by T; traces of goroutines end a comparison

A file that a case names PROFILE is compared too; FOLDER is a temporary one.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
CASES = {  # golden file: folder below module/, arguments
    'all': ('.', ['./a', './b', './c', './main']),
    'verbose': ('.', ['-v', './a']),
    'selected': ('.', ['-run', 'Add', '-count=1', './a']),
    'short': ('.', ['-v', '-short', './a', './main']),
    'list': ('.', ['-list', '.', './a']),
    'no_tests': ('.', ['-run', 'NoSuch', './a']),
    'files': ('a', ['-v', 'a.go', 'a_test.go']),
    'files_no_test': ('a', ['a.go']),
    'here': ('a', []),
    'here_fails': ('c', []),
    'here_panics': ('d', []),
    'json': ('.', ['-json', './a']),
    'json_fails': ('.', ['-json', './c']),
    'blocked': ('f', ['-v']),
    'build_fails': ('.', ['./e']),
    'cover': ('.', ['-cover', './a', './cover/...']),
    'cover_here': ('cover', ['-cover']),
    'cover_profile': ('.', ['-covermode=count', '-coverprofile=PROFILE', './cover/...']),
    'cover_packages': ('.', ['-coverprofile=PROFILE', '-covermode=atomic', '-coverpkg=./cover/...', './cover/...']),
    'profiles': ('.', ['-outputdir=FOLDER', '-memprofile=mem', '-memprofilerate=1', '-blockprofile=block',
                       '-blockprofilerate=1', '-mutexprofile=mutex', '-mutexprofilefraction=1', './profiles']),
}


def normalized(text):
    text = re.sub(r'"Time":"[^"]*"|"Elapsed":[0-9.]+|\d+\.\d+s|\(cached\)', 'T', text)
    return text.split('\ngoroutine ')[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', dest='command', required=True)
    parser.add_argument('--update', action='store_true', help='write the golden files: with --govm GO -vet=off')
    options = parser.parse_args()
    failed = 0
    for name, (folder, arguments) in CASES.items():
        with tempfile.NamedTemporaryFile('r') as profile, tempfile.TemporaryDirectory() as temporary:
            arguments = [a.replace('PROFILE', profile.name).replace('FOLDER', temporary) for a in arguments]
            done = subprocess.run([*options.command.split(), 'test', *arguments], cwd=HERE / 'module' / folder,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            got = f'{normalized(done.stdout)}{profile.read()}\nexit {done.returncode}\n'
        if options.update:
            (HERE / 'golden' / f'{name}.txt').write_text(got)
            continue
        want = (HERE / 'golden' / f'{name}.txt').read_text()
        if got != want:
            failed += 1
            print(f'FAIL {name}: got\n{got}\nwant\n{want}')
    print(f'{len(CASES) - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
