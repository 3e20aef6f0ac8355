package main

import "testing"

func TestValue(t *testing.T) {
	if value() != 7 {
		t.Error(value())
	}
}

func BenchmarkValue(b *testing.B) {
	for b.Loop() {
		value()
	}
}
