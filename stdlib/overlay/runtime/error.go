package runtime

import (
	"internal/abi"
	"unsafe"
)

// Error identifies a run-time error, such as an index out of range.
type Error interface {
	error
	RuntimeError()
}

// A TypeAssertionError explains a failed type assertion.
type TypeAssertionError struct {
	_interface    *abi.Type
	concrete      *abi.Type
	asserted      *abi.Type
	missingMethod string // one method of asserted that concrete lacks; "" where asserted is concrete
}

func (*TypeAssertionError) RuntimeError() {}

func (e *TypeAssertionError) Error() string {
	inter := "interface"
	if e._interface != nil {
		inter = typeString(e._interface)
	}
	as := typeString(e.asserted)
	if e.concrete == nil {
		return "interface conversion: " + inter + " is nil, not " + as
	}
	cs := typeString(e.concrete)
	if e.missingMethod != "" {
		return "interface conversion: " + cs + " is not " + as + ": missing method " + e.missingMethod
	}
	msg := "interface conversion: " + inter + " is " + cs + ", not " + as
	if cs == as {
		if definingPackage(e.concrete) != definingPackage(e.asserted) {
			return msg + " (types from different packages)"
		}
		return msg + " (types from different scopes)"
	}
	return msg
}

// definingPackage is the package of a defined type, or of the unexported names of a struct or interface type.
func definingPackage(t *abi.Type) string {
	if path := typePkgPath(t); path != "" {
		return path
	}
	switch t.Kind() {
	case abi.Struct:
		return (*abi.StructType)(unsafe.Pointer(t)).PkgPath.Name()
	case abi.Interface:
		return (*abi.InterfaceType)(unsafe.Pointer(t)).PkgPath.Name()
	}
	return ""
}

// An errorString is a run-time error described by its text.
type errorString string

func (e errorString) RuntimeError() {}
func (e errorString) Error() string { return "runtime error: " + string(e) }

// An errorAddressString is a memory fault; Addr reports where.
type errorAddressString struct {
	msg  string
	addr uintptr
}

func (e errorAddressString) RuntimeError() {}
func (e errorAddressString) Error() string { return "runtime error: " + e.msg }
func (e errorAddressString) Addr() uintptr { return e.addr }

// A plainError's text has no prefix.
type plainError string

func (e plainError) RuntimeError() {}
func (e plainError) Error() string { return string(e) }

// A PanicNilError is what panic(nil) panics with.
type PanicNilError struct {
	_ [0]func()
}

func (*PanicNilError) Error() string {
	return "panic called with nil argument"
}
func (*PanicNilError) RuntimeError() {}

// A boundsError is an index or slice expression out of range.
type boundsError struct {
	x      int64
	y      int
	signed bool // x is negative where its sign bit is set
	code   uint8
}

const (
	boundsIndex      = iota // s[x], 0 <= x < len(s) failed
	boundsSliceAlen         // s[?:x], 0 <= x <= len(s) failed (arrays, strings)
	boundsSliceAcap         // s[?:x], 0 <= x <= cap(s) failed
	boundsSliceB            // s[x:y], 0 <= x <= y failed
	boundsSlice3Alen        // s[::x], 0 <= x <= len(s) failed
	boundsSlice3Acap        // s[::x], 0 <= x <= cap(s) failed
	boundsSlice3B           // s[:x:y], 0 <= x <= y failed
	boundsSlice3C           // s[x:y:], 0 <= x <= y failed
	boundsConvert           // (*[x]T)(s), x <= len(s) failed
)

// boundsFormat is the text of a code, where %x and %y stand for the fields.
func boundsFormat(code uint8, negative bool) string {
	if negative {
		switch code {
		case boundsIndex:
			return "index out of range [%x]"
		case boundsSliceAlen, boundsSliceAcap:
			return "slice bounds out of range [:%x]"
		case boundsSliceB:
			return "slice bounds out of range [%x:]"
		case boundsSlice3Alen, boundsSlice3Acap:
			return "slice bounds out of range [::%x]"
		case boundsSlice3B:
			return "slice bounds out of range [:%x:]"
		default:
			return "slice bounds out of range [%x::]"
		}
	}
	switch code {
	case boundsIndex:
		return "index out of range [%x] with length %y"
	case boundsSliceAlen:
		return "slice bounds out of range [:%x] with length %y"
	case boundsSliceAcap:
		return "slice bounds out of range [:%x] with capacity %y"
	case boundsSliceB:
		return "slice bounds out of range [%x:%y]"
	case boundsSlice3Alen:
		return "slice bounds out of range [::%x] with length %y"
	case boundsSlice3Acap:
		return "slice bounds out of range [::%x] with capacity %y"
	case boundsSlice3B:
		return "slice bounds out of range [:%x:%y]"
	case boundsSlice3C:
		return "slice bounds out of range [%x:%y:]"
	default:
		return "cannot convert slice with length %x to array or pointer to array with length %y"
	}
}

