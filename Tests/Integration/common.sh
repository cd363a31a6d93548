# What the scripts here share; sourced after `set -eu`. MSRN names the program.
root=$(cd "$(dirname "$0")/../.." && pwd)
msrn=${MSRN:-$root/.build/release/msrn}
[ -x "$msrn" ] || { echo "no program at $msrn; make builds it, MSRN names another" >&2; exit 1; }
work=$(mktemp -d)
cd "$work"

# Leaves the script with a reason.
fail() { echo "FAILED: $*" >&2; exit 1; }

# Skips the script, loudly, where a program is missing.
need() {
    for program in "$@"; do
        command -v "$program" >/dev/null || { echo "SKIPPED: no $program (Debian: $packages)"; rm -rf "$work"; exit 0; }
    done
}

# Makes 200 pictures of 40 to 239 pixels in folders, and their manifest.
pictures() {
    for i in $(seq 200); do
        mkdir -p "in/$((i % 7))"
        "$msrn" upscale "$root/samples/parrots.png" "in/$((i % 7))/p$i.png" --max-side $((39 + i)) --method bicubic >/dev/null
    done
    "$msrn" manifest in --recursive >work.jsonl
}

# Waits, a minute at most, until a command holds.
wait_for() {
    for _ in $(seq 600); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    fail "waited a minute for: $*"
}

# Whether a file has so many lines.
has_lines() { [ "$(cat "$1" 2>/dev/null | wc -l)" -ge "$2" ]; }

# Compares all results with those of one run in one piece.
compare() {
    "$msrn" report out --manifest work.jsonl >report.txt || fail "the report: $(cat report.txt)"
    grep -q '^200 done, 0 failed, 0 missing in' report.txt || fail "the report: $(cat report.txt)"
    "$msrn" upscale in whole --recursive >/dev/null 2>&1 || fail "the run in one piece"
    diff -r --exclude='msrn-log*' out whole || fail "the results differ from those of one run"
    [ -z "$(find out -name '.msrn-*')" ] || echo "left by the killed task: $(find out -name '.msrn-*')"
    cat report.txt
}
