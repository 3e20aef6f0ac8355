// Histograms of runtime/metrics count, and add up to the plain counts.
package main

import (
	"fmt"
	"runtime"
	"runtime/metrics"
	"sort"
)

func read(name string) *metrics.Float64Histogram {
	sample := []metrics.Sample{{Name: name}}
	metrics.Read(sample)
	return sample[0].Value.Float64Histogram()
}

// The count of the bucket that v falls into.
func at(h *metrics.Float64Histogram, v float64) uint64 {
	return h.Counts[sort.Search(len(h.Buckets), func(i int) bool { return h.Buckets[i] > v })-1]
}

func sum(h *metrics.Float64Histogram) (n uint64) {
	for _, count := range h.Counts {
		n += count
	}
	return n
}

var sink []*[5]*int
var big []byte

func main() {
	const allocs, frees = "/gc/heap/allocs-by-size:bytes", "/gc/heap/frees-by-size:bytes"
	runtime.GC()
	before := at(read(allocs), 48)
	for range 10000 {
		sink = append(sink, new([5]*int))
	}
	big = make([]byte, 1<<20)
	after := at(read(allocs), 48)
	fmt.Println("allocated:", after-before >= 9000 && after-before < 11000)
	fmt.Println("large:", at(read(allocs), 1<<20) > 0)
	freed := at(read(frees), 48)
	sink = nil
	runtime.GC()
	n := at(read(frees), 48) - freed
	fmt.Println("freed:", n >= 9000 && n < 11000)
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	for _, class := range stats.BySize {
		if class.Size == 48 {
			fmt.Println("by size:", class.Mallocs >= after, class.Frees >= 9000)
		}
	}
	fmt.Println("pauses:", sum(read("/gc/pauses:seconds")) >= uint64(stats.NumGC), at(read("/gc/pauses:seconds"), 100))
	runtime.KeepAlive(big)
}
