package crc32

// Bytes that one call of a native may take: the collector waits for it.
const nativeBytes = 64 << 10

func archAvailableIEEE() bool       { return true }
func archInitIEEE()                 {}
func archAvailableCastagnoli() bool { return true }
func archInitCastagnoli()           {}

func archUpdateIEEE(crc uint32, p []byte) uint32 {
	for len(p) > nativeBytes {
		crc = ieeeNative(crc, p[:nativeBytes])
		p = p[nativeBytes:]
	}
	return ieeeNative(crc, p)
}

func archUpdateCastagnoli(crc uint32, p []byte) uint32 {
	for len(p) > nativeBytes {
		crc = castagnoliNative(crc, p[:nativeBytes])
		p = p[nativeBytes:]
	}
	return castagnoliNative(crc, p)
}

//go:noescape
func ieeeNative(crc uint32, p []byte) uint32

//go:noescape
func castagnoliNative(crc uint32, p []byte) uint32
