#!/usr/bin/env python3
"""Deterministic schedules (govm run --sched-seed): the same seed gives the same trace and output, byte by byte; different
seeds give different interleavings, some of which show a lost update that the ordinary schedule hides.

  run.py --govm PATH [--runs N] [--seeds N]
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(govm, program, *options, **environment):
    return subprocess.run([govm, 'run', *options, program], cwd=HERE, stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=120, env={**os.environ, **environment})


def check_state(govm):
    done = run(govm, 'state.go', GOMAXPROCS='3', GODEBUG='schedtrace=20')
    lines = done.stderr.decode().splitlines()
    if done.stdout != b'3\ntrue\n':
        yield f'state.go printed {done.stdout}'
    if not any(re.match(r'SCHED \d+ms: gomaxprocs=3 idleprocs=\d+ threads=\d+ .* runqueue=\d+ \[\d+ \d+ \d+\]$', line)
               for line in lines):
        yield f'no line of schedtrace: {lines[:5]}'
    done = run(govm, 'state.go', GODEBUG='schedtrace=20,scheddetail=1')
    if b'\n  G1: status=4(sleep)' not in done.stderr:
        yield f'no goroutine in scheddetail: {done.stderr[:500]}'


def difference(a, b):
    for one, other in zip(a, b):
        for number, (x, y) in enumerate(zip(one.split(b'\n'), other.split(b'\n')), 1):
            if x != y:
                return f'line {number}: {x} and {y}'
    return 'one is longer'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    parser.add_argument('--runs', type=int, default=8)
    parser.add_argument('--seeds', type=int, default=100)
    arguments = parser.parse_args()
    arguments.govm = pathlib.Path(arguments.govm).resolve()
    failures = list(check_state(arguments.govm))
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        def repeat(seed, *more):
            jobs = [pool.submit(run, arguments.govm, 'busy.go', f'--sched-seed={seed}', '--trace=sched', *more)
                    for _ in range(arguments.runs)]
            done = [job.result() for job in jobs]
            if any(d.returncode != 0 for d in done):
                failures.append(f'seed {seed}: exit codes {[d.returncode for d in done]}: {done[0].stderr[-300:]}')
            kinds = {(d.stdout, d.stderr) for d in done}
            if len(kinds) != 1:
                failures.append(f'seed {seed}: {len(kinds)} different traces: {difference(*list(kinds)[:2])}')
            return done[0].stderr

        traces = {repeat(seed, '--virtual-time') for seed in (1, 2)}
        if len(traces) != 2:
            failures.append('two seeds, one trace')

        lost = [seed for seed, done in zip(range(1, arguments.seeds + 1), pool.map(
            lambda seed: run(arguments.govm, 'lost_update.go', f'--sched-seed={seed}'), range(1, arguments.seeds + 1)))
                if done.returncode == 1]
        usual = [d.returncode for d in pool.map(lambda _: run(arguments.govm, 'lost_update.go'), range(arguments.runs))]
        if not lost:
            failures.append(f'no lost update with {arguments.seeds} seeds')
        print(f'{arguments.runs} equal traces of 2 seeds; lost update: {len(lost)} of {arguments.seeds} seeds '
              f'({lost[:10]}...), {usual.count(1)} of {arguments.runs} ordinary runs')
    print('\n'.join(failures))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
