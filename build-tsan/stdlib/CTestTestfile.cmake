# CMake generated Testfile for 
# Source directory: /work/wt/sched/stdlib
# Build directory: /work/wt/sched/build-tsan/stdlib
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
