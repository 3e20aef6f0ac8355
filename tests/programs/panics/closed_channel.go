package main

func send(c chan<- int) { c <- 1 }

func main() {
	c := make(chan int, 1)
	close(c)
	defer close(c)
	send(c)
}
