package main

import "runtime"

func main() {
	defer println("deferred")
	func() {
		defer func() { println("recovered", recover() == nil) }()
		runtime.Goexit()
	}()
	println("not reached")
}
