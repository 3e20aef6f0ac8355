package main

import (
	"fmt"
	"strings"
)

func main() {
	a := []byte("abc")
	b := append(a, 'd')
	c := append(a, 'e')
	fmt.Println(string(b), string(c), cap([]byte("hello")), cap(append([]byte("hello"), "x"...)), []byte("") == nil)
	var sb strings.Builder
	for _, n := range []int{1, 9, 30, 100} {
		sb.WriteString(strings.Repeat("z", n))
		sb.Grow(n)
		fmt.Print(sb.Cap(), " ")
	}
	fmt.Println()
}
