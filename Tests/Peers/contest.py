"""Engines that take turns: each in a process of its own, loaded, checked and then timed round by round."""
import os
import statistics
import subprocess
import time

import numpy as np

from case import HOME
from machine import busy, peak_memory, prefer, processor_time, yield_first

CLEAN = 0.03  # of the processors: a round in which others took less


class Failed(Exception):
    pass


class Worker:
    """One engine in its process, for one case."""

    def __init__(self, engine, case, threads, folder):
        self.engine, self.result = engine, f"{folder}/{engine.name}.npy"
        self.times, self.others, self.repeats, self.failure = [], [], 1, None
        self.log = open(f"{HOME}/logs/{engine.name}.log", "a")
        self.process = subprocess.Popen(
            engine.command(engine.worker, case, threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={**os.environ, **engine.environment}, start_new_session=True)
        yield_first(self.process.pid)
        self.name = self.process.stdout.readline().strip()

    def ask(self, request):
        """What follows the ok of the answer."""
        try:
            self.process.stdin.write(request + "\n")
            self.process.stdin.flush()
            answer = self.process.stdout.readline().strip()
        except OSError as error:
            answer = str(error)
        if not answer.startswith("ok"):
            raise Failed(answer or "the process ended; see " + self.log.name)
        return answer[3:]

    def warm_up(self, case, least):
        """Loads what is read, runs it, and checks the result against the reference."""
        self.ask("load " + case.input)
        start = time.perf_counter()
        self.ask("run")
        self.first = time.perf_counter() - start
        self.ask("save " + self.result)
        y, reference = np.load(self.result), np.load(case.reference)
        os.remove(self.result)
        if y.shape != reference.shape:
            raise Failed(f"a result of shape {y.shape}, not {reference.shape}")
        self.worst, self.rms = case.error(y, reference)
        if not self.worst <= case.tolerance(self.engine.numbers):
            raise Failed(f"another network: its results are off by up to {self.worst:.3g} {case.unit}")
        prefer(self.process.pid)
        self.repeats = max(1, min(100, int(least / float(self.ask("run")))))

    def measure(self):
        """One round: as many runs as make a time that a clock can tell."""
        before, own, start = busy(), processor_time(self.process.pid), time.perf_counter()
        seconds = sum(float(self.ask("run")) for _ in range(self.repeats))
        elapsed = time.perf_counter() - start
        if before is None:
            self.others.append(0.0)
        else:
            others = busy() - before - (processor_time(self.process.pid) - own)
            self.others.append(max(0.0, others) / elapsed / os.cpu_count())
        self.times.append(seconds / self.repeats)

    @property
    def clean(self):
        """How many rounds had the processors to themselves."""
        return sum(others < CLEAN for others in self.others)

    def best(self):
        """The times of the clean rounds, or of the three that come nearest to it."""
        order = sorted(range(len(self.times)), key=lambda index: self.others[index])
        return [self.times[index] for index in order[: max(3, self.clean)]]

    def end(self):
        memory = peak_memory(self.process.pid)
        try:
            self.process.communicate("quit\n", timeout=20)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        self.log.close()
        return memory


class Contest:
    """The engines of one group on one case, each loaded and ready for rounds."""

    def __init__(self, engines, case, options, folder):
        self.case, self.options, self.workers, self.peaks, self.rounds = case, options, [], [], 0
        for engine in engines:
            worker = Worker(engine, case, options.threads, folder)
            self.workers.append(worker)
            attempt(worker, lambda: worker.warm_up(case, options.least))

    @property
    def unfinished(self):
        """Whether rounds are missing, or clean ones and there is still hope for them."""
        wanted = self.options.rounds
        return self.rounds < wanted or (
            self.rounds < 2 * wanted and any(not worker.failure and worker.clean < wanted for worker in self.workers))

    def warm_up(self):
        """Every engine once, not counted: what the last contest left in caches and clocks is nobody's."""
        for worker in self.workers:
            attempt(worker, lambda: worker.ask("run"))

    def round(self):
        """Every engine once, the peak of so many threads before ours."""
        first = self.rounds % len(self.workers)  # nobody is always the one who follows the same
        self.rounds += 1
        for worker in self.workers[first:] + self.workers[:first]:
            if worker.engine.ours and not worker.failure:
                self.peaks.append(float(worker.ask("peak")))
            attempt(worker, worker.measure)
            time.sleep(0.05)  # OpenMP's threads spin for a while after the last region

    def end(self):
        """One row an engine."""
        rows = []
        for worker in self.workers:
            row = {"engine": worker.engine.name, "name": worker.name, "numbers": worker.engine.numbers,
                   "group": worker.engine.group, "family": self.case.family, "case": self.case.text, "macs": self.case.macs(),
                   "threads": self.options.threads}
            memory = worker.end()
            if worker.failure:
                row["failure"] = worker.failure
            else:
                seconds = statistics.median(worker.best())
                row.update(seconds=seconds, fastest=min(worker.times), first=worker.first, clean=worker.clean,
                           times=worker.times, others=worker.others, flops=2 * row["macs"] / seconds, worst=worker.worst,
                           rms=worker.rms, memory=memory)
            if self.peaks:
                row["peak"] = max(self.peaks)
            rows.append(row)
        return rows


def attempt(worker, action):
    """An engine that fails is left out from then on, and the row says why."""
    if not worker.failure:
        try:
            action()
        except (Failed, OSError, ValueError) as error:
            worker.failure = str(error)
