// Command gotool is what `govm list`, `env`, `mod` and `vet` run: the go command's answers without the go command, from the
// files at hand and never from the network.
package main

import (
	"errors"
	"fmt"
	"os"
)

// errSilent ends a command that has said what is wrong.
var errSilent = errors.New("")

func main() {
	if len(os.Args) < 2 {
		os.Exit(2)
	}
	commands := map[string]func([]string) error{"list": list, "env": env, "mod": mod, "vet": vet}
	err := commands[os.Args[1]](os.Args[2:])
	if err == nil {
		return
	}
	if err != errSilent {
		fmt.Fprintln(os.Stderr, err)
	}
	var usage usageError
	if errors.As(err, &usage) {
		fmt.Fprintf(os.Stderr, "Run 'govm help %s' for usage.\n", os.Args[1])
		os.Exit(2)
	}
	os.Exit(1)
}

// usageError is what the caller did wrong.
type usageError string

func (e usageError) Error() string { return "govm: " + os.Args[1] + ": " + string(e) }
