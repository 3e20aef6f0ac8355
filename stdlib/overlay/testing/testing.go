package testing

// Testing reports whether the program is one of `govm test` (gc's linker notes it in a variable).
func Testing() bool
