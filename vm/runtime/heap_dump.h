// Heap dumps (debug.WriteHeapDump), in Go's format "go1.7 heap dump".
#pragma once

namespace govm::sched {
struct Goroutine;
}

namespace govm::rt {

class Runtime;

// Writes all objects, what refers to them from outside of the heap, goroutines and statistics to a file that the program
// has open. By a goroutine at a safepoint; the world is stopped.
void write_heap_dump(Runtime& runtime, sched::Goroutine& caller, int fd);

}  // namespace govm::rt
