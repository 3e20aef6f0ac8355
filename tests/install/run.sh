#!/bin/sh
# run.sh BUILD: installs the build into a temporary folder and uses it from a separate project, with g++ and pkg-config.
set -e
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder/prefix" > "$folder/log"
cmake -S "$here" -B "$folder/build" -DCMAKE_CXX_COMPILER=g++ -DCMAKE_C_COMPILER=gcc -DCMAKE_PREFIX_PATH="$folder/prefix" >> "$folder/log"
cmake --build "$folder/build" >> "$folder/log"
for program in consumer_shared consumer_static consumer_c; do "$folder/build/$program"; done
libs=$(dirname "$(find "$folder/prefix" -name libgovm.so)")
PKG_CONFIG_PATH="$libs/pkgconfig" pkg-config --define-variable=prefix="$folder/prefix" --cflags --libs govm > "$folder/flags"
g++ "$here/main.cpp" $(cat "$folder/flags") -Wl,-rpath,"$libs" -o "$folder/by_pkg_config"
"$folder/by_pkg_config"
