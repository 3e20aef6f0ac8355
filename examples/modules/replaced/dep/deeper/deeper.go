// Package deeper lies in the replaced module.
package deeper

// Name is where it lies.
func Name() string { return "replaced by a folder" }
