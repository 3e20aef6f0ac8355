package gotool

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"go/build"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"text/template"

	"golang.org/x/mod/module"
)

// A Module is what `go list -m` shows of one.
type Module struct {
	Path      string
	Version   string  `json:",omitempty"`
	Replace   *Module `json:",omitempty"`
	Main      bool    `json:",omitempty"`
	Indirect  bool    `json:",omitempty"`
	Dir       string  `json:",omitempty"`
	GoMod     string  `json:",omitempty"`
	GoVersion string  `json:",omitempty"`
}

func (m *Module) String() string {
	s := m.Path
	if m.Version != "" {
		s += " " + m.Version
	}
	if m.Replace != nil {
		s += " => " + m.Replace.String()
	}
	return s
}

// A Package is what `go list` shows of one.
type Package struct {
	Dir            string   `json:",omitempty"`
	ImportPath     string   `json:",omitempty"`
	Name           string   `json:",omitempty"`
	Doc            string   `json:",omitempty"`
	Root           string   `json:",omitempty"`
	Module         *Module  `json:",omitempty"`
	Match          []string `json:",omitempty"`
	Goroot         bool     `json:",omitempty"`
	Standard       bool     `json:",omitempty"`
	DepOnly        bool     `json:",omitempty"`
	Incomplete     bool     `json:",omitempty"`
	GoFiles        []string `json:",omitempty"`
	CgoFiles       []string `json:",omitempty"`
	IgnoredGoFiles []string `json:",omitempty"`
	SFiles         []string `json:",omitempty"`
	EmbedPatterns  []string `json:",omitempty"`
	EmbedFiles     []string `json:",omitempty"`
	Imports        []string `json:",omitempty"`
	Deps           []string `json:",omitempty"`
	TestGoFiles    []string `json:",omitempty"`
	TestImports    []string `json:",omitempty"`
	XTestGoFiles   []string `json:",omitempty"`
	XTestImports   []string `json:",omitempty"`

	Error *PackageError `json:",omitempty"`

	info *build.Package
}

// A PackageError is why a package could not be loaded.
type PackageError struct{ Err string }

func (e *PackageError) Error() string { return e.Err }

// A Lister finds packages, each once.
type Lister struct {
	main *mainModule
	WD   string
	ctxt build.Context
	all  map[string]*Package
}

func NewLister() (*Lister, error) {
	wd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	main, err := findModule(wd)
	if err != nil {
		return nil, err
	}
	ctxt := build.Default
	ctxt.GOROOT = GOROOT()
	ctxt.CgoEnabled = false
	return &Lister{main, wd, ctxt, map[string]*Package{}}, nil
}

// load reads the package in dir.
func (l *Lister) load(path, dir string) (*Package, error) {
	if p := l.all[path]; p != nil {
		return p, nil
	}
	info, err := l.ctxt.ImportDir(dir, 0)
	if err != nil {
		if none, ok := err.(*build.NoGoError); ok && len(info.IgnoredGoFiles) > 0 {
			return nil, fmt.Errorf("package %s: build constraints exclude all Go files in %s", path, none.Dir)
		}
		return nil, err
	}
	p := &Package{Dir: dir, ImportPath: path, Name: info.Name, Doc: info.Doc, GoFiles: info.GoFiles, CgoFiles: info.CgoFiles,
		IgnoredGoFiles: info.IgnoredGoFiles, SFiles: info.SFiles, EmbedPatterns: info.EmbedPatterns, Imports: info.Imports,
		TestGoFiles: info.TestGoFiles, TestImports: info.TestImports, XTestGoFiles: info.XTestGoFiles,
		XTestImports: info.XTestImports, info: info}
	if _, ok := below(dir, filepath.Join(GOROOT(), "src")); ok {
		p.Goroot, p.Standard, p.Root = true, true, GOROOT()
		for _, imports := range [][]string{p.Imports, p.TestImports, p.XTestImports} {
			for i, path := range imports {
				if IsDir(filepath.Join(GOROOT(), "src", "vendor", path)) {
					imports[i] = "vendor/" + path
				}
			}
		}
		slices.Sort(p.TestImports) // p.Imports stay in the order of the files' own paths
		slices.Sort(p.XTestImports)
	} else if l.main != nil {
		p.Root = l.main.dir
		p.Module = l.moduleOf(path)
	}
	p.EmbedFiles = embedFiles(dir, p.EmbedPatterns)
	l.all[path] = p
	return p, nil
}

