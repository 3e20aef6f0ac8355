#!/usr/bin/env python3
"""Runs the tests of Go's standard library (those of the installed sources) with `govm test -short`.

  run.py --govm PATH                       every package on the list (some minutes on two idle processors)
  run.py --govm PATH --fast                the packages marked "fast"
  run.py --govm PATH PACKAGE...            these only
         [-j N] [--timeout S] [--results DIR] [--resume] [--update] [-v]

packages.txt has a line for each package: its Test and Example functions that pass, fail and are skipped by themselves.
known_failures.txt says for each failed one why; those marked "crash:" end or block the test program and are left out of
the run (-skip). A failure that is on neither list fails the run, and so does a listed one that passes: the lists only
shrink ("sometimes:" exempts a test from that). --update writes the counts, and entries without a reason for new failures.
--results keeps what each package printed, and --resume takes from there what has run already.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = HERE / 'packages.txt'
FAILURES = HERE / 'known_failures.txt'
MOST_RUNS = 12  # of one package, each without the tests that ended the runs before


class Outcome:
    """The results of a package's functions, and of those that ended or blocked the program."""

    def __init__(self, name):
        self.name, self.results, self.crashed = name, {}, []
        self.note, self.seconds = '', 0.0

    def count(self, result):
        return sum(1 for r in self.results.values() if r == result)

    def failed(self):
        return sorted(name for name, r in self.results.items() if r == 'FAIL')

    def to_json(self):
        return {'results': self.results, 'crashed': self.crashed, 'note': self.note, 'seconds': self.seconds}

    @staticmethod
    def from_json(name, data):
        out = Outcome(name)
        out.results, out.crashed, out.note, out.seconds = (data[k] for k in ('results', 'crashed', 'note', 'seconds'))
        return out


def default_signals():
    """A run in the background ignores some, and so would the tests."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def run_limited(command, seconds):
    """What the command printed on both streams; it and what it started are killed after the time."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                                   start_new_session=True, preexec_fn=default_signals)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        output.seek(0)
        return output.read().decode('utf-8', 'replace')


def seconds_in(row):
    """"TestX (1m40s)": 100."""
    units = {'h': 3600, 'm': 60, 's': 1}
    return sum(float(n) * units[u] for n, u in re.findall(r'([\d.]+)([hms])', row.split('(')[-1]))


def read_events(text, results, limit):
    """Adds the results of top-level functions. Returns those that were running at the end, and whether it ended orderly;
    and what the program printed."""
    running, output, orderly = [], [], False
    for line in text.split('\n'):
        try:
            event = json.loads(line)
        except ValueError:
            output.append(line + '\n')
            continue
        action, test = event['Action'], event.get('Test', '')
        output.append(event.get('Output', ''))
        if action == 'output' and not test and output[-1] in ('PASS\n', 'FAIL\n'):
            orderly = True
        if not test or test.startswith('Fuzz'):
            continue
        top = test.split('/')[0]
        if action in ('run', 'cont', 'pause'):
            running = [name for name in running if name != top] + ([top] if action != 'pause' else [])
        elif action in ('pass', 'fail', 'skip') and test == top:
            results[top] = action.upper()
            running = [name for name in running if name != top]
    printed = ''.join(output)
    running = [name for name in running if name not in results]
    timed_out = re.search(r'^\trunning tests:\n((?:\t\t.*\n)+)', printed, re.M)
    if timed_out:  # who has just begun is not to blame
        rows = [row.strip() for row in timed_out[1].split('\t\t')[1:]]
        running = list(dict.fromkeys(re.split('[ /]', row)[0] for row in rows if seconds_in(row) > limit * 0.4))
        orderly = False
    panicked = re.search(r'^--- FAIL: (\S+?)(?:/\S*)? \(.*\)\n(?:    .*\n)*panic: ', printed, re.M)
    if panicked:
        running, orderly = [panicked[1]], False
    return running, orderly, printed


def run_package(options, name, skip):
    out = Outcome(name)
    start = time.monotonic()
    log = ''
    skip = list(skip)
    for attempt in range(MOST_RUNS):
        command = [options.govm, 'test', '-short', '-json', f'-timeout={options.timeout}s']
        if attempt > 0:
            command.append('-parallel=1')  # so that it is clear who ends the program
        done = [name for name in out.results if name not in skip]
        if skip or done:
            command.append('-skip=^(' + '|'.join(skip + done) + ')$')
        text = run_limited([*command, name], options.timeout + 30)
        results = {}
        running, orderly, printed = read_events(text, results, options.timeout)
        log += f'##### {" ".join(command[1:])} {name}\n{printed}'
        out.results.update({n: r for n, r in results.items() if n not in out.crashed})
        if '[build failed]' in printed:
            out.note = 'does not compile'
            break
        if orderly or '[no test files]' in printed or '[no tests to run]' in printed:
            break
        culprits = [n for n in running if n not in skip]
        if (len(culprits) > 1 and attempt == 0) or (not culprits and results):
            continue
        if not culprits:
            out.note = 'ends outside of tests'
            break
        for culprit in culprits:
            out.results[culprit] = 'FAIL'
            out.crashed.append(culprit)
        skip += culprits
    else:
        out.note = 'ends too often'
    out.seconds = time.monotonic() - start
    if options.results:
        (options.results / (name.replace('/', '__') + '.log')).write_text(log)
        (options.results / (name.replace('/', '__') + '.json')).write_text(json.dumps(out.to_json()))
    return out


