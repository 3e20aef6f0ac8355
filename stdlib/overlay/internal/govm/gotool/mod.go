package gotool

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
	"golang.org/x/mod/sumdb/dirhash"
)

func mod(args []string) error {
	if len(args) == 0 {
		return UsageError("say what: graph, why, verify, vendor or tidy")
	}
	commands := map[string]func(*mainModule, []string) error{
		"graph": modGraph, "why": modWhy, "verify": modVerify, "vendor": modVendor, "tidy": modTidy}
	command := commands[args[0]]
	if command == nil {
		return UsageError("unknown command " + args[0])
	}
	if len(args) > 1 && strings.HasPrefix(args[1], "-") {
		return UsageError("unknown option " + args[1])
	}
	m, err := needModule()
	if err != nil {
		return err
	}
	return command(m, args[1:])
}

func versionString(v module.Version) string {
	if v.Version == "" {
		return v.Path
	}
	return v.Path + "@" + v.Version
}

// modGraph prints who requires what, breadth first.
func modGraph(m *mainModule, _ []string) error {
	if m.file.Go != nil {
		fmt.Printf("%s go@%s\n", m.path(), m.file.Go.Version)
	}
	work := []module.Version{{Path: m.path()}}
	seen := map[module.Version]bool{work[0]: true}
	for ; len(work) > 0; work = work[1:] {
		requirements := versions(m.file)
		if work[0].Version != "" {
			requirements = m.requirementsOf(work[0])
		}
		for _, r := range requirements {
			fmt.Println(versionString(work[0]), versionString(r))
			if !seen[r] {
				seen[r] = true
				work = append(work, r)
			}
		}
	}
	return nil
}

// imports is everything the module's packages and their tests need, with who imports each first.
type imports struct {
	l      *Lister
	from   map[string]string // package to the one that imports it; "" for the module's own
	order  []string          // as found
	errors []string
}

func (m *mainModule) imports() (*imports, error) {
	l := &Lister{m, m.dir, defaultContext(), map[string]*Package{}}
	own, err := l.Match("./...")
	if err != nil {
		return nil, err
	}
	out := &imports{l: l, from: map[string]string{}}
	for _, p := range own {
		out.from[p.ImportPath] = ""
		out.order = append(out.order, p.ImportPath)
	}
	for i := 0; i < len(out.order); i++ {
		path := out.order[i]
		p := l.all[path]
		if p == nil || p.Standard {
			continue
		}
		needed := append([]string(nil), p.Imports...)
		if out.from[path] == "" {
			needed = append(append(needed, p.TestImports...), p.XTestImports...)
		}
		for _, next := range needed {
			if _, known := out.from[next]; known || next == "C" || next == "unsafe" {
				continue
			}
			out.from[next] = path
			out.order = append(out.order, next)
			if _, err := l.ImportPath(next); err != nil {
				out.errors = append(out.errors, fmt.Sprintf("%s imports\n\t%s: %v", path, next, err))
			}
		}
	}
	return out, nil
}

func modWhy(m *mainModule, args []string) error {
	if len(args) == 0 {
		return UsageError("why needs a package")
	}
	graph, err := m.imports()
	if err != nil {
		return err
	}
	for i, path := range args {
		if i > 0 {
			fmt.Println()
		}
		fmt.Println("#", path)
		if _, known := graph.from[path]; !known {
			fmt.Printf("(main module does not need package %s)\n", path)
			continue
		}
		var chain []string
		for p := path; p != ""; p = graph.from[p] {
			chain = append(chain, p)
		}
		for i := len(chain) - 1; i >= 0; i-- {
			fmt.Println(chain[i])
		}
	}
	return nil
}

// sums reads go.sum: module@version, or module@version/go.mod, to its hash.
func (m *mainModule) sums() map[string]string {
	out := map[string]string{}
	data, _ := os.ReadFile(filepath.Join(m.dir, "go.sum"))
	for _, line := range strings.Split(string(data), "\n") {
		if f := strings.Fields(line); len(f) == 3 {
			out[f[0]+"@"+f[1]] = f[2]
		}
	}
	return out
}

func modVerify(m *mainModule, _ []string) error {
	sums := m.sums()
	ok := true
	for _, v := range m.buildList() {
		r := m.replacement(v)
		dir := m.dirOf(v)
		if r.Version == "" || dir == "" {
			continue // a folder of the user's, or not at hand
		}
		hash, err := dirhash.HashDir(dir, versionString(r), dirhash.Hash1)
		if err != nil {
			return err
		}
		switch want, known := sums[versionString(r)]; {
		case !known:
			fmt.Fprintf(os.Stderr, "%s %s: missing go.sum entry\n", r.Path, r.Version)
			ok = false
		case want != hash:
			fmt.Fprintf(os.Stderr, "%s %s: dir has been modified (%s)\n", r.Path, r.Version, dir)
			ok = false
		}
	}
	if !ok {
		return ErrSilent
	}
	fmt.Println("all modules verified")
	return nil
}

// modVendor copies the packages that are needed to vendor/.
func modVendor(m *mainModule, _ []string) error {
	vendor := filepath.Join(m.dir, "vendor")
	if err := os.RemoveAll(vendor); err != nil {
		return err
	}
	graph, err := m.imports()
	if err != nil {
		return err
	}
	if len(graph.errors) > 0 {
		return fmt.Errorf("go: %s", strings.Join(graph.errors, "\ngo: "))
	}
	packages := map[module.Version][]string{}
	for _, path := range graph.order {
		dir, owner, err := m.find(path)
		if err != nil || owner.Path == "" || owner.Path == m.path() {
			continue
		}
		packages[owner] = append(packages[owner], path)
		if err := copyPackage(filepath.Join(vendor, path), dir); err != nil {
			return err
		}
	}
	if len(packages) == 0 {
		fmt.Fprintln(os.Stderr, "go: no dependencies to vendor")
		return nil
	}
	return os.WriteFile(filepath.Join(vendor, "modules.txt"), m.modulesText(packages), 0o666)
}

