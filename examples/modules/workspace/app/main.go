// Command app uses a module beside it, which go.work makes known.
package main

import (
	"fmt"

	"example.com/lib"
)

func main() { fmt.Println(lib.Greet("workspace")) }
