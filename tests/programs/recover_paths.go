// Which calls of recover stop a panic: through wrappers, method values, reflect and as a deferred builtin.
package main

import (
	"fmt"
	"reflect"
)

type I interface{ M() }
type T1 struct{}

func (T1) M() {
	fmt.Println("T1.M", recover() != nil)
}

type T2 struct{ T1 }
type B [2]uintptr

func (b B) M() { fmt.Println("B.M", recover() != nil) }

type E struct{ I }

func try(name string, f func()) {
	defer func() {
		if e := recover(); e != nil {
			fmt.Println("  outer", name)
		}
	}()
	fmt.Println(name)
	f()
}

func main() {
	try("direct", func() { defer T1{}.M(); panic(1) })
	try("iface", func() { var i I = T1{}; defer i.M(); panic(1) })
	try("ifaceptr", func() { var i I = &T1{}; defer i.M(); panic(1) })
	try("promoted", func() { defer T2{}.M(); panic(1) })
	try("iface promoted", func() { var i I = T2{}; defer i.M(); panic(1) })
	try("B iface", func() { var i I = B{}; defer i.M(); panic(1) })
	try("E", func() { defer E{B{}}.M(); panic(1) })
	try("methodvalue", func() { f := B{}.M; defer f(); panic(1) })
	try("ifacemethodvalue", func() { var i I = B{}; f := i.M; defer f(); panic(1) })
	try("methodexpr", func() { defer I.M(B{}); panic(1) })
	try("reflect direct", func() { defer reflect.ValueOf(T1{}).Method(0).Call(nil); panic(1) })
	try("reflect iface", func() { var x I = T1{}; defer reflect.ValueOf(&x).Elem().Method(0).Call(nil); panic(1) })
	try("reflect fn", func() { defer reflect.ValueOf(func() { fmt.Println("fn", recover() != nil) }).Call(nil); panic(1) })
	try("reflect ptr", func() { defer reflect.ValueOf(&T1{}).Method(0).Call(nil); panic(1) })
	try("reflect iface()", func() { defer reflect.ValueOf(B{}).Method(0).Interface().(func())(); panic(1) })
	try("defer recover", func() { defer func() { defer recover() }(); panic(5) })
	try("defer recover2", func() { defer recover(); panic(5) })
	try("defer recover3", func() {
		defer func() {
			defer func() { fmt.Println("in", recover().(int)) }()
			defer recover()
			panic(3)
		}()
		panic(2)
	})
	try("defer recover6", func() {
		defer func() {
			defer recover()
			defer func() { fmt.Println("in", recover().(int)) }()
			panic(3)
		}()
		panic(2)
	})
}
