package field

//go:noescape
func feMul(v, x, y *Element)

//go:noescape
func feSquare(v, x *Element)
