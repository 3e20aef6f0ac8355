// Package lib is what others of the module import.
//
// It has a second paragraph, with a [Thing].
package lib

import "example.com/tools/internal/deep"

// Limit is how many things there may be.
const Limit = 10

// Kinds of things.
const (
	Small Kind = iota // fits a pocket
	Large             // does not
)

// ErrFull means that there are [Limit] things.
var ErrFull error

// A Kind says how large a thing is.
type Kind int

// String names the kind.
func (k Kind) String() string { return [...]string{"small", "large"}[k] }

// A Thing is one of many.
//
// Things are made by [New]:
//
//	t := lib.New("x")
type Thing struct {
	Name string // what it is called
	Kind Kind

	size int
}

// New makes a thing.
func New(name string) *Thing { return &Thing{Name: name, size: deep.Size(name)} }

// Grow makes it larger.
func (t *Thing) Grow(by int) { t.size += by }

// A Set of things of a type.
type Set[T comparable] struct{ all map[T]bool }

// Add puts v into the set.
func (s *Set[T]) Add(v T) { s.all[v] = true }

// Shape is anything with an area.
type Shape interface {
	// Area is in square metres.
	Area() float64
	hidden()
}

// Deprecated: use [New].
func Old() *Thing { return nil }
