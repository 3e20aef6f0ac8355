// Bubbles of testing/synctest: their clock jumps when all their goroutines wait for each other.
package main

import (
	"context"
	"fmt"
	"sync"
	"testing/synctest"
	"time"
)

func main() {
	synctest.Run(func() {
		start := time.Now()
		fmt.Println(start.UTC())
		ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
		defer cancel()
		time.Sleep(time.Hour - 1)
		synctest.Wait()
		fmt.Println(ctx.Err())
		time.Sleep(1)
		synctest.Wait()
		fmt.Println(ctx.Err(), time.Since(start))

		ticker := time.NewTicker(time.Minute)
		for range 3 {
			fmt.Println((<-ticker.C).UTC())
		}
		ticker.Stop()

		var wg sync.WaitGroup
		order := make(chan int)
		for i := range 5 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				time.Sleep(time.Duration(5-i) * time.Second)
				order <- i
			}()
		}
		go func() { wg.Wait(); close(order) }()
		for i := range order {
			fmt.Print(i, " ", time.Since(start).Round(time.Second), "; ")
		}
		fmt.Println()
	})
	deadlock(func() { <-make(chan int) })
	deadlock(func() { synctest.Run(func() {}) })
	var leaked chan int
	synctest.Run(func() { leaked = make(chan int, 1) })
	defer func() { fmt.Println(recover()) }()
	leaked <- 1
}

func deadlock(f func()) {
	defer func() { fmt.Println(recover()) }()
	synctest.Run(func() {
		defer func() {
			if r := recover(); r != nil {
				fmt.Println("inside:", r)
			}
		}()
		f()
	})
}
