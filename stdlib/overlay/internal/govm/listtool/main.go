// Command listtool is `govm list`, `env` and `mod`.
package main

import "internal/govm/gotool"

func main() { gotool.Main() }
