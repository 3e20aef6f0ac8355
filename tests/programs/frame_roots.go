// What only frames refer to lives as long as it can be reached: through addresses in the heap that a callee made for
// itself, through closures, deferred calls, numbers, and after a recovered panic.
package main

import (
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

type node struct {
	name *string
	next *node
}

func fresh(text string) *string {
	s := strings.Repeat(text, 3)
	return &s
}

func churn() {
	for i := 0; i < 3; i++ {
		runtime.GC()
	}
	var keep [][]byte
	for i := 0; i < 500; i++ {
		keep = append(keep, make([]byte, i%96+1))
	}
	runtime.KeepAlive(keep)
}

// The array is too large for a frame.
//
//go:noinline
func throughLargeArray(n *node) string {
	var a [8000]*node
	a[17] = n
	n = nil
	churn()
	return *a[len(fmt.Sprint(churnCount))+16].name
}

var churnCount = 1

//go:noinline
func throughLoop(n *node) string {
	var list *node
	for i := 0; i < 3; i++ {
		list = &node{next: list, name: n.name}
	}
	n = nil
	churn()
	return *list.next.name
}

//go:noinline
func recovered() (result *string, err error) {
	defer func() {
		churn()
		err = fmt.Errorf("%v", recover())
		churn()
	}()
	result = fresh("r")
	var m map[string]int
	m["x"] = 1
	return nil, nil
}

//go:noinline
func deferred() (out string) {
	for i := 0; i < 2; i++ {
		s := fresh(fmt.Sprint("d", i))
		defer func() { churn(); out += *s }()
	}
	churn()
	return "out:"
}

//go:noinline
func number(p *string) byte {
	u := uintptr(unsafe.Pointer(p))
	var sum byte
	for i := uintptr(0); i < 3; i++ {
		q := (*string)(unsafe.Pointer(u + i - i))
		sum += (*q)[0]
	}
	return sum
}

func main() {
	n := node{name: fresh("a")}
	fmt.Println(throughLargeArray(&n))
	m := node{name: fresh("b")}
	fmt.Println(throughLoop(&m))
	r, err := recovered()
	fmt.Println(*r, err)
	fmt.Println(deferred())
	fmt.Println(number(fresh("\x01")))

	done := make(chan string)
	s := fresh("g")
	go func(p *string) { churn(); done <- *p }(s)
	s = nil
	churn()
	fmt.Println(<-done)

	// What a waiting goroutine sends, and what was received for one that has not run since.
	ready, ch := make(chan bool), make(chan node)
	go func() {
		ready <- true
		ch <- node{name: fresh("s"), next: &node{name: fresh("t")}}
	}()
	<-ready
	for range 10 {
		runtime.Gosched()
	}
	churn()
	got := <-ch
	fmt.Println(*got.name, *got.next.name)
	go func() { done <- *(<-ch).name }()
	for range 10 {
		runtime.Gosched()
	}
	ch <- node{name: fresh("u")}
	churn()
	fmt.Println(<-done)
}
