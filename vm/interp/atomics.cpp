// Atomic operations, all sequentially consistent as Go's are.
#include "vm/interp/barrier.h"
#include "vm/interp/handler.h"

namespace govm::interp {
#define TARGET(T, slot)                    \
  T* target = static_cast<T*>(slot.p);     \
  if (!target) [[unlikely]] RAISE_NIL(0)
// R[a] = expression over target and the operand `value`.
#define FETCH(name, T, expression)              \
  HANDLER(name) {                               \
    TARGET(T, RB);                              \
    [[maybe_unused]] const T value = static_cast<T>(RC.u); \
    RA.u = extended<T>(expression);             \
    NEXT(1);                                    \
  }
#define LOAD(name, T)                                             \
  HANDLER(name) {                                                 \
    TARGET(T, RB);                                                \
    RA.u = extended<T>(__atomic_load_n(target, __ATOMIC_SEQ_CST)); \
    NEXT(1);                                                      \
  }
#define STORE(name, T)                                                     \
  HANDLER(name) {                                                          \
    TARGET(T, RA);                                                         \
    __atomic_store_n(target, static_cast<T>(RB.u), __ATOMIC_SEQ_CST);      \
    NEXT(1);                                                               \
  }
#define SWAP(name, T) FETCH(name, T, __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST))
#define ADD(name, T) FETCH(name, T, __atomic_add_fetch(target, value, __ATOMIC_SEQ_CST))
#define AND(name, T) FETCH(name, T, __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST))
#define OR(name, T) FETCH(name, T, __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST))
#define CAS(name, T)                                                                                 \
  HANDLER(name) {                                                                                    \
    TARGET(T, RB);                                                                                   \
    T expected = static_cast<T>(RC.u);                                                               \
    const T desired = static_cast<T>(fp[pc->word(1)].u);                                             \
    RA.u = __atomic_compare_exchange_n(target, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); \
    NEXT(2);                                                                                         \
  }

LOAD(AtomicLoad8U, std::uint8_t)
LOAD(AtomicLoad32S, std::int32_t)
LOAD(AtomicLoad32U, std::uint32_t)
LOAD(AtomicLoad64, std::uint64_t)
STORE(AtomicStore8, std::uint8_t)
STORE(AtomicStore32, std::uint32_t)
STORE(AtomicStore64, std::uint64_t)
SWAP(AtomicSwap8U, std::uint8_t)
SWAP(AtomicSwap32S, std::int32_t)
SWAP(AtomicSwap32U, std::uint32_t)
SWAP(AtomicSwap64, std::uint64_t)
ADD(AtomicAdd32S, std::int32_t)
ADD(AtomicAdd32U, std::uint32_t)
ADD(AtomicAdd64, std::uint64_t)
AND(AtomicAnd8U, std::uint8_t)
AND(AtomicAnd32S, std::int32_t)
AND(AtomicAnd32U, std::uint32_t)
AND(AtomicAnd64, std::uint64_t)
OR(AtomicOr8U, std::uint8_t)
OR(AtomicOr32S, std::int32_t)
OR(AtomicOr32U, std::uint32_t)
OR(AtomicOr64, std::uint64_t)
CAS(AtomicCas8, std::uint8_t)
CAS(AtomicCas32, std::uint32_t)
CAS(AtomicCas64, std::uint64_t)

HANDLER(AtomicStorePtr) {
  TARGET(void*, RA);
  if (barrier_on(w)) [[unlikely]] w->heap->shade(__atomic_load_n(target, __ATOMIC_RELAXED));
  __atomic_store_n(target, RB.p, __ATOMIC_SEQ_CST);
  NEXT(1);
}
HANDLER(AtomicSwapPtr) {
  TARGET(void*, RB);
  void* value = RC.p;
  if (barrier_on(w)) [[unlikely]] w->heap->shade(__atomic_load_n(target, __ATOMIC_RELAXED));
  RA.p = __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
  NEXT(1);
}
HANDLER(AtomicCasPtr) {
  TARGET(void*, RB);
  void* expected = RC.p;
  void* desired = fp[pc->word(1)].p;
  if (barrier_on(w)) [[unlikely]] w->heap->shade(expected);
  RA.u = __atomic_compare_exchange_n(target, &expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  NEXT(2);
}

}  // namespace govm::interp
