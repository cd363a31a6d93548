"""Measures the engines in turn, A B C A B C, each in a process of its own, and writes JSON and a table.

    measure.py                                        everything that is set up: whole networks, then whole processes
    measure.py --engines msrn,openvino --cases x4:64x64 --processes 0
    measure.py --readme README.md                     and writes the table into the README, in the place of this machine's

A time is the median over clean rounds, those in which other processes and the host took less than 3 % of the processors; where
there are fewer than three, over the three that come nearest to it.
"""
import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

import table
from engines import MSRN, Engine, named
from machine import busy, locked, peak_memory, prefer, processor_time
from network import BLOCKS, CASES, FEATURES, HOME, PROCESS, macs, picture_file, reference_file

CLEAN = 0.03


class Failed(Exception):
    pass


class Worker:
    """One engine in its process, for one case."""

    def __init__(self, engine, case, threads, folder):
        self.engine, self.result = engine, f"{folder}/{engine.name}.npy"
        self.times, self.others, self.repeats, self.failure = [], [], 1, None
        self.log = open(f"{HOME}/logs/{engine.name}.log", "a")
        self.process = subprocess.Popen(
            engine.command(engine.worker, *case, threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True, env={**os.environ, **engine.environment}, start_new_session=True)
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
        """Loads the picture, runs it, and checks the result against the reference."""
        _, width, height = case
        self.ask("load " + picture_file(width, height, "npy"))
        start = time.perf_counter()
        self.ask("run")
        self.first = time.perf_counter() - start
        self.ask("save " + self.result)
        error = np.load(self.result).astype(np.float64) - np.load(reference_file(*case))
        os.remove(self.result)
        self.worst, self.rms = float(np.abs(error).max()), float(np.sqrt((error**2).mean()))
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


def measure_networks(engines, case, threads, options, folder):
    """All engines on one case; one row each, and the peak of so many threads in the same rounds."""
    workers = []
    for engine in engines:
        with locked(options.lock, shared=True):
            worker = Worker(engine, case, threads, folder)
            workers.append(worker)
            attempt(worker, lambda: worker.warm_up(case, options.least))
    peaks, rounds = [], 0
    while rounds < options.rounds or (
            rounds < 2 * options.rounds and any(not w.failure and w.clean < options.rounds for w in workers)):
        first = rounds % len(workers)  # nobody is always the one who follows the same
        rounds += 1
        with locked(options.lock):
            for worker in workers[first:] + workers[:first]:
                if worker.engine.ours and not worker.failure:
                    peaks.append(float(worker.ask("peak")))
                attempt(worker, worker.measure)
                time.sleep(0.05)  # OpenMP's threads spin for a while after the last region
    rows = []
    for worker in workers:
        row = {"engine": worker.engine.name, "name": worker.name, "numbers": worker.engine.numbers,
               "group": worker.engine.group, "scale": case[0], "width": case[1], "height": case[2], "threads": threads}
        memory = worker.end()
        if worker.failure:
            row["failure"] = worker.failure
        else:
            seconds = statistics.median(worker.best())
            row.update(seconds=seconds, fastest=min(worker.times), first=worker.first, clean=worker.clean,
                       times=worker.times, others=worker.others, flops=2 * macs(*case) / seconds, worst=worker.worst,
                       rms=worker.rms, memory=memory)
        rows.append(row)
    if peaks:
        for row in rows:
            row["peak"] = max(peaks)
    return rows


def attempt(worker, action):
    """An engine that fails is left out from then on, and the row says why."""
    if not worker.failure:
        try:
            action()
        except (Failed, OSError, ValueError) as error:
            worker.failure = str(error)


def measure_processes(engines, threads, options, folder):
    """Whole processes, file to file, and what importing Python's image library takes alone."""
    alone = Engine("python", "", None, [sys.executable, "-c", "import numpy, PIL.Image"], label="import numpy, PIL alone")
    programs = {e.name: e for e in [*engines, alone] if e.whole}
    rows = {e.name: {"engine": e.name, "name": e.label, "numbers": e.numbers, "group": e.group, "threads": threads,
                     "times": [], "memory": 0} for e in programs.values()}
    for round in range(options.processes + 1):
        with locked(options.lock):
            for name, engine in programs.items():
                command = engine.command(engine.whole, *PROCESS, threads, f"{folder}/{name}.png")
                start = time.perf_counter()
                process = subprocess.Popen(command, env={**os.environ, **engine.environment}, start_new_session=True,
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                prefer(process.pid)
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = status
                if status:
                    rows[name]["failure"] = f"status {status}: {' '.join(command)}"
                elif round:  # the first one brings files into memory
                    rows[name]["times"].append(time.perf_counter() - start)
                    rows[name]["memory"] = max(rows[name]["memory"], usage.ru_maxrss * 1024)
    for row in rows.values():
        times = row.pop("times")
        if times and "failure" not in row:
            row.update(seconds=statistics.median(times), fastest=min(times), rounds=len(times))
    return list(rows.values())


def describe():
    """The machine as msrn names it."""
    output = subprocess.run([MSRN, "bench", "model", "--features", "16", "--blocks", "1", "--size", "8x8", "--rounds", "1",
                             "--json"], check=True, capture_output=True, text=True).stdout
    report = json.loads(output)
    return {"machine": f"{report['machine']}, {os.cpu_count()} cores", "instructionSet": report["instructionSet"],
            "date": datetime.date.today().isoformat(), "network": f"{FEATURES} features, {BLOCKS} blocks"}


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", default="", help="names of engines.py, by default all that are set up")
    parser.add_argument("--cases", default=",".join(f"x{s}:{w}x{h}" for s, w, h in CASES), help="such as x4:64x64,x2:256x256")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5, help="clean rounds of each case")
    parser.add_argument("--processes", type=int, default=9, help="rounds of whole processes; 0: none")
    parser.add_argument("--least", type=float, default=0.6, help="seconds that a round of one engine takes at least")
    parser.add_argument("--lock", default=os.environ.get("MSRN_PEERS_LOCK"), help="a file to lock during each round")
    parser.add_argument("--out", default=f"{HOME}/results.json")
    parser.add_argument("--readme", help="a file with a table between <!-- peers:begin --> and <!-- peers:end -->")
    return parser.parse_args()


def main():
    options = parse()
    cases = []
    for text in filter(None, options.cases.split(",")):
        scale, size = text.split(":")
        cases.append((int(scale.removeprefix("x")), *map(int, size.split("x"))))
    engines = named([name for name in options.engines.split(",") if name])
    os.makedirs(f"{HOME}/logs", exist_ok=True)
    report = {**describe(), "threads": options.threads, "networks": [], "processes": []}
    with tempfile.TemporaryDirectory(prefix="msrn-peers") as folder:
        for case in cases:
            for group in dict.fromkeys(engine.group for engine in engines):
                chosen = [engine for engine in engines if engine.group == group and engine.worker]
                if chosen:
                    report["networks"] += measure_networks(chosen, case, options.threads, options, folder)
                    save(report, options.out)
        if options.processes:
            report["processes"] = measure_processes(engines, options.threads, options, folder)
            save(report, options.out)
    print(table.text(report))
    if options.readme:
        table.rewrite(options.readme, report)


def save(report, path):
    """Whatever happens later, what has been measured is kept."""
    with open(path, "w") as file:
        json.dump(report, file, indent=1)
    print(f"{len(report['networks'])} rows of networks, {len(report['processes'])} of processes in {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
