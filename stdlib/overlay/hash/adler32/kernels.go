package adler32

//go:noescape
func update(d digest, p []byte) digest
