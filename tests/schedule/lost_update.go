// Two goroutines withdraw without a lock: the check and the change may be parted. Ends with 1 when that shows.
package main

import (
	"fmt"
	"os"
	"sync"
)

type account struct{ balance, withdrawn int }

func (a *account) withdraw(n int) {
	if a.balance >= n {
		a.balance -= n
		a.withdrawn += n
	}
}

func main() {
	a := &account{balance: 100}
	var wg sync.WaitGroup
	for range 2 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 10 {
				a.withdraw(10)
			}
		}()
	}
	wg.Wait()
	fmt.Println(a.balance, a.withdrawn)
	if a.balance != 0 || a.withdrawn != 100 {
		os.Exit(1)
	}
}
