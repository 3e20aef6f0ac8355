// Command embedded carries files.
package main

import (
	"embed"
	"fmt"
)

//go:embed texts
var texts embed.FS

//go:embed texts/motto.txt
var motto string

func main() {
	entries, _ := texts.ReadDir("texts")
	fmt.Print(len(entries), " file: ", motto)
}
