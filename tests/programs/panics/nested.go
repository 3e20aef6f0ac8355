package main

import "fmt"

type note struct{ text string }

func (n note) Error() string { return "note: " + n.text }

func inner() {
	defer func() {
		panic(fmt.Sprintf("third after %v", 2))
	}()
	defer func() {
		panic(note{"second"})
	}()
	panic("first")
}

func main() {
	inner()
}
