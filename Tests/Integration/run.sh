#!/bin/sh
# What is shown with other programs: each script that finds them here. They are not part of `make test`.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for script in parallel slurm soak; do
    echo "== $script"
    sh "$here/$script.sh"
done
