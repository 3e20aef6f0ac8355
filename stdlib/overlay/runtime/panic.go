package runtime

import (
	"internal/abi"
	"unsafe"
)

// Entry points for the VM: a handler whose check failed calls one of these by name, as if the Go code had. They may run
// before the package's variables are initialized: a program without imports loads the package when it panics.

// For math/bits.
var (
	divideError   = error(errorString("integer divide by zero"))
	overflowError = error(errorString("integer overflow"))
)

func panicIndex(x int, n int)        { panic(boundsError{int64(x), n, true, boundsIndex}) }
func panicIndexU(x uint, n int)      { panic(boundsError{int64(x), n, false, boundsIndex}) }
func panicSliceAlen(x int, n int)    { panic(boundsError{int64(x), n, true, boundsSliceAlen}) }
func panicSliceAlenU(x uint, n int)  { panic(boundsError{int64(x), n, false, boundsSliceAlen}) }
func panicSliceAcap(x int, n int)    { panic(boundsError{int64(x), n, true, boundsSliceAcap}) }
func panicSliceAcapU(x uint, n int)  { panic(boundsError{int64(x), n, false, boundsSliceAcap}) }
func panicSliceB(x int, y int)       { panic(boundsError{int64(x), y, true, boundsSliceB}) }
func panicSliceBU(x uint, y int)     { panic(boundsError{int64(x), y, false, boundsSliceB}) }
func panicSlice3Alen(x int, n int)   { panic(boundsError{int64(x), n, true, boundsSlice3Alen}) }
func panicSlice3AlenU(x uint, n int)   { panic(boundsError{int64(x), n, false, boundsSlice3Alen}) }
func panicSlice3Acap(x int, n int)   { panic(boundsError{int64(x), n, true, boundsSlice3Acap}) }
func panicSlice3AcapU(x uint, n int)   { panic(boundsError{int64(x), n, false, boundsSlice3Acap}) }
func panicSlice3B(x int, y int)      { panic(boundsError{int64(x), y, true, boundsSlice3B}) }
func panicSlice3BU(x uint, y int)      { panic(boundsError{int64(x), y, false, boundsSlice3B}) }
func panicSlice3C(x int, y int)      { panic(boundsError{int64(x), y, true, boundsSlice3C}) }
func panicSlice3CU(x uint, y int)      { panic(boundsError{int64(x), y, false, boundsSlice3C}) }
func panicSliceConvert(x int, n int) { panic(boundsError{int64(x), n, true, boundsConvert}) }

func panicdivide()   { panic(errorString("integer divide by zero")) }
func panicoverflow() { panic(errorString("integer overflow")) }
func panicshift()    { panic(errorString("negative shift amount")) }
func panicfloat()    { panic(errorString("floating point error")) }

// panicmem: a dereference of a nil pointer; addr is what was accessed.
func panicmem(addr uintptr) { panic(errorString("invalid memory address or nil pointer dereference")) }

// panicmemAddr: a fault at an address that is not nil, which debug.SetPanicOnFault makes a panic.
func panicmemAddr(addr uintptr) {
	panic(errorAddressString{"invalid memory address or nil pointer dereference", addr})
}

func panicmakeslicelen()       { panic(errorString("makeslice: len out of range")) }
func panicmakeslicecap()       { panic(errorString("makeslice: cap out of range")) }
func panicgrowslice()          { panic(errorString("growslice: len out of range")) }
func panicmakechan()           { panic(plainError("makechan: size out of range")) }
func panicnilmap()             { panic(plainError("assignment to entry in nil map")) }
func panicclosenil()           { panic(plainError("close of nil channel")) }
func panicclosedclose()        { panic(plainError("close of closed channel")) }
func panicsendclosed()         { panic(plainError("send on closed channel")) }
func panicunsafeslicelen()     { panic(errorString("unsafe.Slice: len out of range")) }
func panicunsafeslicenilptr()  { panic(errorString("unsafe.Slice: ptr is nil and len is not zero")) }
func panicunsafestringlen()    { panic(errorString("unsafe.String: len out of range")) }
func panicunsafestringnilptr() { panic(errorString("unsafe.String: ptr is nil and len is not zero")) }

