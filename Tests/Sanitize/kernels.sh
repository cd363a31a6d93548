#!/bin/sh
# Checks the kernels against their formula: with sanitizers on this machine's instruction sets, or with the argument arm64 cross-compiled
# and emulated (Debian packages qemu-user, gcc-aarch64-linux-gnu). CLANG names the compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../Sources/CMSRNKernels
clang=${CLANG:-$(dirname "$(command -v swift)")/clang}
command -v "$clang" >/dev/null || clang=clang
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
flags="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Werror -I$kernels/include"
if [ "${1:-}" = arm64 ]; then
    gcc=$(aarch64-linux-gnu-gcc -print-libgcc-file-name)
    root=/usr/aarch64-linux-gnu
    "$clang" $flags --target=aarch64-linux-gnu -O2 -static -fuse-ld=lld -isystem $root/include \
        -B"$(dirname "$gcc")" -L"$(dirname "$gcc")" -B$root/lib -L$root/lib \
        "$kernels"/*.c "$here/kernels.c" -o "$build/kernels" -lm
    qemu-aarch64 "$build/kernels"
else
    link=
    [ "$(uname)" = Linux ] && link=-fuse-ld=lld
    "$clang" $flags -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all $link \
        "$kernels"/*.c "$here/kernels.c" -o "$build/kernels" -lm
    "$build/kernels"
fi
