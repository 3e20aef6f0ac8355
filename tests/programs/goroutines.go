// Goroutines, channels, select, sync, context and timers.
package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

func producer(n int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for i := range n {
			out <- i
		}
	}()
	return out
}

func square(in <-chan int, workers int) <-chan int {
	out := make(chan int, workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for x := range in {
				out <- x * x
			}
		}()
	}
	go func() { wg.Wait(); close(out) }()
	return out
}

func main() {
	total := 0
	for x := range square(producer(1000), 8) {
		total += x
	}
	fmt.Println("sum", total)

	var mu sync.Mutex
	var count int
	var atomicCount atomic.Int64
	var wg sync.WaitGroup
	for range 100 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 100 {
				mu.Lock()
				count++
				mu.Unlock()
				atomicCount.Add(1)
			}
		}()
	}
	wg.Wait()
	fmt.Println(count, atomicCount.Load())

	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	select {
	case <-ctx.Done():
		fmt.Println(ctx.Err(), errors.Is(ctx.Err(), context.DeadlineExceeded))
	case <-time.After(10 * time.Second):
		fmt.Println("too late")
	}

	results := make(chan string)
	quit := make(chan struct{})
	go func() {
		for i := 0; ; i++ {
			select {
			case results <- fmt.Sprint("tick ", i):
			case <-quit:
				close(results)
				return
			}
		}
	}()
	fmt.Println(<-results, <-results)
	close(quit)
	for range results {
	}
	_, open := <-results
	fmt.Println("open", open)

	var once sync.Once
	for range 3 {
		once.Do(func() { fmt.Println("once") })
	}
	cond := sync.NewCond(&mu)
	ready := false
	go func() { mu.Lock(); ready = true; mu.Unlock(); cond.Broadcast() }()
	mu.Lock()
	for !ready {
		cond.Wait()
	}
	mu.Unlock()
	pool := sync.Pool{New: func() any { return new(int) }}
	*pool.Get().(*int)++
	select {
	case v := <-make(chan int):
		fmt.Println(v)
	default:
		fmt.Println("default")
	}
	done := make(chan any)
	go func() {
		defer func() { done <- recover() }()
		var ch chan int
		close(ch)
	}()
	fmt.Println(<-done)
	ticker := time.NewTicker(time.Millisecond)
	for range 3 {
		<-ticker.C
	}
	ticker.Stop()
	var m sync.Map
	m.Store("a", 1)
	value, loaded := m.LoadOrStore("a", 2)
	fmt.Println(value, loaded)
}
