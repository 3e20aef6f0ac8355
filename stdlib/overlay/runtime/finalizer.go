package runtime

import (
	"internal/abi"
	"unsafe"
)

// SetFinalizer makes the collector run finalizer(obj) on the finalizer goroutine once obj is unreachable.
func SetFinalizer(obj any, finalizer any) {
	e := efaceOf(&obj)
	if e.typ == nil {
		throw("runtime.SetFinalizer: first argument is nil")
	}
	if e.typ.Kind() != abi.Pointer {
		throw("runtime.SetFinalizer: first argument is " + typeString(e.typ) + ", not pointer")
	}
	if e.data == nil {
		throw("nil elem type!")
	}
	f := efaceOf(&finalizer)
	if f.typ == nil {
		setFinalizer(e.data, nil, nil)
		return
	}
	if f.typ.Kind() != abi.Func {
		throw("runtime.SetFinalizer: second argument is " + typeString(f.typ) + ", not a function")
	}
	ft := (*abi.FuncType)(unsafe.Pointer(f.typ))
	if ft.IsVariadic() {
		throw("runtime.SetFinalizer: cannot pass " + typeString(e.typ) + " to finalizer " + typeString(f.typ) + " because dotdotdot")
	}
	if ft.InCount != 1 || !finalizerTakes(ft.In(0), e.typ) {
		throw("runtime.SetFinalizer: cannot pass " + typeString(e.typ) + " to finalizer " + typeString(f.typ))
	}
	if !setFinalizer(e.data, f.data, ft.In(0)) {
		throw("runtime.SetFinalizer: finalizer already set")
	}
}

// finalizerTakes reports whether a finalizer with a parameter of type param accepts a pointer of type have.
func finalizerTakes(param, have *abi.Type) bool {
	if param == have {
		return true
	}
	switch param.Kind() {
	case abi.Pointer:
		return (param.Uncommon() == nil || have.Uncommon() == nil) && param.Elem() == have.Elem()
	case abi.Interface:
		return len((*abi.InterfaceType)(unsafe.Pointer(param)).Methods) == 0 || implements(have, param)
	}
	return false
}

func implements(t, iface *abi.Type) bool

// setFinalizer: fn is the closure to call with the object converted to argType; nil removes. False: already set.
func setFinalizer(obj, fn unsafe.Pointer, argType *abi.Type) bool

// A Cleanup is a handle to a cleanup that AddCleanup attached.
type Cleanup struct {
	ptr uintptr
	id  uint64
}

// AddCleanup runs cleanup(arg) on the finalizer goroutine some time after ptr is no longer reachable.
func AddCleanup[T, S any](ptr *T, cleanup func(S), arg S) Cleanup {
	p := unsafe.Pointer(ptr)
	if p == nil {
		panic(plainError("runtime.AddCleanup: ptr is nil"))
	}
	var a any = arg
	if e := efaceOf(&a); e.typ != nil && e.typ.Kind() == abi.Pointer && e.data == p {
		panic(plainError("runtime.AddCleanup: ptr is equal to arg, cleanup will never run"))
	}
	fn := func() { cleanup(arg) }
	id := addCleanup(p, *(*unsafe.Pointer)(unsafe.Pointer(&fn)))
	return Cleanup{uintptr(p), id}
}

// Stop cancels the cleanup unless it is already queued or done.
func (c Cleanup) Stop() {
	if c.id != 0 {
		removeCleanup(c.ptr, c.id)
	}
}

func addCleanup(p, fn unsafe.Pointer) uint64
func removeCleanup(p uintptr, id uint64)

// runfinq is the body of the finalizer goroutine (gc's name, that profiles show): natives park it until there is something to run.
func runfinq() {
	for {
		var r readyFinalizer
		nextFinalizer(&r)
		if r.isCleanup {
			(*(*func())(unsafe.Pointer(&r.fn)))()
			continue
		}
		callFinalizer(&r)
	}
}

// blockUntilEmptyFinalizerQueue waits until all finalizers that are due have run; false: not within timeout ns.
func blockUntilEmptyFinalizerQueue(timeout int64) bool {
	for start := nanotime(); nanotime()-start < timeout; Gosched() {
		if finalizersIdle() {
			return true
		}
	}
	return false
}

func finalizersIdle() bool

type readyFinalizer struct {
	object    unsafe.Pointer
	fn        unsafe.Pointer
	argType   *abi.Type
	isCleanup bool
}

// nextFinalizer waits for the next object that became unreachable.
func nextFinalizer(r *readyFinalizer)

// callFinalizer calls r.fn with the object as its one argument; results, if any, are dropped.
func callFinalizer(r *readyFinalizer) {
	if r.argType.Kind() != abi.Interface {
		(*(*func(unsafe.Pointer))(unsafe.Pointer(&r.fn)))(r.object)
		return
	}
	var arg any
	*efaceOf(&arg) = eface{objectType(r), r.object}
	if len((*abi.InterfaceType)(unsafe.Pointer(r.argType)).Methods) == 0 {
		(*(*func(any))(unsafe.Pointer(&r.fn)))(arg)
		return
	}
	// An interface with methods: its first word is the itab, which has the shape of any such interface.
	var iface stringer
	w := (*[2]unsafe.Pointer)(unsafe.Pointer(&iface))
	w[0], w[1] = itabFor(r.argType, efaceOf(&arg).typ), r.object
	(*(*func(stringer))(unsafe.Pointer(&r.fn)))(iface)
}

// objectType is the pointer type SetFinalizer was called with.
func objectType(r *readyFinalizer) *abi.Type
func itabFor(iface, t *abi.Type) unsafe.Pointer
