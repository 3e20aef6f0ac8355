package md5

//go:noescape
func block(dig *digest, p []byte)
