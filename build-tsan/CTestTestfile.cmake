# CMake generated Testfile for 
# Source directory: /work/wt/sched
# Build directory: /work/wt/sched/build-tsan
# 
# This file includes the relevant testing commands required for 
# testing this directory and lists subdirectories to be tested as well.
subdirs("stdlib")
subdirs("cmd/govm")
subdirs("tests")
