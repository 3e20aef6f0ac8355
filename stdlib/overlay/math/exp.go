package math

const haveArchExp = true

// As Go's assembly for amd64 computes it, to the last bit.
func archExp(x float64) float64
