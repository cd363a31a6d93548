#!/bin/sh
# Installs the libraries that the package links and that are missing: libpng and libjpeg with their headers.
set -eu
if ! command -v swift >/dev/null; then
    echo "msrn needs Swift 6.2 or later: https://www.swift.org/install" >&2
    exit 1
fi
has() { pkg-config --exists "$1" 2>/dev/null; }
if has libpng && has libjpeg; then exit 0; fi
case $(uname) in
Darwin)
    command -v brew >/dev/null || { echo "install Homebrew (https://brew.sh), or libpng and jpeg-turbo by hand" >&2; exit 1; }
    brew install libpng jpeg-turbo pkgconf
    ;;
*)
    command -v apt-get >/dev/null || { echo "install libpng, libjpeg (turbo), their headers and pkg-config" >&2; exit 1; }
    sudo=
    [ "$(id -u)" -eq 0 ] || sudo=sudo
    $sudo apt-get update -q
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends libpng-dev libjpeg-dev pkg-config
    ;;
esac
