package reflect

import (
	"internal/abi"
	"unsafe"
)

// vmFuncStub returns the code of func values made here: one stub a function type, so that its frame has the right shape.
// It calls callReflect, or callMethod for method values.
func vmFuncStub(t *funcType, method bool) uintptr

func MakeFunc(typ Type, fn func(args []Value) (results []Value)) Value {
	if typ.Kind() != Func {
		panic("reflect: call of MakeFunc with non-Func type")
	}
	t := (*funcType)(unsafe.Pointer(typ.common()))
	impl := &makeFuncImpl{makeFuncCtxt: funcContext(t, false), ftyp: t, fn: fn}
	return Value{&t.Type, unsafe.Pointer(impl), flag(Func)}
}

func makeMethodValue(op string, v Value) Value {
	if v.flag&flagMethod == 0 {
		panic("reflect: internal error: invalid use of makeMethodValue")
	}
	rcvr := Value{v.typ(), v.ptr, v.flag&(flagRO|flagAddr|flagIndir) | flag(v.typ().Kind())}
	t := (*funcType)(unsafe.Pointer(v.Type().common()))
	mv := &methodValue{makeFuncCtxt: funcContext(t, true), method: int(v.flag) >> flagMethodShift, rcvr: rcvr}
	methodReceiver(op, mv.rcvr, mv.method) // panics now rather than at the call
	return Value{&t.Type, unsafe.Pointer(mv), v.flag&flagRO | flag(Func)}
}

func funcContext(t *funcType, method bool) makeFuncCtxt {
	_, _, desc := funcLayout(t, nil)
	return makeFuncCtxt{
		fn:      vmFuncStub(t, method),
		stack:   desc.stackPtrs,
		argLen:  desc.stackCallArgsSize,
		regPtrs: abi.IntArgRegBitmap{},
	}
}

