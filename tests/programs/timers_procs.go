// Timers whose function is unusual, and sync.Pool while GOMAXPROCS changes.
package main

import (
	"fmt"
	"hash/maphash"
	"reflect"
	"runtime"
	"sync"
	"time"
)

func main() {
	t := time.AfterFunc(time.Hour, nil)
	fmt.Println(t.Stop(), t.Stop())

	var pool = sync.Pool{New: func() any { return new([64]byte) }}
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 2000 {
				pool.Put(pool.Get())
				runtime.Gosched()
			}
		}()
	}
	before := runtime.GOMAXPROCS(0)
	for i := range 50 {
		runtime.GOMAXPROCS(1 + i%5)
		time.Sleep(100 * time.Microsecond)
	}
	runtime.GOMAXPROCS(before)
	wg.Wait()
	fmt.Println(runtime.GOMAXPROCS(0) == before)

	seed := maphash.MakeSeed()
	fmt.Println(maphash.Comparable(seed, "a") == maphash.Comparable(seed, "a"))
	fmt.Println(reflect.TypeOf((chan<- <-chan string)(nil)), reflect.TypeOf((chan (<-chan string))(nil)))
}
