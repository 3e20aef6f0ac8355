package main

import (
	"context"
	"fmt"
	"math/rand"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

type key struct{ p *int }

func main() {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var total atomic.Int64
	order := []string{}
	jobs := make(chan int)
	results := make(chan string, 4)
	done := make(chan struct{})
	for w := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range jobs {
				total.Add(int64(j))
				mu.Lock()
				order = append(order, fmt.Sprint(w, ":", j))
				mu.Unlock()
				select {
				case results <- fmt.Sprintf("w%d j%d r%d", w, j, rand.Intn(1000)):
				case <-done:
					return
				}
				if j%50 == 0 {
					runtime.GC()
				}
			}
		}()
	}
	go func() {
		for i := range 400 {
			jobs <- i
		}
		close(jobs)
		wg.Wait()
		close(results)
	}()
	m := map[key]int{}
	for r := range results {
		p := new(int)
		m[key{p}] = len(r)
		if len(m)%40 == 0 {
			fmt.Println(r)
		}
	}
	n := 0
	for k, v := range m {
		n = n*31 + v
		_ = k
		if n%7 == 0 {
			runtime.Gosched()
		}
	}
	fmt.Println(total.Load(), len(order), order[:10], n)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	tick := time.NewTicker(7 * time.Millisecond)
	ticks := 0
loop:
	for {
		select {
		case <-tick.C:
			ticks++
		case <-ctx.Done():
			break loop
		}
	}
	cond := sync.NewCond(&mu)
	ready := 0
	for range 20 {
		go func() { time.Sleep(time.Duration(rand.Intn(100)) * time.Millisecond); mu.Lock(); ready++; cond.Signal(); mu.Unlock() }()
	}
	mu.Lock()
	for ready < 20 {
		cond.Wait()
	}
	mu.Unlock()
	fmt.Println(ticks > 3, ready)
}
