package main

var limit = compute(0)

func compute(n int) int { return 100 / n }

func main() { println(limit) }
