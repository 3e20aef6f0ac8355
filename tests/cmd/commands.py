#!/usr/bin/env python3
"""The everyday commands: help, wrong usage, scripts, fmt, build, eval, list, env, vet, completions."""
import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HELLO = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n'
SCRIPT = "#!/usr/bin/env govm\n" + 'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() { fmt.Println(os.Args[1:]) }\n'
UGLY = "package  main\nfunc main( ) { x:=1;_=x }\n"
TIDY = "package main\n\nfunc main() { x := 1; _ = x }\n"
VETTED = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Printf("%d\\n", "x") }\n'


class Checker:
    def __init__(self, govm):
        self.govm, self.passed, self.failed = os.path.abspath(govm), 0, 0

    def run(self, *arguments, stdin="", program=None, cwd=None):
        env = {k: v for k, v in os.environ.items() if k != "GOROOT"}
        r = subprocess.run([program or self.govm, *arguments], input=stdin, capture_output=True, text=True, timeout=120, cwd=cwd, env=env)
        return r.returncode, r.stdout, r.stderr

    def check(self, what, ok, got=""):
        self.passed += bool(ok)
        self.failed += not ok
        if not ok:
            print(f"FAIL {what}\n{got}")


def helps(c, folder):
    code, out, _ = c.run("help")
    names = [line.split()[1] for line in out.splitlines() if line.startswith("  govm ")]
    c.check("commands are listed", code == 0 and {"run", "fmt", "repl", "test"} <= set(names), out)
    man = c.run("man")[1]
    scripts = {shell: c.run("completion", shell)[1] for shell in ("bash", "zsh", "fish")}
    for name in names:
        code, out, _ = c.run(name, "--help")
        c.check(f"{name} --help", code == 0 and out.startswith(f"govm {name}") and "Examples:" in out, out)
        c.check(f"{name} in the man page", f".SS govm {name} " in man)
        c.check(f"{name} in the completions", all(name in s for s in scripts.values()))
        if name not in ("help", "man", "completion"):
            code, out, err = c.run(name, "-no-such-flag", stdin="")
            c.check(f"{name} with a wrong flag", code == 2 and "no-such-flag" in err, f"{code}\n{out}{err}")
    for name in ("build", "disasm", "ir", "repl", "fmt", "run", "check"):
        code, out, err = c.run(name, "missing.go", stdin="")
        c.check(f"{name} with a file that is not there", code == (1 if name in ("run", "check") else 2) and
                out + err == "stat missing.go: no such file or directory\n", f"{code}\n{out}{err}")
    script = folder / "completion.bash"
    script.write_text(scripts["bash"])
    c.check("bash takes its completions", subprocess.run(["bash", "-n", script]).returncode == 0)


def scripts(c, folder):
    (folder / "script").write_text(SCRIPT)
    c.check("govm FILE", c.run(str(folder / "script"), "a", "b")[1] == "[a b]\n")
    c.check("run -", c.run("run", "-", stdin=HELLO)[1] == "hello\n")
    (folder / "hello.go").write_text(HELLO)
    c.check("govm hello.go", c.run(str(folder / "hello.go"))[1] == "hello\n")
    c.check("an unknown command", c.run("frobnicate")[0] == 2)


def evaluates(c, folder):
    c.check("eval", c.run("eval", "strings.ToUpper(\"abc\")")[1] == '"ABC"\n')
    c.check("eval of several", c.run("eval", "x := 3", "x * x")[1] == "9\n")
    c.check("eval refused", c.run("eval", "nothing")[0] == 1)
    c.check("eval panics", c.run("eval", "panic(1)")[0] == 2)
    c.check("eval exits", c.run("eval", "os.Exit(7)")[0] == 7)


def formats(c, folder):
    file = folder / "ugly.go"
    file.write_text(UGLY)
    c.check("fmt of standard input", c.run("fmt", stdin=UGLY)[1] == TIDY)
    c.check("fmt -l", c.run("fmt", "-l", str(file))[1] == f"{file}\n")
    c.check("fmt -d", "-package  main" in c.run("fmt", "-d", str(file))[1])
    c.check("fmt -w", c.run("fmt", "-w", str(file))[0] == 0 and file.read_text() == TIDY)
    c.check("fmt of what is no Go", c.run("fmt", stdin="package")[0] == 2)


def builds(c, folder):
    source, program = folder / "hello.go", folder / "hello"
    source.write_text(HELLO)
    code, out, err = c.run("build", str(source), "-o", str(program))
    source.unlink()
    c.check("build", code == 0, out + err)
    c.check("what was built runs by itself", c.run(program=str(program), cwd="/")[1] == "hello\n")


def looks(c, folder):
    c.check("list", c.run("list", "fmt", "strings")[1] == "fmt\nstrings\n")
    c.check("list -f", c.run("list", "-f", "{{.Name}} {{.Standard}}", "go/doc")[1] == "doc true\n")
    c.check("env", c.run("env", "GOOS", "GOARCH")[1] == "linux\namd64\n")
    c.check("doc", "func Fields(s string) []string" in c.run("doc", "strings.Fields")[1])
    (folder / "go.mod").write_text("module m\n\ngo 1.24\n")
    (folder / "v.go").write_text(VETTED)
    code, out, err = c.run("vet", ".", cwd=folder)
    expected = '# m\n# [m]\n./v.go:5:15: fmt.Printf format %d has arg "x" of wrong type string\n'
    c.check("vet", code == 1 and err == expected, out + err)


# Go's own reader finds no fault with a trace.
def traces(c, folder):
    program = pathlib.Path(__file__).resolve().parent / "testdata" / "traced.go"
    code, out, err = c.run("run", str(program), str(folder / "trace"))
    c.check("a traced program", code == 0, out + err)
    code, out, err = c.run("run", "cmd/trace", "-d=parsed", str(folder / "trace"))
    c.check("cmd/trace reads the trace", code == 0 and "error" not in err, out + err)
    for what in ('TaskBegin', 'Type="work"', 'RegionEnd', 'Message="sent 2"', 'TaskEnd', 'Reason="chan receive"',
                 'Running->Waiting', 'main.send', 'Running->NotExist'):
        c.check(f"{what} in the trace", what in out, out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--govm", required=True)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    c = Checker(args.govm)
    for case in (helps, scripts, evaluates, formats, builds, looks, traces):
        if args.only in case.__name__:
            with tempfile.TemporaryDirectory() as folder:
                case(c, pathlib.Path(folder))
    print(f"{c.passed} passed, {c.failed} failed")
    return 1 if c.failed else 0


sys.exit(main())
