package aes

import "crypto/internal/fips140deps/cpu"

// The processor's own instructions where it has them.

func encryptBlock(c *Block, dst, src []byte) {
	if cpu.X86HasAES {
		encryptNative(c.rounds, &c.enc, (*[BlockSize]byte)(dst), (*[BlockSize]byte)(src))
	} else {
		encryptBlockGeneric(&c.blockExpanded, dst, src)
	}
}

func decryptBlock(c *Block, dst, src []byte) {
	if cpu.X86HasAES {
		decryptNative(c.rounds, &c.dec, (*[BlockSize]byte)(dst), (*[BlockSize]byte)(src))
	} else {
		decryptBlockGeneric(&c.blockExpanded, dst, src)
	}
}

func ctrBlocks8(b *Block, dst, src *[8 * BlockSize]byte, ivlo, ivhi uint64) {
	if cpu.X86HasAES {
		ctrNative(b.rounds, &b.enc, dst[:], src[:], ivlo, ivhi)
	} else {
		ctrBlocks(b, dst[:], src[:], ivlo, ivhi)
	}
}

//go:noescape
func encryptNative(rounds int, enc *[60]uint32, dst, src *[BlockSize]byte)

//go:noescape
func decryptNative(rounds int, dec *[60]uint32, dst, src *[BlockSize]byte)

// dst and src are whole blocks, of the same length.
//
//go:noescape
func ctrNative(rounds int, enc *[60]uint32, dst, src []byte, ivlo, ivhi uint64)
