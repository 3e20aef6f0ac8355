// Package lib greets.
package lib

// Greet greets someone.
func Greet(name string) string { return "hello, " + name }
