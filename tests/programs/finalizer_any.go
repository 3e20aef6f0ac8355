package main

import (
	"fmt"
	"runtime"
	"time"
)

type big struct{ words [64]int }

// Finalizers that take interfaces, with and without methods.
func (b *big) String() string { return "big" }

//go:noinline
func drop(done chan string) {
	b := new(big)
	runtime.SetFinalizer(b, func(x any) { done <- "any" })
	b = new(big)
	runtime.SetFinalizer(b, func(x *big) { done <- "pointer" })
}

func main() {
	done := make(chan string, 2)
	drop(done)
	seen := map[string]bool{}
	for i := 0; i < 100 && len(seen) < 2; i++ {
		runtime.GC()
		select {
		case s := <-done:
			seen[s] = true
		case <-time.After(20 * time.Millisecond):
		}
	}
	fmt.Println(seen)
}
