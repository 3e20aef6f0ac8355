// Tool does what it says.
//
// Usage:
//
//	tool [-n] NAME
package main

import (
	_ "embed"
	"fmt"

	"example.com/tools/lib"
)

//go:embed text.txt
var text string

func main() { fmt.Println(lib.New("x").Name, text) }
