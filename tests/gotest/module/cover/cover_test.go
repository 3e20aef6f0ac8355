package cover

import "testing"

func TestSign(t *testing.T) {
	if Sign(-1) != "neg" || Sign(2) != "pos" {
		t.Fatal()
	}
	if (&T{}).Loop(4) == 0 {
		t.Log("zero")
	}
	Empty()
	F(1, 2)
}
