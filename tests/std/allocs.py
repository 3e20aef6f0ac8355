#!/usr/bin/env python3
"""How many of std's tests that count allocations (testing.AllocsPerRun) govm passes.

  allocs.py --govm PATH --goroot DIR [PACKAGE...] [--least PERCENT] [-v]

Looks through the _test.go files of the packages on the list of run.py, runs the functions that call AllocsPerRun
(themselves or by a function of the same file) on one processor, as many skip themselves otherwise, each package's
without its other tests, and prints how many pass, fail and are skipped. Fails below --least.
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys

PACKAGES = pathlib.Path(__file__).resolve().parent / 'packages.txt'


def counting_tests(folder):
    """Names of the folder's Test functions that call AllocsPerRun."""
    out = set()
    for path in folder.glob('*_test.go'):
        if re.search(r'_(windows|plan9|darwin|js|wasm)_test', path.name):
            continue
        # Top-level functions begin and end at the left margin.
        text = path.read_text(errors='replace')
        bodies = {m[1]: m[2] for m in re.finditer(r'^func (?:\([^)]*\) )?(\w+)\(.*?\{\n(.*?)^\}', text, re.M | re.S)}
        counting = {name for name, body in bodies.items() if re.search(r'\bAllocsPerRun\(', body)}
        for _ in range(2):
            calls = re.compile(r'\b(?:' + '|'.join(counting or {'$^'}) + r')\b')
            counting |= {name for name, body in bodies.items() if calls.search(body)}
        out |= {name for name in counting if re.match(r'Test([^a-z]|$)', name)}
    return sorted(out)


def run(govm, package, tests):
    command = [govm, 'test', '-json', '-run', '^(' + '|'.join(tests) + ')$', package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors='replace', timeout=300,
                              env={**os.environ, 'GOMAXPROCS': '1'})
    except subprocess.TimeoutExpired:
        return {}, ''
    results, output = {}, []
    for line in done.stdout.split('\n'):
        if not line.startswith('{'):
            continue
        event = json.loads(line)
        name = event.get('Test', '')
        if event['Action'] in ('pass', 'fail', 'skip') and name in tests:
            results[name] = event['Action']
        output.append(event.get('Output', ''))
    return results, ''.join(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('packages', nargs='*')
    parser.add_argument('--govm', required=True)
    parser.add_argument('--goroot', required=True)
    parser.add_argument('--least', type=float, default=0)
    parser.add_argument('-v', action='store_true', help='print what the failed ones printed')
    options = parser.parse_args()
    listed = [line.split()[0] for line in PACKAGES.read_text().split('\n') if line and not line.startswith('#')]
    counts = {'pass': 0, 'fail': 0, 'skip': 0}
    for package in options.packages or listed:
        tests = counting_tests(pathlib.Path(options.goroot) / 'src' / package)
        if not tests:
            continue
        results, output = run(options.govm, package, tests)
        complete = bool(results)
        for name in tests:
            if complete and name not in results:
                continue   # of another system
            result = results.get(name, 'fail')
            counts[result] += 1
            if result != 'pass':
                print(package, name, result, flush=True)
        if options.v and 'fail' in results.values():
            print(output)
    judged = counts['pass'] + counts['fail']
    share = 100 * counts['pass'] / max(judged, 1)
    print(f"{counts['pass']} of {judged} tests that count allocations pass: {share:.1f} % ({counts['skip']} skip themselves)")
    return share < options.least


sys.exit(main())
