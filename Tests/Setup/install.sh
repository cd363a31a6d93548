#!/bin/sh
# Puts the command in place: install.sh PREFIX BINARY MANUAL. Called by `make install` from the top of the repository.
set -eu
prefix=$1 binary=$2 manual=$3
put() { # put MODE FILE TARGET
    mkdir -p "$(dirname "$3")"
    cp "$2" "$3.new"
    chmod "$1" "$3.new"
    mv -f "$3.new" "$3"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$binary" "$work/msrn"
if command -v strip >/dev/null; then strip "$work/msrn"; fi
put 755 "$work/msrn" "$prefix/bin/msrn"
for file in weights/*.safetensors; do put 644 "$file" "$prefix/share/msrn/weights/$(basename "$file")"; done
put 644 weights/README.md "$prefix/share/msrn/weights/README.md"
put 644 "$manual" "$prefix/share/man/man1/msrn.1"
for shell in bash zsh fish; do "$work/msrn" --generate-completion-script $shell >"$work/$shell"; done
put 644 "$work/bash" "$prefix/share/bash-completion/completions/msrn"
put 644 "$work/zsh" "$prefix/share/zsh/site-functions/_msrn"
put 644 "$work/fish" "$prefix/share/fish/vendor_completions.d/msrn.fish"
echo "msrn $("$work/msrn" --version) is in $prefix/bin, its weights in $prefix/share/msrn/weights"
