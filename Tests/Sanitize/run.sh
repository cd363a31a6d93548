#!/bin/sh
# Everything that is checked with the address and undefined-behaviour sanitizers.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
sh "$here/codecs.sh"
sh "$here/kernels.sh"
