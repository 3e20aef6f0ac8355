package main

type shape interface{ area() float64 }
type sq struct{ a float64 }

func (s sq) area() float64 { return s.a * s.a }

func f(x any) (n int, err error) {
	defer func() {
		if r := recover(); r != nil {
			n = -1
		}
	}()
outer:
	for i := range 10 {
		switch v := x.(type) {
		case int, int8:
			continue outer
		case func(int) int:
			n += v(i)
		case shape:
			goto done
		default:
			break outer
		}
	}
done:
	select {
	case c := <-make(chan int):
		n = c
	default:
	}
	a := [4]int{}
	copy(a[1:], []int{2: 3, 4})
	m := map[[2]int]string{{1, 2}: "x"}
	delete(m, [...]int{1, 2})
	return n + a[n&3] + len(m) + cap(a[:2:3]) + 'x'<<1&^0x_f, nil
}

func main() {
	for _, x := range []any{1, sq{2}, func(i int) int { return i }, nil} {
		println(f(x))
	}
}
