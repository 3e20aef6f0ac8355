package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

type opError struct {
	op  string
	err error
}

func (e *opError) Error() string { return e.op + ": " + e.err.Error() }
func (e *opError) Unwrap() error { return e.err }

func open(name string) error {
	if _, err := os.Stat(name); err != nil {
		return &opError{"open", err}
	}
	return nil
}

func main() {
	err := fmt.Errorf("start: %w", open("/does/not/exist"))
	if errors.Is(err, fs.ErrNotExist) {
		panic(err)
	}
}
