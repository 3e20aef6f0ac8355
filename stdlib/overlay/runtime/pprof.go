package runtime

import (
	"internal/profilerecord"
	"unsafe"
)

// What runtime/pprof asks for.

// goroutineStacks writes for each goroutine, the running one first, the number of its frames and their return addresses
// into pcs, and its profiler labels into labels; returns how many there are, and how many words of pcs are needed.
func goroutineStacks(pcs []uintptr, labels []unsafe.Pointer) (goroutines, words int)

// allStacks has a consistent picture of all goroutines.
func allStacks() (stacks [][]uintptr, labels []unsafe.Pointer) {
	n, words := NumGoroutine()+4, 2048
	for {
		pcs := make([]uintptr, words)
		labels = make([]unsafe.Pointer, n)
		found, used := goroutineStacks(pcs, labels)
		if found > n || used > words {
			n, words = found+4, used+used/4
			continue
		}
		stacks = make([][]uintptr, found)
		for i := range stacks {
			size := int(pcs[0])
			stacks[i], pcs = pcs[1:1+size:1+size], pcs[1+size:]
		}
		return stacks, labels[:found]
	}
}

//go:linkname pprof_goroutineProfileWithLabels
func pprof_goroutineProfileWithLabels(p []profilerecord.StackRecord, labels []unsafe.Pointer) (n int, ok bool) {
	if n = NumGoroutine(); n > len(p) {
		return n, false
	}
	stacks, tags := allStacks()
	if len(stacks) > len(p) {
		return len(stacks), false
	}
	for i, stack := range stacks {
		p[i].Stack = stack
	}
	copy(labels, tags)
	return len(stacks), true
}

// GoroutineProfile fills p with the stacks of all goroutines.
func GoroutineProfile(p []StackRecord) (n int, ok bool) {
	if n = NumGoroutine(); n > len(p) {
		return n, false
	}
	stacks, _ := allStacks()
	if len(stacks) > len(p) {
		return len(stacks), false
	}
	for i, stack := range stacks {
		p[i] = StackRecord{}
		copy(p[i].Stack0[:], stack)
	}
	return len(stacks), true
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	return 0, true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_threadCreateInternal
func pprof_threadCreateInternal(p []profilerecord.StackRecord) (n int, ok bool) { return 0, true }

//go:linkname pprof_cyclesPerSecond runtime/pprof.runtime_cyclesPerSecond
func pprof_cyclesPerSecond() int64 { return 1e9 }

//go:linkname pprof_fpunwindExpand
func pprof_fpunwindExpand(dst, src []uintptr) int { return copy(dst, src) }

//go:linkname pprof_makeProfStack
func pprof_makeProfStack() []uintptr { return make([]uintptr, 128) }

//go:linkname pprof_expandFinalInlineFrame runtime/pprof.runtime_expandFinalInlineFrame
func pprof_expandFinalInlineFrame(stack []uintptr) []uintptr { return stack }

// A CPU profile begins with a header; no samples follow.
//
//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	return []uint64{3, 0, cpuProfileRate}, make([]unsafe.Pointer, 1), true
}

var cpuProfileRate uint64

// SetCPUProfileRate is accepted; samples are not taken.
func SetCPUProfileRate(hz int) { cpuProfileRate = uint64(max(hz, 0)) }
