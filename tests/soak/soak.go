// Soak keeps the scheduler, channels, timers, the network poller and the collector busy together for a time and checks that
// nothing hangs, is lost or piles up.
//
//	govm run soak.go DURATION
//
// Every part does rounds, each of which checks what came out of it. A part that finishes no round for a minute hangs. In the
// end all goroutines must have ended, and the memory in use must not have grown since the first quarter.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A part is something to be done again and again.
type part struct {
	name   string
	round  func() error
	rounds atomic.Int64
}

func check(ok bool, format string, args ...any) error {
	if ok {
		return nil
	}
	return fmt.Errorf(format, args...)
}

// spawn starts many short goroutines, each of which starts another.
func spawn() error {
	var sum atomic.Int64
	var wg sync.WaitGroup
	for i := range 1000 {
		wg.Add(1)
		go func() {
			done := make(chan int)
			go func() { done <- i }()
			sum.Add(int64(<-done))
			wg.Done()
		}()
	}
	wg.Wait()
	return check(sum.Load() == 1000*999/2, "spawn: sum %d", sum.Load())
}

// pipeline sends numbers through stages, with buffers and without.
func pipeline() error {
	in := make(chan int)
	out := in
	for stage := range 8 {
		next := make(chan int, stage%3)
		go func(from <-chan int) {
			defer close(next)
			for v := range from {
				next <- v + 1
			}
		}(out)
		out = next
	}
	go func() {
		defer close(in)
		for i := range 2000 {
			in <- i
		}
	}()
	sum := 0
	for v := range out {
		sum += v
	}
	return check(sum == 2000*1999/2+8*2000, "pipeline: sum %d", sum)
}

// selects lets goroutines choose between channels, timeouts and a context's end.
func selects() error {
	ctx, cancel := context.WithCancel(context.Background())
	a, b := make(chan int), make(chan int, 4)
	var wg sync.WaitGroup
	var sent, received atomic.Int64
	for range 8 {
		wg.Add(2)
		go func() {
			defer wg.Done()
			for {
				select {
				case a <- 1:
				case b <- 1:
				case <-ctx.Done():
					return
				}
				sent.Add(1)
			}
		}()
		go func() {
			defer wg.Done()
			for {
				select {
				case <-a:
				case <-b:
				case <-time.After(time.Second):
				case <-ctx.Done():
					return
				}
				received.Add(1)
			}
		}()
	}
	for received.Load() < 2000 {
		runtime.Gosched()
	}
	cancel()
	wg.Wait()
	lost := sent.Load() - received.Load() - int64(len(b))
	return check(lost == 0, "selects: %d values lost", lost)
}

// timers starts, stops and resets timers, and waits for those that are left.
func timers() error {
	var fired atomic.Int64
	var wg sync.WaitGroup
	stopped := 0
	for i := range 500 {
		wg.Add(1)
		t := time.AfterFunc(time.Duration(i%20)*time.Millisecond, func() { fired.Add(1); wg.Done() })
		if i%3 == 0 && t.Stop() {
			stopped++
			wg.Done()
		}
	}
	ticker := time.NewTicker(time.Millisecond)
	for range 10 {
		<-ticker.C
	}
	ticker.Stop()
	wg.Wait()
	return check(fired.Load()+int64(stopped) == 500, "timers: %d fired, %d stopped", fired.Load(), stopped)
}

// sockets has clients talk to an echo server over loopback; one of them runs into its deadline.
func sockets() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	var servers sync.WaitGroup
	servers.Add(1)
	go func() {
		defer servers.Done()
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			servers.Add(1)
			go func() {
				defer servers.Done()
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	client := func(n int) error {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			return err
		}
		defer c.Close()
		lines := bufio.NewReader(c)
		for i := range 50 {
			message := fmt.Sprintf("%d of %d: %s\n", i, n, strings.Repeat("x", i*7))
			if _, err := io.WriteString(c, message); err != nil {
				return err
			}
			if line, err := lines.ReadString('\n'); err != nil || line != message {
				return fmt.Errorf("echo of %q: %q, %v", message, line, err)
			}
		}
		if n == 0 {
			c.SetReadDeadline(time.Now().Add(time.Millisecond))
			if _, err := lines.ReadByte(); !os.IsTimeout(err) {
				return fmt.Errorf("no timeout: %v", err)
			}
		}
		return nil
	}
	results := make(chan error)
	for n := range 8 {
		go func() { results <- client(n) }()
	}
	for range 8 {
		if e := <-results; e != nil {
			err = e
		}
	}
	listener.Close()
	servers.Wait()
	return err
}

