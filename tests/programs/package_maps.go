// Maps that package variables begin with are laid out before the program runs: they are maps like any other.
package main

import (
	"fmt"
	"runtime"
	"sort"
	"unicode"
)

type point struct{ x, y int }

var trace []string

func effect(name string, n int) int {
	trace = append(trace, name)
	return n
}

var (
	byName  = map[string]*point{"a": {1, 2}, "b": origin, "c": &corner}
	alias   = byName
	nested  = map[string]map[int]string{"one": {1: "uno", 2: "dos"}, "none": {}}
	calls   = map[string]func(int) int{"double": func(n int) int { return 2 * n }, "self": identity}
	flags   = map[bool]int{true: 1, false: 0}
	floats  = map[float64]string{0.5: "half", 1e300: "large"}
	values  = map[int8]any{-1: "minus", 1: point{3, 4}, 2: nil}
	empty   = map[string]int{}
	dynamic = map[string]int{"late": late, "effect": effect("dynamic", 2)}
	late    = effect("late", 1)
	origin  = &point{}
	corner  = point{effect("corner", 5), 6}
	keys    = map[point]int{{1, 2}: 3, {4, 5}: 6}
	many    = map[int]string{0: "0", 1: "1", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "7", 8: "8", 9: "9", 10: "10"}
)

func identity(n int) int { return n }

func sorted[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

func main() {
	fmt.Println(trace, dynamic)
	fmt.Println(*byName["a"], byName["b"] == origin, *byName["c"], byName["d"] == nil, sorted(byName))
	alias["new"] = &point{7, 8}
	fmt.Println(len(byName), *byName["new"])
	fmt.Println(nested, nested["one"][2], calls["double"](21), calls["self"](3))
	fmt.Println(flags, floats[0.5], floats[1e300], values, len(empty), keys)

	// They grow, lose entries and are emptied; what they hold lives as long as it is held.
	for i := 0; i < 3000; i++ {
		empty[fmt.Sprint("k", i)] = i
		nested["one"][i] = fmt.Sprint("v", i)
		byName["a"] = &point{i, i + 1}
		if i%500 == 0 {
			runtime.GC()
		}
		many[i%11] = fmt.Sprint("m", i)
	}
	sum := 0
	for _, v := range empty {
		sum += v
	}
	fmt.Println(sum, len(nested["one"]), nested["one"][2999], *byName["a"], many)
	delete(many, 3)
	clear(flags)
	flags[true] = 7
	fmt.Println(len(many), many[3] == "", flags)

	fmt.Println(unicode.Categories["Lu"] == unicode.Lu, len(unicode.Scripts), unicode.FoldScript["Greek"].R16[0].Lo)
	unicode.Categories["Lu"] = unicode.Ll
	fmt.Println(unicode.Is(unicode.Categories["Lu"], 'A'), unicode.IsUpper('A'))
}
