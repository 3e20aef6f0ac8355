/* govm from C: load a script, call its functions, see its errors. */
#include <stdio.h>
#include <string.h>

#include "bindings/govm.h"

static const char kScript[] =
    "package main\n"
    "import \"strings\"\n"
    "func Add(a, b int) int { return a + b }\n"
    "func Greet(name string) string { return \"Hello, \" + strings.ToUpper(name) }\n"
    "func Fail(i int) int { return []int{1, 2, 3}[i] }\n"
    "func main() {}\n";

int main(void) {
  govm_options options = {0};
  options.heap_bytes = 64 << 20;
  govm_vm* vm = govm_new(&options);
  govm_program* program = govm_load(vm, "script.go", kScript);
  if (program == NULL) {
    puts(govm_error());
    return 1;
  }
  govm_value arguments[2] = {govm_int(40), govm_int(2)}, result = {GOVM_INT, {0}};
  int ok = govm_call(program, "Add", arguments, 2, &result) == GOVM_OK && result.as.integer == 42;
  arguments[0] = govm_string("gopher", 6);
  result.type = GOVM_STRING;
  ok &= govm_call(program, "Greet", arguments, 1, &result) == GOVM_OK && strcmp(result.as.string.data, "Hello, GOPHER") == 0;
  ok &= govm_call(program, "Greet", arguments, 2, &result) == GOVM_SIGNATURE;
  puts(govm_error());
  arguments[0] = govm_int(7);
  result.type = GOVM_INT;
  ok &= govm_call(program, "Fail", arguments, 1, &result) == GOVM_PANIC && strstr(govm_error(), "index out of range [7]") != NULL;
  puts(govm_error());
  govm_free(vm);
  puts(ok ? "ok" : "wrong");
  return !ok;
}
