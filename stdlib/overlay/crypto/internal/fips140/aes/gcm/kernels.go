package gcm

const nativeBytes = 64 << 10

func updateBlocks(productTable *[16]gcmFieldElement, y *gcmFieldElement, blocks []byte) {
	h := &productTable[reverseBits(1)]
	for len(blocks) > nativeBytes {
		updateNative(h, y, blocks[:nativeBytes])
		blocks = blocks[nativeBytes:]
	}
	updateNative(h, y, blocks)
}

// For each block: y = (y + block) * h.
//
//go:noescape
func updateNative(h, y *gcmFieldElement, blocks []byte)
