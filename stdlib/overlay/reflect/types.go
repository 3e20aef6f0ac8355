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
	seen := map[string]struct{}{}
	pkgPath := ""
	size, last := uintptr(0), uintptr(1)
	for i, f := range fields {
		checkStructField(i, &f)
		if f.PkgPath != "" {
			if pkgPath != "" && pkgPath != f.PkgPath {
				panic("reflect.Struct: fields with different PkgPath " + pkgPath + " and " + f.PkgPath)
			}
			pkgPath = f.PkgPath
		}
		t := f.Type.common()
		if f.Anonymous {
			checkEmbedded(i, len(fields), t)
		}
		if _, dup := seen[f.Name]; dup && f.Name != "_" {
			panic("reflect.StructOf: duplicate field " + f.Name)
		}
		seen[f.Name] = struct{}{}
		offset := structAlign(size, uintptr(t.Align_))
		if size = offset + t.Size_; size < offset {
			panic("reflect.StructOf: struct size would exceed virtual address space")
		}
		last = t.Size_
		list[i] = vmField{f.Name, f.PkgPath, string(f.Tag), t, f.Anonymous}
	}
	checkStructEnd(fields, size, last)
	return toType(vmStructOf(list))
}

func checkStructField(i int, f *StructField) {
	switch {
	case f.Name == "":
		panic("reflect.StructOf: field " + strconv.Itoa(i) + " has no name")
	case !isValidFieldName(f.Name):
		panic("reflect.StructOf: field " + strconv.Itoa(i) + " has invalid name")
	case f.Type == nil:
		panic("reflect.StructOf: field " + strconv.Itoa(i) + " has no type")
	case f.Anonymous && f.PkgPath != "":
		panic("reflect.StructOf: field \"" + f.Name + "\" is anonymous but has PkgPath set")
	}
	if c := f.Name[0]; f.PkgPath == "" && ('a' <= c && c <= 'z' || c == '_') {
		panic("reflect.StructOf: field \"" + f.Name + "\" is unexported but missing PkgPath")
	}
}

// checkEmbedded refuses what gc's reflect does not promote methods of.
func checkEmbedded(i, fields int, t *abi.Type) {
	isPointer := t.Kind() == abi.Pointer
	if isPointer {
		if k := t.Elem().Kind(); k == abi.Pointer || k == abi.Interface {
			panic("reflect.StructOf: illegal embedded field type " + stringFor(t))
		}
	}
	if t.Kind() == abi.Interface {
		return
	}
	u := t.Uncommon()
	if isPointer && u == nil {
		u = t.Elem().Uncommon()
	}
	switch {
	case u == nil:
	case i > 0 && u.Mcount > 0:
		panic("reflect: embedded type with methods not implemented if type is not first field")
	case fields > 1 && isPointer:
		panic("reflect: embedded type with methods not implemented if there is more than one field")
	case fields > 1 && !t.IfaceIndir():
		panic("reflect: embedded type with methods not implemented for non-pointer type")
	}
}

func structAlign(size, alignment uintptr) uintptr {
	offset := align(size, alignment)
	if offset < size {
		panic("reflect.StructOf: struct size would exceed virtual address space")
	}
	return offset
}

// checkStructEnd looks at what follows the last field: a byte behind one without size, and padding.
func checkStructEnd(fields []StructField, size, last uintptr) {
	if size > 0 && last == 0 {
		if size++; size == 0 {
			panic("reflect.StructOf: struct size would exceed virtual address space")
		}
	}
	alignment := uintptr(1)
	for _, f := range fields {
		alignment = max(alignment, uintptr(f.Type.common().Align_))
	}
	structAlign(size, alignment)
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
