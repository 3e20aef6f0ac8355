// A goroutine's stack may not outgrow the limit debug.SetMaxStack sets.
package main

import "runtime/debug"

func depth(n int) int {
	if n == 0 {
		return 0
	}
	return depth(n-1) + 1
}

func main() {
	println(depth(100000))
	println(debug.SetMaxStack(1 << 20))
	println(depth(1000))
	depth(1000000)
}
