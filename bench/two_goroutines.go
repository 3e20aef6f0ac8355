// two_goroutines: how much of the time of one goroutine two need for the same work. On an idle machine of two processors
// and more; the best of several rounds, since other programs only ever make it worse.
package main

import (
	"fmt"
	"time"
)

func work(n int) uint64 {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

func timed(goroutines, n int) time.Duration {
	done := make(chan uint64)
	start := time.Now()
	for range goroutines {
		go func() { done <- work(n / goroutines) }()
	}
	for range goroutines {
		<-done
	}
	return time.Since(start)
}

func main() {
	const n = 40_000_000
	one, two := time.Hour, time.Hour
	for range 7 {
		one, two = min(one, timed(1, n)), min(two, timed(2, n))
	}
	fmt.Printf("one %v, two %v: %.2f\n", one, two, float64(two)/float64(one))
}
