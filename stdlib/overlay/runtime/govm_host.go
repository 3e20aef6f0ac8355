package runtime

// hostError is an error that C++ code returned.
type hostError struct{ text string }

func (e *hostError) Error() string { return e.text }

func govm_hostError(text string) error { return &hostError{text} }
func govm_errorText(e error) string    { return e.Error() }
