package sha256

//go:noescape
func block(dig *Digest, p []byte)
