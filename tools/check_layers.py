#!/usr/bin/env python3
"""Checks that every #include follows docs/layers.txt, and that Asio stays inside scheduler/netpoll* (and an example)."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def read_layers():
    """Returns {layer: set of layers it may include}, transitively closed."""
    direct = {}
    for line in (ROOT / 'docs/layers.txt').read_text().splitlines():
        line = line.split('#')[0].strip()
        if not line:
            continue
        below, above = ([name.strip() for name in side.split(',')] for side in line.split('<'))
        for name in below + above:
            direct.setdefault(name, set())
        for name in above:
            direct[name].update(below)
    closed = {}

    def close(name):
        if name not in closed:
            closed[name] = set()
            for below in direct[name]:
                closed[name] |= {below} | close(below)
        return closed[name]

    for name in direct:
        close(name)
    return closed


def layer_of(path, layers):
    parts = path.split('/')
    for depth in (2, 1):
        name = '/'.join(parts[:depth])
        if name in layers and len(parts) > depth:
            return name
    return None


def main():
    layers = read_layers()
    errors = []
    for source in sorted(ROOT.rglob('*')):
        if source.suffix not in ('.h', '.hpp', '.cpp', '.def'):
            continue
        path = source.relative_to(ROOT).as_posix()
        layer = layer_of(path, layers)
        if layer is None:
            continue
        for bracket, included in INCLUDE.findall(source.read_text()):
            if included.startswith('boost/asio') and not path.startswith(('scheduler/netpoll', 'examples/asio_')):
                errors.append(f'{path}: Asio belongs to scheduler/netpoll* only')
            if bracket == '<':
                continue
            target = layer_of(included, layers)
            if target and target != layer and target not in layers[layer]:
                errors.append(f'{path}: {layer} may not include {included}')
    for error in errors:
        print(error)
    print(f'{len(layers)} layers, {len(errors)} violations')
    return 1 if errors else 0


sys.exit(main())
