package runtime

// Execution traces. The host records until StopTrace; then ReadTrace returns the trace in parts.
var trace struct {
	stopped chan struct{} // closed when the trace is complete; nil: none is taken
	read    chan struct{} // closed when all of it was read
}

// StartTrace enables tracing for the current process. It returns an error if tracing is already enabled.
// Package runtime/trace makes its calls one at a time.
func StartTrace() error {
	if trace.stopped != nil {
		return errorString("tracing is already enabled")
	}
	trace.stopped, trace.read = make(chan struct{}), make(chan struct{})
	startTrace()
	return nil
}

// StopTrace stops tracing, if it was enabled. It returns when all of the trace was read.
func StopTrace() {
	if trace.stopped == nil {
		return
	}
	stopTrace()
	close(trace.stopped)
	<-trace.read
	trace.stopped = nil
}

// ReadTrace returns the next part of the trace, and nil once tracing is off and everything was returned.
func ReadTrace() []byte {
	stopped, read := trace.stopped, trace.read
	if stopped == nil {
		return nil
	}
	<-stopped
	data := make([]byte, 64<<10)
	if n := takeTrace(data); n > 0 {
		return data[:n]
	}
	close(read)
	return nil
}

func startTrace()
func stopTrace()

// takeTrace copies what fits into data of what was not yet taken, and says how much that is.
func takeTrace(data []byte) int
