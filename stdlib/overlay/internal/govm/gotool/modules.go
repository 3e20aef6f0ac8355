package gotool

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// A mainModule is the module of the working directory, and what it requires.
type mainModule struct {
	dir  string
	file *modfile.File
}

// findModule looks for go.mod in dir and upwards; nil if there is none.
func findModule(dir string) (*mainModule, error) {
	for {
		name := filepath.Join(dir, "go.mod")
		if data, err := os.ReadFile(name); err == nil {
			file, err := modfile.Parse("go.mod", data, nil)
			if err != nil {
				return nil, fmt.Errorf("go: errors parsing go.mod:\n%v", err)
			}
			return &mainModule{dir, file}, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, nil
		}
		dir = up
	}
}

// needModule is findModule for commands that work on a module.
func needModule() (*mainModule, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	m, err := findModule(dir)
	if err == nil && m == nil {
		err = fmt.Errorf("go: go.mod file not found in current directory or any parent directory; see 'go help modules'")
	}
	return m, err
}

func (m *mainModule) path() string { return m.file.Module.Mod.Path }

// replacement is what stands for a module; the module itself if nothing does.
func (m *mainModule) replacement(v module.Version) module.Version {
	for _, r := range m.file.Replace {
		if r.Old.Path == v.Path && (r.Old.Version == "" || r.Old.Version == v.Version) {
			return r.New
		}
	}
	return v
}

func moduleCache() string {
	if dir := os.Getenv("GOMODCACHE"); dir != "" {
		return dir
	}
	return filepath.Join(filepath.SplitList(goPath())[0], "pkg", "mod")
}

func goPath() string {
	if path := os.Getenv("GOPATH"); path != "" {
		return path
	}
	home, _ := os.UserHomeDir()
	return filepath.Join(home, "go")
}

// dirOf is where the files of a required module are; "" if they are not at hand.
func (m *mainModule) dirOf(v module.Version) string {
	r := m.replacement(v)
	if r.Version == "" && r != v { // a folder
		if filepath.IsAbs(r.Path) {
			return r.Path
		}
		return filepath.Join(m.dir, r.Path)
	}
	path, err1 := module.EscapePath(r.Path)
	version, err2 := module.EscapeVersion(r.Version)
	if err1 != nil || err2 != nil {
		return ""
	}
	dir := filepath.Join(moduleCache(), path+"@"+version)
	if !IsDir(dir) {
		return ""
	}
	return dir
}

// requirementsOf are those of a required module's go.mod.
func (m *mainModule) requirementsOf(v module.Version) []module.Version {
	dir := m.dirOf(v)
	data, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if dir == "" || err != nil {
		r := m.replacement(v)
		path, _ := module.EscapePath(r.Path)
		version, _ := module.EscapeVersion(r.Version)
		data, err = os.ReadFile(filepath.Join(moduleCache(), "cache", "download", path, "@v", version+".mod"))
	}
	if err != nil {
		return nil
	}
	file, err := modfile.ParseLax("go.mod", data, nil)
	if err != nil {
		return nil
	}
	return versions(file)
}

func versions(file *modfile.File) []module.Version {
	var out []module.Version
	for _, r := range file.Require {
		out = append(out, r.Mod)
	}
	return out
}

// buildList is the version of each module that counts: the greatest that anything requires.
func (m *mainModule) buildList() []module.Version {
	chosen := map[string]string{}
	work := versions(m.file)
	seen := map[module.Version]bool{}
	for len(work) > 0 {
		v := work[0]
		work = work[1:]
		if seen[v] {
			continue
		}
		seen[v] = true
		if old, ok := chosen[v.Path]; !ok || semver.Compare(v.Version, old) > 0 {
			chosen[v.Path] = v.Version
		}
		work = append(work, m.requirementsOf(v)...)
	}
	var out []module.Version
	for path, version := range chosen {
		out = append(out, module.Version{Path: path, Version: version})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out
}

// find says where a package is and which module has it; "" for the standard library.
func (m *mainModule) find(path string) (dir string, owner module.Version, err error) {
	if std := filepath.Join(GOROOT(), "src", path); isStd(path) && hasGoFiles(std) {
		return std, module.Version{}, nil
	}
	if m == nil {
		return "", owner, fmt.Errorf("package %s is not in std (%s)", path, filepath.Join(GOROOT(), "src", path))
	}
	if rest, ok := below(path, m.path()); ok && hasGoFiles(filepath.Join(m.dir, rest)) {
		return filepath.Join(m.dir, rest), module.Version{Path: m.path()}, nil
	}
	if vendored := filepath.Join(m.dir, "vendor", path); hasGoFiles(vendored) {
		for _, v := range m.buildList() {
			if _, ok := below(path, v.Path); ok && len(v.Path) > len(owner.Path) {
				owner = v
			}
		}
		return vendored, owner, nil
	}
	for _, v := range m.buildList() {
		rest, ok := below(path, v.Path)
		if !ok || len(v.Path) < len(owner.Path) {
			continue
		}
		if d := m.dirOf(v); d != "" && hasGoFiles(filepath.Join(d, rest)) {
			dir, owner = filepath.Join(d, rest), v
		}
	}
	if dir == "" {
		err = fmt.Errorf("no required module provides package %s; to add it:\n\tgo get %s", path, path)
	}
	return dir, owner, err
}

// below is the part of path behind prefix, which is a path itself.
func below(path, prefix string) (string, bool) {
	if path == prefix {
		return "", true
	}
	return strings.CutPrefix(path, prefix+"/")
}

func IsDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func hasGoFiles(dir string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	return len(files) > 0
}

func GOROOT() string { return os.Getenv("GOROOT") }

func isStd(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}
