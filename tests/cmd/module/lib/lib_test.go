package lib_test

import (
	"testing"

	"example.com/tools/lib"
)

func TestNew(t *testing.T) { lib.New("x").Grow(1) }
