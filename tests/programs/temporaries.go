package main

// Text and interface values that do not leave their function need no memory of the heap.

import (
	"fmt"
	"testing"
)

type P struct {
	p *int
	s string
	b byte
}

//go:noinline
func length(s string) int { return len(s) }

//go:noinline
func first(b []byte) byte { b = append(b, 'z'); return b[0] }

//go:noinline
func kind(a any) string {
	switch x := a.(type) {
	case int:
		return "int"
	case string:
		if x == "héllo" {
			return "hello"
		}
		return "string"
	case P:
		return fmt.Sprint("P", *x.p, x.s, x.b)
	case float32:
		if x == 1.5 {
			return "1.5"
		}
	case int16:
		if x == -1234 {
			return "-1234"
		}
	}
	return "?"
}

//go:noinline
func same(a, b any) bool { return a == b }

var (
	abc   = "abc"
	hello = []byte("hello world")
	runes = []rune("日本語x")
	n     = 1000
	f32   = float32(1.5)
	i16   = int16(-1234)
	m     = map[string]int{"abcabc": 3}
	long  = "a string of more than thirty-two bytes"
)

func concat()     { n += length(abc + abc) }
func fromBytes()  { n += length(string(hello)) }
func toBytes()    { n += int(first([]byte(abc))) }
func fromRune()   { n += length(string(rune(n % 300))) }
func fromRunes()  { n += length(string(runes)) }
func lookUp()     { n += m[abc+abc] }
func boxed()      { n += len(kind(n)) + len(kind(i16)) + len(kind(f32)) + len(kind(abc)) }
func compared()   { n += length(fmt.Sprint()) + len(kind(same(n, f32))) }
func longConcat() { n += length(long + abc) }
func escaping()   { keep = append(keep[:0], abc+abc) }
func toRunes() {
	for _, x := range []rune(abc) {
		n += int(x)
	}
}

// A slice whose capacity is known; one that gets shorter within its own struct; a result beside an error that leaks; an
// argument list of a call in a loop; a variable that a literal has a copy of.
func sized()   { s := make([]int, n%5, 8); n += len(append(s, 1)) }
func oneByte() { keep = append(keep[:0], string(hello[:1])) }
func perLoop() {
	s := make([]int, 0, 16)
	for i := range 10 {
		s = appendAll(s, i)
	}
	n += len(s)
}

type reader struct{ rest []byte }

//go:noinline
func (r *reader) next(k int) int {
	r.rest = r.rest[k:]
	return len(r.rest)
}

func selfAssigned() {
	var room [16]byte
	r := reader{room[:]}
	n += r.next(n%3) + r.next(1)
}

//go:noinline
func appendAll(s []int, v ...int) []int {
	for _, x := range v {
		s = append(s, x)
	}
	return s
}

//go:noinline
func checked(p *P, k int) (*P, error) {
	if k < 0 {
		return nil, fmt.Errorf("negative: %d", k)
	}
	p.b = byte(k)
	return p, nil
}

func besideError() {
	p, err := checked(&P{}, n&7)
	if err != nil {
		panic(err)
	}
	n += int(p.b)
}

//go:noinline
func withLiteral(r *reader, later bool) {
	if later {
		keepFunc = func() { r.next(1) }
	}
}

func copied() { withLiteral(kept, false) }

var (
	kept     = new(reader)
	keepFunc func()
)

// The length must fit.
func lengths() {
	for _, k := range []int{0, 8, 9, -1} {
		func() {
			defer func() { fmt.Println(k, recover()) }()
			s := make([]string, k, 8)
			for _, x := range s {
				fmt.Print(x)
			}
			fmt.Print(len(s), cap(s), " ")
		}()
	}
}

var keep []string

func allocations() {
	for _, c := range []struct {
		name string
		want float64
		fn   func()
	}{
		{"concat", 0, concat}, {"string([]byte)", 0, fromBytes}, {"[]byte(string)", 0, toBytes}, {"string(rune)", 0, fromRune},
		{"string([]rune)", 0, fromRunes}, {"[]rune(string)", 0, toRunes}, {"map key", 0, lookUp}, {"any", 0, boxed},
		{"==", 0, compared}, {"long", 1, longConcat}, {"escaping", 1, escaping},
		{"sized", 0, sized}, {"one byte", 0, oneByte}, {"per loop", 0, perLoop}, {"self-assigned", 0, selfAssigned},
		{"beside an error", 0, besideError}, {"copied", 0, copied},
	} {
		if got := testing.AllocsPerRun(100, c.fn); got != c.want {
			fmt.Println(c.name, "allocates", got, "times, not", c.want)
		}
	}
}

// What stays from one round of a loop to the next has memory of its own.
func rounds() {
	keep = nil
	previous := ""
	for i := range 20 {
		t := abc + string(rune('a'+i))
		if i%3 == 0 {
			keep = append(keep, t)
		}
		if previous >= t {
			fmt.Println(previous, "before", t)
		}
		previous = t
	}
	var boxes [3]any
	for i := range boxes {
		boxes[i] = i + 1000
	}
	fmt.Println(keep, same(boxes[0], 1000), same(boxes[1], 1001), same(boxes[2], 1002))
}

func deep(depth int, s string) int {
	if depth == 0 {
		return len(s)
	}
	return deep(depth-1, string(rune('a'+depth%26))+s[:8]) + int(s[0])
}

func main() {
	allocations()
	rounds()
	lengths()
	i := 77
	fmt.Println(kind("hé"+string(hello[2:4])+"o"), kind(P{&i, "s", 9}), kind(f32), kind(i16), kind(n))
	x := []byte("short")
	fmt.Println(len(x), string(append(x, " and then much longer than thirty-two bytes"...)))
	fmt.Println(string([]rune(abc + "é")[3]), []rune("héh")[1], deep(10000, "abcdefgh"))
}
