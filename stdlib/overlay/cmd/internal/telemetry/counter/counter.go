// Package counter stands for the one that counts how Go's commands are used: nothing is counted.
package counter

import "flag"

type dummyCounter struct{}

func (dummyCounter) Inc() {}

func Open()                                              {}
func OpenCalled() bool                                   { return false }
func Inc(name string)                                    {}
func New(name string) dummyCounter                       { return dummyCounter{} }
func NewStack(name string, depth int) dummyCounter       { return dummyCounter{} }
func CountFlags(name string, flagSet flag.FlagSet)       {}
func CountFlagValue(prefix string, flagSet flag.FlagSet, flagName string) {}
