"""The engines that can be measured: what starts them as a worker, and as a whole process."""
import os
import sys
from dataclasses import dataclass, field

from case import HOME

HERE = os.path.dirname(os.path.abspath(__file__))
MSRN = os.environ.get("MSRN_BINARY") or os.path.normpath(f"{HERE}/../../.build/release/msrn")
PYTHON = f"{HOME}/venv/bin/python"
LITERT = f"{HOME}/litert/bin/python"
MNN = f"{HOME}/build/mnn_worker"

# Without these glibc gives large blocks back to the system after every layer, and PyTorch spends its time on page faults.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": "8589934592", "MALLOC_TRIM_THRESHOLD_": "34359738368",
               "MALLOC_TOP_PAD_": "67108864", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}


def processor_flags():
    """The features that Linux names; "" where it does not."""
    try:
        with open("/proc/cpuinfo") as file:
            return {"", *next((line for line in file if line.startswith("flags")), "").split()}
    except OSError:
        return {""}


@dataclass
class Engine:
    """One row of the table. In commands {weights}, {mnn}, {case}, {scale}, {batch}, {height}, {width}, {threads}, {in} and {out}
    are filled in, and {options} becomes the case's options of `msrn bench worker`."""

    name: str
    numbers: str  # what it multiplies in
    worker: list[str] | None  # speaks the line protocol of `msrn bench worker`
    whole: list[str] | None = None  # reads a picture's file and writes one
    environment: dict[str, str] = field(default_factory=dict)
    group: str = "full"  # or "avx2": held to AVX2
    label: str = ""  # for the table, where no worker says what it is
    only: str = ""  # the one family of cases that it is measured on where nobody names engines; "-": none
    batches: bool = False  # is another engine of this list where there is one picture
    needs: str = ""  # a flag of /proc/cpuinfo without which it is another engine of this list

    @property
    def ours(self):
        return self.name.startswith("msrn")

    def available(self):
        """Whether it has been set up, and the processor has what sets it apart."""
        return os.access((self.worker or self.whole)[0], os.X_OK) and self.needs in processor_flags()

    def measures(self, case):
        """Whether it is measured on a case where nobody names engines."""
        alike = case.family == "pictures" or self.numbers == "fp32" and self.group == "full"
        return alike and self.only in ("", case.family) and (case.shape[0] > 1 or not self.batches)

    def command(self, template, case, threads, target=""):
        batch, _, height, width = case.shape
        values = {"weights": case.weights, "mnn": case.model("mnn"), "case": case.text, "batch": batch, "height": height,
                  "width": width, "threads": threads, "scale": getattr(case, "scale", ""),
                  "in": getattr(case, "picture", ""), "out": target}
        return [part.format(**values) for word in template for part in (case.options if word == "{options}" else [word])]


def ours(name, numbers="fp32", options=(), **more):
    return Engine(name, numbers, [MSRN, "bench", "worker", *options, "{options}", "{weights}", "{height}", "{width}",
                                 "{threads}"],
                  [MSRN, "upscale", "{in}", "{out}", "--weights", "{weights}", "--threads", "{threads}", "--force",
                   "--progress", "none", *options], **more)


def theirs(name, numbers="fp32", adapter=None, whole=None, python=PYTHON, **more):
    """`adapter` is the worker's, `whole` that of the whole process: the same, another one, or none ("")."""
    adapter = name if adapter is None else adapter
    whole = adapter if whole is None else whole
    return Engine(
        name, numbers,
        [python, f"{HERE}/worker.py", adapter, "{case}", "{threads}"] if adapter else None,
        [python, f"{HERE}/upscale.py", whole, "{scale}", "{threads}", "{in}", "{out}"] if whole else None, **more)


ENGINES = [
    ours("msrn"),
    ours("msrn-exact", "fp32, exact", options=("--precision", "exact")),
    ours("msrn-half", "16 bits", options=("--precision", "half"), needs="amx_tile"),
    theirs("openvino"),
    theirs("openvino-streams", whole="", only="networks", batches=True),
    theirs("openvino-bf16", "bf16"),
    theirs("openvino-cached", adapter="", whole="openvino-cached", label="OpenVINO, its cache filled"),
    theirs("openvino-bf16-cached", "bf16", adapter="", whole="openvino-bf16-cached",
           label="OpenVINO, its cache filled"),
    Engine("mnn-avx512", "fp32", [MNN, "{mnn}", "{batch}", "{height}", "{width}", "{threads}"]),
    theirs("mnn", only="pictures"),
    theirs("onnxruntime"),
    theirs("torch", adapter="torch-compiled", whole="torch", environment=KEEP_MEMORY),
    theirs("torch-traced", whole="", only="-", environment=KEEP_MEMORY),
    theirs("torch-bf16", "bf16", environment=KEEP_MEMORY),
    theirs("ncnn"),
    theirs("ncnn-bf16", "bf16 storage"),
    theirs("litert", python=LITERT),
    theirs("opencv", only="pictures"),
    ours("msrn-avx2", options=("--cpu", "avx2"), group="avx2"),
    theirs("openvino-avx2", adapter="openvino", environment=AVX2, group="avx2"),
    theirs("torch-avx2", adapter="torch-compiled", whole="torch", environment={**AVX2, **KEEP_MEMORY}, group="avx2"),
    theirs("mnn-pypi-avx2", adapter="mnn", group="avx2"),  # has no AVX-512 in any case
]


def named(names):
    """The engines of these names; where there are none, all that are set up."""
    known = {engine.name: engine for engine in ENGINES}
    if unknown := [name for name in names if name not in known]:
        sys.exit(f"no engine {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] or [engine for engine in ENGINES if engine.available()]
