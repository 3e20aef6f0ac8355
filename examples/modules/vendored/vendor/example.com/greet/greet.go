// Package greet has a greeting.
package greet

const Text = "hello from vendor"
