package bytealg

// Natives in place of the portable loops: these are the inner loops of strings, bytes and much else.

func IndexByte(b []byte, c byte) int
func IndexByteString(s string, c byte) int
func LastIndexByte(s []byte, c byte) int
func LastIndexByteString(s string, c byte) int
func Count(b []byte, c byte) int
func CountString(s string, c byte) int
func Compare(a, b []byte) int
func CompareString(a, b string) int

// Searching for more than a byte; there is no length at which looking at single bytes first would be better.

const MaxBruteForce = 1 << 62

var MaxLen = 1 << 62

//go:noescape
func Index(a, b []byte) int

func IndexString(a, b string) int

func Cutover(n int) int { return n }
