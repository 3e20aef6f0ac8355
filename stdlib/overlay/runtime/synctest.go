package runtime

import _ "unsafe"

// Package internal/synctest. A bubble is the scheduler's; here it is a number.

type bubbleRef struct{ b uintptr }

//go:linkname synctestRun internal/synctest.Run
func synctestRun(f func()) {
	if settingIn(gogetenv("GODEBUG"), "asynctimerchan") == "1" {
		panic("synctest.Run not supported with asynctimerchan!=0")
	}
	if bubble() != 0 {
		panic("synctest.Run called from within a synctest bubble")
	}
	newBubble()
	defer setBubble(0)
	go f()
	if !runBubble() {
		panic("deadlock: all goroutines in bubble are blocked")
	}
}

//go:linkname synctestWait internal/synctest.Wait
func synctestWait() {
	if bubble() == 0 {
		panic("goroutine is not in a bubble")
	}
	if !waitBubble() {
		panic("wait already in progress")
	}
}

//go:linkname synctestAcquire internal/synctest.acquire
func synctestAcquire() any {
	b := bubble()
	if b == 0 {
		return nil
	}
	holdBubble(b)
	return bubbleRef{b}
}

//go:linkname synctestRelease internal/synctest.release
func synctestRelease(b any) { releaseBubble(b.(bubbleRef).b) }

//go:linkname synctestInBubble internal/synctest.inBubble
func synctestInBubble(b any, f func()) {
	if bubble() != 0 {
		panic("goroutine is already bubbled")
	}
	setBubble(b.(bubbleRef).b)
	defer setBubble(0)
	f()
}

func bubble() uintptr
func setBubble(b uintptr)
func newBubble()
func runBubble() bool
func waitBubble() bool
func holdBubble(b uintptr)
func releaseBubble(b uintptr)
