// Writes a trace of itself to the file named by its argument.
package main

import (
	"context"
	"os"
	"runtime"
	"runtime/trace"
	"sync"
)

func send(ctx context.Context, c chan int, i int) {
	defer trace.StartRegion(ctx, "region").End()
	c <- i
	trace.Logf(ctx, "category", "sent %d", i)
}

func main() {
	file, err := os.Create(os.Args[1])
	if err != nil {
		panic(err)
	}
	if err := trace.Start(file); err != nil {
		panic(err)
	}
	ctx, task := trace.NewTask(context.Background(), "work")
	c := make(chan int)
	var all sync.WaitGroup
	for i := range 100 {
		all.Add(1)
		go func() {
			defer all.Done()
			send(ctx, c, i)
		}()
	}
	for range 100 {
		<-c
	}
	runtime.GC()
	all.Wait()
	task.End()
	trace.Stop()
	if err := file.Close(); err != nil {
		panic(err)
	}
}
