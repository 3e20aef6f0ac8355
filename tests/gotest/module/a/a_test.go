package a

import "testing"

func TestAdd(t *testing.T) {
	for _, c := range []struct{ x, y, want int }{{1, 2, 3}, {0, 0, 0}} {
		t.Run("case", func(t *testing.T) {
			if got := Add(c.x, c.y); got != c.want {
				t.Errorf("Add(%d, %d) = %d, want %d", c.x, c.y, got, c.want)
			}
		})
	}
}

func TestHidden(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	if !testing.Testing() {
		t.Error("not testing")
	}
	t.Log(hidden())
}

func Testify(t *testing.T) { t.Error("no test") }