// embedFiles are the files that //go:embed patterns name, relative to dir.
func embedFiles(dir string, patterns []string) []string {
	found := map[string]bool{}
	for _, pattern := range patterns {
		pattern, all := strings.CutPrefix(pattern, "all:")
		names, _ := filepath.Glob(filepath.Join(dir, pattern))
		for _, name := range names {
			filepath.WalkDir(name, func(file string, d fs.DirEntry, err error) error {
				if hidden := strings.ContainsAny(d.Name()[:1], "._"); hidden && !all && file != name {
					if d.IsDir() {
						return filepath.SkipDir
					}
				} else if d.Type().IsRegular() {
					rel, _ := filepath.Rel(dir, file)
					found[filepath.ToSlash(rel)] = true
				}
				return nil
			})
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (l *Lister) moduleOf(path string) *Module {
	if _, ok := below(path, l.main.path()); ok {
		return l.mainInfo()
	}
	if _, owner, err := l.main.find(path); err == nil && owner.Path != "" {
		return l.info(owner)
	}
	return nil
}

// ImportPath finds a package as a package of the module imports it.
func (l *Lister) ImportPath(path string) (*Package, error) {
	if p := l.all[path]; p != nil {
		return p, nil
	}
	dir, _, err := l.main.find(path)
	if err != nil {
		if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") && (l.main == nil || !isBelow(path, l.main.path())) {
			err = fmt.Errorf("package %s is not in std (%s)", path, filepath.Join(GOROOT(), "src", path))
		}
		return nil, err
	}
	return l.load(path, dir)
}

func isBelow(path, top string) bool {
	_, ok := below(path, top)
	return ok
}

// Match is the packages a pattern names.
func (l *Lister) Match(pattern string) ([]*Package, error) {
	switch {
	case pattern == "std":
		return l.tree(filepath.Join(GOROOT(), "src"), "", func(path string) bool { return path == "cmd" })
	case pattern == "all":
		if l.main == nil {
			return l.Match("std")
		}
		return l.Match(l.main.dir + "/...")
	case strings.HasPrefix(pattern, ".") || filepath.IsAbs(pattern):
		base, tree := strings.CutSuffix(pattern, "/...")
		dir := base
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(l.WD, base)
		}
		if !tree && !IsDir(dir) {
			return nil, fmt.Errorf("stat %s: directory not found", dir)
		}
		path, err := l.pathOf(dir)
		if err != nil {
			return nil, err
		}
		if tree {
			return l.tree(dir, path, func(string) bool { return false })
		}
		p, err := l.load(path, dir)
		return []*Package{p}, err
	case strings.HasSuffix(pattern, "/..."):
		prefix := strings.TrimSuffix(pattern, "/...")
		if l.main != nil {
			if rest, ok := below(prefix, l.main.path()); ok {
				return l.tree(filepath.Join(l.main.dir, rest), prefix, func(string) bool { return false })
			}
		}
		return l.tree(filepath.Join(GOROOT(), "src", prefix), prefix, func(string) bool { return false })
	}
	p, err := l.ImportPath(pattern)
	return []*Package{p}, err
}

// pathOf is the import path of a folder.
func (l *Lister) pathOf(dir string) (string, error) {
	if rest, ok := below(dir, filepath.Join(GOROOT(), "src")); ok {
		return rest, nil
	}
	if l.main == nil {
		return "", fmt.Errorf("go: go.mod file not found in current directory or any parent directory; see 'go help modules'")
	}
	rest, ok := below(dir, l.main.dir)
	if !ok {
		return "", fmt.Errorf("directory %s outside main module or its selected dependencies", dir)
	}
	if rest == "" {
		return l.main.path(), nil
	}
	return l.main.path() + "/" + filepath.ToSlash(rest), nil
}

func (l *Lister) tree(root, prefix string, skip func(path string) bool) ([]*Package, error) {
	var out []*Package
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		rest, _ := filepath.Rel(root, name)
		path := prefix
		if rest != "." {
			path = strings.TrimPrefix(prefix+"/"+filepath.ToSlash(rest), "/")
			base := filepath.Base(name)
			own := l.main != nil && strings.HasPrefix(root, l.main.dir)
			if base[0] == '.' || base[0] == '_' || base == "testdata" || base == "vendor" && own || skip(path) {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(name, "go.mod")); err == nil {
				return filepath.SkipDir
			}
		}
		if path == "" || !hasGoFiles(name) {
			return nil
		}
		p, err := l.load(path, name)
		if err == nil {
			out = append(out, p)
		}
		return nil // folders that are no packages are passed over
	})
	if os.IsNotExist(err) {
		err = fmt.Errorf("pattern %s/...: lstat %s: no such file or directory", root, root)
	}
	return out, err
}

