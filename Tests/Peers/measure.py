"""Measures the engines in turn, A B C A B C, each in a process of its own, and writes JSON and a table.

    measure.py                                        MSRN on every engine that is set up, then whole processes
    measure.py --engines msrn,openvino --cases x4:64x64 --processes 0
    measure.py --cases networks                       the classification networks
    measure.py --cases vgg16,resnet50:1 --add         these, and what the results' file has of others
    measure.py --table README.md                      and writes the table into a file, in the place of this machine's

A time is the median over clean rounds, those in which other processes and the host took less than 3 % of the processors; where
there are fewer than three, over the three that come nearest to it.
"""
import argparse
import contextlib
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

import cases
import table
from case import HOME
from contest import Contest
from engines import HERE, LITERT, MSRN, PYTHON, Engine, named
from machine import locked, prefer
from upscaling import BLOCKS, FEATURES

TURN = 45  # seconds for which the lock is held before others are let in


def measure_networks(engines_of, options, folder):
    """Cases with their engines, loaded together and timed one after another; one row an engine and case."""
    with locked(options.lock, shared=True):
        contests = [Contest([engine for engine in engines if engine.group == group], case, options, folder)
                    for case, engines in engines_of.items() for group in dict.fromkeys(engine.group for engine in engines)]
    while any(contest.unfinished for contest in contests):
        with locked(options.lock):
            start = time.monotonic()
            for contest in contests:
                if contest.unfinished:
                    contest.warm_up()
                while contest.unfinished and time.monotonic() - start < TURN:
                    contest.round()
    return [row for contest in contests for row in contest.end()]


def measure_processes(engines, threads, options, folder):
    """Whole processes, file to file, and what importing Python's image library takes alone."""
    alone = Engine("python", "", None, [sys.executable, "-c", "import numpy, PIL.Image"], label="import numpy, PIL alone")
    programs = {e.name: e for e in [*engines, alone] if e.whole}
    rows = {e.name: {"engine": e.name, "name": e.label, "numbers": e.numbers, "group": e.group, "threads": threads,
                     "times": [], "memory": 0} for e in programs.values()}
    for round in range(options.processes + 1):
        with locked(options.lock):
            for name, engine in programs.items():
                command = engine.command(engine.whole, cases.PROCESS, threads, f"{folder}/{name}.png")
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


def make(engines_of, lock):
    """The files that the engines read, where they are missing, each kind by the Python that has its converter."""
    litert = [case.text for case, engines in engines_of.items() if any(LITERT in (engine.worker or []) for engine in engines)]
    names = [engine.name for engines in engines_of.values() for engine in engines]
    kinds = [kind for kind in ("ncnn", "mnn") if any(name.startswith(kind) for name in names)]
    with locked(lock, shared=True):
        for python, texts, wanted in ((PYTHON, [case.text for case in engines_of], kinds), (LITERT, litert, ["litert"])):
            command = [python, "-W", "ignore", f"{HERE}/models.py", ",".join(texts), *wanted]
            if texts and subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
                print("failed:", *command, file=sys.stderr)


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
    parser.add_argument("--cases", default="pictures", help="such as x4:64x64,vgg16:16,resnet50; pictures or networks: all")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--rounds", type=int, default=5, help="clean rounds of each case")
    parser.add_argument("--together", type=int, default=1, help="cases that are loaded at the same time")
    parser.add_argument("--processes", type=int, default=9, help="rounds of whole processes; 0: none")
    parser.add_argument("--least", type=float, default=0.6, help="seconds that a round of one engine takes at least")
    parser.add_argument("--lock", default=os.environ.get("MSRN_PEERS_LOCK"), help="a file to lock while times are taken")
    parser.add_argument("--out", help="the results' file (default: pictures.json or networks.json beside the models)")
    parser.add_argument("--add", action="store_true", help="keep what the results' file has of other cases")
    parser.add_argument("--discard", action="store_true", help="remove the models of each network when it has been measured")
    parser.add_argument("--table", help="a file with a table between <!-- peers:begin --> and <!-- peers:end -->")
    return parser.parse_args()


def main():
    options = parse()
    chosen = cases.parse(options.cases)
    family, *others = {case.family for case in chosen} or {"pictures"}
    if others:
        sys.exit("pictures and networks are tables of their own")
    options.out = options.out or f"{HOME}/{family}.json"
    names = [name for name in options.engines.split(",") if name]
    engines = named(names)
    os.makedirs(f"{HOME}/logs", exist_ok=True)
    report = {**describe(), "threads": options.threads, "networks": [], "processes": []}
    if options.add and os.path.exists(options.out):
        report = added(report, options.out)
    with tempfile.TemporaryDirectory(prefix="msrn-peers") as folder:
        for first in range(0, len(chosen), options.together):
            here = {case: [engine for engine in engines if engine.measures(case, named=bool(names))]
                    for case in chosen[first:first + options.together]}
            make(here, options.lock)
            report["networks"] = [row for row in report["networks"] if row["case"] not in [case.text for case in here]]
            report["networks"] += measure_networks(here, options, folder)
            save(report, options.out)
            if options.discard:
                discard(here, chosen[first + len(here):])
        if options.processes and family == "pictures":
            make({cases.PROCESS: engines}, options.lock)
            report["processes"] = measure_processes(engines, options.threads, options, folder)
            save(report, options.out)
    print(table.text(report))
    if options.table:
        table.rewrite(options.table, report)


def added(report, path):
    """A report with the rows of an earlier one, which must be of this machine."""
    with open(path) as file:
        earlier = json.load(file)
    if any(earlier[key] != report[key] for key in ("machine", "threads")):
        sys.exit(f"{path} is of {earlier['machine']}, {earlier['threads']} threads")
    return {**report, "networks": earlier["networks"], "processes": earlier["processes"]}


def discard(done, left):
    """Removes the files of cases, but for what others still read."""
    needed = {path for case in left for path in case.files()}
    for path in {path for case in done for path in case.files()} - needed:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)


def save(report, path):
    """Whatever happens later, what has been measured is kept."""
    with open(path, "w") as file:
        json.dump(report, file, indent=1)
    print(f"{len(report['networks'])} rows of networks, {len(report['processes'])} of processes in {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
