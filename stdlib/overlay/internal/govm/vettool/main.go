// Command vettool is `govm vet`.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"internal/govm/gotool"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/appends"
	"golang.org/x/tools/go/analysis/passes/assign"
	"golang.org/x/tools/go/analysis/passes/atomic"
	"golang.org/x/tools/go/analysis/passes/bools"
	"golang.org/x/tools/go/analysis/passes/buildtag"
	"golang.org/x/tools/go/analysis/passes/composite"
	"golang.org/x/tools/go/analysis/passes/copylock"
	"golang.org/x/tools/go/analysis/passes/defers"
	"golang.org/x/tools/go/analysis/passes/directive"
	"golang.org/x/tools/go/analysis/passes/errorsas"
	"golang.org/x/tools/go/analysis/passes/httpresponse"
	"golang.org/x/tools/go/analysis/passes/ifaceassert"
	"golang.org/x/tools/go/analysis/passes/loopclosure"
	"golang.org/x/tools/go/analysis/passes/lostcancel"
	"golang.org/x/tools/go/analysis/passes/nilfunc"
	"golang.org/x/tools/go/analysis/passes/printf"
	"golang.org/x/tools/go/analysis/passes/shift"
	"golang.org/x/tools/go/analysis/passes/sigchanyzer"
	"golang.org/x/tools/go/analysis/passes/slog"
	"golang.org/x/tools/go/analysis/passes/stdmethods"
	"golang.org/x/tools/go/analysis/passes/stringintconv"
	"golang.org/x/tools/go/analysis/passes/structtag"
	"golang.org/x/tools/go/analysis/passes/testinggoroutine"
	"golang.org/x/tools/go/analysis/passes/tests"
	"golang.org/x/tools/go/analysis/passes/timeformat"
	"golang.org/x/tools/go/analysis/passes/unmarshal"
	"golang.org/x/tools/go/analysis/passes/unreachable"
	"golang.org/x/tools/go/analysis/passes/unsafeptr"
	"golang.org/x/tools/go/analysis/passes/unusedresult"
)

// Those of go vet in its order, in which findings are printed, but for the two that look at assembly and the one for cgo.
var analyzers = []*analysis.Analyzer{
	appends.Analyzer, assign.Analyzer, atomic.Analyzer, bools.Analyzer, buildtag.Analyzer, composite.Analyzer,
	copylock.Analyzer, defers.Analyzer, directive.Analyzer, errorsas.Analyzer, httpresponse.Analyzer, ifaceassert.Analyzer,
	loopclosure.Analyzer, lostcancel.Analyzer, nilfunc.Analyzer, printf.Analyzer, shift.Analyzer, sigchanyzer.Analyzer,
	slog.Analyzer, stdmethods.Analyzer, stringintconv.Analyzer, structtag.Analyzer, tests.Analyzer, testinggoroutine.Analyzer,
	timeformat.Analyzer, unmarshal.Analyzer, unreachable.Analyzer, unsafeptr.Analyzer, unusedresult.Analyzer,
}

type factKey struct {
	of  any // types.Object or *types.Package
	typ reflect.Type
}

// A vetter checks types from sources and runs the analysers. Facts live as long as it does: dependencies of the same
// module are analysed before what imports them.
type vetter struct {
	l        *gotool.Lister
	fset     *token.FileSet
	types    map[string]*types.Package
	facts    map[factKey]analysis.Fact
	analysed map[string]bool
}

type finding struct {
	pos     token.Position
	message string
	name    string
}

func main() { gotool.Run(map[string]func([]string) error{"vet": vet}) }

