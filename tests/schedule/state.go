// Prints GOMAXPROCS, sleeps a little, and says whether runtime/metrics has seen goroutines wait.
package main

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

func main() {
	fmt.Println(runtime.GOMAXPROCS(0))
	done := make(chan bool)
	for range 100 {
		go func() { done <- true }()
	}
	for range 100 {
		<-done
	}
	time.Sleep(100 * time.Millisecond)
	sample := []metrics.Sample{{Name: "/sched/latencies:seconds"}}
	metrics.Read(sample)
	n := uint64(0)
	for _, count := range sample[0].Value.Float64Histogram().Counts {
		n += count
	}
	fmt.Println(n > 0)
}
