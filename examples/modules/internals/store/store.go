// Package store may use what is internal to it.
package store

import "example.com/internals/store/internal/page"

// Open opens it.
func Open() string { return "store of " + page.Size }