func vet(args []string) error {
	flags := flag.NewFlagSet("vet", flag.ContinueOnError)
	flags.SetOutput(new(strings.Builder))
	asJSON := flags.Bool("json", false, "")
	wanted := map[*analysis.Analyzer]*bool{}
	for _, a := range analyzers {
		wanted[a] = flags.Bool(a.Name, false, "")
	}
	if err := flags.Parse(args); err != nil {
		return gotool.UsageError(err.Error())
	}
	choose(flags, wanted)
	if gotool.GOROOT() == "" {
		return gotool.UsageError("no Go source tree found: run tools/fetch_go, or set GOVM_GOROOT")
	}
	l, err := gotool.NewLister()
	if err != nil {
		return err
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	v := &vetter{l, token.NewFileSet(), map[string]*types.Package{"unsafe": types.Unsafe}, map[factKey]analysis.Fact{}, map[string]bool{}}
	failed := false
	for _, pattern := range patterns {
		packages, err := l.Match(pattern)
		if err != nil {
			return err
		}
		for _, p := range packages {
			findings, err := v.packageFindings(p)
			if err != nil {
				text := err.Error()
				if file, rest, ok := strings.Cut(strings.TrimPrefix(text, "vet: "), ":"); ok {
					text = "vet: " + shortPath(l.WD, file) + ":" + rest
				}
				fmt.Fprintf(os.Stderr, "# %s\n# [%[1]s]\n%s\n", p.ImportPath, text)
				failed = true
				continue
			}
			failed = failed || len(findings) > 0
			printFindings(l, p, findings, *asJSON)
		}
	}
	if failed && !*asJSON {
		return gotool.ErrSilent
	}
	return nil
}

// choose keeps the analysers that flags ask for, or drops those that they turn off.
func choose(flags *flag.FlagSet, wanted map[*analysis.Analyzer]*bool) {
	named, some := map[string]bool{}, false
	flags.Visit(func(f *flag.Flag) { named[f.Name] = true })
	for a, on := range wanted {
		some = some || named[a.Name] && *on
	}
	analyzers = slices.DeleteFunc(analyzers, func(a *analysis.Analyzer) bool {
		return some && !*wanted[a] || named[a.Name] && !*wanted[a]
	})
}

// shortPath is a file as it is called from the working directory.
func shortPath(wd, name string) string {
	rel, err := filepath.Rel(wd, name)
	if err != nil || strings.HasPrefix(rel, "..") {
		return name
	}
	if !strings.Contains(rel, "/") {
		return "./" + rel
	}
	return rel
}

func printFindings(l *gotool.Lister, p *gotool.Package, findings []finding, asJSON bool) {
	if asJSON {
		type diagnostic struct {
			Posn    string `json:"posn"`
			Message string `json:"message"`
		}
		byName := map[string][]diagnostic{}
		for _, f := range findings {
			byName[f.name] = append(byName[f.name], diagnostic{f.pos.String(), f.message})
		}
		text, _ := json.MarshalIndent(map[string]any{p.ImportPath: byName}, "", "\t")
		fmt.Fprintf(os.Stderr, "# %s\n", p.ImportPath)
		fmt.Println(string(text))
		return
	}
	if len(findings) > 0 {
		fmt.Fprintf(os.Stderr, "# %s\n# [%[1]s]\n", p.ImportPath)
	}
	for _, f := range findings {
		f.pos.Filename = shortPath(l.WD, f.pos.Filename)
		fmt.Fprintf(os.Stderr, "%s: %s\n", f.pos, f.message)
	}
}

// Import checks a dependency without looking into its functions.
func (v *vetter) Import(path string) (*types.Package, error) { return v.importFor(path, false) }

func (v *vetter) importFor(path string, std bool) (*types.Package, error) {
	if std && gotool.IsDir(filepath.Join(gotool.GOROOT(), "src", "vendor", path)) {
		path = "vendor/" + path
	}
	if p := v.types[path]; p != nil {
		return p, nil
	}
	p, err := v.l.ImportPath(path)
	if err != nil {
		return nil, err
	}
	if !p.Standard { // for its facts
		if _, err := v.packageFindings(p); err != nil {
			return nil, err
		}
		return v.types[path], nil
	}
	files, err := v.parse(p.Dir, p.GoFiles, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	config := types.Config{Importer: importerFunc(func(path string) (*types.Package, error) { return v.importFor(path, true) }),
		IgnoreFuncBodies: true, FakeImportC: true, Error: func(error) {}, Sizes: types.SizesFor("gc", "amd64")}
	out, _ := config.Check(path, v.fset, files, nil)
	v.types[path] = out
	return out, nil
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

func (v *vetter) parse(dir string, names []string, mode parser.Mode) ([]*ast.File, error) {
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(v.fset, filepath.Join(dir, name), nil, mode)
		if err != nil {
			return nil, fmt.Errorf("vet: %v", err)
		}
		files = append(files, f)
	}
	return files, nil
}

// packageFindings analyses a package, with its own tests and then its external ones.
func (v *vetter) packageFindings(p *gotool.Package) ([]finding, error) {
	if v.analysed[p.ImportPath] {
		return nil, nil
	}
	v.analysed[p.ImportPath] = true
	out, err := v.analyse(p, p.ImportPath, append(append([]string(nil), p.GoFiles...), p.TestGoFiles...))
	if err == nil && len(p.XTestGoFiles) > 0 {
		var more []finding
		more, err = v.analyse(p, p.ImportPath+"_test", p.XTestGoFiles)
		out = append(out, more...)
	}
	return out, err
}

func (v *vetter) analyse(p *gotool.Package, path string, names []string) ([]finding, error) {
	files, err := v.parse(p.Dir, names, parser.ParseComments) // some analysers look at resolved identifiers
	if err != nil {
		return nil, err
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Implicits: map[ast.Node]types.Object{}, Instances: map[*ast.Ident]types.Instance{},
		Selections: map[*ast.SelectorExpr]*types.Selection{}, Scopes: map[ast.Node]*types.Scope{},
		FileVersions: map[*ast.File]string{}}
	sizes := types.SizesFor("gc", "amd64")
	config := types.Config{Importer: importerFunc(func(path string) (*types.Package, error) { return v.importFor(path, p.Standard) }),
		Sizes: sizes}
	if p.Module != nil && p.Module.GoVersion != "" {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	pkg, err := config.Check(path, v.fset, files, info)
	if err != nil {
		return nil, fmt.Errorf("vet: %v", err)
	}
	v.types[path] = pkg
	run := &packageRun{v: v, pkg: pkg, files: files, info: info, sizes: sizes, results: map[*analysis.Analyzer]any{}, done: map[*analysis.Analyzer]bool{},
		version: config.GoVersion}
	for _, name := range p.IgnoredGoFiles {
		run.ignored = append(run.ignored, filepath.Join(p.Dir, name))
	}
	for _, a := range analyzers {
		if err := run.analyzer(a); err != nil {
			return nil, fmt.Errorf("vet: %s: %v", a.Name, err)
		}
	}
	return run.found, nil
}

type packageRun struct {
	v       *vetter
	pkg     *types.Package
	files   []*ast.File
	info    *types.Info
	sizes   types.Sizes
	ignored []string
	version string
	results map[*analysis.Analyzer]any
	done    map[*analysis.Analyzer]bool
	found   []finding
}

func (r *packageRun) analyzer(a *analysis.Analyzer) error {
	if r.done[a] {
		return nil
	}
	r.done[a] = true
	inputs := map[*analysis.Analyzer]any{}
	for _, needed := range a.Requires {
		if err := r.analyzer(needed); err != nil {
			return err
		}
		inputs[needed] = r.results[needed]
	}
	facts := r.v.facts
	get := func(of any, fact analysis.Fact) bool {
		known, ok := facts[factKey{of, reflect.TypeOf(fact)}]
		if ok {
			reflect.ValueOf(fact).Elem().Set(reflect.ValueOf(known).Elem())
		}
		return ok
	}
	pass := &analysis.Pass{
		Analyzer: a, Fset: r.v.fset, Files: r.files, IgnoredFiles: r.ignored, Pkg: r.pkg, TypesInfo: r.info, TypesSizes: r.sizes,
		ResultOf: inputs, ReadFile: os.ReadFile,
		Module: &analysis.Module{GoVersion: strings.TrimPrefix(r.version, "go")},
		Report: func(d analysis.Diagnostic) {
			r.found = append(r.found, finding{r.v.fset.Position(d.Pos), d.Message, a.Name})
		},
		ImportObjectFact:  func(o types.Object, f analysis.Fact) bool { return get(o, f) },
		ImportPackageFact: func(p *types.Package, f analysis.Fact) bool { return get(p, f) },
		ExportObjectFact:  func(o types.Object, f analysis.Fact) { facts[factKey{o, reflect.TypeOf(f)}] = f },
		ExportPackageFact: func(f analysis.Fact) { facts[factKey{r.pkg, reflect.TypeOf(f)}] = f },
		AllObjectFacts:    func() []analysis.ObjectFact { return nil },
		AllPackageFacts:   func() []analysis.PackageFact { return nil },
	}
	result, err := a.Run(pass)
	r.results[a] = result
	return err
}
