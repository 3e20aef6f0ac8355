// Package cover has statements of all kinds, of which its tests run some.
package cover

import "fmt"

type T struct{ a int }

func Sign(x int) string {
	if x < 0 {
		return "neg"
	} else if x == 0 {
		return "zero"
	} else {
		fmt.Sprint(x)
	}
	return "pos"
}

func (t *T) Loop(n int) (s int) {
	defer func() { s++ }()
outer:
	for i := 0; i < n; i++ {
		switch {
		case i%2 == 0:
			s += i
		case i > 100:
			break outer
		default:
		}
		select {
		case <-make(chan int):
			s = -1
		default:
			s--
		}
	}
	for range 3 {
		s++
	}
	func() {
		if n > 5 {
			panic("x")
		}
	}()
	goto end
end:
	s++
	return s
}

func Empty() {}

func Dead() int {
	x := []int{1, 2,
		3}
	return len(x)
}

var F = func(a, b int) int { return a + b }
