package hex

// Encode encodes src into EncodedLen(len(src)) bytes of dst.
func Encode(dst, src []byte) int {
	encode(dst, src)
	if len(dst) < 2*len(src) {
		_ = dst[len(dst)] // out of range
	}
	return len(src) * 2
}

// Decode decodes src into DecodedLen(len(src)) bytes, returning the actual number of bytes written to dst.
func Decode(dst, src []byte) (int, error) {
	n := decode(dst, src)
	rest := src[2*n:]
	for _, c := range rest[:min(2, len(rest))] {
		if reverseHexTable[c] > 0x0f {
			return n, InvalidByteError(c)
		}
	}
	switch len(rest) {
	case 0:
		return n, nil
	case 1:
		return n, ErrLength
	}
	_ = dst[n] // out of range
	return n, nil
}

// Encodes as many bytes of src as dst has room for.
//
//go:noescape
func encode(dst, src []byte)

// Decodes pairs of digits while they are valid and there is room in dst; returns how many.
//
//go:noescape
func decode(dst, src []byte) int
