#!/bin/sh
# GNU parallel runs 200 pictures in four parts, two at a time; one part is killed, and done again from the job log.
set -eu
packages=parallel
. "$(dirname "$0")/common.sh"
trap 'rm -rf "$work"' EXIT
need parallel
pictures
run() {
    parallel --will-cite -j 2 --joblog jobs.tsv "$@" \
        "$msrn" upscale --manifest work.jsonl --shard '{}/4' --threads 1 --resume out '>>' text.txt '2>&1' ::: 0 1 2 3
}
run &
first=$!
wait_for has_lines out/msrn-log-0-of-4.jsonl 5
pid=$(pgrep -f "^$msrn upscale .* --shard 0/4") || fail "part 0 has ended already"
kill -9 "$pid"
if wait "$first"; then fail "parallel did not notice the killed part"; fi
"$msrn" report out --manifest work.jsonl >before.txt && fail "nothing was missing after the kill: $(cat before.txt)"
tail -1 before.txt
run --resume-failed || fail "the second try"
compare
