package reflect

import (
	"internal/abi"
	"strconv"
	"sync"
)

// Constructors of types: the VM keeps one descriptor per type identity, whoever asks for it first.

func vmPtrTo(t *abi.Type) *abi.Type
func vmSliceOf(t *abi.Type) *abi.Type
func vmArrayOf(length int, t *abi.Type) *abi.Type
func vmChanOf(dir int, t *abi.Type) *abi.Type
func vmMapOf(key, elem *abi.Type) *abi.Type
func vmFuncOf(in, out []*abi.Type, variadic bool) *abi.Type
func vmStructOf(fields []vmField) *abi.Type

type vmField struct {
	name     string
	pkgPath  string // "" where exported
	tag      string
	typ      *abi.Type
	embedded bool
}

func (t *rtype) ptrTo() *abi.Type { return vmPtrTo(&t.t) }

func SliceOf(t Type) Type { return toType(vmSliceOf(t.common())) }

func ArrayOf(length int, elem Type) Type {
	if length < 0 {
		panic("reflect: negative length passed to ArrayOf")
	}
	if et := elem.common(); et.Size_ > 0 && uintptr(length) > ^uintptr(0)/et.Size_ {
		panic("reflect.ArrayOf: array size would exceed virtual address space")
	}
	return toType(vmArrayOf(length, elem.common()))
}

func ChanOf(dir ChanDir, t Type) Type {
	if t.Size() >= 1<<16 {
		panic("reflect.ChanOf: element size too large")
	}
	if dir&^BothDir != 0 || dir == 0 {
		panic("reflect.ChanOf: invalid dir")
	}
	return toType(vmChanOf(int(dir), t.common()))
}

func MapOf(key, elem Type) Type {
	k := key.common()
	if k.Equal == nil {
		panic("reflect.MapOf: invalid key type " + stringFor(k))
	}
	return toType(vmMapOf(k, elem.common()))
}

func FuncOf(in, out []Type, variadic bool) Type {
	if variadic && (len(in) == 0 || in[len(in)-1].Kind() != Slice) {
		panic("reflect.FuncOf: last arg of variadic func must be slice")
	}
	if len(in)+len(out) > 128 {
		panic("reflect.FuncOf: too many arguments")
	}
	return toType(vmFuncOf(commons(in), commons(out), variadic))
}

func commons(types []Type) []*abi.Type {
	list := make([]*abi.Type, len(types))
	for i, t := range types {
		list[i] = t.common()
	}
	return list
}

func StructOf(fields []StructField) Type {
	list := make([]vmField, len(fields))
	seen := map[string]bool{}
	pkgPath := ""
	for i, f := range fields {
		switch {
		case f.Name == "":
			panic("reflect.StructOf: field " + strconv.Itoa(i) + " has no name")
		case !isValidFieldName(f.Name):
			panic("reflect.StructOf: field " + strconv.Itoa(i) + " has invalid name")
		case f.Type == nil:
			panic("reflect.StructOf: field " + strconv.Itoa(i) + " has no type")
		case f.Anonymous && f.PkgPath != "":
			panic("reflect.StructOf: field \"" + f.Name + "\" is anonymous but has PkgPath set")
		case f.IsExported() && f.PkgPath != "":
			panic("reflect.StructOf: field \"" + f.Name + "\" is exported but has PkgPath")
		case !f.IsExported() && f.PkgPath == "":
			panic("reflect.StructOf: field \"" + f.Name + "\" is unexported but missing PkgPath")
		case seen[f.Name] && f.Name != "_":
			panic("reflect.StructOf: duplicate field " + f.Name)
		case f.PkgPath != "" && pkgPath != "" && f.PkgPath != pkgPath:
			panic("reflect.Struct: fields with different PkgPath " + pkgPath + " and " + f.PkgPath)
		}
		seen[f.Name] = true
		if f.PkgPath != "" {
			pkgPath = f.PkgPath
		}
		list[i] = vmField{f.Name, f.PkgPath, string(f.Tag), f.Type.common(), f.Anonymous}
	}
	return toType(vmStructOf(list))
}

// typesByString has nothing to look in: the constructors ask the VM.
func typesByString(s string) []*abi.Type { return nil }

// stackAssign gives a parameter or result its place in the frame: in the VM each begins on a slot of its own.
func (a *abiSeq) stackAssign(size, alignment uintptr) {
	at := align(a.stackBytes, 8)
	a.steps = append(a.steps, abiStep{kind: abiStepStack, size: size, stkOff: at})
	a.stackBytes = align(at+size, 8)
}

// A frameType is what call gets as its frame's type: the VM needs the function's type too, to widen small integers.
type frameType struct {
	abi.Type
	fn   *funcType
	rcvr *abi.Type
}

var frameLayouts sync.Map // layoutKey to layoutType

func funcLayout(t *funcType, rcvr *abi.Type) (*abi.Type, *sync.Pool, abiDesc) {
	if t.Kind() != abi.Func {
		panic("reflect: funcLayout of non-func type " + stringFor(&t.Type))
	}
	if rcvr != nil && rcvr.Kind() == abi.Interface {
		panic("reflect: funcLayout with interface receiver " + stringFor(rcvr))
	}
	key := layoutKey{t, rcvr}
	if found, ok := frameLayouts.Load(key); ok {
		l := found.(layoutType)
		return l.t, l.framePool, l.abid
	}
	desc := newAbiDesc(t, rcvr)
	frame := &frameType{fn: t, rcvr: rcvr}
	frame.Align_ = 8
	frame.Size_ = align(desc.retOffset+desc.ret.stackBytes, 8)
	frame.PtrBytes = uintptr(desc.stackPtrs.n) * 8
	if desc.stackPtrs.n > 0 {
		frame.GCData = &desc.stackPtrs.data[0]
	}
	pool := &sync.Pool{New: func() any { return unsafe_New(&frame.Type) }}
	kept, _ := frameLayouts.LoadOrStore(key, layoutType{&frame.Type, pool, desc})
	l := kept.(layoutType)
	return l.t, l.framePool, l.abid
}
