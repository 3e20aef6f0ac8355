// tcp_echo: an echo server to be loaded from outside (bench/network.py), with listen.go.
package main

import "log"

func main() {
	listener := listen()
	for {
		c, err := listener.Accept()
		if err != nil {
			log.Fatal(err)
		}
		go func() {
			defer c.Close()
			buffer := make([]byte, 512)
			for {
				n, err := c.Read(buffer)
				if err != nil {
					return
				}
				if _, err := c.Write(buffer[:n]); err != nil {
					return
				}
			}
		}()
	}
}
