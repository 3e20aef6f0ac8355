// Goroutines that wait are shown in the lines where they do.
package main

import "runtime"

var done int

func receives(c chan int) {
	<-c

	done++
}

func sends(c chan int) {
	c <- 1

	done++
}

func selects(c chan int) {
	select {
	case <-c:
		done++
	case c <- 1:
		done++
	}

	done++
}

func receivesTwo(c chan int) {
	v, ok := <-c

	if ok {
		done += v
	}
}

func main() {
	runtime.GOMAXPROCS(1)
	for _, f := range []func(chan int){receives, sends, selects, receivesTwo} {
		go f(make(chan int))
		for range 10 {
			runtime.Gosched()
		}
	}
	for range make(chan bool) {
		done++
	}
}
