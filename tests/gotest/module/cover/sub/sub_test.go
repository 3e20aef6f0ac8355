package sub_test

import (
	"example.com/m/cover"
	"example.com/m/cover/sub"
	"testing"
)

func TestTwice(t *testing.T) {
	if sub.Twice(2) != 4 {
		t.Fatal()
	}
	cover.Sign(0)
}
