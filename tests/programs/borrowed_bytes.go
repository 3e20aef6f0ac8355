// Conversions between string and []byte that share memory must not be seen to.
package main

import "fmt"

func eq(a, b []byte) bool { return string(a) == string(b) }

func main() {
	a, b := []byte("hello"), []byte("hello")
	first := eq(a, b)
	a[0] = 'j'
	second := eq(a, b)
	fmt.Println(first, second)
	n := 0
	for i := range 10 {
		if string(a) == "jello" {
			n++
		}
		a[0] = byte('a' + i)
		if i == 8 {
			a[0] = 'j'
		}
	}
	fmt.Println(n)
	m := map[string]int{"jello": 1, "jellp": 2}
	fmt.Println(m[string(a)])
	_, ok := m[string(b)]
	fmt.Println(ok)
	s := string(a)
	a[1] = 'x'
	fmt.Println(s == "aello", s, string(a) < "z")
	c := append([]byte(nil), []byte(s)...)
	fmt.Println(len(c), copy(c, []byte("zz")), string(c))
	var z []byte
	fmt.Println(string(z) == "", m[string(z)])
}
