package main

import "strings"

func count(words []string, into map[string]int) {
	for _, w := range words {
		into[w]++
	}
}

func main() {
	count(strings.Fields("a b"), nil)
}
