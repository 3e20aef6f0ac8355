package crc32

func archAvailableIEEE() bool       { return true }
func archInitIEEE()                 {}
func archAvailableCastagnoli() bool { return true }
func archInitCastagnoli()           {}

//go:noescape
func archUpdateIEEE(crc uint32, p []byte) uint32

//go:noescape
func archUpdateCastagnoli(crc uint32, p []byte) uint32
