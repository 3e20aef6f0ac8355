package c

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	fmt.Println("before")
	code := m.Run()
	fmt.Println("after")
	os.Exit(code)
}

func TestFails(t *testing.T) {
	t.Log("a line")
	t.Errorf("it is %d", 5)
}

func TestFatal(t *testing.T) { t.Fatal("stop"); t.Log("unreachable") }

func ExampleWrong() {
	fmt.Println("a\nb")
	// Output:
	// a
	// c
}
