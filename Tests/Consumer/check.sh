#!/bin/sh
# Checks that the library can be a dependency: no unsafe flags in the manifest, and a package beside it builds and runs.
set -eu
cd "$(dirname "$0")"
# A dependency is built without the variable that turns our warnings into errors.
unset MSRN_WARNINGS_AS_ERRORS
if swift package --package-path ../.. dump-package | grep -q unsafeFlags; then
    echo "Package.swift uses unsafeFlags: nobody can depend on a version of it" >&2
    exit 1
fi
swift build -c release
.build/release/Consumer ../../weights/msrn-light-x2.safetensors