// dependencies are what p imports, and what that imports; sorted.
func (l *Lister) dependencies(p *Package) ([]string, error) {
	seen := map[string]bool{}
	var visit func(imports []string, std bool) error
	visit = func(imports []string, std bool) error {
		for _, path := range imports {
			if std && IsDir(filepath.Join(GOROOT(), "src", "vendor", path)) {
				path = "vendor/" + path
			}
			if path == "C" || seen[path] {
				continue
			}
			seen[path] = true
			if path == "unsafe" {
				continue
			}
			q, err := l.ImportPath(path)
			if err != nil {
				return err
			}
			if err := visit(q.Imports, q.Standard); err != nil {
				return err
			}
		}
		return nil
	}
	err := visit(p.Imports, p.Standard)
	var out []string
	for path := range seen {
		out = append(out, path)
	}
	sort.Strings(out)
	return out, err
}

func (l *Lister) mainInfo() *Module {
	m := &Module{Path: l.main.path(), Main: true, Dir: l.main.dir, GoMod: filepath.Join(l.main.dir, "go.mod")}
	if l.main.file.Go != nil {
		m.GoVersion = l.main.file.Go.Version
	}
	return m
}

func (l *Lister) info(v module.Version) *Module {
	m := &Module{Path: v.Path, Version: v.Version, Dir: l.main.dirOf(v)}
	for _, r := range l.main.file.Require {
		if r.Mod == v {
			m.Indirect = r.Indirect
		}
	}
	if r := l.main.replacement(v); r != v {
		m.Replace = &Module{Path: r.Path, Version: r.Version, Dir: m.Dir}
	}
	if m.Dir != "" {
		m.GoMod = filepath.Join(m.Dir, "go.mod")
	}
	return m
}

// print shows v as the flags ask for.
func show(v any, plain, format string, asJSON bool) error {
	switch {
	case asJSON:
		text, err := json.MarshalIndent(v, "", "\t")
		fmt.Println(string(text))
		return err
	case format != "":
		t, err := template.New("main").Funcs(template.FuncMap{"join": strings.Join, "context": func() *build.Context { return &build.Default }}).Parse(format)
		if err != nil {
			return err
		}
		var b strings.Builder
		if err := t.Execute(&b, v); err != nil { // in go's words
			return errors.New(strings.ReplaceAll(err.Error(), "*gotool.Package", "*load.PackagePublic"))
		}
		if b.Len() > 0 {
			fmt.Println(strings.TrimSuffix(b.String(), "\n"))
		}
		return nil
	}
	fmt.Println(plain)
	return nil
}

