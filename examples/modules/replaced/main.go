// Command replaced uses a folder in place of a module.
package main

import (
	"fmt"

	"example.com/dep/deeper"
)

func main() { fmt.Println(deeper.Name()) }
