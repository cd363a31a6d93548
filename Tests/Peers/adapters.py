"""One class an engine: made for one model and size, then called with 1 x 3 x H x W float32, it returns the same times scale.

Each imports its engine where it is made, so that a process holds one engine alone.
"""
import os

import numpy as np

from network import HOME, model_file, ncnn_file, with_weights


class Torch:
    """`compiled`: by inductor, constants folded. `bf16`: weights and maps in bfloat16."""

    def __init__(self, scale, width, height, threads, compiled=False, bf16=False):
        import torch
        torch.set_num_threads(threads)
        self.torch, self.bf16 = torch, bf16
        network = with_weights(scale).to(memory_format=torch.channels_last)
        if bf16:
            network = network.bfloat16()
        if compiled:
            import torch._inductor.config
            torch._inductor.config.freezing = True
            network = torch.compile(network)
        self.network = network
        self.name = f"PyTorch {torch.__version__.split('+')[0]}, " + ("compiled" if compiled else "channels last")

    def __call__(self, x):
        torch = self.torch
        x = torch.from_numpy(x).to(memory_format=torch.channels_last)
        with torch.no_grad():
            y = self.network(x.bfloat16() if self.bf16 else x)
        return y.float().contiguous().numpy()


class OnnxRuntime:
    def __init__(self, scale, width, height, threads):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(model_file(scale, width, height, "onnx"), options,
                                                    providers=["CPUExecutionProvider"])
        self.name = f"ONNX Runtime {onnxruntime.__version__}"

    def __call__(self, x):
        return self.session.run(None, {"input": x})[0]


class OpenVINO:
    """`precision`: f32 or bf16, the latter being its own choice where the processor multiplies it."""

    def __init__(self, scale, width, height, threads, precision="f32", cached=False):
        import openvino
        core = openvino.Core()
        config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                  "INFERENCE_PRECISION_HINT": precision}
        if cached:
            config["CACHE_DIR"] = f"{HOME}/cache"
        compiled = core.compile_model(core.read_model(model_file(scale, width, height, "onnx")), "CPU", config)
        self.request = compiled.create_infer_request()
        self.name = f"OpenVINO {openvino.__version__.split('-')[0]}" + (", cached model" if cached else "")

    def __call__(self, x):
        self.request.infer({0: x}, share_inputs=True)
        return self.request.get_output_tensor(0).data.copy()


class Ncnn:
    """`bf16`: maps stored in bfloat16."""

    def __init__(self, scale, width, height, threads, bf16=False):
        import ncnn
        self.ncnn, self.net = ncnn, ncnn.Net()
        options = self.net.opt
        options.num_threads, options.use_vulkan_compute = threads, False
        options.use_bf16_storage = options.use_bf16_packed = bf16
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        self.net.load_param(ncnn_file(scale, "param"))
        self.net.load_model(ncnn_file(scale, "bin"))
        self.name = f"ncnn {ncnn.__version__}"

    def __call__(self, x):
        extractor = self.net.create_extractor()
        extractor.input("in0", self.ncnn.Mat(x[0]))
        status, y = extractor.extract("out0")
        if status != 0:
            raise RuntimeError(f"ncnn's status is {status}")
        return np.array(y)[None]


class Mnn:
    def __init__(self, scale, width, height, threads):
        import MNN
        self.mnn, self.shape = MNN, (1, 3, height, width)
        self.interpreter = MNN.Interpreter(model_file(scale, width, height, "mnn"))
        self.session = self.interpreter.createSession({"backend": "CPU", "numThread": threads, "precision": "high"})
        self.input = self.interpreter.getSessionInput(self.session)
        self.interpreter.resizeTensor(self.input, self.shape)
        self.interpreter.resizeSession(self.session)
        self.name = f"MNN {MNN.version()}, PyPI"

    def __call__(self, x):
        mnn = self.mnn
        self.input.copyFrom(mnn.Tensor(self.shape, mnn.Halide_Type_Float, x, mnn.Tensor_DimensionType_Caffe))
        self.interpreter.runSession(self.session)
        output = self.interpreter.getSessionOutput(self.session)
        shape = output.getShape()
        host = mnn.Tensor(shape, mnn.Halide_Type_Float, np.empty(shape, np.float32), mnn.Tensor_DimensionType_Caffe)
        output.copyToHostTensor(host)
        return np.array(host.getNumpyData(), dtype=np.float32).reshape(shape)


class OpenCV:
    def __init__(self, scale, width, height, threads):
        import cv2
        cv2.setNumThreads(threads)
        self.net = cv2.dnn.readNetFromONNX(model_file(scale, width, height, "onnx"))
        self.net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        self.net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
        self.name = f"OpenCV {cv2.__version__}"

    def __call__(self, x):
        self.net.setInput(x)
        return self.net.forward().copy()


class LiteRT:
    """Through XNNPACK; its maps are N x H x W x C."""

    def __init__(self, scale, width, height, threads):
        from importlib.metadata import version

        from ai_edge_litert.interpreter import Interpreter
        self.interpreter = Interpreter(model_file(scale, width, height, "tflite"), num_threads=threads)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.output = self.interpreter.get_output_details()[0]["index"]
        self.name = f"LiteRT {version('ai-edge-litert')}"

    def __call__(self, x):
        self.interpreter.set_tensor(self.input, np.ascontiguousarray(x.transpose(0, 2, 3, 1)))
        self.interpreter.invoke()
        return np.ascontiguousarray(self.interpreter.get_tensor(self.output).transpose(0, 3, 1, 2))


ADAPTERS = {
    "torch": Torch,
    "torch-compiled": lambda *a: Torch(*a, compiled=True),
    "torch-bf16": lambda *a: Torch(*a, bf16=True),
    "onnxruntime": OnnxRuntime,
    "openvino": OpenVINO,
    "openvino-bf16": lambda *a: OpenVINO(*a, precision="bf16"),
    "openvino-cached": lambda *a: OpenVINO(*a, cached=True),
    "openvino-bf16-cached": lambda *a: OpenVINO(*a, precision="bf16", cached=True),
    "ncnn": Ncnn,
    "ncnn-bf16": lambda *a: Ncnn(*a, bf16=True),
    "mnn": Mnn,
    "opencv": OpenCV,
    "litert": LiteRT,
}


def make(name, scale, width, height, threads):
    """The engine of that name; OpenMP's pools are given the number of threads before they start."""
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    return ADAPTERS[name](scale, width, height, threads)
