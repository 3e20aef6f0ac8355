// HTTP: server and client, streaming, cancellation, time-outs, graceful shutdown.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func get(client *http.Client, url string) string {
	r, err := client.Get(url)
	if err != nil {
		return "error"
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return fmt.Sprintf("%d %q %v", r.StatusCode, body, err)
}

func main() {
	entered, cancelled := make(chan bool, 1), make(chan bool, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello/{name}", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "hello %s", r.PathValue("name"))
	})
	mux.HandleFunc("POST /upper", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		io.WriteString(w, strings.ToUpper(string(body)))
	})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		for i := range 3 {
			fmt.Fprintf(w, "part %d;", i)
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	})
	mux.HandleFunc("/wait", func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		<-r.Context().Done()
		cancelled <- true
	})
	mux.HandleFunc("/never", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) {
		entered <- true
		time.Sleep(20 * time.Millisecond)
		io.WriteString(w, "finished")
	})
	server := httptest.NewServer(mux)
	client := server.Client()
	fmt.Println(get(client, server.URL+"/hello/gopher"))
	fmt.Println(get(client, server.URL+"/nothing"))
	fmt.Println(get(client, server.URL+"/stream"))
	r, err := client.Post(server.URL+"/upper", "text/plain", strings.NewReader("shout"))
	check(err)
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	fmt.Printf("%s %q\n", r.Status, body)

	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-entered; cancel() }()
	request, _ := http.NewRequestWithContext(ctx, "GET", server.URL+"/wait", nil)
	_, err = client.Do(request)
	fmt.Println("cancelled:", errors.Is(err, context.Canceled), <-cancelled)
	impatient := &http.Client{Timeout: 20 * time.Millisecond}
	_, err = impatient.Get(server.URL + "/never")
	fmt.Println("timeout:", os.IsTimeout(err))

	var wg sync.WaitGroup
	results := make([]string, 20)
	for i := range results {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = get(client, fmt.Sprint(server.URL, "/hello/", i))
		}()
	}
	wg.Wait()
	fmt.Println(results[0], results[19])
	server.Close()

	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	s := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	served := make(chan error)
	go func() { served <- s.Serve(l) }()
	answer := make(chan string)
	go func() { answer <- get(http.DefaultClient, "http://"+l.Addr().String()+"/slow") }()
	<-entered
	check(s.Shutdown(context.Background()))
	fmt.Println("shutdown:", <-answer, <-served)
	fmt.Println(get(http.DefaultClient, "http://"+l.Addr().String()+"/hello/x"))
}
