"""torchvision's classification networks, with weights and pictures that follow from names and a counter alone
(`Tests/Golden/family/generator.py`), and so that the logits are of natural size and tell pictures apart."""
import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np

from case import Case

GOLDEN = os.path.normpath(f"{os.path.dirname(os.path.abspath(__file__))}/../Golden")
sys.path.append(f"{GOLDEN}/family")

# All that torchvision has and msrn too.
NETWORKS = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50_32x4d", "resnext101_32x8d",
            "resnext101_64x4d", "wide_resnet50_2", "wide_resnet101_2", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn",
            "densenet121", "densenet161", "densenet169", "densenet201", "googlenet", "inception_v3", "squeezenet1_0",
            "squeezenet1_1", "alexnet"]
BATCHES = [1, 16]


@dataclass(frozen=True)
class Classification(Case):
    """A network on so many pictures at once; it gives N x 1000 logits."""

    name: str
    batch: int
    family = "networks"
    unit = "of the logits' deviation"

    @property
    def text(self):
        return f"{self.name}:{self.batch}"

    @property
    def shape(self):
        side = 299 if self.name == "inception_v3" else 224
        return self.batch, 3, side, side

    @property
    def stem(self):
        return self.name

    @property
    def sized(self):
        return f"{self.name}_{self.batch}"

    @property
    def options(self):
        return ["--network", self.name, "--batch", str(self.batch)]

    def network(self):
        import torchvision.models
        make = getattr(torchvision.models, self.name)
        # Heads that only training reads are not run by anybody.
        return make(aux_logits=False, init_weights=False) if self.name in ("googlenet", "inception_v3") else make()

    def values(self):
        import torch
        from generator import tensor
        from safetensors import safe_open
        with torch.device("meta"):
            shapes = {k: (tuple(v.shape), v.dtype) for k, v in self.network().state_dict().items()}
        with safe_open(f"{GOLDEN}/family.safetensors", "np") as golden:
            gain = float(golden.get_tensor(f"{self.name}/gain")[0])
        return {name: torch.from_numpy(tensor(name, shape, gain)) if dtype.is_floating_point else torch.zeros(shape, dtype=dtype)
                for name, (shape, dtype) in shapes.items()}

    def inputs(self):
        from generator import tensor
        return np.stack([tensor(f"input.{index}", self.shape[1:]) for index in range(self.batch)])

    def macs(self):
        return self.batch * macs(self.name)

    def error(self, y, reference):
        """As a share of the standard deviation of a picture's logits."""
        difference = (y.astype(np.float64) - reference) / reference.std(axis=1, keepdims=True, dtype=np.float64)
        return float(np.abs(difference).max()), float(np.sqrt((difference**2).mean()))

    def tolerance(self, numbers):
        return 0.02 if numbers.startswith("fp32") else 1


@functools.cache
def macs(name):
    """Of one picture, as msrn counts them, which its tests compare with the literature."""
    from engines import MSRN
    output = subprocess.run([MSRN, "inspect", name, "--json"], check=True, capture_output=True, text=True).stdout
    return round(json.loads(output)["gmacs"] * 1e9)
