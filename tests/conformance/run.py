#!/usr/bin/env python3
"""Runs Go's own test/ tree (of the installed golang-1.24-src) on govm, as cmd/internal/testdir does on gc.

  run.py --govm PATH [--goroot DIR] [--kind run,rundir,...] [--only SUBSTRING] [--sample N] [--part I/N] [--bare] [-j N] [-v]
  run.py --govm PATH --goroutines --repeat 20 --workers 1,2,8

Each file says in its first comment what is to be done with it:
  // run [ARGS]     compile and run; output (both streams) equals the .out file beside it, or is empty; exit code 0
  // rundir         the same for the packages in NAME.dir
  // runoutput      the program prints another program, which is run
  // runindir       the module in NAME.dir is run
  // errorcheckoutput  the program prints another program, which is checked
  // compile        accepted by the compiler; // compiledir: the packages in NAME.dir are
  // errorcheck     the compiler reports the errors the // ERROR "regexp" comments name, and no others
known_failures.txt lists what fails, with the reason; a listed test that passes fails the run (unless it fails
"sometimes:"): the list only shrinks. slow_under_stress.txt lists what builds that collect at every allocation do more
rarely. The figures at the end leave out what tests gc itself: the programs of gc_insides.txt and errorcheck tests with
flags.
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import re
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
DIRS = ['.', 'ken', 'chan', 'interface', 'internal/runtime/sys', 'syntax', 'dwarf', 'fixedbugs', 'abi',
        'typeparam', 'typeparam/mdempsky']
ENV = dict(os.environ, GOOS='linux', GOARCH='amd64')


def directive(text):
    """The action line: the first // line that is no build constraint."""
    for line in text.split('\n'):
        if line.startswith('//go:build') or line.startswith('// +build') or not line.strip():
            continue
        return line[2:].strip() if line.startswith('//') else None
    return None


def satisfied(text):
    """Evaluates the //go:build line for linux/amd64, gc, without cgo."""
    found = re.search(r'^//go:build (.*)$', text, re.M)
    if not found:
        return True
    true = {'linux', 'unix', 'amd64', 'gc'} | {f'go1.{n}' for n in range(1, 25)}
    expr = re.sub(r'[\w.]+', lambda m: str(m[0] in true), found[1])
    return bool(eval(expr.replace('&&', ' and ').replace('||', ' or ').replace('!', ' not ').strip()))


class Failure(Exception):
    pass


class Test:
    def __init__(self, root, path, action, args, text):
        self.root, self.path, self.action, self.args, self.text = root, path, action, args, text
        self.name = str(path.relative_to(root))


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (24 << 30, 24 << 30))


def execute(options, argv, cwd, ok=True):
    try:
        done = subprocess.run(argv, cwd=cwd, env={**ENV, **options.environment}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=options.timeout,
                              preexec_fn=None if options.unlimited else limit)
    except subprocess.TimeoutExpired:
        raise Failure(f'no end after {options.timeout} s')
    out = done.stdout.decode(errors='surrogateescape')
    if ok and done.returncode != 0:
        raise Failure(f'exit code {done.returncode}: {out.strip()[:600]}')
    return done.returncode, out


def compare(test, out):
    golden = test.path.with_suffix('.out')
    want = golden.read_text(errors='replace') if golden.exists() else ''
    if out != want:
        at = next((i for i, (a, b) in enumerate(zip(out, want)) if a != b), min(len(out), len(want)))
        raise Failure(f'output differs at byte {at}: got {out[at:at + 200]!r}, want {want[at:at + 200]!r}')


def govm_flags(test):
    """Flags of the action line that mean something to govm; the others choose gc's internals."""
    flags = [a for a in test.args if a.startswith('-lang=')]
    # The compiler itself accepts functions without body; `go run` and `go build` have it refuse them.
    if test.action != 'run' and '-complete' not in test.args:
        flags.append('-bodyless')
    return flags


def operands(test):
    """What follows the flags of the action line: more Go files, then the program's arguments."""
    at = next((i for i, arg in enumerate(test.args) if not arg.startswith('-')), len(test.args))
    files = [a for a in test.args[at:] if a.endswith('.go')]
    return [str(test.path.parent / f) for f in files], [] if files else test.args[at:]


