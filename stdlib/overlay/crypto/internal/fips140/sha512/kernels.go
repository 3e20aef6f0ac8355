package sha512

// Bytes that one call of a native may take: the collector waits for it.
const nativeBytes = 64 << 10

func block(dig *Digest, p []byte) {
	for len(p) > nativeBytes {
		blocks(&dig.h, p[:nativeBytes])
		p = p[nativeBytes:]
	}
	blocks(&dig.h, p)
}

//go:noescape
func blocks(h *[8]uint64, p []byte)
