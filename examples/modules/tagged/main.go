// Command tagged is built of other files with -tags loud.
package main

import "fmt"

func main() { fmt.Println(greeting, system) }
