package main

import "runtime"

func leave() {
	defer func() { panic("while leaving") }()
	runtime.Goexit()
}

func main() {
	done := make(chan bool)
	go func() {
		defer close(done)
		leave()
	}()
	<-done
}
