package main

import (
	"errors"
	"fmt"
	"reflect"
)

const N = 300

type Grid [N][N]int
type Wrap struct {
	name string
	g    Grid
	err  error
}
type Big [1 << 20]byte

func (g Grid) Sum() (s int) {
	for _, row := range g {
		for _, v := range row {
			s += v
		}
	}
	return
}
func (g *Grid) Set(i, j, v int) { g[i][j] = v }
func (g Grid) With(i, j, v int) Grid {
	g[i][j] = v
	return g
}

type Summer interface{ Sum() int }

func mk(v int) Grid {
	var g Grid
	for i := range g {
		g[i][i] = v
	}
	return g
}
func two(g Grid, e error) (Grid, error) { g[0][1] = 7; return g, e }
func named() (g Grid, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered %v %d", r, g[1][1])
		}
	}()
	g = mk(3)
	panic("p")
}
func ident[T any](x T) T           { return x }
func pick[T any](c bool, a, b T) T { if c { return a }; return b }
func variadic(gs ...Grid) (n int) {
	for _, g := range gs {
		n += g.Sum()
	}
	return
}
func bigs(a, b Big) Big { a[0] += b[0]; return a }

var global Grid

func main() {
	a := mk(1)
	b := a
	b.Set(0, 0, 100)
	fmt.Println(a.Sum(), b.Sum(), a == b, a != b, b[0][0])
	c := b.With(1, 1, 50)
	fmt.Println(b.Sum(), c.Sum())
	d, err := two(c, errors.New("e"))
	fmt.Println(d[0][1], c[0][1], err)
	e, err := named()
	fmt.Println(e[1][1], err)
	var s Summer = a
	a[0][0] = 1000
	fmt.Println(s.Sum(), a.Sum())
	if g, ok := s.(Grid); ok {
		g[0][0] = 5
		fmt.Println(g.Sum(), s.Sum())
	}
	_, ok := any(1).(Grid)
	fmt.Println(ok)
	z, ok := any("x").(Grid)
	fmt.Println(z.Sum(), ok)
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(any("x").(Grid).Sum())
	}()
	sl := []Grid{a, b}
	sl = append(sl, c)
	sl = append(sl, a, b, c)
	fmt.Println(len(sl), sl[2].Sum(), sl[5].Sum(), variadic(a, b, c), variadic(sl...))
	w := Wrap{"w", a, nil}
	w2 := w
	w2.g[5][5] = 9
	pw := &w2
	w3 := *pw
	fmt.Println(w.g.Sum(), w3.g.Sum(), w3.name, w == w2, w2 == w3)
	fmt.Println(ident(w3).g[5][5], pick(true, a, b).Sum(), pick(false, a, b).Sum())
	global = c
	f := func() int { return a.Sum() + global.Sum() }
	g := a.Sum
	a[0][0] = 0
	fmt.Println(f(), g(), Grid.Sum(a), (*Grid).Sum(&a))
	m := map[string]*Grid{"a": &a}
	fmt.Println(m["a"].Sum())
	arr := [2]Grid{a, b}
	arr2 := arr
	arr2[1][2][2] = 77
	fmt.Println(arr[1].Sum(), arr2[1].Sum(), len(arr2[0]))
	for i, x := range arr2 {
		x[0][0]++
		fmt.Print(i, x.Sum(), " ")
	}
	fmt.Println()
	done := make(chan int)
	go func(g Grid) { done <- g.Sum() }(b)
	fmt.Println(<-done)
	defer fmt.Println("deferred", b.With(0, 0, 1).Sum())
	defer func(g Grid) { fmt.Println("d", g.Sum()) }(b)
	b[0][0] = -5
	var x, y Big
	x[0], y[0] = 3, 4
	x, y = y, x
	fmt.Println(x[0], y[0], bigs(x, y)[0], x == y, x == [1 << 20]byte{4})
	ch := make(chan *Big, 1)
	ch <- &x
	fmt.Println((*<-ch)[0])
	st := struct {
		a Big
		b int
	}{x, 5}
	st2 := st
	st2.a[1] = 1
	fmt.Println(st == st2, st2.b, any(st) == any(st2), any(st) == any(st))
	rv := reflect.ValueOf(st)
	fmt.Println(rv.Field(1).Int(), rv.NumField(), reflect.TypeOf(a))
	var np *Grid
	func() {
		defer func() { fmt.Println(recover()) }()
		q := *np
		fmt.Println(q.Sum())
	}()
	switch v := any(a).(type) {
	case Grid:
		fmt.Println("grid", v.Sum())
	}
	mm := map[int]Grid{1: a}
	mm[2] = b
	x1, ok1 := mm[1]
	x3, ok3 := mm[3]
	fmt.Println(len(mm), mm[2].Sum(), mm[7].Sum(), x1.Sum(), ok1, x3.Sum(), ok3)
	for k, v := range mm {
		if k == 2 {
			fmt.Println(v.Sum())
		}
	}
}