func (m *mainModule) modulesText(packages map[module.Version][]string) []byte {
	var out bytes.Buffer
	explicit := map[module.Version]bool{}
	for _, r := range m.file.Require {
		explicit[r.Mod] = true
	}
	for _, v := range m.buildList() {
		if len(packages[v]) == 0 && !explicit[v] {
			continue
		}
		fmt.Fprintf(&out, "# %s %s%s\n", v.Path, v.Version, m.arrow(v))
		var notes []string
		if explicit[v] {
			notes = append(notes, "explicit")
		}
		if data, err := os.ReadFile(filepath.Join(m.dirOf(v), "go.mod")); err == nil {
			if file, err := modfile.ParseLax("go.mod", data, nil); err == nil && file.Go != nil {
				notes = append(notes, "go "+file.Go.Version)
			}
		}
		if len(notes) > 0 {
			fmt.Fprintf(&out, "## %s\n", strings.Join(notes, "; "))
		}
		sort.Strings(packages[v])
		for _, path := range packages[v] {
			fmt.Fprintln(&out, path)
		}
	}
	for _, r := range m.file.Replace { // those for every version are repeated at the end
		if r.Old.Version == "" {
			fmt.Fprintf(&out, "# %s => %s\n", r.Old.Path, strings.TrimSpace(r.New.Path+" "+r.New.Version))
		}
	}
	return out.Bytes()
}

func (m *mainModule) arrow(v module.Version) string {
	r := m.replacement(v)
	if r == v {
		return ""
	}
	return " => " + strings.TrimSpace(r.Path+" "+r.Version)
}

func copyPackage(to, from string) error {
	if err := os.MkdirAll(to, 0o777); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.Type().IsRegular() || strings.HasSuffix(e.Name(), "_test.go") || e.Name() == "go.mod" || e.Name() == "go.sum" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(from, e.Name()))
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.Name()), data, 0o666)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// modTidy makes go.mod require what the packages import and nothing else, as far as modules are in the cache, and go.sum
// know their hashes.
func modTidy(m *mainModule, _ []string) error {
	for {
		graph, err := m.imports()
		if err != nil {
			return err
		}
		added := false
		for _, path := range graph.order {
			if _, _, err := m.find(path); err == nil || isStd(path) {
				continue
			}
			if v := newestInCache(path); v.Path != "" {
				fmt.Fprintf(os.Stderr, "go: found %s in %s %s\n", path, v.Path, v.Version)
				if err := m.file.AddRequire(v.Path, v.Version); err != nil {
					return err
				}
				added = true
				break
			}
		}
		if added {
			continue
		}
		if len(graph.errors) > 0 {
			return fmt.Errorf("go: %s", strings.Join(graph.errors, "\ngo: "))
		}
		return m.write(graph)
	}
}

func (m *mainModule) write(graph *imports) error {
	used, direct := map[string]bool{}, map[string]bool{}
	for _, path := range graph.order {
		_, owner, err := m.find(path)
		if err != nil || owner.Path == "" || owner.Path == m.path() {
			continue
		}
		used[owner.Path] = true
		if graph.from[graph.from[path]] == "" && m.owns(graph.from[path]) {
			direct[owner.Path] = true
		}
	}
	var requires []*modfile.Require
	for _, v := range m.buildList() {
		if used[v.Path] {
			requires = append(requires, &modfile.Require{Mod: v, Indirect: !direct[v.Path]})
		}
	}
	m.file.SetRequireSeparateIndirect(requires)
	m.file.Cleanup()
	data, err := m.file.Format()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(m.dir, "go.mod"), data, 0o666); err != nil {
		return err
	}
	return m.writeSums(requires)
}

func (m *mainModule) owns(path string) bool {
	_, ok := below(path, m.path())
	return ok
}

func (m *mainModule) writeSums(requires []*modfile.Require) error {
	var lines []string
	for _, r := range requires {
		v := m.replacement(r.Mod)
		dir := m.dirOf(r.Mod)
		if v.Version == "" || dir == "" {
			continue
		}
		hash, err := dirhash.HashDir(dir, versionString(v), dirhash.Hash1)
		if err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%s %s %s\n", v.Path, v.Version, hash))
		if data, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			sum, err := goModHash(data)
			if err != nil {
				return err
			}
			lines = append(lines, fmt.Sprintf("%s %s/go.mod %s\n", v.Path, v.Version, sum))
		}
	}
	name := filepath.Join(m.dir, "go.sum")
	if len(lines) == 0 {
		if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	return os.WriteFile(name, []byte(strings.Join(lines, "")), 0o666)
}

// newestInCache is the module of the cache that has a package, in its newest version.
func newestInCache(path string) (best module.Version) {
	for prefix := path; prefix != "." && prefix != "/"; prefix = filepath.Dir(prefix) {
		escaped, err := module.EscapePath(prefix)
		if err != nil {
			continue
		}
		dirs, _ := filepath.Glob(filepath.Join(moduleCache(), escaped+"@*"))
		for _, dir := range dirs {
			version := dir[strings.LastIndex(dir, "@")+1:]
			rest, _ := below(path, prefix)
			if hasGoFiles(filepath.Join(dir, rest)) && (best.Path == "" || semver.Compare(version, best.Version) > 0) {
				best = module.Version{Path: prefix, Version: version}
			}
		}
		if best.Path != "" {
			return best
		}
	}
	return best
}
