package main

import "slices"

type tree[T any] struct {
	left, right *tree[T]
	v           T
}

func (t *tree[T]) walk(visit func(T) bool) bool {
	return t == nil || t.left.walk(visit) && visit(t.v) && t.right.walk(visit)
}

//go:noinline
func all[T any](t *tree[T]) func(func(T) bool) {
	return func(yield func(T) bool) { t.walk(yield) }
}

//go:noinline
func apply(f func(int) int, n int) int { return f(n) }

func main() {
	t := &tree[int]{left: &tree[int]{v: 1}, v: 2}
	for v := range all(t) {
		apply(func(n int) int {
			slices.SortFunc([]int{3, 2, n}, func(a, b int) int {
				if a == 3 || b == 3 {
					panic("compare")
				}
				return a - b
			})
			return n
		}, v)
	}
}
