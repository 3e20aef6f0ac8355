// TCP: echo, half close, deadlines, closing what others wait for, many connections, large transfers.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func listen() net.Listener {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	return l
}

// A connected pair.
func pair() (net.Conn, net.Conn) {
	l := listen()
	defer l.Close()
	c := make(chan net.Conn)
	go func() {
		a, err := l.Accept()
		check(err)
		c <- a
	}()
	b, err := net.Dial("tcp", l.Addr().String())
	check(err)
	return <-c, b
}

func lines() {
	a, b := pair()
	go func() {
		s := bufio.NewScanner(a)
		for s.Scan() {
			fmt.Fprintf(a, "<%s>\n", s.Text())
		}
		fmt.Fprint(a, "bye\n")
		a.Close()
	}()
	fmt.Fprint(b, "one\ntwo\n")
	b.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(b)
	fmt.Printf("lines: %q %v\n", all, err)
	b.Close()
}

func large() {
	a, b := pair()
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<18)
	go func() {
		n, err := a.Write(data)
		fmt.Println("wrote", n, err)
		a.Close()
	}()
	time.Sleep(5 * time.Millisecond) // the writer has to wait for the reader
	got, err := io.ReadAll(b)
	fmt.Println("large:", len(got), bytes.Equal(got, data), err)
}

func timeout(err error) string {
	var ne net.Error
	return fmt.Sprint(errors.Is(err, os.ErrDeadlineExceeded), " ", errors.As(err, &ne) && ne.Timeout())
}

func deadlines() {
	a, b := pair()
	defer a.Close()
	defer b.Close()
	buf := make([]byte, 8)
	start := time.Now()
	a.SetReadDeadline(start.Add(20 * time.Millisecond))
	_, err := a.Read(buf)
	took := time.Since(start)
	fmt.Println("read deadline:", timeout(err), took >= 19*time.Millisecond, took < 5*time.Second)
	_, err = a.Read(buf)
	fmt.Println("still over:", timeout(err))
	a.SetReadDeadline(time.Time{})
	b.Write([]byte("x"))
	n, err := a.Read(buf)
	fmt.Println("taken back:", n, err)
	a.SetDeadline(time.Now().Add(-time.Second))
	_, err = a.Read(buf)
	_, err2 := a.Write(buf)
	fmt.Println("past:", timeout(err), timeout(err2))
	// Moved earlier, then later, while somebody waits.
	a.SetDeadline(time.Now().Add(time.Hour))
	done := make(chan error)
	go func() { _, err := a.Read(buf); done <- err }()
	time.Sleep(5 * time.Millisecond)
	a.SetReadDeadline(time.Now().Add(time.Millisecond))
	fmt.Println("earlier:", timeout(<-done))
	a.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	go func() { n, err := a.Read(buf); fmt.Println("later:", n, err); done <- err }()
	a.SetReadDeadline(time.Now().Add(time.Hour))
	time.Sleep(20 * time.Millisecond)
	b.Write([]byte("yz"))
	<-done
	// A writer that fills the buffers.
	b.SetWriteDeadline(time.Now().Add(30 * time.Millisecond))
	var total int
	chunk := make([]byte, 1<<20)
	for {
		n, err := b.Write(chunk)
		total += n
		if err != nil {
			fmt.Println("write deadline:", timeout(err), total > 0)
			break
		}
	}
	l := listen().(*net.TCPListener)
	l.SetDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = l.Accept()
	fmt.Println("accept deadline:", timeout(err))
	l.Close()
}

func closing() {
	a, b := pair()
	done := make(chan error)
	go func() { _, err := a.Read(make([]byte, 1)); done <- err }()
	time.Sleep(5 * time.Millisecond)
	a.Close()
	err := <-done
	fmt.Println("closed read:", errors.Is(err, net.ErrClosed))
	_, err = b.Read(make([]byte, 1))
	fmt.Println("peer:", err)
	fmt.Println("twice:", errors.Is(a.Close(), net.ErrClosed), errors.Is(a.SetDeadline(time.Now()), net.ErrClosed))
	b.Close()
	l := listen()
	go func() { _, err := l.Accept(); done <- err }()
	time.Sleep(5 * time.Millisecond)
	l.Close()
	fmt.Println("closed accept:", errors.Is(<-done, net.ErrClosed))
	_, err = net.Dial("tcp", l.Addr().String())
	fmt.Println("refused:", errors.Is(err, syscall.ECONNREFUSED))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = new(net.Dialer).DialContext(ctx, "tcp", l.Addr().String())
	fmt.Println("cancelled:", err != nil)
	// A reset connection: writes fail with EPIPE or ECONNRESET and do not end the program.
	a, b = pair()
	b.(*net.TCPConn).SetLinger(0)
	b.Close()
	for err = nil; err == nil; _, err = a.Write([]byte("x")) {
	}
	fmt.Println("reset:", errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET))
}

func many() {
	l := listen()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	var wg sync.WaitGroup
	var mu sync.Mutex
	sum := 0
	for i := range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := net.Dial("tcp", l.Addr().String())
			check(err)
			defer c.Close()
			c.SetDeadline(time.Now().Add(time.Minute))
			buf := make([]byte, 4)
			for j := range 20 {
				buf[0], buf[1] = byte(i), byte(j)
				c.Write(buf)
				_, err := io.ReadFull(c, buf)
				check(err)
				mu.Lock()
				sum += int(buf[0]) + int(buf[1])
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	l.Close()
	fmt.Println("many:", sum)
}

func names() {
	addrs, err := net.LookupHost("localhost")
	found := false
	for _, a := range addrs {
		found = found || a == "127.0.0.1" || a == "::1"
	}
	fmt.Println("localhost:", found, err)
	port, err := net.LookupPort("tcp", "8080")
	fmt.Println("port:", port, err)
	l, err := net.Listen("tcp", "localhost:0")
	check(err)
	_, p, _ := net.SplitHostPort(l.Addr().String())
	c, err := net.DialTimeout("tcp", "localhost:"+p, time.Minute)
	check(err)
	fmt.Println("by name:", c.RemoteAddr().String() == l.Addr().String())
	c.Close()
	l.Close()
}

func main() {
	lines()
	large()
	deadlines()
	closing()
	many()
	names()
}
