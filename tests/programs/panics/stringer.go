package main

type loud struct{}

func (loud) String() string { return "not called for panics that are no errors\nsecond line" }

type failing int

func (f failing) Error() string { return "code\n" + string(rune('0'+f)) }

func main() {
	defer func() {
		panic(failing(7))
	}()
	panic(loud{})
}
