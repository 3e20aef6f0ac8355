// A traceback shows the innermost and the outermost frames of a deep stack.
package main

//go:noinline
func down(n int) int {
	if n == 0 {
		panic("at the bottom")
	}
	return down(n-1) + 1
}

func main() {
	println(down(300))
}
