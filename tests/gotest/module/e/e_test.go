package e

import "testing"

func TestTypes(t *testing.T) { var x int = "s"; unused := 1 }
