package main

import "sync"

func wait(mu *sync.Mutex, ready chan bool) {
	ready <- true
	mu.Lock()
}

func main() {
	var mu sync.Mutex
	mu.Lock()
	ready := make(chan bool)
	go wait(&mu, ready)
	<-ready
	var wg sync.WaitGroup
	wg.Add(1)
	wg.Wait()
}
