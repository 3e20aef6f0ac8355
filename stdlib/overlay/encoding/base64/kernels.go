package base64

// Encode encodes src using the encoding enc, writing EncodedLen(len(src)) bytes to dst.
func (enc *Encoding) Encode(dst, src []byte) {
	if len(src) == 0 {
		return
	}
	groups := encodeGroups(dst, src, &enc.encode)
	src = src[3*groups:]
	if len(src) == 0 {
		return
	}
	if len(src) > 2 {
		_ = dst[len(dst)] // out of range
	}
	value := uint(src[0]) << 16
	if len(src) == 2 {
		value |= uint(src[1]) << 8
	}
	at := 4 * groups
	dst[at] = enc.encode[value>>18&0x3f]
	dst[at+1] = enc.encode[value>>12&0x3f]
	if len(src) == 2 {
		dst[at+2] = enc.encode[value>>6&0x3f]
	}
	if enc.padChar != NoPadding {
		for i := len(src) + 1; i < 4; i++ {
			dst[at+i] = byte(enc.padChar)
		}
	}
}

// Decode decodes src using the encoding enc. It writes at most DecodedLen(len(src)) bytes to dst and returns the number
// of bytes written.
func (enc *Encoding) Decode(dst, src []byte) (n int, err error) {
	for next := 0; next < len(src); {
		groups := decodeGroups(dst[n:], src[next:], &enc.decodeMap)
		n += 3 * groups
		next += 4 * groups
		if next == len(src) {
			break
		}
		var written int
		next, written, err = enc.decodeQuantum(dst[n:], src, next)
		n += written
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Encodes groups of three bytes while there are such, and room in dst; returns how many.
//
//go:noescape
func encodeGroups(dst, src []byte, alphabet *[64]byte) int

// Decodes groups of four digits while all four are valid and there is room in dst; returns how many.
//
//go:noescape
func decodeGroups(dst, src []byte, values *[256]uint8) int
