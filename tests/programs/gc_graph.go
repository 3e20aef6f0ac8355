// A graph that eight goroutines change at random, through all kinds of places a pointer can be in, while collections run:
// an object that is lost loses its seal.
package main

import (
	"fmt"
	"math/rand"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
)

type node struct {
	id    int
	owner int // only it looks at the rest, but for check and at
	next  *node
	kids  []*node
	m     map[string]*node
	any   interface{}
	check *int
	at    atomic.Pointer[node]
}

var global [8]*node

func mk(owner, id int) *node {
	n := &node{id: id, owner: owner}
	n.check = new(int)
	*n.check = id ^ 0x5a5a5a5a
	return n
}
func verify(n *node) {
	if n == nil {
		return
	}
	if *n.check != n.id^0x5a5a5a5a {
		panic("corrupt node " + strconv.Itoa(n.id) + " " + strconv.Itoa(*n.check))
	}
}

func worker(w int, rounds int, seed int64, ch chan *node, un chan *node) {
	r := rand.New(rand.NewSource(seed))
	const N = 200
	mk := func(id int) *node { return mk(w, id) }
	roots := make([]*node, N)
	for i := range roots {
		roots[i] = mk(w*1000000 + i)
	}
	for i := 0; i < rounds; i++ {
		a, b := r.Intn(N), r.Intn(N)
		what := r.Intn(16)
		if foreign := roots[a].owner != w; foreign && (what == 1 || 3 <= what && what <= 8 || what == 15) {
			verify(roots[a])
			if r.Intn(3) == 0 {
				roots[a] = mk(i)
			}
			continue
		}
		switch what {
		case 0:
			roots[a] = mk(i)
		case 1:
			roots[a].next = roots[b]
		case 2:
			if roots[b].owner != w {
				break
			}
			roots[a] = roots[b].next
			if roots[a] == nil {
				roots[a] = mk(i)
			}
		case 3:
			roots[a].kids = append(roots[a].kids, roots[b])
			if len(roots[a].kids) > 20 {
				roots[a].kids = roots[a].kids[10:]
			}
		case 4:
			if k := roots[a].kids; len(k) > 0 {
				n := k[len(k)-1]
				roots[a].kids = k[:len(k)-1]
				verify(n)
				roots[b] = n
			}
		case 5:
			if roots[a].m == nil {
				roots[a].m = map[string]*node{}
			}
			roots[a].m[strconv.Itoa(r.Intn(30))] = roots[b]
		case 6:
			k := strconv.Itoa(r.Intn(30))
			if n := roots[a].m[k]; n != nil {
				delete(roots[a].m, k)
				verify(n)
				roots[b] = n
			}
		case 7:
			roots[a].any = roots[b]
		case 8:
			if n, ok := roots[a].any.(*node); ok {
				roots[a].any = nil
				verify(n)
				roots[b] = n
			}
		case 9:
			select {
			case ch <- roots[a]:
				roots[a] = mk(i)
			default:
			}
		case 10:
			select {
			case n := <-ch:
				verify(n)
				roots[a] = n
			default:
			}
		case 11:
			select {
			case un <- roots[a]:
				roots[a] = nil
				roots[a] = mk(i)
			case n := <-un:
				verify(n)
				roots[b] = n
			default:
			}
		case 12:
			if n := roots[a].at.Swap(roots[b]); n != nil {
				verify(n)
				roots[b] = n
			}
		case 13:
			roots[a].at.CompareAndSwap(roots[a].at.Load(), nil)
		case 14:
			if x := &global[w]; *x != nil {
				n := *x
				*x = nil
				verify(n)
				roots[a] = n
			} else {
				*x = roots[a]
				roots[a] = mk(i)
			}
		case 15:
			n := roots[a]
			for d := 0; n != nil && n.owner == w && d < 30; d++ {
				verify(n)
				for _, k := range n.kids {
					verify(k)
				}
				for _, k := range n.m {
					verify(k)
				}
				if r.Intn(2) == 0 && len(n.kids) > 0 {
					n = n.kids[r.Intn(len(n.kids))]
				} else {
					n = n.next
				}
			}
			if r.Intn(10) == 0 {
				roots[a].next = nil
				roots[a].kids = nil
				roots[a].m = nil
				copy(roots[a/2:], roots[b/2:])
			}
		}
		if r.Intn(5000) == 0 {
			clear(roots[:N/2])
			for i := 0; i < N/2; i++ {
				roots[i] = mk(i)
			}
		}
		if r.Intn(20000) == 0 {
			runtime.GC()
		}
		if r.Intn(50) == 0 {
			_ = make([]byte, r.Intn(20000))
		}
		if r.Intn(300) == 0 {
			runtime.Gosched()
		}
		if r.Intn(1000) == 0 {
			done := make(chan *node)
			go func(n *node) { verify(n); done <- n }(roots[a])
			roots[a] = nil
			roots[a] = <-done
			verify(roots[a])
		}
	}
}

func main() {
	debug.SetGCPercent(5)
	ch := make(chan *node, 50)
	un := make(chan *node)
	var wg sync.WaitGroup
	for w := 0; w < 8; w++ {
		wg.Add(1)
		go func() { defer wg.Done(); worker(w, 15000, rand.Int63(), ch, un) }()
	}
	wg.Wait()
	fmt.Println("ok")
}
