package main

import (
	"fmt"
	"strings"
	"time"
)

type G[T any] struct{ v T }
type I interface {
	m()
	N(int, ...string) (x error)
}
type P[K comparable, V any] map[K]V

func (G[T]) M() {}

func local[T any]() any {
	type L struct{ x T }
	type M[U any] struct{ u U }
	return []any{L{}, M[int]{}, M[L]{}, G[L]{}, func() any { type Q struct{}; return Q{} }()}
}

func main() {
	type loc struct{ a int }
	type Alias = loc
	type locg[T any] struct{ t T }
	for _, x := range []any{
		G[int]{}, G[any]{}, G[interface{ M() }]{}, G[struct{}]{}, G[struct{ x int }]{}, G[struct {
			X int `json:"x"`
			error
			*strings.Builder
		}]{}, G[I]{}, G[G[string]]{}, G[[]time.Duration]{}, G[func(int, ...string) error]{}, G[func()]{}, G[func() (int, error)]{},
		G[chan<- int]{}, G[<-chan int]{}, G[chan (<-chan int)]{}, G[map[string][3]*time.Time]{}, P[string, P[int, any]]{}, G[loc]{}, G[Alias]{}, locg[int]{}, G[locg[loc]]{},
		G[error]{}, G[interface {
			m()
			N(int, ...string) (x error)
		}]{}, G[byte]{}, G[rune]{}, loc{},
		G[comparer]{}, struct{ G[int] }{}, func(G[int], ...P[int, int]) {}, G[strings.Builder]{},
	} {
		fmt.Printf("%T\n", x)
	}
	for _, x := range local[int]().([]any) {
		fmt.Printf("%T\n", x)
	}
	for _, x := range local[loc]().([]any) {
		fmt.Printf("%T\n", x)
	}
}

type comparer interface{ Compare(comparer) int }
