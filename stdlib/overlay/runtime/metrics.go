package runtime

import (
	"internal/godebugs"
	"internal/runtime/syscall"
	"unsafe"
)

// runtime/metrics. What govm does not measure is zero; histograms of other stops than the collector's are without counts.

type metricKind int

const (
	metricBad metricKind = iota
	metricUint64
	metricFloat64
	metricHistogram
)

// As metrics.Sample and metrics.Float64Histogram.
type metricSample struct {
	name    string
	kind    metricKind
	scalar  uint64
	pointer unsafe.Pointer
}
type float64Histogram struct {
	counts  []uint64
	buckets []float64
}

func metricNames() []string {
	return []string{
		"/cgo/go-to-c-calls:calls",
		"/cpu/classes/gc/mark/assist:cpu-seconds",
		"/cpu/classes/gc/mark/dedicated:cpu-seconds",
		"/cpu/classes/gc/mark/idle:cpu-seconds",
		"/cpu/classes/gc/pause:cpu-seconds",
		"/cpu/classes/gc/total:cpu-seconds",
		"/cpu/classes/idle:cpu-seconds",
		"/cpu/classes/scavenge/assist:cpu-seconds",
		"/cpu/classes/scavenge/background:cpu-seconds",
		"/cpu/classes/scavenge/total:cpu-seconds",
		"/cpu/classes/total:cpu-seconds",
		"/cpu/classes/user:cpu-seconds",
		"/gc/cycles/automatic:gc-cycles",
		"/gc/cycles/forced:gc-cycles",
		"/gc/cycles/total:gc-cycles",
		"/gc/gogc:percent",
		"/gc/gomemlimit:bytes",
		"/gc/heap/allocs-by-size:bytes",
		"/gc/heap/allocs:bytes",
		"/gc/heap/allocs:objects",
		"/gc/heap/frees-by-size:bytes",
		"/gc/heap/frees:bytes",
		"/gc/heap/frees:objects",
		"/gc/heap/goal:bytes",
		"/gc/heap/live:bytes",
		"/gc/heap/objects:objects",
		"/gc/heap/tiny/allocs:objects",
		"/gc/limiter/last-enabled:gc-cycle",
		"/gc/pauses:seconds",
		"/gc/scan/globals:bytes",
		"/gc/scan/heap:bytes",
		"/gc/scan/stack:bytes",
		"/gc/scan/total:bytes",
		"/gc/stack/starting-size:bytes",
		"/memory/classes/heap/free:bytes",
		"/memory/classes/heap/objects:bytes",
		"/memory/classes/heap/released:bytes",
		"/memory/classes/heap/stacks:bytes",
		"/memory/classes/heap/unused:bytes",
		"/memory/classes/metadata/mcache/free:bytes",
		"/memory/classes/metadata/mcache/inuse:bytes",
		"/memory/classes/metadata/mspan/free:bytes",
		"/memory/classes/metadata/mspan/inuse:bytes",
		"/memory/classes/metadata/other:bytes",
		"/memory/classes/os-stacks:bytes",
		"/memory/classes/other:bytes",
		"/memory/classes/profiling/buckets:bytes",
		"/memory/classes/total:bytes",
		"/sched/gomaxprocs:threads",
		"/sched/goroutines:goroutines",
		"/sched/latencies:seconds",
		"/sched/pauses/stopping/gc:seconds",
		"/sched/pauses/stopping/other:seconds",
		"/sched/pauses/total/gc:seconds",
		"/sched/pauses/total/other:seconds",
		"/sync/mutex/wait/total:seconds",
	}
}

// Counters of internal/godebug by metric name. Guarded by the order of package initialisation and godebug's own lock.
var godebugMetrics map[string]func() uint64

//go:linkname godebugRegisterMetric internal/godebug.registerMetric
func godebugRegisterMetric(name string, read func() uint64) {
	grown := make(map[string]func() uint64, len(godebugMetrics)+1)
	for k, v := range godebugMetrics {
		grown[k] = v
	}
	grown[name] = read
	godebugMetrics = grown
}

//go:linkname readMetricNames runtime/metrics_test.runtime_readMetricNames
func readMetricNames() []string {
	names := metricNames()
	for _, setting := range godebugs.All {
		if !setting.Opaque {
			names = append(names, "/godebug/non-default-behavior/"+setting.Name+":events")
		}
	}
	return names
}

//go:linkname readMetrics runtime/metrics.runtime_readMetrics
func readMetrics(samples unsafe.Pointer, length, capacity int) {
	var stats MemStats
	ReadMemStats(&stats)
	known := make(map[string]bool)
	for _, name := range readMetricNames() {
		known[name] = true
	}
	for i := range unsafe.Slice((*metricSample)(samples), capacity)[:length] {
		s := (*metricSample)(unsafe.Add(samples, uintptr(i)*unsafe.Sizeof(metricSample{})))
		if read := godebugMetrics[s.name]; read != nil {
			s.kind, s.scalar = metricUint64, read()
		} else if known[s.name] {
			s.read(&stats)
		} else {
			s.kind = metricBad
		}
	}
}

