package main

type num interface{ ~int | ~float64 }
type list[T any] struct {
	v    T
	next *list[T]
}

func (l *list[T]) all(yield func(int, T) bool) {
	for i := 0; l != nil; l, i = l.next, i+1 {
		if !yield(i, l.v) {
			return
		}
	}
}
func sum[T num](l *list[T]) (s T) {
	for _, v := range l.all {
		defer func() { s += v }()
	}
	return
}

type pair[K comparable, V any] = map[K]*list[V]

func main() {
	p := pair[string, int]{"a": {1, nil}}
	println(sum(p["a"]), sum(&list[float64]{v: 2}))
}
