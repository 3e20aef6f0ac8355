package mistakes

import "testing"

func TestlowerCase(t *testing.T) {}

func ExampleMissing() {}

func BenchmarkThing(b *testing.B) {
	for range b.N {
		func() int { return 1 }()
	}
}
