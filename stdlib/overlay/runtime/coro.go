package runtime

// A coro hands control between two goroutines directly (iter.Pull). Its memory is the scheduler's.
type coro struct {
	parked uintptr
	f      func(*coro)
}

// newcoro creates a goroutine that will run f(c) and leave for good when f returns.
func newcoro(f func(*coro)) *coro {
	c := allocCoro(f)
	startCoro(c, func() {
		defer coroexit(c)
		f(c)
	})
	return c
}

func allocCoro(f func(*coro)) *coro
func startCoro(c *coro, run func())

// coroswitch lets the goroutine parked in c run and parks the caller there.
func coroswitch(c *coro)
func coroexit(c *coro)