func (s *metricSample) read(m *MemStats) {
	unit := s.name
	for i := len(unit) - 1; i >= 0; i-- {
		if unit[i] == ':' {
			unit = unit[i+1:]
			break
		}
	}
	bySize := s.name == "/gc/heap/allocs-by-size:bytes" || s.name == "/gc/heap/frees-by-size:bytes"
	switch {
	case unit == "cpu-seconds" || s.name == "/sync/mutex/wait/total:seconds":
		s.kind, s.scalar = metricFloat64, float64bits(cpuSeconds(s.name, m))
	case unit == "seconds" || bySize:
		s.kind = metricHistogram
		h := (*float64Histogram)(s.pointer)
		if h == nil {
			h = new(float64Histogram)
			s.pointer = unsafe.Pointer(h)
		}
		if bySize {
			h.bySize(s.name == "/gc/heap/frees-by-size:bytes")
			return
		}
		h.buckets = timeBuckets()
		h.counts = make([]uint64, len(h.buckets)-1)
		switch s.name {
		case "/sched/latencies:seconds":
			schedLatencies(h.counts[1:])
		case "/gc/pauses:seconds", "/sched/pauses/total/gc:seconds":
			gcPauses(h.counts[1:])
		}
	default:
		s.kind, s.scalar = metricUint64, metricCount(s.name, m)
	}
}

// bySize fills h with the objects of each size class that were allocated, or of those the ones that were freed.
func (h *float64Histogram) bySize(freed bool) {
	var sizes, mallocs, frees [68]uint64
	sizeClasses(sizes[:], mallocs[:], frees[:])
	counts := &mallocs
	if freed {
		counts = &frees
	}
	h.buckets = []float64{1}
	h.counts = nil
	for i := 1; i < len(sizes); i++ {
		h.buckets = append(h.buckets, float64(sizes[i])+1)
		h.counts = append(h.counts, counts[i])
	}
	h.buckets = append(h.buckets, inf)
	h.counts = append(h.counts, counts[0])
}

func timeBuckets() []float64 {
	buckets := []float64{-inf, 0}
	for time := 64e-9; time < 200; time *= 2 {
		buckets = append(buckets, time)
	}
	return append(buckets, inf)
}

func metricCount(name string, m *MemStats) uint64 {
	switch name {
	case "/gc/cycles/automatic:gc-cycles":
		return uint64(m.NumGC - m.NumForcedGC)
	case "/gc/cycles/forced:gc-cycles":
		return uint64(m.NumForcedGC)
	case "/gc/cycles/total:gc-cycles":
		return uint64(m.NumGC)
	case "/gc/gogc:percent":
		percent := currentGCPercent()
		return uint64(percent)
	case "/gc/gomemlimit:bytes":
		return currentMemoryLimit()
	case "/gc/heap/allocs:bytes":
		return m.TotalAlloc
	case "/gc/heap/allocs:objects":
		return m.Mallocs
	case "/gc/heap/frees:bytes":
		return m.TotalAlloc - m.HeapAlloc
	case "/gc/heap/frees:objects":
		return m.Frees
	case "/gc/heap/goal:bytes":
		return m.NextGC
	case "/gc/heap/live:bytes", "/memory/classes/heap/objects:bytes":
		return m.HeapAlloc
	case "/gc/heap/objects:objects":
		return m.HeapObjects
	case "/gc/scan/heap:bytes", "/gc/scan/total:bytes":
		return m.HeapAlloc
	case "/gc/stack/starting-size:bytes":
		return 2048
	case "/memory/classes/heap/free:bytes":
		return m.HeapIdle - m.HeapReleased
	case "/memory/classes/heap/released:bytes":
		return m.HeapReleased
	case "/memory/classes/heap/stacks:bytes":
		return m.StackInuse
	case "/memory/classes/heap/unused:bytes":
		return m.HeapInuse - m.HeapAlloc
	case "/memory/classes/total:bytes":
		return m.Sys
	case "/sched/gomaxprocs:threads":
		return uint64(GOMAXPROCS(0))
	case "/sched/goroutines:goroutines":
		return uint64(NumGoroutine())
	}
	return 0
}

var processStart = nanotime()

func cpuSeconds(name string, m *MemStats) float64 {
	total := float64(nanotime()-processStart) / 1e9 * float64(GOMAXPROCS(0))
	pause := float64(m.PauseTotalNs) / 1e9 * float64(GOMAXPROCS(0))
	var used [2]int64
	const clockGettime, processCPU = 228, 2
	syscall.Syscall6(clockGettime, processCPU, uintptr(unsafe.Pointer(&used)), 0, 0, 0, 0)
	user := max(float64(used[0])+float64(used[1])/1e9-pause, 0)
	switch name {
	case "/sync/mutex/wait/total:seconds":
		return float64(mutexWait()) / 1e9
	case "/cpu/classes/gc/pause:cpu-seconds", "/cpu/classes/gc/total:cpu-seconds":
		return pause
	case "/cpu/classes/idle:cpu-seconds":
		return max(total-pause-user, 0)
	case "/cpu/classes/total:cpu-seconds":
		return max(total, pause+user)
	case "/cpu/classes/user:cpu-seconds":
		return user
	}
	return 0
}

// schedLatencies fills counts of the times below 64 ns, 128 ns...
func schedLatencies(counts []uint64)

// gcPauses does so for the collector's stops of the world.
func gcPauses(counts []uint64)

// sizeClasses has the counts of objects of each size; those of the large ones come first, with size 0.
func sizeClasses(sizes, mallocs, frees []uint64)
func mutexWait() int64
func currentGCPercent() int32
func currentMemoryLimit() uint64

// Not those of package math, for every program has this package.
var inf = func() float64 { huge := 1e308; return huge * 10 }()

func float64bits(f float64) uint64 { return *(*uint64)(unsafe.Pointer(&f)) }
