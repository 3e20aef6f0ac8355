package sub

func Twice(x int) int { return 2 * x }
func Thrice(x int) int { return 3 * x }
