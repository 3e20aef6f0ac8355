#!/usr/bin/env python3
"""Runs sessions: tests/repl/*.txt.

A session file has inputs, lines that begin with "> " (further lines of an input with ". "), and below them what the
session prints for them. All inputs are piped into `govm repl`; standard output and error together must be what stands
there. Addresses, times and file positions in traces are not compared: a line "..." stands for any lines.
"""
import argparse
import pathlib
import re
import subprocess
import sys


def parse(text):
    inputs, expected = [], []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("> ") or line.startswith(". "):
            inputs.append(line[2:])
        else:
            expected.append(line)
    return "\n".join(inputs) + "\n", expected


def matches(expected, got):
    pattern = "".join(r"(?:.*\n)*?" if e == "..." else re.escape(e) + "\n" for e in expected)
    return re.fullmatch(pattern, "".join(g + "\n" for g in got)) is not None


def run(govm, path):
    stdin, expected = parse(path.read_text())
    result = subprocess.run([govm, "repl"], input=stdin.encode(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    got = result.stdout.decode().splitlines()
    if matches(expected, got):
        return True
    print(f"FAIL {path.name}\n--- expected")
    print("\n".join(expected))
    print("--- got")
    print("\n".join(got))
    return False


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--govm", required=True)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    files = sorted(f for f in pathlib.Path(__file__).parent.glob("*.txt") if args.only in f.name)
    passed = [run(args.govm, f) for f in files]
    print(f"{sum(passed)} passed, {len(passed) - sum(passed)} failed")
    return 0 if files and all(passed) else 1


sys.exit(main())