class Lists:
    """The two files."""

    def __init__(self):
        self.header, self.counts, self.fast = [], {}, set()
        for line in PACKAGES.read_text().splitlines():
            if not line or line.startswith('#'):
                self.header.append(line)
                continue
            fields = line.split()
            self.counts[fields[0]] = tuple(int(n) for n in fields[1:4])
            if 'fast' in fields[4:]:
                self.fast.add(fields[0])
        self.failure_header, self.failures = [], {}
        for line in FAILURES.read_text().splitlines() if FAILURES.exists() else []:
            if not line or line.startswith('#'):
                self.failure_header.append(line)
                continue
            package, test, *reason = line.split(maxsplit=2)
            self.failures[package, test] = reason[0] if reason else '?'

    def crashing(self, package):
        return [t for (p, t), reason in self.failures.items() if p == package and reason.startswith('crash:')]

    def write(self):
        lines = list(self.header)
        for name, counts in sorted(self.counts.items()):
            fields = ' '.join(f'{n:5}' for n in counts)
            lines.append(f'{name:44}{fields}' + ('  fast' if name in self.fast else ''))
        PACKAGES.write_text('\n'.join(lines) + '\n')
        lines = list(self.failure_header)
        lines += [f'{package} {test} {reason}' for (package, test), reason in sorted(self.failures.items())]
        FAILURES.write_text('\n'.join(lines) + '\n')


def judge(lists, out):
    """What is wrong with the outcome of a package, by the lists."""
    wrong = []
    known = {t: reason for (p, t), reason in lists.failures.items() if p == out.name}
    failed = set(out.failed())
    for test in sorted(failed - known.keys()):
        wrong.append(f'{out.name} {test} fails' + (' and ends the program' if test in out.crashed else ''))
    for test, reason in known.items():
        if out.results.get(test) == 'PASS' and 'sometimes:' not in reason:
            wrong.append(f'{out.name} {test} passes but is listed')
    if out.note and (out.name, '-') not in lists.failures:
        wrong.append(f'{out.name} {out.note}')
    passed, _, skipped = lists.counts[out.name]
    excused = sum(1 for reason in known.values() if 'sometimes:' in reason)
    if out.count('PASS') + out.count('SKIP') + excused < passed + skipped:
        wrong.append(f'{out.name}: {out.count("PASS")} passed, {out.count("SKIP")} skipped; listed {passed} and {skipped}')
    return wrong


def update(lists, out):
    crashing = lists.crashing(out.name)
    failed = set(out.failed()) | {t for t in crashing if t not in out.results}
    for package, test in list(lists.failures):
        reason = lists.failures[package, test]
        if package == out.name and test not in failed and 'sometimes:' not in reason and not (test == '-' and out.note):
            del lists.failures[package, test]
    for test in failed:
        reason = lists.failures.get((out.name, test), '?')
        if test in out.crashed and not reason.startswith('crash:'):
            reason = 'crash: ' + reason
        lists.failures[out.name, test] = reason
    if out.note:
        lists.failures.setdefault((out.name, '-'), out.note)
    lists.counts[out.name] = (out.count('PASS'), len(failed), out.count('SKIP'))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('packages', nargs='*')
    parser.add_argument('--govm', required=True)
    parser.add_argument('--fast', action='store_true')
    parser.add_argument('-j', type=int, default=2)
    parser.add_argument('--timeout', type=int, default=120)
    parser.add_argument('--results', type=pathlib.Path)
    parser.add_argument('--resume', action='store_true')
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--crashing', action='store_true', help='run the tests marked "crash:" too')
    parser.add_argument('-v', action='store_true')
    options = parser.parse_args()
    lists = Lists()
    names = options.packages or sorted(lists.fast if options.fast else lists.counts)
    for name in names:
        lists.counts.setdefault(name, (0, 0, 0))
    if options.results:
        options.results.mkdir(parents=True, exist_ok=True)

    def one(name):
        stored = options.results / (name.replace('/', '__') + '.json') if options.results else None
        if options.resume and stored and stored.exists():
            return Outcome.from_json(name, json.loads(stored.read_text()))
        return run_package(options, name, [] if options.crashing else lists.crashing(name))

    totals, complete, wrong = [0, 0, 0], 0, []
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for out in pool.map(one, names):
            found = judge(lists, out)
            wrong += found
            if options.update:
                update(lists, out)
                lists.write()
            failed = len(set(out.failed()) | set(lists.crashing(out.name)))
            counts = (out.count('PASS'), failed, out.count('SKIP'))
            totals = [a + b for a, b in zip(totals, counts)]
            complete += failed == 0 and counts[0] > 0 and not out.note
            if options.v or found:
                print(f'{out.name:40} passed {counts[0]}, failed {counts[1]}, skipped {counts[2]}  '
                      f'({out.seconds:.1f} s) {out.note}', flush=True)
            for line in found:
                print('  FAIL', line, flush=True)
    print(f'{len(names)} packages, {complete} without failures; functions: {totals[0]} passed, {totals[1]} failed, '
          f'{totals[2]} skipped; {len(wrong)} differ from the lists')
    return 1 if wrong and not options.update else 0


if __name__ == '__main__':
    sys.exit(main())
