"""The results as a table, and its place in a file: table.py RESULTS.json [README.md].

Between `<!-- peers:begin -->` and `<!-- peers:end -->` there is one block for each kind of machine, headed
`<!-- peers: KIND -->`. Only the block of the results' own kind is replaced.
"""
import json
import re
import sys

from classification import NETWORKS
from engines import ENGINES

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"


def text(report):
    """The block of one machine."""
    lines = [f"**{report['machine']}**, {report['threads']} threads, {report['date']}:", ""]
    rows = report["networks"] + report["processes"]
    for group in dict.fromkeys(row["group"] for row in rows):
        if group == "avx2":
            lines += ["", "All held to AVX2:", ""]
        networks = [row for row in report["networks"] if row["group"] == group]
        if networks and networks[0]["family"] == "networks":
            lines += of_classification(networks)
        else:
            lines += of_upscaling(networks, [row for row in report["processes"] if row["group"] == group])
    return "\n".join(lines)


def titles(rows):
    """What the engines call themselves; of what ours says of itself, version and instruction set are enough."""
    return {row["engine"]: ", ".join(row["name"].split(", ")[:2]) if row["engine"].startswith("msrn") else row["name"]
            for row in rows if row["name"]}


def of_upscaling(networks, processes):
    """Rows are engines, columns are cases; times are those of the first engine, which is ours, and multiples of them."""
    work = {row["case"]: row["macs"] for row in networks}
    cases = sorted(work, key=lambda case: (-int(case[1:case.index(":")]), work[case]))  # x4 before x2, small before large
    names = list(dict.fromkeys(row["engine"] for row in networks + processes))
    title = titles(processes + networks)
    largest = max(networks, key=lambda row: row["macs"], default={"case": None})["case"]
    heads = ["engine", "numbers", *(case.replace(":", " ") for case in cases)]
    heads += ["error, grey levels"] * bool(cases) + ["process"] * bool(processes) + ["peak RSS, MiB"] * bool(cases)
    lines = line(heads) + line(["---"] * len(heads))
    for name in names:
        own = {row["case"]: row for row in networks if row["engine"] == name}
        process = next((row for row in processes if row["engine"] == name), None)
        cells = [title.get(name, name), next(row["numbers"] for row in [*own.values(), process] if row)]
        for case in cases:
            ours = next((row for row in networks if row["engine"] == names[0] and row["case"] == case), None)
            cells.append(cell(own.get(case), ours))
        if cases:
            errors = [row["worst"] for row in own.values() if "worst" in row]
            cells.append(f"{max(errors):.2g}" if errors else "")
        if processes:
            cells.append(cell(process, next((row for row in processes if row["engine"] == names[0]), None)))
        if cases:
            memory = own.get(largest, {}).get("memory")
            cells.append(f"{memory / 2**20:.0f}" if memory else "")
        lines += line(cells)
    return lines


def of_classification(rows):
    """A table for each number of pictures: rows are networks, columns are engines; times are ours, and multiples of them."""
    lines, engines = [], [engine.name for engine in ENGINES]
    rows = sorted(rows, key=lambda row: (NETWORKS.index(row["case"].split(":")[0]), engines.index(row["engine"])))
    for batch in sorted({int(row["case"].split(":")[1]) for row in rows}):
        here = [row for row in rows if row["case"].endswith(f":{batch}")]
        title = titles(here)
        ours, *others = dict.fromkeys(row["engine"] for row in here)
        heads = ["network", f"{title.get(ours, ours)}: ms a picture", "x peak", *(title.get(name, name) for name in others)]
        lines += ["", "One picture at a time:" if batch == 1 else f"{batch} pictures at once:", ""]
        lines += line([*heads, "ours / fastest peer"]) + line(["---"] * (len(heads) + 1))
        for case in dict.fromkeys(row["case"] for row in here):
            by_engine = {row["engine"]: row for row in here if row["case"] == case}
            own, cells = by_engine.get(ours, {}), ["failed", "", ""]
            peers = [row["seconds"] for name, row in by_engine.items() if "seconds" in row and not name.startswith("msrn")]
            if "seconds" in own:
                mark = "" if own["clean"] >= 3 else "~"
                cells = [f"{mark}{own['seconds'] / batch * 1e3:.1f}", f"{own['flops'] / own['peak']:.2f}",
                         f"{own['seconds'] / min(peers):.2f}" if peers else ""]
            lines += line([case.split(":")[0], *cells[:2], *(cell(by_engine.get(name), own) for name in others), cells[2]])
        errors = {name: max((row["worst"] for row in here if row["engine"] == name and "worst" in row), default=None)
                  for name in [ours, *others]}
        cells = ["" if error is None else f"{error:.1g}" for error in errors.values()]
        lines += line(["*largest error*", cells[0], "", *cells[1:], ""])
    return lines[1:]


def line(cells):
    return ["| " + " | ".join(cells) + " |"] if cells[0] != "---" else ["|" + "---|" * len(cells)]


def cell(row, ours):
    """A multiple of our time; ours itself in milliseconds, with its multiple of the peak."""
    if row is None:
        return ""
    if "seconds" not in row:
        return "failed"
    mark = "" if row.get("clean", 3) >= 3 else "~"  # other processes were at work
    if row is ours:
        peak = f", {row['flops'] / row['peak']:.2f} x peak" if "peak" in row else ""
        return f"{mark}1 ({row['seconds'] * 1e3:.0f} ms{peak})"
    return f"{mark}{row['seconds'] / ours['seconds']:.2f}" if ours and "seconds" in ours else f"{row['seconds'] * 1e3:.0f} ms"


def rewrite(path, report):
    """Puts the block of this kind of machine in place of the last one of its kind, or after the others."""
    with open(path) as file:
        whole = file.read()
    if whole.count(BEGIN) != 1 or whole.count(END) != 1 or whole.index(BEGIN) > whole.index(END):
        sys.exit(f"{path}: there is no {BEGIN} with {END} after it")
    before, rest = whole.split(BEGIN)
    inside, after = rest.split(END)
    parts = re.split(r"<!-- peers: (.*?) -->", inside)
    blocks = dict(zip(parts[1::2], (part.strip() for part in parts[2::2])))
    blocks[report["machine"]] = text(report)
    inside = "\n\n".join(f"<!-- peers: {kind} -->\n{block}" for kind, block in blocks.items())
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n{inside}\n{END}{after}")


if __name__ == "__main__":
    with open(sys.argv[1]) as results:
        loaded = json.load(results)
    print(text(loaded))
    for readme in sys.argv[2:]:
        rewrite(readme, loaded)
