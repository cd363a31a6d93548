"""Makes what the engines read, where it is missing: weights, pictures, float64 references, ONNX, ncnn and MNN models.

With the argument `litert`, in the environment that has its converter: the LiteRT models.
"""
import os
import subprocess
import sys

import numpy as np

from network import (CASES, DATA, PROCESS, model_file, ncnn_file, picture, picture_file, planes, reference_file, weights_file,
                     with_values, with_weights)

ALL = [*CASES, PROCESS]
SCALES = sorted({scale for scale, _, _ in ALL})


def missing(path):
    """Whether to make a file; says so."""
    if os.path.exists(path):
        return False
    print("making", os.path.basename(path), flush=True)
    return True


def weights():
    from safetensors.torch import save_file
    for scale in SCALES:
        if missing(weights_file(scale)):
            save_file({k: v.contiguous() for k, v in with_values(scale).state_dict().items()}, weights_file(scale))


def pictures():
    from PIL import Image
    for _, width, height in ALL:
        if missing(picture_file(width, height, "npy")):
            image = picture(width, height)
            Image.fromarray(image).save(picture_file(width, height, "png"))
            np.save(picture_file(width, height, "npy"), planes(image))


def references():
    """The network in double precision, rounded once."""
    import torch
    for case in ALL:
        if missing(reference_file(*case)):
            scale, width, height = case
            x = torch.from_numpy(np.load(picture_file(width, height, "npy"))).double()
            with torch.inference_mode():
                np.save(reference_file(*case), with_weights(scale).double()(x).float().numpy())


def onnx():
    """With the picture's size written into it, which no engine is slower with."""
    import torch
    for scale, width, height in ALL:
        path = model_file(scale, width, height, "onnx")
        if missing(path):
            torch.onnx.export(with_weights(scale), (torch.zeros(1, 3, height, width),), path, input_names=["input"],
                              output_names=["output"], opset_version=17, dynamo=False)


def ncnn():
    """One for all sizes of a scale: its layers ask for none."""
    import torch
    for scale in SCALES:
        path = ncnn_file(scale, "param")
        if missing(path):
            trace = path.replace(".ncnn.param", ".pt")
            torch.jit.trace(with_weights(scale), torch.zeros(1, 3, 32, 32)).save(trace)
            subprocess.run([os.path.dirname(sys.executable) + "/pnnx", trace, "inputshape=[1,3,32,32]", "fp16=0",
                            f"ncnnparam={path}", f"ncnnbin={ncnn_file(scale, 'bin')}"],
                           cwd=DATA, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name in os.listdir(DATA):  # pnnx leaves its other products beside
                if ".pnnx." in name or name.endswith(("_ncnn.py", "_pnnx.py", ".pt", ".foldable_constants.zip")):
                    os.remove(f"{DATA}/{name}")


def mnn():
    # The converter behind the `mnnconvert` script, which would first install a usage logger.
    code = ("import sys, MNN, _tools\n"
            "_tools.mnnconvert(['mnnconvert', '-f', 'ONNX', '--modelFile', sys.argv[1], '--MNNModel', sys.argv[2],"
            " '--bizCode', 'MNN'])")
    for case in ALL:
        path = model_file(*case, "mnn")
        if missing(path):
            subprocess.run([sys.executable, "-c", code, model_file(*case, "onnx"), path], cwd=DATA, check=False,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if not os.path.exists(path):
                sys.exit(f"MNN's converter did not make {path}")


def litert():
    import litert_torch
    import torch
    for scale, width, height in ALL:
        path = model_file(scale, width, height, "tflite")
        if missing(path):
            network = litert_torch.to_channel_last_io(with_weights(scale), args=[0], outputs=[0])
            litert_torch.convert(network, (torch.zeros(1, height, width, 3),)).export(path)


if __name__ == "__main__":
    os.makedirs(DATA, exist_ok=True)
    steps = [litert] if sys.argv[1:] == ["litert"] else [weights, pictures, references, onnx, ncnn, mnn]
    for step in steps:
        step()
