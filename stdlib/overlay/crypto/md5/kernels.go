package md5

// Bytes that one call of a native may take: the collector waits for it.
const nativeBytes = 64 << 10

func block(dig *digest, p []byte) {
	for len(p) > nativeBytes {
		blocks(&dig.s, p[:nativeBytes])
		p = p[nativeBytes:]
	}
	blocks(&dig.s, p)
}

//go:noescape
func blocks(state *[4]uint32, p []byte)
