// GODEBUG=panicnil=1, set by the program itself.
package main

import (
	"fmt"
	"os"
)

func try() (r any) {
	defer func() { r = recover() }()
	panic(nil)
}
func main() {
	fmt.Printf("%v\n", try())
	os.Setenv("GODEBUG", "panicnil=1")
	fmt.Printf("%v\n", try())
	os.Setenv("GODEBUG", "")
	fmt.Printf("%v\n", try())
}
