#!/bin/sh
# Checks the kernels against their formulas: with sanitizers on this machine's instruction sets, or with the argument arm64 cross-compiled
# and emulated (Debian packages qemu-user, gcc-aarch64-linux-gnu). CLANG names the compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../Sources/CMSRNKernels
tiles=$here/../CMSRNEmulatedTiles
clang=${CLANG:-$(dirname "$(command -v swift)")/clang}
command -v "$clang" >/dev/null || clang=clang
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -I$kernels/include -I$tiles/include"
run=
link=
if [ "${1:-}" = arm64 ]; then
    gcc=$(dirname "$(aarch64-linux-gnu-gcc -print-libgcc-file-name)")
    root=/usr/aarch64-linux-gnu
    flags="$flags --target=aarch64-linux-gnu -O2 -isystem $root/include"
    link="-static -fuse-ld=lld -B$gcc -L$gcc -B$root/lib -L$root/lib"
    run=qemu-aarch64
else
    # Optimised, the sanitizers' checks of so much that is inlined take minutes to compile.
    flags="$flags -O0 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
    [ "$(uname)" = Linux ] && link=-fuse-ld=lld
fi
cores=$(getconf _NPROCESSORS_ONLN)
for source in "$kernels"/*.c; do echo "$source"; done |
    xargs -P "$cores" -I {} sh -c '"$0" "$@" -c {} -o "'"$build"'/$(basename {} .c).o"' "$clang" $flags
"$clang" $flags $link "$here/kernels.c" "$build"/*.o -o "$build/kernels" -lm
"$clang" $flags $link "$here"/tile*.c "$tiles"/*.c "$build"/*.o -o "$build/tiles" -lm
$run "$build/kernels" &
checked=$!
$run "$build/tiles"
wait "$checked"
