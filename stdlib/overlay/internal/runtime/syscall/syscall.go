// Package syscall is the one way to the kernel: a native that asks the Vm's access policy first.
package syscall

import "unsafe"

const (
	SYS_MPROTECT      = 10
	SYS_FCNTL         = 72
	SYS_PRCTL         = 157
	SYS_EPOLL_CTL     = 233
	SYS_EPOLL_PWAIT   = 281
	SYS_EPOLL_CREATE1 = 291
	SYS_EPOLL_PWAIT2  = 441
	SYS_EVENTFD2      = 290
)

// Syscall6 makes system call num; the goroutine's worker goes on with others while it blocks.
func Syscall6(num, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, errno uintptr)

// An EpollEvent is Linux's struct epoll_event.
type EpollEvent struct {
	Events uint32
	Data   [8]byte // not aligned
}

// EpollCtl changes what epfd waits for. The kernel does not keep event.
func EpollCtl(epfd, op, fd int32, event *EpollEvent) (errno uintptr) {
	_, _, errno = Syscall6(SYS_EPOLL_CTL, uintptr(epfd), uintptr(op), uintptr(fd), uintptr(unsafe.Pointer(event)), 0, 0)
	return errno
}
