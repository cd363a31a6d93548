"""Makes what the engines read, where it is missing: models.py CASES [ncnn] [mnn] | models.py CASES litert.

Weights, inputs, references in double precision, ONNX models, and of ncnn and MNN those that are named; with `litert`, in the
environment that has its converter, the LiteRT models alone.
"""
import os
import subprocess
import sys

import numpy as np

import cases
from case import DATA


def missing(path):
    """Whether to make a file; says so."""
    if os.path.exists(path):
        return False
    print("making", os.path.basename(path), flush=True)
    return True


def weights(case):
    from safetensors.torch import save_file
    if missing(case.weights):
        save_file({k: v.contiguous() for k, v in case.values().items()}, case.weights)


def inputs(case):
    if missing(case.input):
        np.save(case.input, case.inputs())


def picture(case):
    """The input as a file that whole processes read."""
    from PIL import Image
    if case == cases.PROCESS and missing(case.picture):
        Image.fromarray(case.inputs()[0].transpose(1, 2, 0).astype(np.uint8)).save(case.picture)


def reference(case):
    import torch
    if missing(case.reference):
        network = case.with_weights().double()
        with torch.inference_mode():
            results = [network(torch.from_numpy(x[None]).double()).float().numpy() for x in np.load(case.input)]
        np.save(case.reference, np.concatenate(results))


def onnx(case):
    """With the shape written into it, which no engine is slower with."""
    import torch
    path = case.model("onnx")
    if missing(path):
        torch.onnx.export(case.with_weights(), (torch.zeros(case.shape),), path, input_names=["input"],
                          output_names=["output"], opset_version=17, dynamo=False)


def ncnn(case):
    """One for all sizes and numbers of pictures."""
    import torch
    path = case.model("ncnn.param")
    if missing(path):
        shape = (1, *case.shape[1:])
        trace = path.replace(".ncnn.param", ".pt")
        torch.jit.trace(case.with_weights(), torch.zeros(shape)).save(trace)
        subprocess.run([os.path.dirname(sys.executable) + "/pnnx", trace, f"inputshape=[{','.join(map(str, shape))}]", "fp16=0",
                        f"ncnnparam={path}", f"ncnnbin={case.model('ncnn.bin')}"],
                       cwd=DATA, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for name in os.listdir(DATA):  # pnnx leaves its other products beside
            if ".pnnx." in name or name.endswith(("_ncnn.py", "_pnnx.py", ".pt", ".foldable_constants.zip")):
                os.remove(f"{DATA}/{name}")


def mnn(case):
    # The converter behind the `mnnconvert` script, which would first install a usage logger.
    code = ("import sys, MNN, _tools\n"
            "_tools.mnnconvert(['mnnconvert', '-f', 'ONNX', '--modelFile', sys.argv[1], '--MNNModel', sys.argv[2],"
            " '--bizCode', 'MNN'])")
    path = case.model("mnn")
    if missing(path):
        subprocess.run([sys.executable, "-c", code, case.model("onnx"), path], cwd=DATA, check=False,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if not os.path.exists(path):
            sys.exit(f"MNN's converter did not make {path}")


def litert(case):
    import litert_torch
    import torch
    path = case.model("tflite")
    if missing(path):
        count, channels, height, width = case.shape
        maps = [0] if case.family == "pictures" else []  # a network that classifies gives no map
        network = litert_torch.to_channel_last_io(case.with_weights(), args=[0], outputs=maps)
        litert_torch.convert(network, (torch.zeros(count, height, width, channels),)).export(path)


if __name__ == "__main__":
    os.makedirs(DATA, exist_ok=True)
    for case in cases.parse(sys.argv[1]):
        named = [{"ncnn": ncnn, "mnn": mnn, "litert": litert}[kind] for kind in sys.argv[2:]]
        for step in named if named == [litert] else [weights, inputs, picture, reference, onnx, *named]:
            step(case)
