"""The cases by name: `x4:480x270` is MSRN on a picture of that size, `resnet50:16` a network on 16 pictures, `pictures` and
`networks` are all of a table, `resnet50` is that network at every number of pictures."""
import sys

from classification import BATCHES, NETWORKS, Classification
from upscaling import Upscaling

SETS = {"pictures": [Upscaling(4, 64, 64), Upscaling(4, 256, 256), Upscaling(4, 480, 270), Upscaling(2, 256, 256)],
        "networks": [Classification(name, batch) for name in NETWORKS for batch in BATCHES]}
PROCESS = Upscaling(4, 128, 128)  # what whole processes are measured with


def parse(text):
    """The cases of a list with commas; what is no case ends the program."""
    found = []
    for word in filter(None, text.split(",")):
        name, _, rest = word.partition(":")
        try:
            if word in SETS:
                found += SETS[word]
            elif name in NETWORKS:
                found += [Classification(name, int(batch)) for batch in ([rest] if rest else BATCHES)]
            else:
                scale, (width, height) = int(name.removeprefix("x")), map(int, rest.split("x"))
                found.append(Upscaling(scale, width, height))
        except ValueError:
            sys.exit(f"no case {word}: x4:480x270, resnet50:16, resnet50, pictures and networks are some")
    return list(dict.fromkeys(found))
