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

// CPU profiles. Package runtime/pprof reads one while it is taken.
var cpuProfile struct {
	rate   int    // samples a second; 0: none are taken
	headed bool   // the header was read
	period uint64 // rate of the profile that is read
}

// SetCPUProfileRate sets the CPU profiling rate to hz samples per second; 0 ends the profile.
func SetCPUProfileRate(hz int) {
	hz = min(max(hz, 0), 1000000)
	if hz > 0 && cpuProfile.rate > 0 {
		print("runtime: cannot set CPU profile rate until previous profile has finished.\n")
		return
	}
	if hz > 0 {
		cpuProfile.headed = false
		startCPUProfile(min(hz, 1000))
	} else {
		stopCPUProfile()
	}
	cpuProfile.rate = hz
	if hz > 0 {
		cpuProfile.period = uint64(min(hz, 1000))
	}
}

func startCPUProfile(hz int)
func stopCPUProfile()

// takeCPUSamples writes a record for each stack seen since the last call, its length in words, a time, how often and
// its return addresses, and for each its labels. If there is not room for all it writes nothing and says how much is
// needed.
func takeCPUSamples(data []uint64, tags []unsafe.Pointer) (words, records int)

//go:linkname pprof_readProfile runtime/pprof.readProfile
func pprof_readProfile() (data []uint64, tags []unsafe.Pointer, eof bool) {
	eof = cpuProfile.rate == 0
	if !cpuProfile.headed {
		cpuProfile.headed = true
		data, tags = []uint64{3, 0, cpuProfile.period}, make([]unsafe.Pointer, 1)
	}
	words, records := 1024, 64
	for {
		more, moreTags := make([]uint64, words), make([]unsafe.Pointer, records)
		needed, found := takeCPUSamples(more, moreTags)
		if needed <= words && found <= records {
			return append(data, more[:needed]...), append(tags, moreTags[:found]...), eof
		}
		words, records = needed+needed/4, found+found/4
	}
}
