#!/usr/bin/env python3
"""Figures of network servers on govm, and of the same programs compiled by Go where it is given.

  network.py --govm PATH [--go PATH] [--seconds N] [--idle N] [--busy N]

http_hello.go is loaded by wrk with 256 connections (package wrk); tcp_echo.go has --idle connections that say nothing and
--busy ones that ask and are answered. Its memory and processor time are read from /proc while all are idle, while the busy
ones are at work, and while all are idle again.
"""
import argparse
import os
import pathlib
import re
import resource
import selectors
import socket
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent


class Server:
    def __init__(self, argv):
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        host, _, port = self.process.stdout.readline().strip().rpartition(':')
        self.address = host, int(port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def resident(self):
        """Bytes."""
        return int(pathlib.Path(f'/proc/{self.process.pid}/statm').read_text().split()[1]) * resource.getpagesize()

    def cpu(self):
        """Seconds."""
        fields = pathlib.Path(f'/proc/{self.process.pid}/stat').read_text().rpartition(')')[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')


def http(argv, seconds):
    with Server(argv) as server:
        host, port = server.address
        out = subprocess.run(['wrk', '-t2', '-c256', f'-d{seconds}s', f'http://{host}:{port}/'], capture_output=True,
                             text=True, check=True).stdout
        rate = float(re.search(r'Requests/sec:\s*([\d.]+)', out)[1])
        errors = re.findall(r'(?:Socket errors|Non-2xx).*', out)
        return rate, '; '.join(errors) or 'no errors', server.resident()


def converse(connections, seconds):
    """Answers received from busy connections, each of which asks anew when it was answered."""
    selector = selectors.DefaultSelector()
    for c in connections:
        selector.register(c, selectors.EVENT_READ)
        c.send(b'x' * 100)
    answers, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(0.1):
            if len(key.fileobj.recv(200)) == 0:
                raise SystemExit('a connection was closed')
            answers += 1
            key.fileobj.send(b'x' * 100)
    time.sleep(0.5)
    for c in connections:
        c.recv(200)
    return answers


def echo(argv, idle, busy, seconds):
    with Server(argv) as server:
        connections = [socket.create_connection(server.address) for _ in range(idle + busy)]
        time.sleep(1)
        before, cpu = server.resident(), server.cpu()
        time.sleep(5)
        idle_before = server.cpu() - cpu
        answers = converse(connections[:busy], seconds)
        middle = server.resident()
        answers += converse(connections[:busy], seconds)
        after, cpu = server.resident(), server.cpu()
        time.sleep(5)
        print(f'    {idle} idle, {busy} busy connections: {before / 1e6:.1f} MB before, {middle / 1e6:.1f} and {after / 1e6:.1f} MB '
              f'after {seconds} and {2 * seconds} s of {answers / 2 / seconds:.0f} answers a second; '
              f'idle: {idle_before * 20:.1f} % and {(server.cpu() - cpu) * 20:.1f} % of a processor')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--govm', required=True)
    parser.add_argument('--go', help='the go command, to compare with')
    parser.add_argument('--seconds', type=int, default=10)
    parser.add_argument('--idle', type=int, default=10000)
    parser.add_argument('--busy', type=int, default=100)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as temp:
        def commands(name):
            files = [HERE / f'{name}.go', HERE / 'listen.go']
            yield 'govm', [options.govm, 'run', *files]
            if options.go:
                subprocess.run([options.go, 'build', '-o', f'{temp}/{name}', *files], check=True)
                yield 'go', [f'{temp}/{name}']

        for name, argv in commands('http_hello'):
            for _ in range(3):
                rate, errors, resident = http(argv, options.seconds)
                print(f'http_hello {name}: {rate:.0f} requests a second, {errors}, {resident / 1e6:.1f} MB', flush=True)
        for name, argv in commands('tcp_echo'):
            print(f'tcp_echo {name}:', flush=True)
            echo(argv, options.idle, options.busy, options.seconds)


main()
