// Composite literals whose elements elide &T for types of every kind.
package main

import "fmt"

type S []T
type T struct{ x int }
type M map[string]int

func main() {
	a := map[string]*S{"a": {{1}, {2}}}
	b := [1]*S{{{1}}}
	c := []*M{{"x": 1}, {}}
	d := map[*T]*[]*T{{1}: {{2}, {3}}}
	fmt.Println(*a["a"], *b[0], *c[0], *c[1], len(d))
	for k, v := range d {
		fmt.Println(*k, *(*v)[1])
	}
	e := map[[1]*S]bool{{}: true}
	fmt.Println(e)
}
