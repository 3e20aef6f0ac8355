// Package gotool is what `govm list`, `env`, `mod` and `vet` have in common and all but the last do: the go command's answers
// without the go command, from the files at hand and never from the network.
package gotool

import (
	"errors"
	"fmt"
	"os"
)

// ErrSilent ends a command that has said what is wrong.
var ErrSilent = errors.New("")

// Main runs the command that the arguments name.
func Main() {
	Run(map[string]func([]string) error{"list": list, "env": env, "mod": mod})
}

// Run ends the program with what became of the command that the arguments name.
func Run(commands map[string]func([]string) error) {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		os.Exit(2)
	}
	err := commands[os.Args[1]](os.Args[2:])
	if err == nil {
		return
	}
	if err != ErrSilent {
		fmt.Fprintln(os.Stderr, err)
	}
	var usage UsageError
	if errors.As(err, &usage) {
		fmt.Fprintf(os.Stderr, "Run 'govm help %s' for usage.\n", os.Args[1])
		os.Exit(2)
	}
	os.Exit(1)
}

// UsageError is what the caller did wrong.
type UsageError string

func (e UsageError) Error() string { return "govm: " + os.Args[1] + ": " + string(e) }