def run(options, test):
    files, arguments = operands(test)
    _, out = execute(options, [options.govm, 'run', *govm_flags(test), str(test.path), *files, *arguments],
                     test.path.parent)
    compare(test, out)


def packages(test, temp):
    """Copies NAME.dir to a module `test`, a folder a package, main at the top; returns the packages' import paths."""
    source = test.path.with_suffix('.dir')
    groups = {}
    for file in sorted(source.glob('*.go')):
        text = file.read_text()
        name = re.search(r'^\s*package\s+(\w+)', text, re.M)[1]
        key = file.name if '-s' in test.args and name != 'main' else name  # -s: a package a file
        groups.setdefault(key, []).append((file.name.replace('_test.go', '_tst.go'), text))
    (temp / 'go.mod').write_text('module test\n\ngo 1.24\n')
    paths = []
    for name, files in groups.items():
        for file, text in files:
            folder = temp if name == 'main' else temp / (file[:-3] if len(files) == 1 else files[0][0][:-3])
            folder.mkdir(exist_ok=True)
            (folder / file).write_text(re.sub(r'"\./(\w+)"', r'"test/\1"', text))
        paths.append('.' if name == 'main' else './' + folder.name)
    return paths


def rundir(options, test):
    with tempfile.TemporaryDirectory() as temp:
        packages(test, pathlib.Path(temp))
        _, out = execute(options, [options.govm, 'run', *govm_flags(test), '.'], temp)
        compare(test, out)


@contextlib.contextmanager
def generated(options, test):
    """The file with the program that a test prints."""
    files, arguments = operands(test)
    _, program = execute(options, [options.govm, 'run', str(test.path), *files, *arguments], test.path.parent)
    with tempfile.TemporaryDirectory() as temp:
        file = pathlib.Path(temp) / 'tmp__.go'
        file.write_text(program, errors='surrogateescape')
        yield file


def runoutput(options, test):
    with generated(options, test) as file:
        _, out = execute(options, [options.govm, 'run', str(file)], file.parent)
        compare(test, out)


def compile_(options, test):
    execute(options, [options.govm, 'check', *govm_flags(test), str(test.path)], test.path.parent)


def compiledir(options, test):
    with tempfile.TemporaryDirectory() as temp:
        for path in packages(test, pathlib.Path(temp)):
            execute(options, [options.govm, 'check', *govm_flags(test), path], temp)


def runindir(options, test):
    source = test.path.with_suffix('.dir')
    with tempfile.TemporaryDirectory() as temp:
        shutil.copytree(source, temp, dirs_exist_ok=True)
        version = test.args[test.args.index('-gomodversion') + 1] if '-gomodversion' in test.args else '1.14'
        (pathlib.Path(temp) / 'go.mod').write_text(f'module {source.name}\n\ngo {version}\n')
        _, out = execute(options, [options.govm, 'run', '.'], temp)
        compare(test, out)


ERROR = re.compile(r'// (?:GC_)?ERROR (.*)')


def wanted_errors(path):
    """[(file name, line, regexp)] of a file's ERROR comments; LINE, LINE+1... stand for line numbers."""
    wanted = []
    for number, line in enumerate(path.read_text(errors='replace').split('\n'), 1):
        if '////' in line:
            continue
        found = ERROR.search(line)
        if not found:
            continue
        for pattern in re.findall(r'"([^"]*)"', found[1]):
            pattern = re.sub(r'LINE(?:([+-])(\d+))?',
                             lambda m: f'{path.name}:{number + int((m[1] or "+") + (m[2] or "0"))}', pattern)
            wanted.append((path.name, number, go_regexp(pattern)))
    return wanted


def go_regexp(pattern):
    return re.sub(r'\[\[:(\w+):\]\]', lambda m: {'digit': r'\d', 'space': r'\s'}.get(m[1], '.'), pattern)


