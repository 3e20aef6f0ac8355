package main

type celsius float64
type name string
type point struct{ x, y int }

func try(v any) {
	defer func() { recover() }()
	panic(v)
}

func main() {
	for _, v := range []any{1, "s", 1.5, nil} {
		try(v)
	}
	defer func() {
		defer func() {
			defer func() {
				defer func() {
					defer func() { panic(&point{1, 2} == nil) }()
					panic(1 + 2i)
				}()
				panic([]int{1})
			}()
			panic(name("n\tq"))
		}()
		panic(celsius(36.6))
	}()
	panic(point{1, 2})
}
