package runtime

import "internal/abi"

// Entry points for the VM: a handler whose check failed calls one of these by name, as if the Go code had.

var (
	divideError   = error(errorString("integer divide by zero"))
	overflowError = error(errorString("integer overflow"))
	shiftError    = error(errorString("negative shift amount"))
	memoryError   = error(errorString("invalid memory address or nil pointer dereference"))
)

func panicIndex(x int, y int)  { panic(boundsError{int64(x), y, true, boundsIndex}) }
func panicIndexU(x uint, y int) { panic(boundsError{int64(x), y, false, boundsIndex}) }

// panicBounds serves all slice expressions; code is one of the bounds constants.
func panicBounds(x int, y int, code int)   { panic(boundsError{int64(x), y, true, uint8(code)}) }
func panicBoundsU(x uint, y int, code int) { panic(boundsError{int64(x), y, false, uint8(code)}) }

func panicdivide()   { panic(divideError) }
func panicoverflow() { panic(overflowError) }
func panicshift()    { panic(shiftError) }
func panicmem()      { panic(memoryError) }

func panicmakeslicelen() { panic(errorString("makeslice: len out of range")) }
func panicmakeslicecap() { panic(errorString("makeslice: cap out of range")) }
func panicgrowslice()    { panic(errorString("growslice: len out of range")) }
func panicmakechan()     { panic(plainError("makechan: size out of range")) }
func panicnilmap()       { panic(plainError("assignment to entry in nil map")) }
func panicclosenil()     { panic(plainError("close of nil channel")) }
func panicclosed()       { panic(plainError("close of closed channel")) }
func panicsendclosed()   { panic(plainError("send on closed channel")) }
func panicunsafeslicelen()         { panic(errorString("unsafe.Slice: len out of range")) }
func panicunsafeslicenilptr()      { panic(errorString("unsafe.Slice: ptr is nil and len is not zero")) }
func panicunsafestringlen()        { panic(errorString("unsafe.String: len out of range")) }
func panicunsafestringnilptr()     { panic(errorString("unsafe.String: ptr is nil and len is not zero")) }
func panicunhashable(t *abi.Type)  { panic(errorString("hash of unhashable type " + typeString(t))) }
func panicuncomparable(t *abi.Type) { panic(errorString("comparing uncomparable type " + typeString(t))) }
func panicplain(text string)       { panic(plainError(text)) }
func panicruntime(text string)     { panic(errorString(text)) }

// panicdottype: a failed x.(T). have is nil for a nil interface; missing names a method T wants.
func panicdottype(have, want, iface *abi.Type, missing string) {
	panic(&TypeAssertionError{iface, have, want, missing})
}

// panicnilarg is panic(nil).
func panicnilarg() { panic(new(PanicNilError)) }

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

// fatalpanic ends the program with an uncaught panic. The VM calls it on the panicking goroutine with its chain of
// panics still in place; it must not return.
func fatalpanic() {
	preprintpanics()
	printpanics()
	dieFromPanic()
}

// preprintpanics turns the values of the running goroutine's panics into text where they are errors or Stringers.
func preprintpanics() {
	for i := panicCount() - 1; i >= 0; i-- {
		arg, _, _ := panicAt(i)
		switch v := arg.(type) {
		case error:
			setPanicText(i, v.Error())
		case stringer:
			setPanicText(i, v.String())
		}
	}
}

func printpanics() {
	n := panicCount()
	for i := 0; i < n; i++ {
		arg, recovered, goexit := panicAt(i)
		if goexit {
			continue
		}
		if i > 0 {
			print("\t")
		}
		print("panic: ")
		if text, ok := panicText(i); ok {
			printindented(text)
		} else {
			printpanicval(arg)
		}
		if recovered {
			print(" [recovered]")
		}
		print("\n")
	}
}

// panicCount, panicAt and the others look at the panics of the running goroutine; 0 is the outermost (first) one.
func panicCount() int
func panicAt(i int) (arg any, recovered, goexit bool)
func setPanicText(i int, text string)
func panicText(i int) (string, bool)

// dieFromPanic prints the signal line (for a memory fault), the tracebacks, and exits with status 2.
func dieFromPanic()

// throw ends the program: "fatal error: " + s, tracebacks, exit status 2.
func throw(s string)

// fatal is throw for errors of the program rather than of the runtime.
func fatal(s string)
