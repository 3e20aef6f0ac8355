// Command internals uses a package that uses an internal one.
package main

import (
	"fmt"

	"example.com/internals/store"
)

func main() { fmt.Println(store.Open()) }
