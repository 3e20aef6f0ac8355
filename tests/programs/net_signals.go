// Signals: Notify, Stop, Reset, Ignore, NotifyContext, unwanted ones.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func send(s syscall.Signal) {
	if err := syscall.Kill(os.Getpid(), s); err != nil {
		panic(err)
	}
}

func quiet(c chan os.Signal) string {
	select {
	case s := <-c:
		return "got " + s.String()
	case <-time.After(20 * time.Millisecond):
		return "nothing"
	}
}

func main() {
	send(syscall.SIGUSR1) // caught and dropped
	send(syscall.SIGPIPE)
	c := make(chan os.Signal, 4)
	signal.Notify(c, syscall.SIGUSR1, syscall.SIGHUP)
	send(syscall.SIGUSR1)
	fmt.Println(<-c)
	send(syscall.SIGHUP)
	fmt.Println(<-c)
	fmt.Println("unwanted:", func() string { send(syscall.SIGUSR2); return quiet(c) }())

	d := make(chan os.Signal, 4)
	signal.Notify(d) // all
	send(syscall.SIGUSR2)
	fmt.Println(<-d, quiet(c))
	send(syscall.SIGUSR1)
	fmt.Println(<-c, <-d)
	signal.Stop(d)
	send(syscall.SIGUSR1)
	fmt.Println(<-c, quiet(d))

	signal.Ignore(syscall.SIGUSR1, syscall.SIGINT)
	fmt.Println("ignored:", signal.Ignored(syscall.SIGUSR1), signal.Ignored(syscall.SIGTERM))
	send(syscall.SIGUSR1)
	send(syscall.SIGINT)
	fmt.Println(quiet(c))

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	fmt.Println(ctx.Err(), signal.Ignored(syscall.SIGINT))
	send(syscall.SIGINT)
	<-ctx.Done()
	fmt.Println(ctx.Err())
	stop()

	// All goroutines wait for a signal, that is no deadlock.
	signal.Notify(c, syscall.SIGTERM)
	go func() {
		p, _ := os.FindProcess(os.Getpid())
		p.Signal(syscall.SIGTERM)
	}()
	fmt.Println(<-c)
	signal.Reset(syscall.SIGTERM)
	fmt.Println("done")
}
