package main

import (
	"fmt"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A goroutine that has locked itself to its thread stays there, whatever it waits for, and has it for itself.

var locked sync.Map // thread ids of goroutines that are locked

func stays(name string, rounds int) {
	runtime.LockOSThread()
	runtime.LockOSThread() // they nest
	defer runtime.UnlockOSThread()
	id := syscall.Gettid()
	if _, taken := locked.LoadOrStore(id, name); taken {
		fmt.Println(name, "shares its thread")
	}
	c := make(chan int)
	for i := range rounds {
		switch i % 6 {
		case 0:
			runtime.Gosched()
		case 1:
			go func() { c <- i }()
			<-c
		case 2:
			time.Sleep(time.Millisecond)
		case 3:
			r, w, err := os.Pipe()
			if err != nil {
				panic(err)
			}
			go w.Write([]byte{1})
			r.Read(make([]byte, 1))
			r.Close()
			w.Close()
		case 4:
			runtime.GC()
		case 5:
			ts := syscall.Timespec{Nsec: 100_000}
			syscall.Nanosleep(&ts, nil)
		}
		if now := syscall.Gettid(); now != id {
			fmt.Println(name, "has moved in round", i)
			return
		}
	}
	runtime.UnlockOSThread()
	if now := syscall.Gettid(); now != id {
		fmt.Println(name, "has moved though it is locked once more")
	}
	locked.Delete(id)
}

func main() {
	var wg sync.WaitGroup
	var stop atomic.Bool
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for !stop.Load() {
				id := syscall.Gettid()
				name, taken := locked.Load(id)
				if _, still := locked.Load(id); taken && still && syscall.Gettid() == id {
					fmt.Println("another goroutine runs on the thread of", name)
					return
				}
				runtime.Gosched()
			}
		}()
	}
	var lockers sync.WaitGroup
	for i := range 5 {
		lockers.Add(1)
		go func() {
			defer lockers.Done()
			stays(fmt.Sprint("goroutine ", i), 60)
		}()
	}
	stays("main", 60)
	lockers.Wait()
	stop.Store(true)
	wg.Wait()

	// One that ends while it is locked leaves its thread.
	done := make(chan bool)
	go func() {
		runtime.LockOSThread()
		done <- true
	}()
	<-done
	time.Sleep(time.Millisecond)
	fmt.Println("done", runtime.NumGoroutine())
}
