# CMake generated Testfile for 
# Source directory: /work/wt/sched/tests
# Build directory: /work/wt/sched/build-tsan/tests
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
add_test([=[base]=] "/work/wt/sched/build-tsan/tests/test_base")
set_tests_properties([=[base]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;20;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[syntax]=] "/work/wt/sched/build-tsan/tests/test_syntax")
set_tests_properties([=[syntax]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;21;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[types]=] "/work/wt/sched/build-tsan/tests/test_types")
set_tests_properties([=[types]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;22;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[load]=] "/work/wt/sched/build-tsan/tests/test_load")
set_tests_properties([=[load]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;23;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[ir]=] "/work/wt/sched/build-tsan/tests/test_ir")
set_tests_properties([=[ir]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;24;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[gc]=] "/work/wt/sched/build-tsan/tests/test_gc")
set_tests_properties([=[gc]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;25;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[scheduler]=] "/work/wt/sched/build-tsan/tests/test_scheduler")
set_tests_properties([=[scheduler]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;17;add_test;/work/wt/sched/tests/CMakeLists.txt;26;govm_test;/work/wt/sched/tests/CMakeLists.txt;0;")
add_test([=[layers]=] "/work/wt/sched/tools/check_layers.py")
set_tests_properties([=[layers]=] PROPERTIES  _BACKTRACE_TRIPLES "/work/wt/sched/tests/CMakeLists.txt;33;add_test;/work/wt/sched/tests/CMakeLists.txt;0;")
