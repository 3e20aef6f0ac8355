// Package runtime is govm's: the API of Go's runtime over the VM. What a Go program can see of it is here; the work is
// done by natives (functions without bodies) and by instructions of the VM.
package runtime

import (
	"internal/abi"
	"internal/goarch"
	"internal/goos"
	"unsafe"
)

const (
	Compiler        = "gc"
	GOOS     string = goos.GOOS
	GOARCH   string = goarch.GOARCH
)

func Version() string { return "go1.24.4" }

// GOROOT returns the environment variable's value, or "".
func GOROOT() string { return gogetenv("GOROOT") }

func gogetenv(key string) string

func GOMAXPROCS(n int) int
func NumCPU() int
func NumCgoCall() int64 { return 0 }
func NumGoroutine() int
func Gosched()
func Goexit()
func LockOSThread()
func UnlockOSThread()
func GC()
func Breakpoint() {}

// KeepAlive keeps its argument reachable up to this call.
func KeepAlive(x any) {}

// typeString is t's name as reflect prints it; typePkgPath the path of the package that defines it, or "".
func typeString(t *abi.Type) string
func typePkgPath(t *abi.Type) string

func nanotime() int64
func rand() uint64

// zeroVal is what reflect.Zero of small types points to.
var zeroVal [abi.ZeroValSize]byte

func efaceOf(p *any) *eface { return (*eface)(unsafe.Pointer(p)) }

// haveHighResSleep is what package time's tests ask for.
var haveHighResSleep = true
