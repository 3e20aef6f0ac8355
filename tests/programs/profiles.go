// Profiles of allocation, of blocking and of mutexes: what is counted where.
package main

import (
	"fmt"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"time"
)

type node struct {
	next *node
	pad  [24]byte
}

var (
	list *node
	sink []byte
)

//go:noinline
func keep(n int) {
	for range n {
		list = &node{next: list}
	}
}

//go:noinline
func drop(n int) {
	for range n {
		sink = make([]byte, 100<<10)
	}
	sink = nil
}

// Innermost first, up to main.
func names(stack []uintptr) (out []string) {
	frames := runtime.CallersFrames(stack)
	for {
		frame, more := frames.Next()
		out = append(out, frame.Function)
		if frame.Function == "main.main" || !more {
			return out
		}
	}
}

func allocations() {
	runtime.GC()
	records := make([]runtime.MemProfileRecord, 10000)
	n, ok := runtime.MemProfile(records, true)
	fmt.Println("enough room:", ok)
	for _, f := range []string{"main.keep", "main.drop"} {
		for _, r := range records[:n] {
			if stack := names(r.Stack()); stack[0] == f {
				fmt.Println(strings.Join(stack, " < "), "allocated", r.AllocObjects, r.AllocBytes, "in use", r.InUseObjects(), r.InUseBytes())
			}
		}
	}
}

func waits(kind string, read func([]runtime.BlockProfileRecord) (int, bool), min time.Duration) {
	records := make([]runtime.BlockProfileRecord, 1000)
	n, _ := read(records)
	total := map[string]int64{}
	for _, r := range records[:n] {
		if time.Duration(r.Cycles) >= min {
			stack := names(r.Stack())
			total[stack[0]+" < "+stack[1]] += r.Count
		}
	}
	fmt.Println(kind, total)
}

func main() {
	old := runtime.MemProfileRate
	runtime.MemProfileRate = 1
	keep(100)
	drop(10)
	allocations()
	list = nil
	allocations()
	runtime.MemProfileRate = 10000
	list = nil
	keep(100000)
	runtime.GC()
	var sampled int64
	records := make([]runtime.MemProfileRecord, 10000)
	n, _ := runtime.MemProfile(records, false)
	for _, r := range records[:n] {
		if names(r.Stack())[0] == "main.keep" {
			sampled += r.InUseObjects()
		}
	}
	fmt.Println("a sample of 320:", sampled > 200 && sampled < 450)
	runtime.MemProfileRate = old

	runtime.SetBlockProfileRate(1)
	fmt.Println("fraction:", runtime.SetMutexProfileFraction(1), runtime.SetMutexProfileFraction(-1))
	const pause = 20 * time.Millisecond
	c := make(chan int)
	go func() { time.Sleep(pause); c <- 1 }()
	<-c
	go func() { time.Sleep(pause); <-c }()
	c <- 1
	go func() { time.Sleep(pause); close(c) }()
	select {
	case <-c:
	case <-make(chan int):
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	mu.Lock()
	all.Add(1)
	go func() { defer all.Done(); mu.Lock(); mu.Unlock() }()
	time.Sleep(pause)
	mu.Unlock()
	all.Wait()
	all.Add(1)
	go func() { time.Sleep(pause); all.Done() }()
	all.Wait()
	runtime.SetBlockProfileRate(0)
	<-time.After(pause)
	waits("block", runtime.BlockProfile, pause/2)
	waits("mutex", runtime.MutexProfile, pause/2)
	for _, p := range pprof.Profiles() {
		var buf counter
		p.WriteTo(&buf, 0)
		fmt.Println(p.Name(), buf > 0)
	}
}

// Counts what is written.
type counter int

func (b *counter) Write(p []byte) (int, error) { *b += counter(len(p)); return len(p), nil }
