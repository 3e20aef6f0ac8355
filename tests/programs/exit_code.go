// An uncaught panic: output so far, exit code 2.
package main

import "fmt"

func main() {
	defer fmt.Println("deferred")
	var p *struct{ x int }
	fmt.Println("before")
	fmt.Println(p.x)
}
