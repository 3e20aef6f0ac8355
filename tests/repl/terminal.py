#!/usr/bin/env python3
"""Drives `govm repl` through a pseudo-terminal: editing, history, completion, interrupts."""
import argparse
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import tempfile
import termios
import time

TIMEOUT = 60


class Terminal:
    def __init__(self, govm, home):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            env = dict(os.environ, TERM="xterm", HOME=home, XDG_STATE_HOME=home, NO_COLOR="1", LC_ALL="C.UTF-8")
            os.execve(govm, [govm, "repl"], env)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.seen = ""

    def send(self, text):
        os.write(self.fd, text.encode())

    def expect(self, pattern):
        """Waits until pattern shows in what was printed since the last match."""
        end = time.time() + TIMEOUT
        while True:
            plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.seen)
            found = re.search(pattern, plain)
            if found:
                self.seen = ""
                return found
            if time.time() > end:
                raise AssertionError(f"no {pattern!r} in {plain[-600:]!r}")
            if select.select([self.fd], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.fd, 65536).decode(errors="replace")
                except OSError:
                    self.seen += "<closed>"
                    end = min(end, time.time() + 1)

    def close(self):
        end = time.time() + TIMEOUT
        asked = 0
        while time.time() < end:
            if time.time() - asked > 1:  # what comes while an input is evaluated is the program's
                asked = time.time()
                try:
                    self.send("\x04")
                except OSError:
                    pass
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            if select.select([self.fd], [], [], 0.05)[0]:
                try:
                    os.read(self.fd, 65536)
                except OSError:
                    pass
        os.kill(self.pid, signal.SIGKILL)
        raise AssertionError("did not end")


def evaluates(t):
    t.send("6 * 7\r")
    t.expect(r"42 : int")


def several_lines(t):
    t.send("func add(a, b int) int {\r")
    t.send("return a + b\r")
    t.send("}\r")
    t.send("add(20, 3)\r")
    t.expect(r"23 : int")


def edits(t):
    t.send("12345\x7f\x7f6\x1b[D\x1b[D7\x01-\r")  # backspace, left, home
    t.expect(r"-12736 : int")


def completes(t):
    t.send("strings.ToUp\t")
    t.expect(r"ToUpper")
    t.send("(\"abc\")\r")
    t.expect(r'"ABC" : string')
    t.send("type Car struct{ Wheels int; Weight float64 }\r")
    t.send("var car Car\r")
    t.send("car.W\t\t")
    t.expect(r"Weight +float64\s+Wheels +int")
    t.send("h\t = 4\r")
    t.send("car\r")
    t.expect(r"\{Wheels: 4, Weight: 0\} : Car")
    t.send("import \"encoding/js\t")
    t.expect(r"encoding/json")
    t.send("\"\r")


def history(t):
    t.send("111 + 111\r")
    t.expect(r"222 : int")
    t.send("\x1b[A\r")
    t.expect(r"222 : int")
    t.send("1\r")
    t.expect(r"1 : int\s+> ")  # before the prompt the terminal itself would take ^R
    t.send("\x12111 +")
    t.expect(r"search '111 \+'\) 111 \+ 111")
    t.send("\r")
    t.send("\r")
    t.expect(r"222 : int")


def pastes(t):
    t.send("\x1b[200~total := 0\nfor i := range 10 {\n\ttotal += i\n}\ntotal\x1b[201~\r")
    t.expect(r"45 : int")


def interrupts(t):
    t.send("for {}\r")
    time.sleep(0.5)
    t.send("\x03")
    t.expect(r"interrupted")
    t.send("time.Sleep(time.Hour)\r")
    time.sleep(0.5)
    t.send("\x03")
    t.expect(r"interrupted")
    t.send("half a line\x03")
    t.expect(r"\^C")
    t.send("2 + 2\r")
    t.expect(r"4 : int")


def redefines(t):
    t.send("f := 1\r")
    t.send("func g() int { return f }\r")
    t.send("f := \"new\"\r")
    t.expect(r"note: g still uses the old f")


def goroutines(t):
    t.send("ticks := make(chan int, 1)\r")
    t.send("go func() { for i := 0; ; i++ { ticks <- i; time.Sleep(time.Millisecond) } }()\r")
    t.send("<-ticks\r")
    t.expect(r"0 : int")
    time.sleep(0.2)
    t.send("<-ticks\r")
    t.expect(r"1 : int")
    t.send(":goroutines\r")
    t.expect(r"goroutine \d+ \[")


CASES = [evaluates, several_lines, edits, completes, history, pastes, interrupts, redefines, goroutines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--govm", required=True)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    failed = 0
    cases = [c for c in CASES if args.only in c.__name__]
    with tempfile.TemporaryDirectory() as home:
        for case in cases:
            t = Terminal(os.path.abspath(args.govm), home)
            try:
                t.expect(r"> ")
                case(t)
                assert t.close() == 0
            except AssertionError as e:
                failed += 1
                print(f"FAIL {case.__name__}: {e}")
        with open(os.path.join(home, "govm/history")) as f:
            if not args.only and "111 + 111" not in f.read():
                failed += 1
                print("FAIL history is not kept")
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
