package main

import "errors"

var errLost = errors.New("lost")

func attempt() {
	defer func() {
		if r := recover(); r != nil {
			panic(r)
		}
	}()
	panic(errLost)
}

func main() {
	attempt()
}
