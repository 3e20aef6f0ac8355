#!/usr/bin/env python3
"""Compares `govm vet`, `doc` and `list` with what the go command printed, kept in golden/NAME.txt.

  golden.py --govm PATH [--only NAME] [--sample N] [--update]
                               --sample: every Nth case of std, and all of the module; --update: write the golden files, with --govm GO

The cases work in module/ and on packages of std; streams are kept apart, the exit code is the last line.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DOCS = ["errors", "fmt", "strings", "sort", "io", "bufio", "time", "sync", "sync/atomic", "context", "os", "path/filepath", "strconv",
        "math", "math/bits", "math/rand/v2", "slices", "maps", "iter", "cmp", "container/heap", "encoding/json", "encoding/binary",
        "net/http", "net/url", "text/template", "regexp", "log/slog", "testing", "unicode/utf8", "go/ast", "unsafe", "builtin"]
ALL = ["errors", "sort", "iter", "cmp", "container/heap", "container/list", "unicode/utf8", "path", "embed", "text/tabwriter",
       "encoding/hex", "index/suffixarray", "sync/errgroup"]
SYMBOLS = ["strings.Builder", "strings.Builder.WriteString", "fmt.Println", "fmt.Stringer", "io.EOF", "io.Reader", "time.Duration",
           "time.Duration.Round", "time.RFC3339", "http.Client", "http.Client.Do", "json.Marshal", "json.Decoder.Token", "sort.Slice", "os.File",
           "os.O_RDONLY", "reflect.Kind", "reflect.Value.MethodByName", "sync.Mutex", "context.WithCancel", "slices.SortFunc", "maps.Keys",
           "errors.As", "bytes.Buffer", "bufio.Scanner", "regexp.Regexp.FindAll", "strconv.ParseInt", "net.Conn", "text/template.Funcs",
           "atomic.Int64", "math.Pi", "unsafe.Pointer", "builtin.append", "builtin.len"]
LISTED = ["errors", "fmt", "net/http", "os", "runtime", "encoding/json", "go/types", "crypto/sha256", "time", "unicode/utf8", "testing/fstest",
          "net/http/httptest", "text/template/parse", "internal/abi", "sync"]
VETTED = ["errors", "strings", "bytes", "sort", "slices", "maps", "fmt", "bufio", "container/list", "encoding/json", "text/template", "net/url",
          "path", "regexp", "strconv", "unicode", "html", "flag", "log", "encoding/csv"]
FORMS = {
    "name": "{{.ImportPath}} {{.Name}} {{.Standard}} {{.Goroot}} {{.DepOnly}} {{.Incomplete}}",
    "doc": "{{.ImportPath}}: {{.Doc}}",
    "imports": "{{.ImportPath}} {{join .Imports \",\"}}",
    "tests": "{{.ImportPath}} {{.TestGoFiles}} {{.XTestGoFiles}} {{join .TestImports \",\"}} {{join .XTestImports \",\"}}",
    "json_like": "{{.Name}}{{range .Imports}}\n\t{{.}}{{end}}",
}

CASES = {f"doc {p}": ["doc", p] for p in DOCS}
CASES |= {f"doc -all {p}": ["doc", "-all", p] for p in ALL}
CASES |= {f"doc {s}": ["doc", s] for s in SYMBOLS}
CASES |= {
    "doc nothing": ["doc", "nothing.here"],
    "doc missing symbol": ["doc", "fmt.Nothing"],
    "doc -short": ["doc", "-short", "bytes"],
    "doc -src": ["doc", "-src", "sort.Strings"],
    "doc -u": ["doc", "-u", "errors.errorString"],
    "doc of the module": ["doc", "./lib"],
    "doc -all of the module": ["doc", "-all", "./lib"],
    "doc of a type of the module": ["doc", "./lib", "Thing"],
    "doc of a field": ["doc", "./lib", "Thing.Name"],
    "doc of a method": ["doc", "lib.Set.Add"],
    "doc of a command": ["doc", "./cmd/tool"],
    "doc -cmd of a command": ["doc", "-cmd", "-u", "./cmd/tool"],
    "list of the module": ["list", "./..."],
    "list -m": ["list", "-m"],
    "list -deps of the module": ["list", "-deps", "./lib"],
    "list files": ["list", "-f", "{{.ImportPath}} {{.GoFiles}} {{.IgnoredGoFiles}} {{.EmbedPatterns}} {{.EmbedFiles}}", "./..."],
    "list deps": ["list", "-f", "{{.ImportPath}}: {{join .Deps \" \"}}", "./..."],
    "list module": ["list", "-f", "{{.Module.Path}} {{.Module.Main}} {{.Module.GoVersion}}", "./lib"],
    "list -test": ["list", "-test", "./lib"],
    "list nothing": ["list", "./nothing"],
    "list no std": ["list", "nothing/here"],
    "list no module": ["list", "example.com/other"],
    "list -e": ["list", "-e", "example.com/other"],
    "list std of a prefix": ["list", "encoding/..."],
    "list commands": ["list", "cmd/gofmt"],
    "list wrong template": ["list", "-f", "{{.Nothing}}", "fmt"],
    "vet of the module": ["vet", "./..."],
    "vet of one": ["vet", "./lib"],
    "vet -printf": ["vet", "-printf", "./mistakes"],
    "vet -printf=false": ["vet", "-printf=false", "./mistakes"],
    "vet nothing": ["vet", "./nothing"],
}
CASES |= {f"list {name}": ["list", "-f", form, *LISTED] for name, form in FORMS.items()}
CASES |= {f"vet {p}": ["vet", p] for p in VETTED}


def file_of(name):
    return HERE / "golden" / (name.replace("/", "_").replace(" ", "_") + ".txt")


def goroot_of(command):
    """The tree that the command reads; it is no part of the golden files."""
    return subprocess.run([command, "env", "GOROOT"], capture_output=True, text=True).stdout.strip()


def run(command, arguments, goroot):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GO") or k in ("GOCACHE", "GOROOT", "GOVM_GOROOT")}
    env |= {"GOFLAGS": "", "CGO_ENABLED": "0", "GOPROXY": "off", "GOTOOLCHAIN": "local", "GOMODCACHE": "/nonexistent"}
    done = subprocess.run([command, *arguments], cwd=HERE / "module", env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    errors = f"-- errors\n{done.stderr}" if done.stderr else ""
    text = f"{done.stdout}{errors}exit {done.returncode}\n".replace(str(HERE / "module"), "MODULE")
    return text.replace(goroot, "GOROOT") if goroot else text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--govm", required=True)
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, default=1)
    parser.add_argument("--update", action="store_true")
    options = parser.parse_args()
    command = os.path.abspath(options.govm)
    cases = {name: arguments for name, arguments in CASES.items() if options.only in name}
    of_std = [name for name in cases if re.match(r"(doc|doc -all|vet) [a-z][\w/]*(\.\w+)*$", name) and "nothing" not in name]
    for i, name in enumerate(of_std):
        if i % options.sample:
            del cases[name]
    failed, goroot = 0, goroot_of(command)
    for name, arguments in cases.items():
        got, file = run(command, arguments, goroot), file_of(name)
        if options.update:
            file.write_text(got)
            continue
        want = file.read_text()
        if got == want:
            continue
        failed += 1
        print(f"FAIL {name}")
        print("".join(list(difflib.unified_diff(want.splitlines(True), got.splitlines(True), "go", "govm"))[:25]))
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
