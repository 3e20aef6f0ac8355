package a

// Add adds.
func Add(x, y int) int { return x + y }

func hidden() string { return "hidden" }
