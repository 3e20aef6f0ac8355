// A chat server over TCP, and three people who talk.
package main

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
)

type Room struct {
	mu      sync.Mutex
	members map[string]net.Conn
}

func (r *Room) say(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range r.members {
		fmt.Fprintln(c, text)
	}
}

func (r *Room) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewScanner(c)
	if !in.Scan() {
		return
	}
	name := in.Text()
	r.mu.Lock()
	r.members[name] = c
	r.mu.Unlock()
	r.say(name + " joined")
	for in.Scan() && in.Text() != "/quit" {
		r.say(name + ": " + in.Text())
	}
	r.mu.Lock()
	delete(r.members, name)
	r.mu.Unlock()
	r.say(name + " left")
}

type Person struct {
	conn net.Conn
	in   *bufio.Reader
}

func join(address, name string) *Person {
	c, err := net.Dial("tcp", address)
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(c, name)
	return &Person{c, bufio.NewReader(c)}
}

func (p *Person) hear() string {
	line, err := p.in.ReadString('\n')
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(line)
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	room := &Room{members: map[string]net.Conn{}}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go room.serve(c)
		}
	}()
	address := listener.Addr().String()

	ann := join(address, "ann")
	fmt.Println(ann.hear())
	bob := join(address, "bob")
	fmt.Println(ann.hear(), "|", bob.hear())
	cat := join(address, "cat")
	fmt.Println(ann.hear(), "|", bob.hear(), "|", cat.hear())
	fmt.Fprintln(bob.conn, "hello, all")
	fmt.Println(ann.hear(), "|", bob.hear(), "|", cat.hear())
	fmt.Fprintln(ann.conn, "/quit")
	fmt.Println(bob.hear(), "|", cat.hear(), "|", ann.hear())
	listener.Close()
}
