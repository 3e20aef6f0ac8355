package cpu

import _ "unsafe"

// No runtime calls Initialize before the first package.
func init() { Initialize(getenv("GODEBUG")) }

//go:linkname getenv runtime.gogetenv
func getenv(key string) string
