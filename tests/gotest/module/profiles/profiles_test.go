// Package profiles is tested with profiles, and looks whether its functions are in them.
package profiles

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) {
	code := m.Run()
	for kind, function := range map[string]string{"mem": "profiles.allocate", "block": "profiles.block", "mutex": "profiles.contend"} {
		name := flag.Lookup("test." + kind + "profile").Value.String()
		if name == "" {
			continue
		}
		file, err := os.Open(filepath.Join(flag.Lookup("test.outputdir").Value.String(), name))
		if err == nil {
			var r io.Reader
			if r, err = gzip.NewReader(file); err == nil {
				if data, _ := io.ReadAll(r); !bytes.Contains(data, []byte(function)) {
					err = fmt.Errorf("%s is not in the %s profile", function, kind)
				}
			}
		}
		if err != nil {
			fmt.Println(err)
			code = 1
		}
	}
	os.Exit(code)
}

var kept []*[100]int

//go:noinline
func allocate() { kept = append(kept, new([100]int)) }

//go:noinline
func block() {
	c := make(chan int)
	go func() { time.Sleep(time.Millisecond); close(c) }()
	<-c
}

//go:noinline
func contend() {
	var mu sync.Mutex
	mu.Lock()
	go func() { mu.Lock(); mu.Unlock() }()
	time.Sleep(10 * time.Millisecond)
	mu.Unlock()
}

func TestProfiles(t *testing.T) {
	allocate()
	block()
	contend()
}
