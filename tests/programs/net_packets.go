// UDP, Unix sockets of all kinds, pipes, in-memory pipes.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func udp() {
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	check(err)
	go func() {
		buf := make([]byte, 100)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			server.WriteTo(append([]byte("re: "), buf[:n]...), from)
		}
	}()
	c, err := net.Dial("udp", server.LocalAddr().String())
	check(err)
	buf := make([]byte, 100)
	for _, text := range []string{"a", "", "packet"} {
		c.Write([]byte(text))
		n, err := c.Read(buf)
		fmt.Printf("udp: %q %v\n", buf[:n], err)
	}
	u := c.(*net.UDPConn)
	u.Write([]byte("x"))
	n, _, flags, from, err := u.ReadMsgUDP(buf, nil)
	fmt.Println(n, flags, from.String() == server.LocalAddr().String(), err)
	c.SetReadDeadline(time.Now().Add(5 * time.Millisecond))
	_, err = c.Read(buf)
	fmt.Println("deadline:", errors.Is(err, os.ErrDeadlineExceeded))
	server.Close()
	c.Close()
}

func unix(dir string) {
	path := filepath.Join(dir, "socket")
	l, err := net.Listen("unix", path)
	check(err)
	go func() {
		c, err := l.Accept()
		check(err)
		io.Copy(c, c)
		c.Close()
	}()
	c, err := net.Dial("unix", path)
	check(err)
	fmt.Fprint(c, "over unix")
	c.(*net.UnixConn).CloseWrite()
	all, err := io.ReadAll(c)
	fmt.Printf("unix: %q %v %v\n", all, err, c.RemoteAddr().Network())
	c.Close()
	l.Close()
	_, err = os.Stat(path)
	fmt.Println("removed:", errors.Is(err, os.ErrNotExist))

	a, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(dir, "a"), Net: "unixgram"})
	check(err)
	b, err := net.Dial("unixgram", filepath.Join(dir, "a"))
	check(err)
	fmt.Fprint(b, "datagram")
	buf := make([]byte, 100)
	n, _, err := a.ReadFrom(buf)
	fmt.Printf("unixgram: %q %v\n", buf[:n], err)
	a.Close()
	b.Close()
}

func pipes() {
	r, w, err := os.Pipe()
	check(err)
	go func() {
		time.Sleep(2 * time.Millisecond)
		w.Write([]byte("through"))
		w.Close()
	}()
	all, err := io.ReadAll(r)
	fmt.Printf("pipe: %q %v\n", all, err)
	r.Close()

	r, w, _ = os.Pipe()
	check(r.SetReadDeadline(time.Now().Add(5 * time.Millisecond)))
	_, err = r.Read(make([]byte, 1))
	fmt.Println("pipe deadline:", errors.Is(err, os.ErrDeadlineExceeded))
	check(r.SetReadDeadline(time.Time{}))
	done := make(chan error)
	go func() { _, err := r.Read(make([]byte, 1)); done <- err }()
	time.Sleep(2 * time.Millisecond)
	r.Close()
	fmt.Println("pipe closed:", errors.Is(<-done, os.ErrClosed))
	_, err = w.Write([]byte("nobody"))
	fmt.Println("no reader:", err)
	w.Close()

	// Fd makes a descriptor blocking: reads still let others run.
	r, w, _ = os.Pipe()
	r.Fd()
	go func() { n, _ := r.Read(make([]byte, 10)); done <- fmt.Errorf("read %d", n) }()
	time.Sleep(2 * time.Millisecond)
	w.Write([]byte("abc"))
	fmt.Println(<-done)

	f, err := os.CreateTemp("", "govm")
	check(err)
	defer os.Remove(f.Name())
	fmt.Println("file:", errors.Is(f.SetDeadline(time.Now()), os.ErrNoDeadline))

	x, y := net.Pipe()
	go y.Write([]byte("memory"))
	buf := make([]byte, 6)
	_, err = io.ReadFull(x, buf)
	fmt.Printf("net.Pipe: %q %v\n", buf, err)
	x.SetReadDeadline(time.Now().Add(2 * time.Millisecond))
	_, err = x.Read(buf)
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
}

func main() {
	dir, err := os.MkdirTemp("", "govm")
	check(err)
	defer os.RemoveAll(dir)
	udp()
	unix(dir)
	pipes()
}
