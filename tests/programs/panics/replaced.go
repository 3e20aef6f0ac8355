package main

func main() {
	defer func() {
		recover()
		panic("after recovery")
	}()
	panic("recovered")
}
