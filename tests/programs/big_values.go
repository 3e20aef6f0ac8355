// Arrays of many kilobytes as values: assigned, swapped, compared, copied into literals, captured, ranged over.
package main

import "fmt"

type big [100000]int
type holder struct {
	a big
	p *big
	n int
}

var x, y big
var h holder

func fill(b *big, n int) {
	for i := range b {
		b[i] = i * n
	}
}

func sum(b *big) (s int) {
	for _, v := range *b {
		s += v
	}
	return
}

func main() {
	fill(&x, 1)
	fill(&y, 2)
	x, y = y, x
	fmt.Println(sum(&x), sum(&y), x == y)
	p := new(big)
	*p = x
	q := *p
	q[1] = 7
	fmt.Println(p[1], q[1], *p == x, q == x)
	h = holder{x, p, 3}
	k := h
	k.a[2] = 5
	fmt.Println(h.a[2], k.a[2], k.p == p, h == k)
	local := y
	change := func() int { local[3]++; return local[3] }
	change()
	fmt.Println(change(), local[3], y[3])
	total := 0
	for i, v := range local {
		local[99999-i] = 0
		total += v
	}
	fmt.Println(total, sum(&local))
	s := make([]big, 2)
	s[1] = x
	s[0], s[1] = s[1], s[0]
	fmt.Println(sum(&s[0]), sum(&s[1]))
	var grid [500][500]float64
	for i := range grid {
		for j := range grid[i] {
			grid[i][j] = float64(i * j)
		}
	}
	t := grid
	t[499][499] = 0
	fmt.Println(grid[499][499], t[499][499], grid == t)
}
