package gotool

import (
	"bytes"
	"go/build"
	"io"

	"golang.org/x/mod/sumdb/dirhash"
)

// goModHash is the hash of a go.mod file as go.sum has it.
func goModHash(data []byte) (string, error) {
	return dirhash.Hash1([]string{"go.mod"}, func(string) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(data)), nil
	})
}

func defaultContext() build.Context {
	ctxt := build.Default
	ctxt.GOROOT = GOROOT()
	ctxt.CgoEnabled = false
	return ctxt
}
