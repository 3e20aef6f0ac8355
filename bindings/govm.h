/* govm's C API: the same objects as govm.hpp's, for C and everything that calls C. Stable: structs only grow at their end.
 *
 *   govm_vm* vm = govm_new(NULL);
 *   govm_program* program = govm_load(vm, "script.go", text);
 *   govm_value arguments[2] = {govm_int(40), govm_int(2)}, sum = {GOVM_INT};
 *   if (program == NULL || govm_call(program, "Add", arguments, 2, &sum) != GOVM_OK) puts(govm_error());
 *   govm_free(vm);
 *
 * Any thread may call anything, except that nothing may use a vm while or after govm_free frees it. */
#ifndef GOVM_H
#define GOVM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct govm_vm govm_vm;
typedef struct govm_program govm_program;           /* owned by its vm */

/* What went wrong: ErrorKind of result.h, shifted by one. From GOVM_EXIT on the program has ended. */
typedef enum {
  GOVM_OK, GOVM_FAILED, GOVM_SIGNATURE, GOVM_GO_ERROR, GOVM_EXIT, GOVM_PANIC, GOVM_FATAL, GOVM_DEADLOCK,
  GOVM_STACK_OVERFLOW, GOVM_OUT_OF_MEMORY, GOVM_GOROUTINES, GOVM_WALL_TIME, GOVM_CPU_TIME, GOVM_FUEL, GOVM_OUTPUT,
  GOVM_INTERRUPTED
} govm_status;

/* 0 stands for: no limit. NULL for govm_options: none at all, and no access to anything. */
typedef struct {
  int open;                       /* everything this process may do; else nothing but memory and the clock */
  int workers;                    /* threads that run Go code; 0: as many as processors */
  uint64_t heap_bytes, goroutines, stack_bytes, output_bytes;
  int64_t wall_nanos, cpu_nanos, fuel;
  void (*output)(void* context, const char* text, size_t size);   /* what is printed; NULL: dropped */
  void* context;
  int reloadable;                 /* govm_reload is going to be used */
} govm_options;

typedef enum { GOVM_NOTHING, GOVM_BOOL, GOVM_INT, GOVM_FLOAT, GOVM_STRING } govm_type;
typedef struct {
  govm_type type;                 /* Go's bool; int or int64; float64; string */
  union {
    int boolean;
    int64_t integer;
    double real;
    struct { const char* data; size_t size; } string;
  } as;
} govm_value;

static inline govm_value govm_int(int64_t n) { govm_value v; v.type = GOVM_INT; v.as.integer = n; return v; }
static inline govm_value govm_float(double x) { govm_value v; v.type = GOVM_FLOAT; v.as.real = x; return v; }
static inline govm_value govm_string(const char* s, size_t n) {
  govm_value v;
  v.type = GOVM_STRING;
  v.as.string.data = s;
  v.as.string.size = n;
  return v;
}

govm_vm* govm_new(const govm_options* options);
void govm_free(govm_vm* vm);                        /* ends its program; NULL is allowed */
govm_program* govm_load(govm_vm* vm, const char* name, const char* text);      /* NULL: see govm_error. Once a vm */
govm_status govm_run(govm_program* program);        /* main.main */
/* Calls a function of the program. result: its type says what is expected, NULL: nothing. A string in it is the
   calling thread's until its next govm_call. */
govm_status govm_call(govm_program* program, const char* function, const govm_value* arguments, size_t count, govm_value* result);
/* What a vm has used; see Statistics in govm.hpp. size: sizeof(govm_statistics), so that it may grow. */
typedef struct {
  uint64_t heap_bytes, heap_objects, allocated_bytes, heap_reserved_bytes, goroutines, collections;
  uint64_t pause_nanos, longest_pause_nanos;     /* of collections: all; the longest of the last 256 */
  uint64_t fuel_used;                            /* instructions, in words; while fuel is limited */
  uint64_t cpu_nanos;                            /* while CPU time is limited */
  uint64_t host_nanos, host_calls, system_nanos, system_calls, output_bytes;
} govm_statistics;
void govm_get_statistics(govm_vm* vm, govm_statistics* out, size_t size);
/* A new version of the program while it runs; not GOVM_OK: nothing has changed. See Program::reload in govm.hpp. */
govm_status govm_reload(govm_program* program, const char* name, const char* text);
void govm_interrupt(govm_vm* vm);                   /* also from signal handlers */
/* Of this thread's last call that failed; never NULL. */
const char* govm_error(void);
const char* govm_traceback(void);
int govm_exit_code(void);

#ifdef __cplusplus
}
#endif
#endif
