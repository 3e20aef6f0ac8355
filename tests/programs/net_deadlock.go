// A listener nobody waits for does not keep a program alive; neither does a timer that was stopped.
package main

import (
	"fmt"
	"net"
	"time"
)

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	done := make(chan bool)
	go func() {
		_, err := l.Accept() // while this waits there is no deadlock
		fmt.Println(err != nil)
		done <- true
	}()
	time.AfterFunc(30*time.Millisecond, func() { l.Close() })
	<-done
	t := time.NewTimer(time.Hour)
	t.Stop()
	fmt.Println("now")
	<-t.C
}
