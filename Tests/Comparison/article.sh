#!/bin/sh
# Writes what `msrn compare` finds on this machine into its article, between the markers.
#
#   sh Tests/Comparison/article.sh WEIGHTS CIFAR10
#
# WEIGHTS: a folder with akamaster/pytorch_resnet_cifar10's pretrained_models. CIFAR10: cifar-10-batches-bin, or its test_batch.bin.
set -eu
[ $# -eq 2 ] || { sed -n 's/^# \{0,1\}//p' "$0" >&2; exit 2; }
root=$(cd "$(dirname "$0")/../.." && pwd)
cifar10=$(cd "$(dirname "$2")" && pwd)/$(basename "$2")
article=$root/Sources/MSRNKit/MSRNKit.docc/Comparison.md
# Another program may stand before it, such as one that waits until the machine is idle.
msrn=${MSRN:-$root/.build/release/msrn}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$1"

$msrn compare resnet18 resnet34 resnet50 resnet101 resnext50_32x4d wide_resnet50_2 densenet121 \
  alexnet vgg16 googlenet inception_v3 squeezenet1_1 --rounds 3 --report "$out/imagenet.html" >"$out/imagenet"
$msrn compare plain20 plain56 --weights resnet20=resnet20-12fca82f.th --weights resnet32=resnet32-d509ac18.th \
  --weights resnet44=resnet44-014dd654.th --weights resnet56=resnet56-4bfd9763.th --cifar10 "$cifar10" \
  --report "$out/cifar.html" >"$out/cifar"

awk -v out="$out" '
  /^<!-- .*:begin -->$/ {
    print; name = $2; sub(/:begin/, "", name); print "```"
    while ((getline line < (out "/" name)) > 0) print line
    print "```"; skipping = 1
  }
  /^<!-- .*:end -->$/ { skipping = 0 }
  !skipping && !/:begin -->$/ { print }
' "$article" >"$out/article"
cp "$out/article" "$article"
