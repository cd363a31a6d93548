"""One class an engine: made for one case, then called with N x 3 x H x W float32, it returns the network's result.

Each imports its engine where it is made, so that a process holds one engine alone.
"""
import os

import numpy as np

from case import HOME


class Torch:
    """`compiled`: by inductor, constants folded; `traced`: TorchScript, frozen, its convolutions oneDNN's. `bf16`: weights and
    maps in bfloat16."""

    def __init__(self, case, threads, compiled=False, traced=False, bf16=False):
        import torch
        torch.set_num_threads(threads)
        self.torch, self.bf16 = torch, bf16
        network = case.with_weights().to(memory_format=torch.channels_last)
        if bf16:
            network = network.bfloat16()
        if compiled:
            import torch._inductor.config
            torch._inductor.config.freezing = True
            network = torch.compile(network)
        if traced:
            example = torch.zeros(case.shape).to(memory_format=torch.channels_last)
            network = torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.trace(network, example)))
        self.network = network
        way = "compiled" if compiled else "traced" if traced else "channels last"
        self.name = f"PyTorch {torch.__version__.split('+')[0]}, {way}"

    def __call__(self, x):
        torch = self.torch
        x = torch.from_numpy(x).to(memory_format=torch.channels_last)
        with torch.no_grad():
            y = self.network(x.bfloat16() if self.bf16 else x)
        return y.float().contiguous().numpy()


class OnnxRuntime:
    def __init__(self, case, threads):
        import onnxruntime
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = onnxruntime.InferenceSession(case.model("onnx"), options, providers=["CPUExecutionProvider"])
        self.name = f"ONNX Runtime {onnxruntime.__version__}"

    def __call__(self, x):
        return self.session.run(None, {"input": x})[0]


class OpenVINO:
    """`precision`: f32 or bf16, the latter being its own choice where the processor multiplies it."""

    def __init__(self, case, threads, precision="f32", cached=False):
        import openvino
        core = openvino.Core()
        config = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY",
                  "INFERENCE_PRECISION_HINT": precision}
        if cached:
            config["CACHE_DIR"] = f"{HOME}/cache"
        compiled = core.compile_model(core.read_model(case.model("onnx")), "CPU", config)
        self.request = compiled.create_infer_request()
        self.name = f"OpenVINO {openvino.__version__.split('-')[0]}" + (", cached model" if cached else "")

    def __call__(self, x):
        self.request.infer({0: x}, share_inputs=True)
        return self.request.get_output_tensor(0).data.copy()


class OpenVINOStreams:
    """Several pictures side by side, each on a thread of its own: its way to the most pictures a second."""

    def __init__(self, case, threads):
        import openvino
        core = openvino.Core()
        model = core.read_model(case.model("onnx"))
        model.reshape([1, *case.shape[1:]])
        compiled = core.compile_model(model, "CPU", {
            "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads, "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": "f32"})
        self.queue = openvino.AsyncInferQueue(compiled, threads)
        self.queue.set_callback(lambda request, index: self.results.__setitem__(index, request.get_output_tensor(0).data.copy()))
        self.name = f"OpenVINO {openvino.__version__.split('-')[0]}, {threads} streams"

    def __call__(self, x):
        self.results = [None] * len(x)
        for index in range(len(x)):
            self.queue.start_async({0: x[index:index + 1]}, index, share_inputs=True)
        self.queue.wait_all()
        return np.concatenate(self.results)


class Ncnn:
    """`bf16`: maps stored in bfloat16."""

    def __init__(self, case, threads, bf16=False):
        import ncnn
        self.ncnn, self.net = ncnn, ncnn.Net()
        options = self.net.opt
        options.num_threads, options.use_vulkan_compute = threads, False
        options.use_bf16_storage = options.use_bf16_packed = bf16
        options.use_fp16_packed = options.use_fp16_storage = options.use_fp16_arithmetic = False
        self.net.load_param(case.model("ncnn.param"))
        self.net.load_model(case.model("ncnn.bin"))
        self.name = f"ncnn {ncnn.__version__}"

    def __call__(self, x):
        extractor = self.net.create_extractor()
        extractor.input("in0", self.ncnn.Mat(x, 0) if len(x) > 1 else self.ncnn.Mat(x[0]))  # 0: the dimension of the pictures
        status, y = extractor.extract("out0")
        if status != 0:
            raise RuntimeError(f"ncnn's status is {status}")
        return np.stack([np.array(y.batch(index)) for index in range(y.n)]) if len(x) > 1 else np.array(y)[None]


class Mnn:
    def __init__(self, case, threads):
        import MNN
        self.mnn, self.shape = MNN, case.shape
        self.interpreter = MNN.Interpreter(case.model("mnn"))
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
    def __init__(self, case, threads):
        import cv2
        cv2.setNumThreads(threads)
        self.net = cv2.dnn.readNetFromONNX(case.model("onnx"))
        self.net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        self.net.setPreferableTarget(cv2.dnn.DNN_TARGET_CPU)
        self.name = f"OpenCV {cv2.__version__}"

    def __call__(self, x):
        self.net.setInput(x)
        return self.net.forward().copy()


class LiteRT:
    """Through XNNPACK; its maps are N x H x W x C."""

    def __init__(self, case, threads):
        from importlib.metadata import version

        from ai_edge_litert.interpreter import Interpreter
        self.interpreter = Interpreter(case.model("tflite"), num_threads=threads)
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]["index"]
        self.output = self.interpreter.get_output_details()[0]["index"]
        self.name = f"LiteRT {version('ai-edge-litert')}"

    def __call__(self, x):
        self.interpreter.set_tensor(self.input, np.ascontiguousarray(x.transpose(0, 2, 3, 1)))
        self.interpreter.invoke()
        y = self.interpreter.get_tensor(self.output)
        return np.ascontiguousarray(y.transpose(0, 3, 1, 2)) if y.ndim == 4 else y


ADAPTERS = {
    "torch": Torch,
    "torch-compiled": lambda *a: Torch(*a, compiled=True),
    "torch-traced": lambda *a: Torch(*a, traced=True),
    "torch-bf16": lambda *a: Torch(*a, bf16=True),
    "onnxruntime": OnnxRuntime,
    "openvino": OpenVINO,
    "openvino-streams": OpenVINOStreams,
    "openvino-bf16": lambda *a: OpenVINO(*a, precision="bf16"),
    "openvino-cached": lambda *a: OpenVINO(*a, cached=True),
    "openvino-bf16-cached": lambda *a: OpenVINO(*a, precision="bf16", cached=True),
    "ncnn": Ncnn,
    "ncnn-bf16": lambda *a: Ncnn(*a, bf16=True),
    "mnn": Mnn,
    "opencv": OpenCV,
    "litert": LiteRT,
}


def make(name, case, threads):
    """The engine of that name; OpenMP's pools are given the number of threads before they start."""
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = str(threads)
    return ADAPTERS[name](case, threads)
