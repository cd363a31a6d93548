#!/bin/sh
# Runs the codecs over every fixture, whole, cut short and changed, with sanitizers. CLANG names the compiler.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
codecs=$here/../../Sources/CMSRNCodecs
fixtures=$here/../MSRNImagesTests/Fixtures
clang=${CLANG:-$(dirname "$(command -v swift)")/clang}
command -v "$clang" >/dev/null || clang=clang
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT
libraries="-Wno-unused-command-line-argument $(pkg-config --cflags --libs libpng libjpeg 2>/dev/null || echo -lpng -ljpeg) -lz"
link=
[ "$(uname)" = Linux ] && link=-fuse-ld=lld
flags="-std=c11 -Wall -Wextra -Werror -I$codecs/include -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all"
for source in "$codecs"/*.c; do
    # shellcheck disable=SC2086
    "$clang" $flags -Dmalloc=msrn_test_malloc -Drealloc=msrn_test_realloc $libraries -c "$source" \
        -o "$build/$(basename "$source").o"
done
# shellcheck disable=SC2086
"$clang" $flags $link "$here/codecs.c" "$build"/*.o -o "$build/codecs" $libraries
"$build/codecs" "$fixtures"/*/*.png "$fixtures"/*/*.jpg
