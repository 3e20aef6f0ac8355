package utf8

//go:noescape
func RuneCount(p []byte) int

func RuneCountInString(s string) (n int)

//go:noescape
func Valid(p []byte) bool

func ValidString(s string) bool
