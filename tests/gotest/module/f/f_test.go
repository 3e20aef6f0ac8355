package f

import (
	"os"
	"testing"
)

// The program ends though a goroutine is in a system call that does not.
func TestLeavesRead(t *testing.T) {
	r, _, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Fd() // reads block the thread from here on
	reading := make(chan bool)
	go func() {
		close(reading)
		r.Read(make([]byte, 1))
	}()
	<-reading
}
