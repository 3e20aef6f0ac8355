package p
import "fmt
func (T) f[P any](x, ...int, y {
	for i := := range { L: goto L; break M }
	var x [len(x)]struct{ x }; x.[](type)
	`
