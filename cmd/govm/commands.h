// Commands that have a file of their own. Each returns the process's exit code.
#pragma once

#include <string>
#include <vector>

using Arguments = std::vector<std::string>;

// Prints "govm: message" and where to find help; 2.
int usage_error(const std::string& message);

// test.cpp: `govm test`, and what the test programs it starts are: `govm run-test-program FILE [ARGUMENTS]`.
int test(Arguments arguments);
int run_test_program(Arguments arguments);
