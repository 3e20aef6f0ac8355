// Pauses of collections with a large live heap of small linked objects and busy mutators: the gaps a mutator sees between
// two looks at the clock, and the world's stops as the collector counts them.
package main

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

type node struct {
	left, right *node
	value       [2]int
}

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{left: build(depth - 1), right: build(depth - 1)}
}

func main() {
	megabytes := flag.Int("mb", 500, "live heap")
	seconds := flag.Float64("seconds", 10, "")
	workers := flag.Int("workers", 2, "busy goroutines")
	flag.Parse()
	var roots []*node
	for i := 0; i < *megabytes; i++ {
		roots = append(roots, build(14)) // 32767 nodes of 32 bytes
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	gaps := make([][]time.Duration, *workers)
	for w := range *workers {
		gaps[w] = make([]time.Duration, 0, 1<<16)
		wg.Add(1)
		go func() {
			defer wg.Done()
			last := time.Now()
			for i := w; !stop.Load(); i++ {
				// A subtree of 31 or 1023 nodes is replaced: the size stays the same.
				depth := 4
				if i%16 == 0 {
					depth = 9
				}
				n := roots[i%len(roots)]
				for d := 14; d > depth+1; d-- {
					if i>>d&1 == 0 {
						n = n.left
					} else {
						n = n.right
					}
				}
				n.left = build(depth)
				now := time.Now()
				if gap := now.Sub(last); gap > 100*time.Microsecond && len(gaps[w]) < cap(gaps[w]) {
					gaps[w] = append(gaps[w], gap)
				}
				last = now
			}
		}()
	}
	time.Sleep(time.Duration(*seconds * float64(time.Second)))
	stop.Store(true)
	wg.Wait()
	var all []time.Duration
	for _, g := range gaps {
		all = append(all, g...)
	}
	slices.Sort(all)
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	fmt.Printf("cycles %d, stops %v\n", s.NumGC, time.Duration(s.PauseTotalNs))
	if n := len(all); n != 0 {
		fmt.Printf("gaps over 0.1 ms: %d, median %v, p99 %v, max %v\n", n, all[n/2], all[n*99/100], all[n-1])
	}
}
