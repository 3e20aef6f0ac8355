package main

import (
	"sync"
	"time"
)

type worker struct{ id int }

func (w worker) run(jobs <-chan int, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		w.do(j)
	}
}

//go:noinline
func (w worker) do(j int) {
	if j == 3 {
		panic("job 3")
	}
}

func start(jobs chan int, wg *sync.WaitGroup) {
	wg.Add(1)
	go worker{1}.run(jobs, wg)
}

func main() {
	var wg sync.WaitGroup
	jobs := make(chan int)
	start(jobs, &wg)
	for i := range 4 {
		jobs <- i
	}
	time.Sleep(time.Hour)
}
