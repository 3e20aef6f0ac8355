package main

import "fmt"

type S struct {
	n int
	s string
	b bool
	f float64
	p *int
	a [2]int
	st struct{ x, y int }
	one struct{ x int }
	i any
	sl []int
	m map[string]int
}

func (s *S) Inc() int {
	s.n++
	s.s += "x"
	s.b = !s.b
	s.f++
	v := s.n
	s.p = &v
	s.a[1]++
	s.st.y++
	s.one.x++
	s.i = s.n
	s.sl = append(s.sl, s.n)
	s.m[s.s] = s.n
	return s.n
}
func (s *S) Cmp() bool { return s.Inc() > 0 }

var g S

func two() (int, int) { g.Inc(); return g.n, g.n }

type pair struct{ a, b int }
type pairb struct {
	a bool
	b int
	c struct{ d, e int }
}

func ret() (int, int, string) { return g.n, g.Inc(), g.s }
func retl() (int, int) {
	x := 1
	f := func() int { x = 2; return 3 }
	return x, f()
}
func retn() (a, b int) {
	f := func() int { a = 7; return 3 }
	return a, f()
}

func main() {
	g = S{m: map[string]int{}, p: new(int), sl: []int{0}}
	s := &g
	fmt.Println(s.n, s.Inc(), s.n)
	fmt.Println(s.s, s.b, s.f, s.one, s.Inc())
	fmt.Println(s.a, s.st, *s.p, s.i, s.Inc())
	fmt.Println(s.sl, len(s.sl), s.m["xx"], len(s.m), s.Inc())
	fmt.Println(s.n+1, -s.n, s.n == 5, !s.b, s.n*2+s.Inc(), s.n)
	fmt.Println(string(s.s), []byte(s.s), float64(s.n), int8(s.n), s.Inc())
	fmt.Println(s.sl[0], s.sl[len(s.sl)-1], s.sl[1:3], s.a[1], s.Inc(), s.sl[1:])
	fmt.Println(s.b && s.n > 0, s.b || s.n > 100, s.Cmp(), s.b)
	fmt.Println(s.i.(int), s.i, s.Inc())
	fmt.Println(pair{s.n, s.Inc()}, []int{s.n, s.Inc(), s.n}, [2]int{s.n, s.Inc()}, map[string]int{"a": s.n, "b": s.Inc()})
	fmt.Println(&pair{s.n, s.Inc()}, *&pair{s.n, s.n}, s.Inc())
	x := s.n + s.Inc()
	y := s.n - s.Inc()*s.n
	var z, w = s.n, s.Inc()
	z2, w2 := s.n, s.Inc()
	fmt.Println(x, y, z, w, z2, w2)
	z, w = s.n, s.Inc()
	z, w = s.Inc(), s.n
	fmt.Println(z, w)
	fmt.Println(ret())
	fmt.Println(retl())
	fmt.Println(retn())
	l := 1
	inc := func() int { l++; return l }
	fmt.Println(l, inc(), l, l+inc(), l)
	arr := []int{1, 2, 3}
	grow := func() int { arr = []int{10, 20, 30}; return 1 }
	fmt.Println(arr[grow()], arr[0])
	arr = []int{1, 2, 3}
	arr[grow()] = arr[0]
	fmt.Println(arr)
	arr = []int{1, 2, 3}
	arr[0], arr[grow()] = 5, 6
	fmt.Println(arr)
	arr = []int{1, 2, 3}
	arr[0] += grow()
	fmt.Println(arr)
	l = 1
	l += inc()
	fmt.Println(l)
	l = 1
	l = l + inc()*l
	fmt.Println(l)
	s.n += s.Inc()
	fmt.Println(s.n)
	s.n = s.n*2 + s.Inc()
	fmt.Println(s.n)
	ch := make(chan int, 10)
	ch <- 1
	ch <- 2
	k := 0
	get := func() int { k++; return k }
	fmt.Println(k, <-ch, get(), <-ch, k)
	m := map[int]int{1: 1}
	set := func() int { m[1] = 9; return 1 }
	fmt.Println(m[1], set(), m[1])
	m[1] = 1
	v := m[1] + set()
	fmt.Println(v)
	m[get()] = get()
	fmt.Println(m)
	if s.n < s.Inc() {
		fmt.Println("less")
	} else {
		fmt.Println("notless")
	}
	switch s.n {
	case s.Inc():
		fmt.Println("c1")
	case s.n:
		fmt.Println("c2")
	default:
		fmt.Println("cd")
	}
	str := "a"
	app := func() string { str += "b"; return str }
	fmt.Println(str+app()+str, str == app(), str < app(), str)
	var iface any = 1
	chg := func() int { iface = "changed"; return 0 }
	fmt.Println(iface, chg(), iface)
	var pp *pair = &pair{1, 2}
	chp := func() int { pp = &pair{3, 4}; return 0 }
	fmt.Println(pp.a, *pp, chp(), pp.a)
	pb := pairb{true, 1, struct{ d, e int }{2, 3}}
	chb := func() int { pb = pairb{}; return 0 }
	fmt.Println(pb.a, pb.b, pb.c, pb, chb())
	fn := func() int { return 1 }
	chf := func() int { fn = func() int { return 2 }; return 0 }
	fmt.Println(fn(), chf(), fn())
	f2 := func(a ...int) []int { return a }
	l = 0
	fmt.Println(f2(l, inc(), l, inc(), l))
	f3 := func(a int, b int, c pair) []int { return []int{a, b, c.a} }
	pr := pair{1, 1}
	chpr := func() int { pr.a = 5; l = 50; return 2 }
	fmt.Println(f3(l, chpr(), pr), f3(pr.a, inc(), pr))
	pr.a = 1
	q, r := pr, chpr()
	fmt.Println(q, r)
	pr.a = 1
	arr2 := [...]pair{pr, {chpr(), 0}, pr}
	fmt.Println(arr2)
	pr.a = 1
	defer fmt.Println("deferred", l, inc(), l, s.n, s.Inc())
	d2 := func(a, b int) { fmt.Println("d2", a, b) }
	defer d2(l, inc())
	var c complex128 = complex(s.f, float64(s.Inc()))
	fmt.Println(c, real(c), min(l, inc()), max(inc(), l))
	fmt.Println(append(s.sl[:1], s.n, s.Inc(), s.n))
	fmt.Println(*s.p, s.Inc(), *s.p)
	mk := map[pair]int{{1, 2}: 3}
	fmt.Println(mk[pair{1, 2}], func() int { mk[pair{1, 2}] = 8; return 0 }(), mk[pair{1, 2}])
	t1, t2 := two()
	fmt.Println(t1, t2)
	ar := [3]int{1, 2, 3}
	ca := func() int { ar[0] = 100; return 1 }
	fmt.Println(ar[0], ar[ca()], ar)
	ar = [3]int{1, 2, 3}
	br, cr := ar, ca()
	fmt.Println(br, cr)
	func(a [3]int, i int) { fmt.Println(a, i) }(ar, func() int { ar[1] = 55; return 1 }())
	for i, x := range [...]int{l, inc(), l} {
		fmt.Print(i, x, " ")
	}
	fmt.Println()
	ch <- l + inc()
	fmt.Println(<-ch)
	u := uint(1)
	cu := func() uint { u = 3; return 1 }
	fmt.Println(1<<u+cu(), u<<cu())
	_ = append([]int{l}, inc())
	lbl := fmt.Sprint(l) + fmt.Sprint(inc()) + fmt.Sprint(l)
	fmt.Println(lbl)
}

func init() {
	defer func() { fmt.Println(recover()) }()
	var s []int
	x, t := s[len(s)-1], s[:len(s)-1]
	fmt.Println(x, t)
}
