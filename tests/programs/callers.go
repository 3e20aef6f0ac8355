package main

import (
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// where prints the calls from its caller up to main.
func where(label string) {
	pcs := make([]uintptr, 20)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var out []string
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "main.") {
			out = append(out, fmt.Sprintf("%s:%d", strings.TrimPrefix(f.Function, "main."), f.Line))
		}
		if !more {
			break
		}
	}
	fmt.Println(label, out)
}

func line() int {
	_, _, n, _ := runtime.Caller(1)
	return n
}

type point struct{ x int }

func (p point) value()    { where("value method") }
func (p *point) pointer() { where("pointer method") }

type named interface{ value() }

type outer struct{ point }

func generic[T any](v T) {
	where("generic")
	func() { where("closure in generic") }()
}

type list[T any] struct{ items []T }

func (l *list[T]) each(f func(T)) {
	for _, v := range l.items {
		f(v)
	}
}

func small(n int) int { return tiny(n) + 1 }
func tiny(n int) int  { where("inlined"); return n }

func deferred() {
	defer where("deferred directly")
	defer func() {
		where("deferred closure")
	}()
	where("before")
}

func recovering() {
	defer func() {
		recover()
		where("after a panic")
	}()
	var p *point
	p.x++
}

func iterate(yield func(int) bool) {
	yield(1)
}

//go:noinline
func ranged() {
	for range iterate {
		where("range body")
	}
}

var global = func() int { where("initialiser"); return 1 }()

func init() { where("init function") }

func main() {
	point{}.value()
	(&point{}).pointer()
	outer{}.value()
	var n named = outer{}
	n.value()
	f := point{}.value
	f()
	g := (*point).pointer
	g(&point{})
	generic(1)
	generic("s")
	(&list[string]{[]string{"a"}}).each(func(string) { where("callback") })
	small(1)
	deferred()
	recovering()
	ranged()
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		where("goroutine")
	}()
	wg.Wait()
	slices.SortFunc([]int{2, 1}, func(a, b int) int { where("through std"); return a - b })
	reflect.ValueOf(point{}).MethodByName("value")
	reflect.ValueOf(where).Call([]reflect.Value{reflect.ValueOf("reflect")})
	fmt.Println(
		line(),
		line()+
			line(),
		[]int{
			line(),
		}[0],
	)
	x := line() +
		line()
	fmt.Println(x)
	_, file, _, ok := runtime.Caller(0)
	fmt.Println(filepath.Base(file), ok)
	_, _, _, ok = runtime.Caller(100)
	fmt.Println(ok)
	fmt.Println(runtime.FuncForPC(reflect.ValueOf(generic[int]).Pointer()).Name())
	fmt.Println(runtime.FuncForPC(reflect.ValueOf(point.value).Pointer()).Name())
	fmt.Println(runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name())
	pc, _, _, _ := runtime.Caller(0)
	fmt.Println(runtime.FuncForPC(pc).Name())
	pcs := make([]uintptr, 10)
	bottom := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for more := true; more; {
		var f runtime.Frame
		f, more = bottom.Next()
		fmt.Println(f.Function)
	}
	done := make(chan string)
	go sendCaller(done)
	fmt.Println(<-done)
}

func callerName() string {
	pc, _, _, _ := runtime.Caller(1)
	return runtime.FuncForPC(pc).Name()
}

func sendCaller(to chan string) {
	name := callerName()
	to <- name
}
