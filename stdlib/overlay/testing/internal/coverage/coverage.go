// Package coverage reports what the counters of a test program say. Its main package registers them.
package coverage

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"slices"
	"sync/atomic"
	"testing/internal/testdeps"
)

// A Block is a run of statements, from a position up to another.
type Block struct{ Line, Column, EndLine, EndColumn, Statements uint32 }

// A File has a counter for each of its blocks.
type File struct {
	Name     string // import path and file name
	Counters []uint32
	Blocks   []Block
}

var files []File

// Register makes package testing report the files' coverage. where: what was covered (" in ./..."), if it was said.
func Register(mode, where string, list []File) {
	files = list
	testdeps.CoverMode = mode
	testdeps.Covered = where
	testdeps.CoverSnapshotFunc = func() float64 { return fraction(count()) }
	testdeps.CoverMarkProfileEmittedFunc = func(bool) {}
	testdeps.CoverProcessTestDirFunc = report
}

func count() (covered, total uint32) {
	for _, f := range files {
		for i, b := range f.Blocks {
			total += b.Statements
			if atomic.LoadUint32(&f.Counters[i]) != 0 {
				covered += b.Statements
			}
		}
	}
	return
}

func fraction(covered, total uint32) float64 {
	if total == 0 {
		return 0
	}
	return float64(covered) / float64(total)
}

func report(_, profile, mode, where string, w io.Writer, _ []string) error {
	if covered, total := count(); total == 0 {
		fmt.Fprintln(w, "coverage: [no statements]")
	} else {
		fmt.Fprintf(w, "coverage: %.1f%% of statements%s\n", 100*fraction(covered, total), where)
	}
	if profile == "" {
		return nil
	}
	out, err := os.Create(profile)
	if err != nil {
		return err
	}
	defer out.Close()
	buffered := bufio.NewWriter(out)
	fmt.Fprintf(buffered, "mode: %s\n", mode)
	for _, f := range slices.SortedFunc(slices.Values(files), func(a, b File) int { return cmp.Compare(a.Name, b.Name) }) {
		order := make([]int, len(f.Blocks))
		for i := range order {
			order[i] = i
		}
		slices.SortFunc(order, func(i, j int) int {
			a, b := f.Blocks[i], f.Blocks[j]
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		for _, i := range order {
			b := f.Blocks[i]
			fmt.Fprintf(buffered, "%s:%d.%d,%d.%d %d %d\n", f.Name, b.Line, b.Column, b.EndLine, b.EndColumn, b.Statements, f.Counters[i])
		}
	}
	return buffered.Flush()
}
