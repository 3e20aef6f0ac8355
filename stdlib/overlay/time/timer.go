package time

import "unsafe"

// newTimer is called with sendTime and a channel's address cp, with goFunc and a func() as arg, and by tests with others.
func newTimer(when, period int64, f func(any, uintptr, int64), arg any, cp unsafe.Pointer) *Timer {
	call, _ := arg.(func())
	if cp == nil && call == nil {
		call = func() { f(arg, 0, 0) }
	}
	return startTimer(when, period, call, cp)
}

// startTimer makes a timer that sends the time on the channel at cp, or runs call on a new goroutine if cp is nil.
func startTimer(when, period int64, call func(), cp unsafe.Pointer) *Timer
