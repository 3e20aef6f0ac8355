package gotool

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

func environment() map[string]string {
	config, _ := os.UserConfigDir()
	cache, _ := os.UserCacheDir()
	out := map[string]string{
		"AR": "ar", "CC": "gcc", "CGO_CFLAGS": "-O2 -g", "CGO_CPPFLAGS": "", "CGO_CXXFLAGS": "-O2 -g", "CGO_ENABLED": "0",
		"CGO_FFLAGS": "-O2 -g", "CGO_LDFLAGS": "-O2 -g", "CXX": "g++", "GCCGO": "gccgo", "GO111MODULE": "",
		"GOAMD64": "v1", "GOARCH": runtime.GOARCH, "GOAUTH": "netrc", "GOBIN": "", "GOCACHE": filepath.Join(cache, "go-build"),
		"GOCACHEPROG": "", "GODEBUG": "", "GOENV": filepath.Join(config, "go", "env"), "GOEXE": "", "GOEXPERIMENT": "",
		"GOFIPS140": "off", "GOFLAGS": "", "GOHOSTARCH": runtime.GOARCH, "GOHOSTOS": runtime.GOOS, "GOINSECURE": "",
		"GOMOD": os.DevNull, "GOMODCACHE": moduleCache(), "GONOPROXY": "", "GONOSUMDB": "", "GOOS": runtime.GOOS,
		"GOPATH": goPath(), "GOPRIVATE": "", "GOPROXY": "off", "GOROOT": GOROOT(), "GOSUMDB": "off", "GOTELEMETRY": "off",
		"GOTELEMETRYDIR": "", "GOTMPDIR": "", "GOTOOLCHAIN": "local", "GOTOOLDIR": "", "GOVCS": "",
		"GOVERSION": runtime.Version(), "GOWORK": "", "PKG_CONFIG": "pkg-config",
	}
	for name := range out {
		if value := os.Getenv(name); value != "" {
			out[name] = value
		}
	}
	wd, _ := os.Getwd()
	if m, err := findModule(wd); err == nil && m != nil {
		out["GOMOD"] = filepath.Join(m.dir, "go.mod")
	}
	for dir := wd; os.Getenv("GOWORK") == ""; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			out["GOWORK"] = filepath.Join(dir, "go.work")
			break
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return out
}

func env(args []string) error {
	asJSON := len(args) > 0 && (args[0] == "-json" || args[0] == "--json")
	if asJSON {
		args = args[1:]
	}
	if len(args) > 0 && strings.HasPrefix(args[0], "-") {
		return UsageError("unknown option " + args[0])
	}
	all := environment()
	if !asJSON && len(args) > 0 {
		for _, name := range args {
			fmt.Println(all[name])
		}
		return nil
	}
	if len(args) == 0 {
		for name := range all {
			args = append(args, name)
		}
		sort.Strings(args)
	}
	if asJSON {
		some := map[string]string{}
		for _, name := range args {
			some[name] = all[name]
		}
		text, err := json.MarshalIndent(some, "", "\t")
		fmt.Println(string(text))
		return err
	}
	for _, name := range args {
		value := all[name]
		if strings.Contains(value, "'") {
			value = strconv.Quote(value)
		} else {
			value = "'" + value + "'"
		}
		fmt.Printf("%s=%s\n", name, value)
	}
	return nil
}
