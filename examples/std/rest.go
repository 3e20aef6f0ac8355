// A JSON REST service with patterns of http.ServeMux, and a client that uses it.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sort"
	"strconv"
	"sync"
)

type Note struct {
	ID   int      `json:"id"`
	Text string   `json:"text"`
	Tags []string `json:"tags,omitempty"`
}

type Store struct {
	mu    sync.Mutex
	next  int
	notes map[int]Note
}

func (s *Store) list(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	notes := make([]Note, 0, len(s.notes))
	for _, n := range s.notes {
		notes = append(notes, n)
	}
	sort.Slice(notes, func(i, j int) bool { return notes[i].ID < notes[j].ID })
	reply(w, http.StatusOK, notes)
}

func (s *Store) create(w http.ResponseWriter, r *http.Request) {
	var n Note
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&n); err != nil {
		reply(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next++
	n.ID = s.next
	s.notes[n.ID] = n
	w.Header().Set("Location", fmt.Sprintf("/notes/%d", n.ID))
	reply(w, http.StatusCreated, n)
}

func (s *Store) one(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	s.mu.Lock()
	defer s.mu.Unlock()
	note, ok := s.notes[id]
	if err != nil || !ok {
		reply(w, http.StatusNotFound, map[string]string{"error": "no such note"})
		return
	}
	if r.Method == http.MethodDelete {
		delete(s.notes, id)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	reply(w, http.StatusOK, note)
}

func reply(w http.ResponseWriter, code int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	json.NewEncoder(w).Encode(value)
}

func main() {
	store := &Store{notes: map[int]Note{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /notes", store.list)
	mux.HandleFunc("POST /notes", store.create)
	mux.HandleFunc("GET /notes/{id}", store.one)
	mux.HandleFunc("DELETE /notes/{id}", store.one)
	server := httptest.NewServer(mux)
	defer server.Close()

	call := func(method, path, body string) {
		request, _ := http.NewRequest(method, server.URL+path, bytes.NewBufferString(body))
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer response.Body.Close()
		text, _ := io.ReadAll(response.Body)
		fmt.Printf("%s %s -> %s %s", method, path, response.Status, text)
		if len(text) == 0 {
			fmt.Println()
		}
	}
	call("POST", "/notes", `{"text":"first","tags":["a","b"]}`)
	call("POST", "/notes", `{"text":"second"}`)
	call("POST", "/notes", `{"wrong":1}`)
	call("GET", "/notes", "")
	call("GET", "/notes/2", "")
	call("DELETE", "/notes/1", "")
	call("GET", "/notes/1", "")
	call("PUT", "/notes/2", "{}")
	call("GET", "/notes", "")
}
