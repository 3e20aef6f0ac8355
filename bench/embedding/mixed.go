// What fuel is tried on by the tests: loops, calls, maps, goroutines, sorting.
package main

import (
	"fmt"
	"sort"
	"strings"
	"sync"
)

type shape interface{ area() float64 }
type square struct{ side float64 }

func (s square) area() float64 { return s.side * s.side }

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func work(seed int) string {
	counts := map[string]int{}
	for i := 0; i < 2000; i++ {
		counts[fmt.Sprint("k", (i*seed)%97)]++
	}
	keys := make([]string, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var sum float64
	for i := range keys {
		var s shape = square{float64(i)}
		sum += s.area()
	}
	return fmt.Sprint(strings.Join(keys[:3], ","), sum, fib(15))
}

func main() {
	for round := 0; ; round++ {
		results := make([]string, 4)
		var wait sync.WaitGroup
		for i := range results {
			wait.Add(1)
			go func() {
				defer wait.Done()
				results[i] = work(i + round)
			}()
		}
		wait.Wait()
		fmt.Println(round, results)
	}
}
