package sha512

//go:noescape
func block(dig *Digest, p []byte)
