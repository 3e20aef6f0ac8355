// Other programs: pipes to and from them, contexts, signals between processes.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	out, err := exec.Command("echo", "one", "two").Output()
	fmt.Printf("%q %v\n", out, err)

	cmd := exec.Command("tr", "a-z", "A-Z")
	in, _ := cmd.StdinPipe()
	result, _ := cmd.StdoutPipe()
	check(cmd.Start())
	go func() {
		for i := range 3 {
			fmt.Fprintf(in, "line %d\n", i)
		}
		in.Close()
	}()
	s := bufio.NewScanner(result)
	for s.Scan() {
		fmt.Println(s.Text())
	}
	fmt.Println(cmd.Wait())

	cmd = exec.Command("sh", "-c", "echo out; echo err >&2; exit 3")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	var exit *exec.ExitError
	fmt.Println(errors.As(err, &exit), cmd.ProcessState.ExitCode(), strings.TrimSpace(stdout.String()), strings.TrimSpace(stderr.String()))

	cmd = exec.Command("cat")
	cmd.Stdin = strings.NewReader(strings.Repeat("x", 1<<20))
	out, err = cmd.Output()
	fmt.Println(len(out), err)

	ctx, cancel := context.WithCancel(context.Background())
	start := time.Now()
	cmd = exec.CommandContext(ctx, "sleep", "60")
	check(cmd.Start())
	time.AfterFunc(5*time.Millisecond, cancel)
	fmt.Println(cmd.Wait(), ctx.Err(), time.Since(start) < 30*time.Second)

	cmd = exec.Command("sleep", "60")
	check(cmd.Start())
	check(cmd.Process.Signal(syscall.SIGTERM))
	fmt.Println(cmd.Wait())
	fmt.Println(cmd.Process.Signal(syscall.SIGTERM))

	// One program's output is another one's input.
	r, w, _ := os.Pipe()
	first, second := exec.Command("printf", "b\\na\\n"), exec.Command("sort")
	first.Stdout, second.Stdin = w, r
	var sorted bytes.Buffer
	second.Stdout = &sorted
	check(first.Start())
	check(second.Start())
	w.Close()
	r.Close()
	check(first.Wait())
	check(second.Wait())
	fmt.Printf("%q\n", sorted.String())

	// A child that dies of a broken pipe, which this program survives.
	cmd = exec.Command("sh", "-c", "head -c1")
	in, _ = cmd.StdinPipe()
	cmd.Stdout = io.Discard
	check(cmd.Start())
	check(func() error { _, err := in.Write([]byte("y")); return err }())
	fmt.Println(cmd.Wait())

	_, err = exec.LookPath("no-such-program-anywhere")
	fmt.Println(errors.Is(err, exec.ErrNotFound))
}