func list(args []string) error {
	flags := flag.NewFlagSet("list", flag.ContinueOnError)
	flags.SetOutput(new(strings.Builder))
	modules := flags.Bool("m", false, "")
	format := flags.String("f", "", "")
	asJSON := flags.Bool("json", false, "")
	deps := flags.Bool("deps", false, "")
	tolerant := flags.Bool("e", false, "")
	tests := flags.Bool("test", false, "")
	tags := flags.String("tags", "", "")
	for _, ignored := range []string{"compiler", "installsuffix", "mod"} {
		flags.String(ignored, "", "")
	}
	if err := flags.Parse(args); err != nil {
		return UsageError(err.Error())
	}
	l, err := NewLister()
	if err != nil {
		return err
	}
	if *tags != "" {
		l.ctxt.BuildTags = strings.FieldsFunc(*tags, func(r rune) bool { return r == ',' || r == ' ' })
	}
	if *modules {
		return l.listModules(flags.Args(), *format, *asJSON)
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	shown := map[string]bool{}
	failed := false
	for _, pattern := range patterns {
		packages, err := l.Match(pattern)
		if err != nil {
			if !*tolerant {
				fmt.Fprintln(os.Stderr, err)
				failed = true
				continue
			}
			packages = []*Package{{ImportPath: pattern, Incomplete: true, Error: &PackageError{err.Error()}}}
		}
		for _, p := range packages {
			if *deps || *asJSON || strings.Contains(*format, "Deps") {
				if p.Deps, err = l.dependencies(p); err != nil && !*tolerant {
					return err
				}
			}
			p.Match = append(p.Match, pattern)
			if *deps {
				for _, path := range l.inOrder(p) {
					if q := l.all[path]; q != nil && !shown[path] {
						shown[path] = true
						q.DepOnly = true
						if err := show(q, path, *format, *asJSON); err != nil {
							return err
						}
					} else if path == "unsafe" && !shown[path] {
						shown[path] = true
						fmt.Println(path)
					}
				}
			}
			if shown[p.ImportPath] {
				continue
			}
			shown[p.ImportPath] = true
			if err := show(p, p.ImportPath, *format, *asJSON); err != nil {
				return err
			}
			if *tests {
				for _, q := range testPackages(p) {
					if err := show(q, q.ImportPath, *format, *asJSON); err != nil {
						return err
					}
				}
			}
		}
	}
	if failed {
		return ErrSilent
	}
	return nil
}

// testPackages are what `go test` makes of a package.
func testPackages(p *Package) []*Package {
	if len(p.TestGoFiles)+len(p.XTestGoFiles) == 0 {
		return nil
	}
	test := p.ImportPath + ".test"
	out := []*Package{{Dir: p.Dir, ImportPath: test, Name: "main", Root: p.Root, Module: p.Module, Standard: p.Standard, Goroot: p.Goroot}}
	if len(p.TestGoFiles) > 0 {
		with := *p
		with.ImportPath += " [" + test + "]"
		with.GoFiles = append(slices.Clone(p.GoFiles), p.TestGoFiles...)
		out = append(out, &with)
	}
	if len(p.XTestGoFiles) > 0 {
		out = append(out, &Package{Dir: p.Dir, ImportPath: p.ImportPath + "_test [" + test + "]", Name: p.Name + "_test", Root: p.Root,
			Module: p.Module, Standard: p.Standard, Goroot: p.Goroot, GoFiles: p.XTestGoFiles, Imports: p.XTestImports})
	}
	return out
}

// inOrder is the dependencies of p, each behind what it imports itself.
func (l *Lister) inOrder(p *Package) []string {
	var out []string
	seen := map[string]bool{}
	var visit func(q *Package)
	visit = func(q *Package) {
		for _, path := range q.Imports {
			if q.Standard && l.all["vendor/"+path] != nil {
				path = "vendor/" + path
			}
			if seen[path] {
				continue
			}
			seen[path] = true
			if next := l.all[path]; next != nil {
				visit(next)
			}
			out = append(out, path)
		}
	}
	visit(p)
	return out
}

func (l *Lister) listModules(args []string, format string, asJSON bool) error {
	if l.main == nil {
		return fmt.Errorf("go: cannot match %q: go.mod file not found in current directory or any parent directory; see 'go help modules'", strings.Join(args, " "))
	}
	if len(args) == 0 {
		return show(l.mainInfo(), l.mainInfo().String(), format, asJSON)
	}
	for _, arg := range args {
		found := false
		if arg == "all" || arg == l.main.path() {
			found = true
			if err := show(l.mainInfo(), l.mainInfo().String(), format, asJSON); err != nil {
				return err
			}
		}
		for _, v := range l.main.buildList() {
			if arg == "all" || arg == v.Path {
				found = true
				m := l.info(v)
				if err := show(m, m.String(), format, asJSON); err != nil {
					return err
				}
			}
		}
		if !found {
			return fmt.Errorf("go: module %s: not a known dependency", arg)
		}
	}
	return nil
}
