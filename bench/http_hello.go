// http_hello: a net/http server to be loaded from outside (bench/network.py), with listen.go.
package main

import (
	"io"
	"log"
	"net/http"
)

func main() {
	log.Fatal(http.Serve(listen(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "Hello, World!\n")
	})))
}
