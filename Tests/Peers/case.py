"""What both kinds of cases have in common: `Upscaling` is MSRN on a picture, `Classification` one of torchvision's networks."""
import os

HOME = os.environ.get("MSRN_PEERS_HOME") or os.path.expanduser("~/.cache/msrn-peers")
DATA = f"{HOME}/data"


class Case:
    """A network and what it reads. A kind of cases says:

    family      pictures or networks: which table it is in
    text        its name on the command line and in results
    shape       N x 3 x H x W, what is read
    stem        of the files that hold the weights
    sized       the same where the shape is written into a file
    options     of `msrn bench worker`
    unit        of `error`
    network()   in PyTorch, with its weights
    values()    the weights in PyTorch, made anew
    inputs()    what is read
    macs()      multiply-accumulates of direct convolution
    error(y, reference)   the largest, and the root of the mean square
    tolerance(numbers)    the largest error with which an engine that multiplies in those computes this network
    """

    @property
    def weights(self):
        return f"{DATA}/{self.stem}.safetensors"

    @property
    def input(self):
        return f"{DATA}/{self.sized}.input.npy"

    @property
    def reference(self):
        """Results in double precision, rounded once."""
        return f"{DATA}/{self.sized}.reference.npy"

    def model(self, kind):
        """What an engine reads: onnx, mnn, tflite, or ncnn.param and ncnn.bin, which are of any shape."""
        return f"{DATA}/{self.stem if kind.startswith('ncnn') else self.sized}.{kind}"

    def files(self):
        """All that there may be of this case."""
        kinds = ("onnx", "mnn", "tflite", "ncnn.param", "ncnn.bin")
        return [self.weights, self.input, self.reference, *map(self.model, kinds)]

    def with_weights(self):
        """The network with the values of the weights file, without first making some that are thrown away."""
        import torch
        from safetensors.torch import load_file

        with torch.device("meta"):
            network = self.network()
        network.load_state_dict(load_file(self.weights), assign=True)
        return network.eval().requires_grad_(False)
