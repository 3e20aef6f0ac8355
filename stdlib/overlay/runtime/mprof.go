package runtime

import "internal/profilerecord"

// Profiles of allocation and of waiting. The host counts; here records become Go's.

// MemProfileRate controls the fraction of memory allocations that are recorded and reported in the memory profile: an
// average of one sample per MemProfileRate bytes allocated. 1 includes every allocated block, 0 turns profiling off.
var MemProfileRate int = 512 * 1024

func init() { startHeapProfile(&MemProfileRate) }

func startHeapProfile(rate *int)

// memProfileRateChanged is called after each assignment to MemProfileRate: the compiler sees to that.
func memProfileRateChanged()

// A MemProfileRecord describes the live objects allocated by a particular call sequence.
type MemProfileRecord struct {
	AllocBytes, FreeBytes     int64
	AllocObjects, FreeObjects int64
	Stack0                    [32]uintptr
}

// InUseBytes returns the number of bytes in use (AllocBytes - FreeBytes).
func (r *MemProfileRecord) InUseBytes() int64 { return r.AllocBytes - r.FreeBytes }

// InUseObjects returns the number of objects in use (AllocObjects - FreeObjects).
func (r *MemProfileRecord) InUseObjects() int64 { return r.AllocObjects - r.FreeObjects }

// Stack returns the stack trace associated with the record, a prefix of r.Stack0.
func (r *MemProfileRecord) Stack() []uintptr { return trimStack(r.Stack0[:]) }

// A BlockProfileRecord describes blocking events that originated at a particular call sequence.
type BlockProfileRecord struct {
	Count  int64
	Cycles int64
	StackRecord
}

func SetBlockProfileRate(rate int)
func SetMutexProfileFraction(rate int) int

// blockevent is what tests of runtime/pprof call as if they had waited.
func blockevent(cycles int64, skip int)

// heapProfile and waitProfile write records, each after its number of words, or only say how many words they need.
func heapProfile(data []uint64) (words int)
func waitProfile(mutexes bool, data []uint64) (words int)

func heapRecords() [][]uint64 { return profileRecords(heapProfile) }
func waitRecords(mutexes bool) [][]uint64 {
	return profileRecords(func(data []uint64) int { return waitProfile(mutexes, data) })
}

func profileRecords(read func(data []uint64) int) (records [][]uint64) {
	var data []uint64
	for {
		words := read(data)
		if words <= len(data) {
			data = data[:words]
			break
		}
		data = make([]uint64, words+words/4)
	}
	for len(data) > 0 {
		end := 1 + int(data[0])
		records = append(records, data[1:end])
		data = data[end:]
	}
	return records
}

func stackOf(pcs []uint64) []uintptr {
	stack := make([]uintptr, len(pcs))
	for i, pc := range pcs {
		stack[i] = uintptr(pc)
	}
	return stack
}

//go:linkname pprof_memProfileInternal
func pprof_memProfileInternal(p []profilerecord.MemProfileRecord, inuseZero bool) (n int, ok bool) {
	records := heapRecords()
	for _, r := range records {
		if size, allocated, freed := int64(r[0]), int64(r[1]), int64(r[2]); allocated != freed || inuseZero {
			if n < len(p) {
				p[n] = profilerecord.MemProfileRecord{
					AllocBytes: allocated * size, FreeBytes: freed * size, AllocObjects: allocated, FreeObjects: freed,
					Stack: stackOf(r[3:]),
				}
			}
			n++
		}
	}
	return n, n <= len(p)
}

// MemProfile returns a profile of memory allocated and freed per allocation site: as of the beginning of the last
// garbage collection, so that what it lists has had its chance to be freed. It fills p if there is room for all.
func MemProfile(p []MemProfileRecord, inuseZero bool) (n int, ok bool) {
	records := make([]profilerecord.MemProfileRecord, len(p))
	if n, ok = pprof_memProfileInternal(records, inuseZero); !ok {
		return n, false
	}
	for i, r := range records[:n] {
		p[i] = MemProfileRecord{AllocBytes: r.AllocBytes, FreeBytes: r.FreeBytes, AllocObjects: r.AllocObjects, FreeObjects: r.FreeObjects}
		copy(p[i].Stack0[:], r.Stack)
	}
	return n, true
}

func waitProfileInternal(mutexes bool, p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	records := waitRecords(mutexes)
	if len(records) > len(p) {
		return len(records), false
	}
	for i, r := range records {
		p[i] = profilerecord.BlockProfileRecord{Count: int64(r[0]), Cycles: int64(r[1]), Stack: stackOf(r[2:])}
	}
	return len(records), true
}

//go:linkname pprof_blockProfileInternal
func pprof_blockProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(false, p)
}

//go:linkname pprof_mutexProfileInternal
func pprof_mutexProfileInternal(p []profilerecord.BlockProfileRecord) (n int, ok bool) {
	return waitProfileInternal(true, p)
}

// BlockProfile fills p with the current blocking profile if there is room, and says how many records that has.
func BlockProfile(p []BlockProfileRecord) (n int, ok bool) { return copyWaitProfile(false, p) }

// MutexProfile does so with the mutex profile.
func MutexProfile(p []BlockProfileRecord) (n int, ok bool) { return copyWaitProfile(true, p) }

func copyWaitProfile(mutexes bool, p []BlockProfileRecord) (n int, ok bool) {
	records := make([]profilerecord.BlockProfileRecord, len(p))
	if n, ok = waitProfileInternal(mutexes, records); !ok {
		return n, false
	}
	for i, r := range records[:n] {
		p[i] = BlockProfileRecord{Count: r.Count, Cycles: r.Cycles}
		copy(p[i].Stack0[:], r.Stack)
	}
	return n, true
}
