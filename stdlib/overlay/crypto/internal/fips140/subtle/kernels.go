package subtle

//go:noescape
func xorBytes(dstb, xb, yb *byte, n int)
