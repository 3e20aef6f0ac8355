package runtime

import "unsafe"

// A Frame is one call of a traceback, inlined calls included.
type Frame struct {
	PC       uintptr
	Func     *Func // nil for inlined calls
	Function string
	File     string
	Line     int

	startLine int
	Entry     uintptr
}

// Frames expands the pcs that Callers filled in to frames.
//
// A pc slice of Callers holds one element a logical frame. A frame that was inlined, and a frame into which another was
// inlined, is told apart by a marker pc (see expandPC).
type Frames struct {
	callers []uintptr
}

func CallersFrames(callers []uintptr) *Frames { return &Frames{callers: callers} }

func (ci *Frames) Next() (frame Frame, more bool) {
	for len(ci.callers) > 0 {
		pc := ci.callers[0]
		ci.callers = ci.callers[1:]
		if fillFrame(pc, &frame) {
			return frame, len(ci.callers) > 0
		}
	}
	return Frame{}, false
}

// fillFrame describes the frame whose return address is pc; false for an unknown pc.
func fillFrame(pc uintptr, frame *Frame) bool {
	var info frameInfo
	if !frameInfoOf(pc, &info) {
		return false
	}
	frame.PC = pc - 1
	frame.Function = info.function
	frame.File = info.file
	frame.Line = info.line
	frame.startLine = info.startLine
	frame.Entry = info.entry
	if !info.inlined {
		frame.Func = (*Func)(unsafe.Pointer(info.entry))
	}
	return true
}

type frameInfo struct {
	function  string
	file      string
	line      int
	startLine int
	entry     uintptr
	inlined   bool
}

// frameInfoOf tells what is at a return address, or at an address inside a function (native).
//
//go:noescape
func frameInfoOf(pc uintptr, info *frameInfo) bool

// callers fills pcs with the return addresses of the running goroutine's frames, inlined ones included; skip 0 is the
// caller of the Go function that calls callers.
//
//go:noescape
func callers(skip int, pcs []uintptr) int

// Callers fills pc with the return addresses of calls on the running goroutine's stack; 0 is Callers itself.
func Callers(skip int, pc []uintptr) int {
	if len(pc) == 0 {
		return 0
	}
	return callers(skip-1, pc)
}

// Caller reports where its skip-th caller is.
func Caller(skip int) (pc uintptr, file string, line int, ok bool) {
	var pcs [1]uintptr
	if callers(skip, pcs[:]) < 1 {
		return
	}
	var info frameInfo
	if !frameInfoOf(pcs[0], &info) {
		return
	}
	return pcs[0], info.file, info.line, true
}

// A Func describes a function; its address is that of the function's descriptor.
type Func struct {
	opaque struct{}
}

// FuncForPC finds the function that contains pc: a code pointer (as reflect's Value.Pointer gives) or a return address.
func FuncForPC(pc uintptr) *Func {
	var info frameInfo
	if !frameInfoOf(pc, &info) {
		return nil
	}
	if info.inlined {
		return inlinedFunc(pc, &info)
	}
	return (*Func)(unsafe.Pointer(info.entry))
}

// An inlinedFuncInfo stands for a function that exists only inside another; its first word tells it from a descriptor.
type inlinedFuncInfo struct {
	ones uintptr
	info frameInfo
}

func inlinedFunc(pc uintptr, info *frameInfo) *Func {
	return (*Func)(unsafe.Pointer(&inlinedFuncInfo{^uintptr(0), *info}))
}

func (f *Func) describe(info *frameInfo) bool {
	if f == nil {
		return false
	}
	if in := (*inlinedFuncInfo)(unsafe.Pointer(f)); in.ones == ^uintptr(0) {
		*info = in.info
		return true
	}
	return frameInfoOf(uintptr(unsafe.Pointer(f)), info)
}

// Name returns the function's name, "" for nil.
func (f *Func) Name() string {
	var info frameInfo
	if !f.describe(&info) {
		return ""
	}
	return info.function
}

// Entry returns the function's entry address: the address of its descriptor.
func (f *Func) Entry() uintptr {
	var info frameInfo
	if !f.describe(&info) {
		return 0
	}
	return info.entry
}

// FileLine returns the source position of pc within f.
func (f *Func) FileLine(pc uintptr) (file string, line int) {
	var info frameInfo
	if f == nil || !frameInfoOf(pc, &info) {
		return "?", 0
	}
	return info.file, info.line
}

// Stack writes a traceback of the running goroutine, or of all, into buf.
func Stack(buf []byte, all bool) int { return stackTrace(buf, all) }

func stackTrace(buf []byte, all bool) int

//go:linkname runtime_FrameStartLine runtime/pprof.runtime_FrameStartLine
func runtime_FrameStartLine(f *Frame) int { return f.startLine }

//go:linkname runtime_FrameSymbolName runtime/pprof.runtime_FrameSymbolName
func runtime_FrameSymbolName(f *Frame) string { return f.Function }
