package cpu

// A processor without extensions: what asks runs its portable code.

func cpuid(eaxArg, ecxArg uint32) (eax, ebx, ecx, edx uint32) { return }

func xgetbv() (eax, edx uint32) { return }
