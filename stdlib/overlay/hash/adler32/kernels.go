package adler32

// Bytes that one call of a native may take: the collector waits for it.
const nativeBytes = 64 << 10

func update(d digest, p []byte) digest {
	for len(p) > nativeBytes {
		d = updateNative(d, p[:nativeBytes])
		p = p[nativeBytes:]
	}
	return updateNative(d, p)
}

//go:noescape
func updateNative(d digest, p []byte) digest
