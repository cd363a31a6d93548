#!/bin/sh
# Fuzzes what reads foreign bytes, with libFuzzer and the address and undefined-behaviour sanitizers:
#   sh Tests/Fuzz/run.sh SECONDS [TARGET …]       each target for so long, one a core at a time; default: all of them
#   sh Tests/Fuzz/run.sh keep [TARGET …]          of what was found on the way, what tries more of the code, into Tests/Fuzz/corpus
# Corpora: the fixtures of the tests and Tests/Fuzz/corpus; what is found on the way is kept in MSRN_FUZZ_HOME (default .build/fuzz).
# An input that stops a reader is left there, in findings/TARGET; once it is mended it belongs in Tests/Fuzz/findings/TARGET, all of
# which are tried before anything else.
set -eu
seconds=${1:?usage: run.sh SECONDS|keep [TARGET …]}
shift
targets=${*:-png jpeg metadata safetensors torch lists}
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/Tests/Fuzz
home=${MSRN_FUZZ_HOME:-$root/.build/fuzz}
clang=${CLANG:-$(dirname "$(command -v swift)")/clang}
command -v "$clang" >/dev/null || clang=clang
mkdir -p "$home/bin"
case $(uname) in
Linux) link=-fuse-ld=lld swift_link=-use-ld=lld ;;
*) link= swift_link= ;;
esac
libraries="$(pkg-config --cflags --libs libpng libjpeg 2>/dev/null || echo -lpng -ljpeg) -lz"

# A C target: name, flag.
picture() {
    # shellcheck disable=SC2086
    "$clang" -std=c11 -Wall -Wextra -Werror -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $link \
        -I"$root/Sources/CMSRNCodecs/include" -D"$2" "$here/picture.c" "$root"/Sources/CMSRNCodecs/*.c \
        -Wno-unused-command-line-argument $libraries -o "$home/bin/$1"
}

# A Swift target, one module of these sources, imports of each other taken out: name, sources.
swift_target() {
    name=$1
    shift
    rm -rf "$home/source/$name"
    mkdir -p "$home/source/$name"
    for source; do
        to=$home/source/$name/$(echo "$source" | tr / _)
        sed -E 's/^((public|package) )?import MSRN.*//' "$root/$source" >"$to"
    done
    # shellcheck disable=SC2086
    swiftc $swift_link -swift-version 6 -parse-as-library -O -g -package-name msrn -module-name "Fuzz_$name" -sanitize=fuzzer,address \
        "$home/source/$name"/*.swift -o "$home/bin/$name"
}

build() {
    case $1 in
    png) picture png FUZZ_PNG ;;
    jpeg) picture jpeg FUZZ_JPEG ;;
    torch) [ -x "$home/bin/safetensors" ] || build safetensors && cp "$home/bin/safetensors" "$home/bin/torch" ;;
    safetensors)
        # shellcheck disable=SC2046
        swift_target safetensors $(cd "$root" && ls Sources/MSRNTensors/*.swift Sources/MSRNTensors/*/*.swift) Tests/Fuzz/weights.swift
        ;;
    metadata)
        # shellcheck disable=SC2046
        swift_target metadata $(cd "$root" && ls Sources/MSRNImages/Metadata/*.swift) Tests/Fuzz/metadata.swift
        ;;
    lists)
        swift_target lists Sources/MSRNImages/ImageError.swift Sources/MSRNImages/Codecs/Codec.swift \
            Sources/MSRNImages/Codecs/DecodeLimits.swift Sources/MSRNKit/SystemFile.swift \
            Sources/MSRNKit/SystemFile+Locks.swift Sources/MSRNKit/FileError.swift Sources/MSRNKit/PictureFile.swift \
            Sources/MSRNKit/Batch/Selection.swift Sources/MSRNKit/Batch/Glob.swift Sources/MSRNKit/Batch/Shard.swift Sources/MSRNKit/Batch/PathBytes.swift \
            Sources/MSRNCommand/JSONLine.swift Sources/MSRNCommand/LineFile.swift Sources/MSRNCommand/Batch/RunLog.swift \
            Sources/MSRNCommand/Batch/Manifest.swift Tests/Fuzz/lists.swift
        ;;
    *) echo "no target $1; there are png jpeg metadata safetensors torch lists" >&2 && exit 2 ;;
    esac
}

# Copies a target's seeds to a folder: its corpus, and what the tests have, at most 64 KiB each.
seeds() {
    case $1 in
    png) from="$root/Tests/MSRNImagesTests/Fixtures" like='*.png' ;;
    jpeg) from="$root/Tests/MSRNImagesTests/Fixtures" like='*.jp*g' ;;
    safetensors) from="$root/Tests/MSRNTensorsTests/Fixtures" like='*.safetensors' ;;
    torch) from="$root/Tests/MSRNTensorsTests/Fixtures" like='*.pt*' ;;
    *) from= ;;
    esac
    cp "$here/corpus/$1"/* "$2"
    [ -z "$from" ] || find "$from" -type f -name "$like" -size -129 -exec cp {} "$2" \;
}

# Tries a target for so long, after all that was ever found.
fuzz() {
    target=$1
    mkdir -p "$home/corpus/$target" "$home/findings/$target"
    seeds=$(mktemp -d)
    trap 'rm -rf "$seeds"' EXIT
    seeds "$target" "$seeds"
    log=$home/$target.log
    for input in "$here/findings/$target"/*; do
        [ -f "$input" ] || continue
        "$home/bin/$target" "$input" >"$log" 2>&1 || { tail -n 40 "$log"; return 1; }
    done
    if ! "$home/bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=65536 -print_final_stats=1 \
        -artifact_prefix="$home/findings/$target/" "$home/corpus/$target" "$seeds" >"$log" 2>&1; then
        tail -n 40 "$log"
        return 1
    fi
    echo "$target: $seconds s, $(sed -n 's/^stat::number_of_executed_units: *//p' "$log") inputs tried"
}

# Adds to a target's corpus as few inputs as cover what all that were found do, of at most 2 KiB each.
keep() {
    mkdir -p "$here/corpus/$1"
    "$home/bin/$1" -set_cover_merge=1 -max_len=2048 "$here/corpus/$1" "$home/corpus/$1" >"$home/$1.log" 2>&1 || {
        tail -n 40 "$home/$1.log"
        return 1
    }
    find "$here/corpus/$1" -type f | wc -l | sed "s/^ */$1: inputs kept: /"
}

# One that is built already, as the last line of this script asks for.
if [ -n "${MSRN_FUZZ_BUILT:-}" ]; then
    fuzz "$targets"
    exit
fi
for target in $targets; do build "$target"; done
if [ "$seconds" = keep ]; then
    for target in $targets; do keep "$target"; done
    exit
fi
# shellcheck disable=SC2086
printf '%s\n' $targets | MSRN_FUZZ_BUILT=1 xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 1 sh "$0" "$seconds"
