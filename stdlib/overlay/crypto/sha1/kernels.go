package sha1

//go:noescape
func block(dig *digest, p []byte)
