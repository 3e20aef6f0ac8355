// Addresses that functions return as numbers: converted in the same expression, they keep what they point to alive.
package main

import (
	"fmt"
	"reflect"
	"runtime"
	"unsafe"
)

type cell struct{ number, more int }

var garbage []*cell

// address returns where a fresh cell lies, after all that nobody refers to was collected and its place taken.
//
//go:noinline
func address(number int) uintptr {
	runtime.GC()
	for i := range 2000 {
		garbage = append(garbage, &cell{-i, i})
	}
	garbage = garbage[:0]
	return reflect.ValueOf(&cell{number, 0}).Pointer()
}

//go:noinline
func twice(number int) (uintptr, uintptr) {
	p := address(number)
	return p, p
}

//go:noinline
func show(what string, p, q *cell) { fmt.Println(what, p.number, q.number) }

func main() {
	show("arguments", (*cell)(unsafe.Pointer(address(1))), (*cell)(unsafe.Pointer(address(2))))
	cells := []unsafe.Pointer{unsafe.Pointer(address(3)), unsafe.Pointer(address(4))}
	show("elements", (*cell)(cells[0]), (*cell)(cells[1]))
	p := unsafe.Pointer(address(5))
	address(0)
	show("variable", (*cell)(p), (*cell)(p))
	f := address
	show("function values", (*cell)(unsafe.Pointer(f(6))), (*cell)(unsafe.Pointer(f(7))))
	a, b := (*cell)(unsafe.Pointer(reflect.ValueOf(&cell{8, 0}).Pointer())), address(9)
	_ = b
	show("assignment", a, a)
	x, _ := twice(10)
	q := unsafe.Pointer(x)
	address(0)
	show("parts of results", (*cell)(q), (*cell)(q))
}
