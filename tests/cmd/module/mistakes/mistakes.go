// Package mistakes has something for every analyser of vet.
package mistakes

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

type guarded struct {
	sync.Mutex
	n int
}

func copies(g guarded) guarded { return g }

func appends(s []int) []int { return append(s) }

func assigns(x int) { x = x }

func atomics() {
	var n uint64
	n = atomic.AddUint64(&n, 1)
}

func bools(x int) bool { return x == 1 || x == 1 }

func composites() error { return &os.PathError{"open", "x", nil} }

func defers(start time.Time) {
	defer fmt.Println(time.Since(start))
}

func errorsAs(err error) bool {
	var target os.PathError
	return errors.As(err, target)
}

func requests() {
	resp, err := http.Get("http://localhost")
	defer resp.Body.Close()
	if err != nil {
		return
	}
}

type reader interface{ Read() int }
type other interface{ Read() string }

func asserts(r reader) { _ = r.(other) }

func loops() {
	for i := 0; i < 3; i++ {
		go func() { fmt.Println(i) }()
	}
}

func cancels(parent context.Context) context.Context {
	ctx, cancel := context.WithCancel(parent)
	if parent == nil {
		return ctx
	}
	cancel()
	return ctx
}

func nilFunc() bool { return nilFunc == nil }

func prints(name string, n int) {
	fmt.Printf("%d %s\n", name, n)
	fmt.Printf("%z\n", n)
	fmt.Println("hello\n")
	fmt.Printf("%s\n")
	fmt.Printf("one\n", n)
	fmt.Errorf("%w %w", n, errors.New("x"))
	fmt.Printf(name)
}

func shifts(x int8) int8 { return x << 8 }

func signals() {
	c := make(chan os.Signal)
	signal.Notify(c, os.Interrupt)
}

func logs() { slog.Info("message", "key") }

type stringer struct{}

func (stringer) MarshalJSON() []byte { return nil }
func (s *stringer) Seek(n int) error { return nil }

func ints(n int) string { return string(n) }

type tagged struct {
	A int `json:"a" json:"b"`
	B int `json:"a"`
	C int `json: "c"`
}

func inGoroutine(t *testing.T) {
	go func() { t.Fatal("no") }()
}

func formats(t time.Time) string { return t.Format("2006-02-01") }

func unmarshals(data []byte) {
	var v tagged
	json.Unmarshal(data, v)
}

func unreachable() int {
	return 1
	panic("never")
}

func pointers(n uintptr) unsafe.Pointer { return unsafe.Pointer(n) }

func results() { fmt.Sprintf("%d", 1) }

func zero() {
	var wg sync.WaitGroup
	go func() {
		wg.Add(1)
		defer wg.Done()
	}()
	_ = unused
}

//go:build never
var unused int

//go:nosuch directive
func Recursive() {}
