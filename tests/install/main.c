/* The C API from C, linked as C: nothing of C++ is named. */
#include <bindings/govm.h>

#include <stdio.h>
#include <string.h>

int main(void) {
  govm_vm* vm = govm_new(NULL);
  govm_program* program =
      govm_load(vm, "s.go", "package main\nfunc Greet(s string, n int) string { return s[:n] + \"!\" }\nfunc main() {}\n");
  govm_value arguments[2] = {govm_string("hello", 5), govm_int(4)}, reply = {GOVM_STRING};
  if (program == NULL || govm_call(program, "Greet", arguments, 2, &reply) != GOVM_OK) {
    puts(govm_error());
    return 1;
  }
  const int same = reply.as.string.size == 5 && memcmp(reply.as.string.data, "hell!", 5) == 0;
  govm_value far = govm_int(40);
  const int panics = govm_call(program, "Greet", (govm_value[2]){arguments[0], far}, 2, &reply) == GOVM_PANIC;
  govm_free(vm);
  return same && panics ? 0 : 1;
}
