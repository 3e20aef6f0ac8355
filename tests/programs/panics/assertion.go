package main

import "fmt"

type shape interface{ Area() float64 }
type square struct{ side float64 }

func (s *square) Area() float64 { return s.side * s.side }

func main() {
	defer func() {
		fmt.Println(recover())
		var s shape = &square{2}
		_ = s.(fmt.Stringer)
	}()
	var v any = square{1}
	_ = v.(shape)
}
