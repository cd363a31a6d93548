"""The results as a table, and its place in a README: table.py RESULTS.json [README.md].

Between `<!-- peers:begin -->` and `<!-- peers:end -->` there is one block for each kind of machine, headed `<!-- peers: KIND -->`.
Only the block of the results' own kind is replaced.
"""
import json
import re
import sys

BEGIN, END = "<!-- peers:begin -->", "<!-- peers:end -->"


def text(report):
    """The block of one machine."""
    lines = [f"**{report['machine']}**, {report['threads']} threads, {report['date']}:", ""]
    rows = report["networks"] + report["processes"]
    for group in dict.fromkeys(row["group"] for row in rows):
        if group == "avx2":
            lines += ["", "All held to AVX2:", ""]
        lines += of_group([r for r in report["networks"] if r["group"] == group],
                          [r for r in report["processes"] if r["group"] == group])
    return "\n".join(lines)


def of_group(networks, processes):
    """Rows are engines, columns are cases; times are those of the first engine, which is ours, and multiples of them."""
    cases = list(dict.fromkeys((r["scale"], r["width"], r["height"]) for r in networks))
    names = list(dict.fromkeys(r["engine"] for r in networks + processes))
    # Of what ours says of itself, version and precision are enough.
    titles = {r["engine"]: ",".join(r["name"].split(",")[:2]) if r["engine"].startswith("msrn") else r["name"]
              for r in processes + networks if r["name"]}
    largest = max(cases, key=lambda case: case[0] ** 2 * case[1] * case[2], default=None)
    heads = ["engine", "numbers"] + [f"x{s} {w}x{h}" for s, w, h in cases]
    heads += ["error, grey levels"] * bool(cases) + ["process"] * bool(processes) + ["peak RSS, MiB"] * bool(cases)
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for name in names:
        own = [r for r in networks if r["engine"] == name]
        by_case = {(r["scale"], r["width"], r["height"]): r for r in own}
        process = next((r for r in processes if r["engine"] == name), None)
        cells = [titles.get(name, name), next(r["numbers"] for r in own + [process] if r)]
        for case in cases:
            ours = next((r for r in networks if r["engine"] == names[0] and
                         (r["scale"], r["width"], r["height"]) == case), None)
            cells.append(cell(by_case.get(case), ours))
        if cases:
            errors = [r["worst"] for r in own if "worst" in r]
            cells.append(f"{max(errors):.2g}" if errors else "")
        if processes:
            cells.append(cell(process, next((r for r in processes if r["engine"] == names[0]), None)))
        if cases:
            memory = by_case.get(largest, {}).get("memory")
            cells.append(f"{memory / 2**20:.0f}" if memory else "")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


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