func (e boundsError) RuntimeError() {}

func (e boundsError) Error() string {
	text := boundsFormat(e.code, e.signed && e.x < 0)
	b := make([]byte, 0, 100)
	b = append(b, "runtime error: "...)
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c != '%' {
			b = append(b, c)
			continue
		}
		i++
		if text[i] == 'x' {
			b = appendInt(b, e.x, e.signed)
		} else {
			b = appendInt(b, int64(e.y), true)
		}
	}
	return string(b)
}

func appendInt(b []byte, v int64, signed bool) []byte {
	u := uint64(v)
	if signed && v < 0 {
		b = append(b, '-')
		u = -u
	}
	var digits [20]byte
	i := len(digits)
	for {
		i--
		digits[i] = byte('0' + u%10)
		u /= 10
		if u == 0 {
			return append(b, digits[i:]...)
		}
	}
}

type stringer interface {
	String() string
}

// printpanicval prints the argument of a panic as the text behind "panic: ".
func printpanicval(v any) {
	switch v := v.(type) {
	case nil:
		print("nil")
	case bool:
		print(v)
	case int:
		print(v)
	case int8:
		print(v)
	case int16:
		print(v)
	case int32:
		print(v)
	case int64:
		print(v)
	case uint:
		print(v)
	case uint8:
		print(v)
	case uint16:
		print(v)
	case uint32:
		print(v)
	case uint64:
		print(v)
	case uintptr:
		print(v)
	case float32:
		print(v)
	case float64:
		print(v)
	case complex64:
		print(v)
	case complex128:
		print(v)
	case string:
		printindented(v)
	default:
		printanycustomtype(v)
	}
}

type eface struct {
	typ  *abi.Type
	data unsafe.Pointer
}

// printanycustomtype prints a value of a defined type: by its kind, or just its address.
func printanycustomtype(i any) {
	e := (*eface)(unsafe.Pointer(&i))
	name := typeString(e.typ)
	switch abi.Kind(e.typ.Kind_ & abi.KindMask) {
	case abi.Bool:
		print(name, "(", *(*bool)(e.data), ")")
	case abi.Int:
		print(name, "(", *(*int)(e.data), ")")
	case abi.Int8:
		print(name, "(", *(*int8)(e.data), ")")
	case abi.Int16:
		print(name, "(", *(*int16)(e.data), ")")
	case abi.Int32:
		print(name, "(", *(*int32)(e.data), ")")
	case abi.Int64:
		print(name, "(", *(*int64)(e.data), ")")
	case abi.Uint:
		print(name, "(", *(*uint)(e.data), ")")
	case abi.Uint8:
		print(name, "(", *(*uint8)(e.data), ")")
	case abi.Uint16:
		print(name, "(", *(*uint16)(e.data), ")")
	case abi.Uint32:
		print(name, "(", *(*uint32)(e.data), ")")
	case abi.Uint64:
		print(name, "(", *(*uint64)(e.data), ")")
	case abi.Uintptr:
		print(name, "(", *(*uintptr)(e.data), ")")
	case abi.Float32:
		print(name, "(", *(*float32)(e.data), ")")
	case abi.Float64:
		print(name, "(", *(*float64)(e.data), ")")
	case abi.Complex64:
		print(name, *(*complex64)(e.data))
	case abi.Complex128:
		print(name, *(*complex128)(e.data))
	case abi.String:
		print(name, `("`)
		printindented(*(*string)(e.data))
		print(`")`)
	default:
		print("(", name, ") ", e.data)
	}
}

// printindented prints s with a tab behind each newline, so that a panic's text can't be taken for a traceback.
func printindented(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '\n' {
			print(s[start:i], "\n\t")
			start = i + 1
		}
	}
	print(s[start:])
}

// panicwrap is called by the wrapper of a value method that was called through a nil pointer.
func panicwrap(pkg, typ, method string) {
	panic(plainError("value method " + pkg + "." + typ + "." + method + " called using nil *" + typ + " pointer"))
}
