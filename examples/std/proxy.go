// A reverse proxy that spreads requests over backends and leaves out those whose health check fails.
package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"time"
)

type Backend struct {
	name    string
	server  *httptest.Server
	proxy   *httputil.ReverseProxy
	sick    atomic.Bool // what its health check says
	healthy atomic.Bool // what the balancer believes
}

func NewBackend(name string) *Backend {
	b := &Backend{name: name}
	mux := http.NewServeMux()
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {
		if b.sick.Load() {
			http.Error(w, "sick", http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s serves %s for %s", name, r.URL.Path, r.Header.Get("X-Client"))
	})
	b.server = httptest.NewServer(mux)
	target, _ := url.Parse(b.server.URL)
	b.proxy = httputil.NewSingleHostReverseProxy(target)
	b.healthy.Store(true)
	return b
}

type Balancer struct {
	backends []*Backend
	next     atomic.Uint32
}

func (l *Balancer) check() {
	for _, b := range l.backends {
		response, err := http.Get(b.server.URL + "/health")
		b.healthy.Store(err == nil && response.StatusCode == http.StatusOK)
		if err == nil {
			response.Body.Close()
		}
	}
}

func (l *Balancer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for range l.backends {
		b := l.backends[int(l.next.Add(1)-1)%len(l.backends)]
		if b.healthy.Load() {
			b.proxy.ServeHTTP(w, r)
			return
		}
	}
	http.Error(w, "no backend", http.StatusBadGateway)
}

func main() {
	balancer := &Balancer{}
	for _, name := range []string{"red", "green", "blue"} {
		balancer.backends = append(balancer.backends, NewBackend(name))
	}
	front := httptest.NewServer(balancer)
	defer front.Close()
	client := &http.Client{Timeout: 30 * time.Second}
	ask := func(times int) {
		for i := range times {
			request, _ := http.NewRequest("GET", fmt.Sprintf("%s/page/%d", front.URL, i), nil)
			request.Header.Set("X-Client", "me")
			response, err := client.Do(request)
			if err != nil {
				fmt.Println(err)
				continue
			}
			text, _ := io.ReadAll(response.Body)
			response.Body.Close()
			fmt.Println(response.StatusCode, string(text))
		}
	}
	ask(3)
	fmt.Println("green is sick")
	balancer.backends[1].sick.Store(true)
	balancer.check()
	ask(4)
	fmt.Println("all are sick")
	for _, b := range balancer.backends {
		b.sick.Store(true)
	}
	balancer.check()
	ask(1)
}
