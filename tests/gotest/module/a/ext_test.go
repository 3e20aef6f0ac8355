package a_test

import (
	"fmt"
	"testing"

	"example.com/m/a"
)

func ExampleAdd() {
	fmt.Println(a.Add(1, 2))
	// Output: 3
}

func ExampleAdd_unordered() {
	fmt.Println("x")
	fmt.Println("y")

	// Unordered output:
	// y
	// x
}

func ExampleAdd_silent() { panic("not run") }

func TestExternal(t *testing.T) { t.Parallel(); t.Log(a.Add(4, 5)) }

func FuzzAdd(f *testing.F) {
	f.Add(1, 2)
	f.Fuzz(func(t *testing.T, x, y int) {
		if a.Add(x, y) != a.Add(y, x) {
			t.Error("order matters")
		}
	})
}
