"""Makes a module cache as the go command leaves it, with the go.sum that fits."""
import base64
import hashlib

DEP_MOD = "module example.com/dep\n\ngo 1.20\n\nrequire example.com/deep v1.1.0\n"
DEEP_MOD = "module example.com/deep\n\ngo 1.20\n"


def dep(version):
    return DEP_MOD, {"dep.go": 'package dep\n\nimport "example.com/deep"\n\nfunc Hello() string { return "dep %s over " + deep.Name() }\n' % version}


def deep(version):
    return DEEP_MOD, {"deep.go": 'package deep\n\nfunc Name() string { return "deep %s" }\n' % version}


# module, version: go.mod, other files
MODULES = {
    ("example.com/dep", "v1.0.0"): dep("v1.0.0"),
    ("example.com/dep", "v1.2.0-rc.1"): dep("v1.2.0-rc.1"),
    ("example.com/deep", "v1.1.0"): deep("v1.1.0"),
    ("example.com/deep", "v1.3.0"): deep("v1.3.0"),
    ("example.com/Shout", "v1.0.0"): ("module example.com/Shout\n", {"shout.go": 'package shout\n\nconst Text = "HEY"\n'}),
}


def hash1(files):
    """golang.org/x/mod/sumdb/dirhash.Hash1"""
    lines = "".join(f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n" for name, text in sorted(files.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()


def escaped(path):
    return "".join("!" + c.lower() if c.isupper() else c for c in path)


def write(cache):
    """Fills the folder `cache`; returns go.sum's text for all modules."""
    sums = []
    for (path, version), (mod, others) in sorted(MODULES.items()):
        folder = cache / f"{escaped(path)}@{version}"
        download = cache / "cache/download" / escaped(path) / "@v"
        for made in (folder, download):
            made.mkdir(parents=True, exist_ok=True)
        files = {"go.mod": mod, **others}
        for name, text in files.items():
            (folder / name).write_text(text)
        whole = hash1({f"{path}@{version}/{name}": text for name, text in files.items()})
        (download / f"{version}.mod").write_text(mod)
        (download / f"{version}.ziphash").write_text(whole)
        sums += [f"{path} {version} {whole}\n", f"{path} {version}/go.mod {hash1({'go.mod': mod})}\n"]
    return "".join(sums)
