#!/bin/sh
# Sets up the engines that msrn is compared with, where they are missing, under $MSRN_PEERS_HOME (default ~/.cache/msrn-peers):
# two Python environments from PyPI (12 GB, PyTorch and LiteRT's converter being most of it).
# MSRN_PEERS_MNN names a checkout of alibaba/MNN, from which MNN is built with AVX-512; the one of PyPI has none.
# MSRN_PEERS_LITERT=0 leaves LiteRT out.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
export MSRN_PEERS_HOME="${MSRN_PEERS_HOME:-$HOME/.cache/msrn-peers}"
mkdir -p "$MSRN_PEERS_HOME/build"
cd "$MSRN_PEERS_HOME"

# environment NAME MODULE PACKAGE...: made where it cannot import the module.
environment() {
    name=$1 module=$2
    shift 2
    [ -x "$name/bin/python" ] || python3 -m venv "$name"
    "$name/bin/python" -c "import $module" 2>/dev/null || "$name/bin/pip" install --quiet "$@"
}
environment venv "torch, torchvision, onnx, onnxruntime, openvino, ncnn, MNN, cv2, safetensors, PIL" \
    torch torchvision onnx onnxruntime openvino ncnn pnnx MNN opencv-python-headless safetensors pillow numpy setuptools >/dev/null

if [ "${MSRN_PEERS_LITERT:-1}" != 0 ]; then
    environment litert "torch, torchvision, litert_torch, ai_edge_litert, safetensors, PIL" \
        torch torchvision litert-torch ai-edge-litert safetensors pillow >/dev/null
fi

if [ -n "${MSRN_PEERS_MNN:-}" ] && [ ! build/mnn_worker -nt "$here/native/mnn_worker.cpp" ]; then
    [ -x build/mnn/libMNN.so ] || {
        cmake -S "$MSRN_PEERS_MNN" -B build/mnn -DCMAKE_BUILD_TYPE=Release -DMNN_AVX512=ON -DMNN_BUILD_TOOLS=OFF \
            -DMNN_SEP_BUILD=OFF >/dev/null
        cmake --build build/mnn -j >/dev/null
    }
    c++ -O2 -std=c++17 "$here/native/mnn_worker.cpp" -I"$MSRN_PEERS_MNN/include" -Lbuild/mnn -lMNN \
        -Wl,-rpath,"$MSRN_PEERS_HOME/build/mnn" -o build/mnn_worker
fi
