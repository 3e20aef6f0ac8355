// Language features side by side: generics, closures, embedding, iterators, labelled control flow, panics.
package main

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
)

type Number interface {
	~int | ~int64 | ~float64
}

func Sum[T Number](xs ...T) (total T) {
	for _, x := range xs {
		total += x
	}
	return
}

type Tree[K any] struct {
	left, right *Tree[K]
	key         K
}

func (t *Tree[K]) Insert(key K, less func(a, b K) bool) *Tree[K] {
	if t == nil {
		return &Tree[K]{key: key}
	}
	if less(key, t.key) {
		t.left = t.left.Insert(key, less)
	} else {
		t.right = t.right.Insert(key, less)
	}
	return t
}

func (t *Tree[K]) All() iter.Seq[K] {
	return func(yield func(K) bool) { t.walk(yield) }
}

func (t *Tree[K]) walk(yield func(K) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t.key) && t.right.walk(yield)
}

type Shape interface{ Area() float64 }
type Named struct{ Name string }
type Rect struct {
	Named
	W, H float64
}
type Circle struct {
	*Named
	R float64
}

func (n Named) Title() string    { return strings.ToUpper(n.Name) }
func (r Rect) Area() float64     { return r.W * r.H }
func (c *Circle) Area() float64  { return 3 * c.R * c.R }
func (c *Circle) String() string { return "circle " + c.Name }

type NotFound struct{ Key string }

func (e *NotFound) Error() string { return "not found: " + e.Key }

func find(m map[string]int, key string) (v int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("find: %w", err)
		}
	}()
	v, ok := m[key]
	if !ok {
		return 0, &NotFound{key}
	}
	return v, nil
}

func protect(f func()) (message string) {
	defer func() {
		if r := recover(); r != nil {
			message = fmt.Sprint("recovered: ", r)
		}
	}()
	f()
	return "fine"
}

func main() {
	fmt.Println(Sum(1, 2, 3), Sum(0.5, 0.25), Sum[int64]())

	var tree *Tree[string]
	for _, word := range strings.Fields("the quick brown fox jumps over the lazy dog") {
		tree = tree.Insert(word, func(a, b string) bool { return a < b })
	}
	for word := range tree.All() {
		if word > "p" {
			break
		}
		fmt.Print(word, " ")
	}
	fmt.Println(len(slices.Collect(tree.All())))

	shapes := []Shape{Rect{Named{"box"}, 2, 3}, &Circle{&Named{"disc"}, 2}}
	for i, s := range shapes {
		switch s := s.(type) {
		case Rect:
			fmt.Println(i, s.Title(), s.Area(), s)
		case fmt.Stringer:
			fmt.Println(i, s, shapes[i].Area())
		}
	}

	var funcs []func() int
	for i := range 3 {
		funcs = append(funcs, func() int { i *= 10; return i })
	}
	for _, f := range funcs {
		fmt.Print(f(), f(), " ")
	}
	fmt.Println()

outer:
	for i := 0; ; i++ {
		for j := range 5 {
			switch {
			case j > i:
				continue outer
			case i*j == 6:
				fmt.Println("found", i, j)
				break outer
			}
		}
	}

	_, err := find(map[string]int{"a": 1}, "b")
	var missing *NotFound
	fmt.Println(err, errors.As(err, &missing), missing.Key)

	var nothing map[string]int
	var list []int
	var shape Shape
	zero := len(list)
	fmt.Println(protect(func() { nothing["x"] = 1 }))
	fmt.Println(protect(func() { _ = list[zero] }))
	fmt.Println(protect(func() { _ = 1 / zero }))
	fmt.Println(protect(func() { shape.Area() }))
	fmt.Println(protect(func() { _ = any(list).(fmt.Stringer) }))
	fmt.Println(protect(func() { panic(errors.New("mine")) }))
	fmt.Println(protect(func() {}))

	counts := map[rune]int{}
	for _, r := range "hëllo wörld" {
		counts[r]++
	}
	for _, r := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("%c%d ", r, counts[r])
	}
	fmt.Println()
	a := [...]int{5: 1, 2, 1: 7}
	b := a
	b[0] = 9
	fmt.Println(a, b, a == b, len(a), cap(a[2:4:5]))
	x, y := 1, 2
	x, y = y, x+y
	fmt.Printf("%d %d %08b %x %q %v %T\n", x, y, 37, "hi", 'x', complex(1, -2), tree)
}
