package main

func value() int { return 7 }

func main() { println(value()) }