def check_errors(out, wanted):
    reported = []
    for line in out.split('\n'):
        found = re.match(r'(?:.*/)?([^/:]+\.go):(\d+)(?::\d+)?: (.*)', line)
        if found and not line.startswith('\t'):  # a tab: more of the message before
            reported.append([found[1], int(found[2]), found[3]])
        elif reported and line.startswith('\t'):
            reported[-1][2] += '\n' + line
    problems = []
    left = list(reported)
    for file, line, pattern in wanted:
        here = [r for r in left if r[0] == file and r[1] == line]
        if not here:
            problems.append(f'{file}:{line}: missing error {pattern!r}')
            continue
        matching = [r for r in here if re.search(pattern, r[2])]
        if not matching:
            problems.append(f'{file}:{line}: no match for {pattern!r} in {[r[2] for r in here]}')
        for r in matching:
            left.remove(r)
    problems += [f'{f}:{n}: unmatched error {m!r}' for f, n, m in left]
    if problems:
        raise Failure('; '.join(problems[:6]))


# Flags of errorcheck tests that say how gc is run, not which of its internals (optimisations, barriers...) are tested.
HARMLESS = ('-0', '-1', '-s', '-e', '-e=0', '-d=panic', '-complete', '-std', '-+')


def check_flags(test):
    for flag in test.args:
        if flag.startswith('-') and not flag.startswith(('-lang=', '-t')) and flag not in HARMLESS:
            raise Failure('flags of gc: ' + ' '.join(test.args))


def errorcheck(options, test):
    check_flags(test)
    limited = [] if '-e=0' in test.args else ['-e']
    code, out = execute(options, [options.govm, 'check', *limited, *govm_flags(test), str(test.path)], test.path.parent,
                        ok=False)
    out = out.replace(str(test.path.parent) + '/', '')
    wanted = wanted_errors(test.path)
    if wanted and code == 0:
        raise Failure('errors expected, none reported')
    check_errors(out, wanted)


def errorcheckdir(options, test):
    check_flags(test)
    with tempfile.TemporaryDirectory() as temp:
        wanted = [w for file in sorted(test.path.with_suffix('.dir').glob('*.go')) for w in wanted_errors(file)]
        out = ''
        for path in packages(test, pathlib.Path(temp)):
            out += execute(options, [options.govm, 'check', '-e', *govm_flags(test), path], temp, ok=False)[1]
        check_errors('\n'.join(dict.fromkeys(out.split('\n'))), wanted)


def errorcheckoutput(options, test):
    with generated(options, test) as file:
        out = execute(options, [options.govm, 'check', '-e', str(file)], file.parent, ok=False)[1]
        check_errors(out, wanted_errors(file))


ACTIONS = {'run': run, 'rundir': rundir, 'runoutput': runoutput, 'compile': compile_, 'build': compile_,
           'compiledir': compiledir, 'errorcheck': errorcheck, 'errorcheckdir': errorcheckdir,
           'runindir': runindir, 'buildrun': run, 'builddir': compiledir, 'errorcheckoutput': errorcheckoutput}


def find_tests(root, kinds):
    for folder in DIRS:
        for path in sorted((root / folder).glob('*.go')):
            text = path.read_text(errors='replace')
            words = (directive(text) or '').split(None, 1)
            if not words or words[0] not in kinds or not satisfied(text):
                continue
            yield Test(root, path, words[0], shlex.split(words[1]) if len(words) > 1 else [], text)


def imports_nothing(test):
    imports = re.findall(r'^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"]+)"\s*;?\s*(?://.*)?$', '\n'.join(
        line for block in re.findall(r'^import\s*(?:\(([^)]*)\)|(.*))$', test.text, re.M) for line in
        (block[0] or block[1]).split('\n')), re.M)
    return all(i == 'unsafe' for i in imports)


def has_goroutines(test):
    return test.name.startswith('chan/') or re.search(r'^\s*go\s+[\w(]', test.text, re.M) is not None


def variants(options):
    """(what to say of it, environment) of each run of a test."""
    for workers in options.workers.split(','):
        for number in range(1, options.repeat + 1):
            where = [f'{workers} workers'] * bool(workers) + [f'run {number}'] * (options.repeat > 1)
            yield ', '.join(where), {'GOMAXPROCS': workers} if workers else {}


def listed(file):
    """{name: reason} of a list beside this program."""
    names = {}
    for line in (HERE / file).read_text().splitlines():
        if line and not line.startswith('#'):
            name, _, reason = line.partition(' ')
            names[name] = reason.strip()
    return names


