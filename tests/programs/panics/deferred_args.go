package main

import "fmt"

type conn struct{ name string }

func (c *conn) Close() { fmt.Println("close", c.name) }

func use(c *conn, zero int) int {
	defer c.Close()
	defer fmt.Println("in between", zero)
	return 10 % zero
}

func main() {
	use(&conn{"db"}, 0)
}
