#!/bin/sh
# 5,000 pictures through one process: its memory in the last 900 is within 5 % of what it was in the 900 after the first 100, and it
# has no more files open. Medians, since the pictures in hand make a tenth of it come and go.
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
while kill -0 "$pid" 2>/dev/null; do
    count=$(lines)
    if [ "$count" -ge 100 ] && [ "$count" -lt 1000 ]; then measure >>early.txt 2>/dev/null; fi
    if [ "$count" -ge 4100 ]; then measure >>late.txt 2>/dev/null; fi
    sleep 0.05
done
wait "$pid" || fail "the run: $(tail -n 3 err.txt)"
# The median of a column of what was measured while the process was there.
median() { awk -v column="$2" 'NF == 2 && $2 > 0 { print $column }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
set -- $(median early.txt 1) $(median early.txt 2) $(median late.txt 1) $(median late.txt 2)
[ $# = 4 ] || fail "nothing was measured"
echo "after 100 pictures: $1 KiB, $2 files open; in the last 900: $3 KiB, $4 files open"
[ $(($3 * 100)) -le $(($1 * 105)) ] || fail "memory has grown by more than 5 %"
[ "$4" -le "$2" ] || fail "files were left open"
tail -n 1 err.txt
