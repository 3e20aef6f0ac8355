// Finalizers, cleanups, weak pointers and unique handles while collections run beside the program.
package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"unique"
	"weak"
)

type obj struct {
	id   int
	next *obj
	pad  [3]int
}

func main() {
	debug.SetGCPercent(5)
	var fin, clean atomic.Int64
	var wg sync.WaitGroup
	made := atomic.Int64{}
	for g := 0; g < 4; g++ {
		wg.Add(1)
		go func() {
			defer wg.Done()
			var ws []weak.Pointer[obj]
			var strong []*obj
			var hs []unique.Handle[string]
			for i := 0; i < 15000; i++ {
				o := &obj{id: i, next: &obj{id: -i}}
				switch i % 4 {
				case 0:
					made.Add(1)
					runtime.SetFinalizer(o, func(o *obj) {
						if o.next.id != -o.id {
							panic("finalizer sees garbage")
						}
						fin.Add(1)
					})
				case 1:
					made.Add(1)
					runtime.AddCleanup(o, func(id int) { clean.Add(1) }, i)
				}
				ws = append(ws, weak.Make(o))
				if i%10 == 0 {
					strong = append(strong, o)
				}
				hs = append(hs, unique.Make(strings.Repeat("k", i%100)))
				if len(ws) > 200 {
					for j, w := range ws {
						if p := w.Value(); p != nil {
							if p.next.id != -p.id {
								panic("weak sees garbage")
							}
							if j%7 == 0 {
								strong = append(strong, p)
							}
							if weak.Make(p) != w {
								panic("weak differs")
							}
						}
					}
					ws = ws[:0]
					for _, o := range strong {
						if o.next.id != -o.id {
							panic("strong garbage")
						}
					}
					strong = strong[:len(strong)/2]
					for _, h := range hs {
						if v := h.Value(); v != strings.Repeat("k", len(v)) {
							panic("unique")
						}
						if unique.Make(h.Value()) != h {
							panic("unique differs")
						}
					}
					hs = hs[:0]
				}
			}
		}()
	}
	wg.Wait()
	for i := 0; i < 10; i++ {
		runtime.GC()
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Println("made", made.Load(), "ran", fin.Load()+clean.Load(), m.NumGC > 5)
}