def print_figures(tests, failures):
    """How many tests of each kind pass, of those that are not about gc's insides."""
    insides = listed('gc_insides.txt')
    failed = {name for name, _ in failures}
    counts = {}
    for test in tests:
        if test.name in insides or test.action.startswith('errorcheck') and test.args:
            continue
        count = counts.setdefault(test.action, [0, 0])
        count[0] += test.name not in failed
        count[1] += 1
    print('figures: ' + ', '.join(f'{kind} {passed} of {total}' for kind, (passed, total) in counts.items())
          + " (without gc's insides)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    parser.add_argument('--goroot', default=os.environ.get('GOVM_GOROOT'))
    parser.add_argument('--kind', default='run')
    parser.add_argument('--only', default='')
    parser.add_argument('--bare', action='store_true', help='only programs that import nothing but unsafe')
    parser.add_argument('--goroutines', action='store_true', help='only programs with go statements, and those of chan/')
    parser.add_argument('--repeat', type=int, default=1, help='run each test so often')
    parser.add_argument('--workers', default='', help='run each test under these values of GOMAXPROCS: 1,2,8')
    parser.add_argument('--sample', type=int, default=0, help='so many tests, chosen evenly by name')
    parser.add_argument('--part', default='1/1', metavar='I/N', help='the I-th of N equal parts, for runs in pieces')
    parser.add_argument('--timeout', type=float, default=60)
    parser.add_argument('-j', type=int, default=os.cpu_count())
    parser.add_argument('--unlimited', action='store_true', help='no limit of memory: sanitizers reserve terabytes')
    parser.add_argument('-v', action='store_true', help='print every failure, known ones too')
    parser.add_argument('--write-failures', metavar='FILE', help='write NAME REASON of all failures here')
    options = parser.parse_args()
    sys.stdout.reconfigure(errors='backslashreplace')
    options.govm = os.path.abspath(options.govm)
    root = pathlib.Path(options.goroot) / 'test'
    if not root.is_dir():
        print(f'no Go test tree at {root}')
        return 1

    tests = [t for t in find_tests(root, options.kind.split(',')) if options.only in t.name]
    if options.bare:
        tests = [t for t in tests if imports_nothing(t)]
    if options.goroutines:
        tests = [t for t in tests if has_goroutines(t)]
    if options.sample and len(tests) > options.sample:
        tests = tests[::max(1, len(tests) // options.sample)][:options.sample]
    number, parts = map(int, options.part.split('/'))
    tests = tests[number - 1::parts]
    known = listed('known_failures.txt')
    slow = listed('slow_under_stress.txt')

    def one(test):
        doomed = test.name in known and not known[test.name].startswith('sometimes:')
        patience = min(options.timeout, 10) if doomed else options.timeout
        for where, environment in variants(options):
            if test.name in slow:
                interval = max(int(slow[test.name]), int(ENV.get('GOVM_GC_STRESS', 1)))
                environment = {**environment, 'GOVM_GC_STRESS': str(interval)}
            try:
                ACTIONS[test.action](argparse.Namespace(**{**vars(options), 'timeout': patience, 'environment': environment}), test)
            except Failure as failure:
                return f'{where}: {failure}' if where else str(failure)
        return None

    passed = unexpected = 0
    failures = []
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for test, problem in zip(tests, pool.map(one, tests)):
            if problem is None:
                passed += 1
                if test.name in known and not known[test.name].startswith('sometimes:'):
                    unexpected += 1
                    print(f'{test.name}: passes now: take it off known_failures.txt')
            else:
                failures.append((test.name, problem))
                if test.name not in known:
                    unexpected += 1
                if options.v or test.name not in known:
                    print(f'FAIL {test.name}: {problem}')
    if options.write_failures:
        text = ''.join(f'{name} {problem.splitlines()[0][:160]}\n' for name, problem in failures)
        pathlib.Path(options.write_failures).write_text(text)
    print_figures(tests, failures)
    print(f'{len(tests)} tests, {len(failures)} fail, {len(failures) - sum(n not in known for n, _ in failures)} of them known')
    print(f'{passed} passed, {unexpected} failed')
    return 1 if unexpected else 0


sys.exit(main())
