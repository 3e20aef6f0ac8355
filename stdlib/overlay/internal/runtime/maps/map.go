// Package maps is what reflect sees of the VM's maps: opaque objects and an iterator.
package maps

import (
	"internal/abi"
	"unsafe"
)

// Map is a map object of the VM.
type Map struct {
	_ [1]uintptr
}

// Used returns the number of entries.
func (m *Map) Used() uint64 { return uint64(mapLen(m)) }

// Iter is a map iterator; its memory is the VM's, as the compiler lays it out for range loops.
type Iter struct {
	typ   *abi.SwissMapType
	m     *Map
	key   unsafe.Pointer
	elem  unsafe.Pointer
	state [16]unsafe.Pointer
}

func (it *Iter) Init(typ *abi.SwissMapType, m *Map) {
	it.typ, it.m = typ, m
	it.key, it.elem = nil, nil
	if m != nil {
		iterInit(typ, m, (*[16]unsafe.Pointer)(abi.NoEscape(unsafe.Pointer(&it.state))))
	}
}

func (it *Iter) Initialized() bool    { return it.typ != nil }
func (it *Iter) Map() *Map            { return it.m }
func (it *Iter) Key() unsafe.Pointer  { return it.key }
func (it *Iter) Elem() unsafe.Pointer { return it.elem }

// Next moves to the next entry; Key is nil behind the last.
func (it *Iter) Next() {
	if it.m == nil {
		return
	}
	it.key, it.elem = iterNext(&it.state)
}

//go:noescape
func mapLen(m *Map) int
func iterInit(typ *abi.SwissMapType, m *Map, state *[16]unsafe.Pointer)

//go:noescape
func iterNext(state *[16]unsafe.Pointer) (key, elem unsafe.Pointer)