type node struct {
	left, right *node
	key         int
}

func tree(depth, key int) *node {
	if depth == 0 {
		return nil
	}
	return &node{tree(depth-1, 2*key), tree(depth-1, 2*key+1), key}
}

func (n *node) sum() int {
	if n == nil {
		return 0
	}
	return n.key + n.left.sum() + n.right.sum()
}

// garbage builds and drops trees, maps and strings beside collections.
func garbage() error {
	t := tree(12, 1)
	words := map[string]*node{}
	for i := range 2000 {
		words[fmt.Sprint("key", i%700)] = tree(2, i)
	}
	runtime.GC()
	n := 1<<12 - 1
	return check(t.sum() == n*(n+1)/2 && len(words) == 700, "garbage: sum %d, %d words", t.sum(), len(words))
}

// locks counts under a mutex and waits with a condition variable.
func locks() error {
	var mu sync.RWMutex
	turn := sync.NewCond(&mu)
	count := 0
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				mu.Lock()
				for count%8 != n {
					turn.Wait()
				}
				count++
				turn.Broadcast()
				mu.Unlock()
				mu.RLock()
				_ = count
				mu.RUnlock()
			}
		}()
	}
	wg.Wait()
	return check(count == 800, "locks: count %d", count)
}

// inUse is the memory that is left when nothing goes on, in bytes.
func inUse() (heap, resident uint64) {
	runtime.GC()
	debug.FreeOSMemory()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	text, _ := os.ReadFile("/proc/self/statm")
	var total, pages uint64
	fmt.Sscan(string(text), &total, &pages)
	return stats.HeapAlloc, pages * uint64(os.Getpagesize())
}

func fail(format string, args ...any) {
	fmt.Printf("FAIL "+format+"\n", args...)
	os.Exit(1)
}

// work lets all parts go on until the deadline.
func work(parts []*part, deadline time.Time) {
	var wg sync.WaitGroup
	for _, p := range parts {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for time.Now().Before(deadline) {
				if err := p.round(); err != nil {
					fail("%v", err)
				}
				p.rounds.Add(1)
			}
		}()
	}
	done := make(chan bool)
	go func() { wg.Wait(); close(done) }()
	seen := make([]int64, len(parts))
	for {
		select {
		case <-done:
			return
		case <-time.After(time.Minute):
		}
		for i, p := range parts {
			if n := p.rounds.Load(); n == seen[i] {
				fail("%s hangs after %d rounds", p.name, n)
			} else {
				seen[i] = n
			}
		}
	}
}

func main() {
	if len(os.Args) < 2 {
		fail("usage: soak DURATION")
	}
	duration, err := time.ParseDuration(os.Args[1])
	if err != nil {
		fail("%v", err)
	}
	parts := []*part{
		{name: "spawn", round: spawn}, {name: "pipeline", round: pipeline}, {name: "selects", round: selects},
		{name: "timers", round: timers}, {name: "sockets", round: sockets}, {name: "garbage", round: garbage},
		{name: "locks", round: locks},
	}
	var firstHeap, firstResident uint64
	for quarter := range 4 {
		work(parts, time.Now().Add(duration/4))
		for limit := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > 1 && time.Now().Before(limit); {
			time.Sleep(time.Millisecond)
		}
		if n := runtime.NumGoroutine(); n > 1 {
			buffer := make([]byte, 1<<16)
			fail("%d goroutines are left:\n%s", n, buffer[:runtime.Stack(buffer, true)])
		}
		time.Sleep(1200 * time.Millisecond) // the timers of selects run out
		heap, resident := inUse()
		fmt.Printf("quarter %d: heap %.1f MB, resident %.1f MB", quarter+1, float64(heap)/1e6, float64(resident)/1e6)
		for _, p := range parts {
			fmt.Printf(", %d %s", p.rounds.Load(), p.name)
		}
		fmt.Println()
		const slack = 16e6
		if quarter == 0 {
			firstHeap, firstResident = heap, resident
		} else if heap > firstHeap+slack/4 || resident > firstResident+firstResident/4+slack {
			fail("memory has grown")
		}
	}
	fmt.Println("OK")
}
