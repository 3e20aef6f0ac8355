package sha3

//go:noescape
func keccakF1600(a *[200]byte)
