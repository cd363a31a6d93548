#!/bin/sh
# 5,000 pictures through one process: its memory at the end is within 5 % of what it was after 100, and it has no more files open.
# Needs Linux's /proc.
set -eu
packages=none
. "$(dirname "$0")/common.sh"
trap 'rm -rf "$work"' EXIT
[ -d /proc/self/fd ] || { echo "SKIPPED: no /proc"; exit 0; }
# Sizes go round and round, so that any part of the run is like any other.
mkdir in
for size in $(seq 24 2 62); do
    "$msrn" upscale "$root/samples/parrots.png" "in/0-$size.png" --max-side "$size" --method bicubic >/dev/null
done
for round in $(seq 249); do
    for size in $(seq 24 2 62); do ln "in/0-$size.png" "in/$round-$size.png"; done
done
"$msrn" upscale in out --compression 1 >/dev/null 2>err.txt &
pid=$!
# Resident KiB and open files.
measure() { echo "$(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status) $(ls /proc/$pid/fd | wc -l)"; }
lines() { cat out/msrn-log.jsonl 2>/dev/null | wc -l; }
early= late=
while kill -0 "$pid" 2>/dev/null; do
    count=$(lines)
    if [ "$count" -ge 100 ] && [ -z "$early" ]; then early="$(measure) $count"; fi
    if [ "$count" -ge 4000 ]; then 
        late="$(measure 2>/dev/null) $count"
        # The process may have ended meanwhile.
        case $late in " "* | *" 0 "*) ;; *) last=$late ;; esac
    fi
    sleep 0.05
done
wait "$pid" || fail "the run: $(tail -n 3 err.txt)"
[ -n "$early" ] && [ -n "${last:-}" ] || fail "nothing was measured"
set -- $early $last
echo "after $3 pictures: $1 KiB, $2 files open; after $6: $4 KiB, $5 files open"
[ $(($4 * 100)) -le $(($1 * 105)) ] || fail "memory has grown by more than 5 %"
# Those of the pictures in hand come and go.
[ "$5" -le $(($2 + 8)) ] || fail "files were left open"
tail -n 1 err.txt
