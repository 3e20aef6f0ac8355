// Command vendored uses a module of its vendor folder.
package main

import (
	"fmt"

	"example.com/greet"
)

func main() { fmt.Println(greet.Text) }
