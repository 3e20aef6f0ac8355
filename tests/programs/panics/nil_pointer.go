package main

type node struct {
	next *node
	v    [100]int
}

func depth(n *node) int {
	return n.next.next.v[7]
}

func main() {
	println(depth(&node{}))
}