func panicunhashable(t unsafe.Pointer) {
	panic(errorString("hash of unhashable type " + typeString((*abi.Type)(t))))
}

func panicuncomparable(t unsafe.Pointer) {
	panic(errorString("comparing uncomparable type " + typeString((*abi.Type)(t))))
}

func panicErrorString(text string) { panic(errorString(text)) }
func panicPlainError(text string)  { panic(plainError(text)) }

// panicTypeAssert: a failed x.(T). have is nil for a nil interface; missing names a method T wants.
func panicTypeAssert(have, want, iface unsafe.Pointer, missing string) {
	from := (*abi.Type)(iface)
	if (*abi.Type)(want).Kind() == abi.Interface {
		from = nil // gc names the static type only where a concrete type is asserted
	}
	panic(&TypeAssertionError{from, (*abi.Type)(have), (*abi.Type)(want), missing})
}

// panicNilError is panic(nil).
func panicNilError() {
	if godebugSetting("panicnil") == "1" {
		govm_panicNil()
	}
	panic(new(PanicNilError))
}

// govm_panicNil panics with the nil interface itself.
func govm_panicNil()

// panicrangestate: misuse of a range-over-func loop body; state as the compiler's loop state machine left it.
func panicrangestate(state int) {
	switch state {
	case 0: // done
		panic(errorString("range function continued iteration after function for loop body returned false"))
	case 1: // panicked
		panic(errorString("range function continued iteration after loop body panic"))
	case 2: // exhausted
		panic(errorString("range function continued iteration after whole loop exit"))
	case 3: // missed panic
		panic(errorString("range function recovered a loop body panic and did not resume panicking"))
	}
	throw("unexpected state set by range func")
}

// govm_printPanics ends the program with an uncaught panic. The VM calls it on the panicking goroutine, whose chain of
// panics is still in place; it does not return.
func govm_printPanics() {
	n := govm_panicCount()
	texts := make([]string, n)
	isText := make([]bool, n)
	for i := n - 1; i >= 0; i-- {
		arg, _, _ := govm_panicAt(i)
		texts[i], isText[i] = panicText(arg)
	}
	beginCrash()
	indent := false
	for i := 0; i < n; i++ {
		arg, recovered, goexit := govm_panicAt(i)
		if indent {
			print("\t")
		}
		indent = !goexit
		if goexit {
			continue
		}
		print("panic: ")
		if isText[i] {
			printindented(texts[i])
		} else {
			printpanicval(arg)
		}
		if recovered {
			print(" [recovered]")
		}
		print("\n")
	}
	govm_dieFromPanic()
}

// panicText calls the Error or String method of a panic's value. If that panics in turn, the program dies of that.
func panicText(arg any) (string, bool) {
	defer func() {
		if e := recover(); e != nil {
			if _, again := e.(plainError); again {
				throw("panic while printing panic value")
			}
			throw("panic while printing panic value: type " + typeString(efaceOf(&e).typ))
		}
	}()
	switch v := arg.(type) {
	case error:
		return v.Error(), true
	case stringer:
		return v.String(), true
	}
	return "", false
}

// The panics of the running goroutine; 0 is the oldest.
func govm_panicCount() int
func govm_panicAt(i int) (arg any, recovered, goexit bool)

// beginCrash: what is printed from now on goes to the file of debug.SetCrashOutput, too.
func beginCrash()

// govm_dieFromPanic prints the signal line (for a memory fault) and the tracebacks, and exits with status 2.
func govm_dieFromPanic()

// throw ends the program: "fatal error: " + s, tracebacks, exit status 2.
func throw(s string)

// fatal is throw for errors of the program rather than of the runtime.
func fatal(s string)
