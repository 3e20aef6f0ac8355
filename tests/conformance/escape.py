#!/usr/bin/env python3
"""What govm decides of allocations beside what gc decides: Go's errorcheck tests with -m.

  escape.py --govm PATH --goroot DIR [--only SUBSTRING] [--least PERCENT] [-v]

Prints how many of the expected lines (ERROR comments) `govm check -gcflags` prints too. They need not all be: govm's
decisions are its own. Fails if the share is below --least.
"""
import argparse
import pathlib
import re
import subprocess
import sys

KINDS = ('moved to heap', 'leaking param', 'does not escape', 'escapes to heap', 'can inline', 'inlining call')


def go_regexp(pattern):
    return re.sub(r'\[\[:(\w+):\]\]', lambda m: {'digit': r'\d', 'space': r'\s'}.get(m[1], '.'), pattern)


def wanted(text):
    """[(line, regexp)] of what the ERROR comments expect."""
    out = []
    for number, line in enumerate(text.split('\n'), 1):
        found = re.search(r'// (?:GC_)?ERROR (.*)', line)
        if found:
            out += [(number, go_regexp(a or b)) for a, b in re.findall(r'"([^"]*)"|`([^`]*)`', found[1])]
    return out


def kind_of(pattern):
    plain = pattern.replace('\\', '')
    return next((kind for kind in KINDS if kind in plain), 'other')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    parser.add_argument('--goroot', required=True)
    parser.add_argument('--only', default='')
    parser.add_argument('--least', type=float, default=0)
    parser.add_argument('-v', action='store_true', help='print what is missing')
    options = parser.parse_args()
    govm = pathlib.Path(options.govm).resolve()
    root = pathlib.Path(options.goroot) / 'test'
    counts = {}
    for path in sorted([*root.glob('*.go'), *root.glob('fixedbugs/*.go')]):
        text = path.read_text(errors='replace')
        first = text.split('\n')[0]
        if not re.match(r'// errorcheck\b.* -m\b', first) or options.only not in path.name:
            continue
        flags = '-m -l' if ' -l' in first else '-m'
        done = subprocess.run([govm, 'check', '-gcflags', flags, '-bodyless', path.name], cwd=path.parent,
                              capture_output=True, text=True, errors='replace', timeout=60)
        told = {}
        for line in done.stderr.split('\n'):
            if found := re.match(r'(?:.*/)?[^/:]+\.go:(\d+):\d+: (.*)', line):
                told.setdefault(int(found[1]), []).append(found[2])
        for number, pattern in wanted(text):
            count = counts.setdefault(kind_of(pattern), [0, 0])
            met = any(re.search(pattern, message) for message in told.get(number, []))
            count[0] += met
            count[1] += 1
            if options.v and not met:
                print(f'{path.name}:{number}: {pattern!r} not in {told.get(number, [])}')
    met, total = (sum(c[i] for c in counts.values()) for i in (0, 1))
    print(', '.join(f'{kind} {met} of {total}' for kind, (met, total) in sorted(counts.items())))
    share = 100 * met / max(total, 1)
    print(f'{met} of {total} lines: {share:.1f} %')
    return share < options.least


sys.exit(main())
