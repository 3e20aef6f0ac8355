package runtime

// A MemStats records statistics about the allocator and the collector; bytes unless a name says otherwise.
type MemStats struct {
	Alloc         uint64 // of live and not yet swept objects
	TotalAlloc    uint64 // of all objects ever
	Sys           uint64
	Lookups       uint64
	Mallocs       uint64
	Frees         uint64
	HeapAlloc     uint64
	HeapSys       uint64
	HeapIdle      uint64
	HeapInuse     uint64
	HeapReleased  uint64
	HeapObjects   uint64
	StackInuse    uint64
	StackSys      uint64
	MSpanInuse    uint64
	MSpanSys      uint64
	MCacheInuse   uint64
	MCacheSys     uint64
	BuckHashSys   uint64
	GCSys         uint64
	OtherSys      uint64
	NextGC        uint64
	LastGC        uint64 // Unix time in ns
	PauseTotalNs  uint64
	PauseNs       [256]uint64 // circular: the latest is at (NumGC+255)%256
	PauseEnd      [256]uint64
	NumGC         uint32
	NumForcedGC   uint32
	GCCPUFraction float64
	EnableGC      bool
	DebugGC       bool
	BySize        [61]struct {
		Size    uint32
		Mallocs uint64
		Frees   uint64
	}
}

// ReadMemStats fills m as of the call.
func ReadMemStats(m *MemStats) { readMemStats(m) }

func readMemStats(m *MemStats)
