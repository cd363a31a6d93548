"""An engine of adapters.py behind the line protocol of `msrn bench worker`: worker.py ENGINE CASE THREADS."""
import os
import sys
import time

import numpy as np

import adapters
import cases

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # what the engines print is no answer
engine = adapters.make(sys.argv[1], cases.parse(sys.argv[2])[0], int(sys.argv[3]))
print(engine.name, file=answers)
for line in sys.stdin:
    request, _, path = line.rstrip("\n").partition(" ")
    try:
        if request == "load":
            x = np.load(path)
            print("ok", file=answers)
        elif request == "run":
            start = time.perf_counter()
            y = engine(x)
            print("ok", time.perf_counter() - start, file=answers)
        elif request == "save":
            np.save(path, y)
            print("ok", file=answers)
        elif request == "quit":
            break
        else:
            print("error load FILE, run, save FILE and quit are known", file=answers)
    except Exception as error:  # whatever an engine throws is told, and the harness goes on without it
        print("error", " ".join(str(error).split())[:300], file=answers)
