"""Writes winograd_forms.h: the transforms of the Winograd forms F(m, r), minimal filtering of m outputs by r taps.

  python3 winograd.py > ../winograd_forms.h

Y = A^T [(G g) * (B^T d)], built from interpolation at 0, +-a, +-b, ..., infinity (Toom-Cook; Lavin and Gray, "Fast Algorithms for
Convolutional Neural Networks", CVPR 2016). Points come in pairs of opposite sign, so that B^T and A^T split into even and odd parts and
a line of n = m + r - 1 points costs about half the multiplications of the matrix. B^T is left unnormalised (monic polynomials);
G takes the denominators, in exact fractions, written as doubles for weights that are transformed beforehand and as a line of fp32
operations for those that are transformed where they are used.

The points: what keeps the rounding error of fp32 lowest among small fractions; the error of each form is in Engine.md.
"""
from fractions import Fraction as Q

FORMS = [
    (4, 3, [Q(2, 3), Q(4, 3)]),
    (6, 3, [Q(1), Q(2), Q(1, 2)]),
    (4, 5, [Q(1), Q(2), Q(1, 2)]),
    (8, 3, [Q(2, 5), Q(4, 5), Q(5, 4), Q(12, 5)]),
    (6, 5, [Q(2, 5), Q(4, 5), Q(5, 4), Q(12, 5)]),
    (8, 5, [Q(3, 8), Q(2, 3), Q(1), Q(10, 7), Q(17, 6)]),
]


def product(squares):
    """Coefficients of the product of (x - s) over the squares, in x = point squared."""
    c = [Q(1)]
    for s in squares:
        c = [(c[i - 1] if i else 0) - s * (c[i] if i < len(c) else 0) for i in range(len(c) + 1)]
    return c


def number(q):
    return repr(float(q)) + "f"


def polynomial(coefficients, names):
    """sum(c * name) with the leading coefficient 1, from the last term inwards."""
    text = names[-1]
    for c, name in list(zip(coefficients, names))[-2::-1]:
        text = f"({text} + {name})" if c == 1 else f"FMA({number(c)}, {name}, {text})"
    return text


def combination(terms):
    """sum(c * name): the terms with factor 1 first, then one fused multiply-add each."""
    text = None
    for c, name in sorted(terms, key=lambda t: t[0] != 1):
        if text is None:
            text = name if c == 1 else f"{number(c)} * {name}"
        else:
            text = f"({text} + {name})" if c == 1 else f"FMA({number(c)}, {name}, {text})"
    return text


def weighted(row, taps):
    """sum(row[i] * d) over some taps."""
    return combination([(row[i], f"d{i}") for i in taps])


def begin(name, count):
    """The first lines of a function over a line of so many vectors."""
    return [f"static inline __attribute__((always_inline)) void NAME({name})(const VEC *d, ptrdiff_t from, VEC *t, ptrdiff_t to) {{",
            "    const VEC " + ", ".join(f"d{i} = d[{i} * from]" for i in range(count)) + ";"]


def input_transform(points, forms):
    """B^T, which depends on the points alone: forms that have them share it."""
    pairs, n = len(points), 2 * len(points) + 2
    lines = ["#if " + " || ".join(f"(TILE == {m} && KERNEL == {r})" for m, r in forms), *begin("input_line", n)]
    whole = product([p * p for p in points])
    lines.append(f"    t[0] = {polynomial(whole, [f'd{2 * i}' for i in range(pairs + 1)])};")
    for j, a in enumerate(points):
        others = product([p * p for p in points if p != a])
        lines.append(f"    const VEC e{j} = {polynomial(others, [f'd{2 * i + 2}' for i in range(pairs)])};")
        lines.append(f"    const VEC o{j} = {polynomial(others, [f'd{2 * i + 1}' for i in range(pairs)])};")
        for sign, at in ((1, 2 * j + 1), (-1, 2 * j + 2)):
            value = f"e{j} {'+' if sign > 0 else '-'} o{j}" if a == 1 else f"FMA({number(sign * a)}, o{j}, e{j})"
            lines.append(f"    t[{at} * to] = {value};")
    lines.append(f"    t[{n - 1} * to] = {polynomial(whole, [f'd{2 * i + 1}' for i in range(pairs + 1)])};")
    return lines + ["}", "#endif", ""]


def form(m, r, points):
    """A^T and G of one form."""
    n, pairs = m + r - 1, len(points)
    assert n == 2 * pairs + 2 and all(p > 0 for p in points)
    lines = [f"#if TILE == {m} && KERNEL == {r}", "#define POINTS %d" % n, ""]

    lines += begin("output_line", n)
    lines.append("    const VEC " + ", ".join(f"s{j} = d{2 * j + 1} + d{2 * j + 2}, q{j} = d{2 * j + 1} - d{2 * j + 2}" for j in range(pairs)) + ";")
    for i in range(m):
        terms = [(a**i, f"{'sq'[i % 2]}{j}") for j, a in enumerate(points)]
        if i == 0:
            terms.append((Q(1), "d0"))
        if i == m - 1:
            terms.append((Q(1), f"d{n - 1}"))
        lines.append(f"    t[{i} * to] = {combination(terms)};")
    lines += ["}", ""]

    finite = [Q(0)] + [s * a for a in points for s in (1, -1)]
    rows = []
    for a in finite:
        norm = Q(1)
        for b in finite:
            if b != a:
                norm *= a - b
        rows.append([a**k / norm for k in range(r)])
    rows.append([Q(0)] * (r - 1) + [Q(1)])
    lines.append("static const double NAME(filter)[POINTS][KERNEL] = {")
    for row in rows:
        lines.append("    {" + ", ".join(repr(float(x)) for x in row) + "},")
    lines += ["};", ""]

    lines += begin("filter_line", r)
    lines.append(f"    t[0 * to] = {weighted(rows[0], range(1))};")
    for j in range(pairs):
        row, at = rows[2 * j + 1], 2 * j + 1
        lines.append(f"    const VEC e{j} = {weighted(row, range(0, r, 2))};")
        if r > 3:
            lines.append(f"    const VEC o{j} = {weighted(row, range(1, r, 2))};")
            lines += [f"    t[{at} * to] = e{j} + o{j};", f"    t[{at + 1} * to] = e{j} - o{j};"]
        else:
            for sign in (0, 1):
                lines.append(f"    t[{at + sign} * to] = FMA({number(rows[at + sign][1])}, d1, e{j});")
    lines += [f"    t[{n - 1} * to] = d{r - 1};", "}", "#endif", ""]
    return lines


print("// Written by Generate/winograd.py: the one-dimensional transforms of each form. Defined by the including file: TILE, KERNEL, NAME(stem),")
print("// VEC, FMA(a, b, c). `from` and `to` count vectors.")
print()
shared = {}
for m, r, points in FORMS:
    shared.setdefault(tuple(points), []).append((m, r))
parts = [input_transform(points, forms) for points, forms in shared.items()] + [form(m, r, points) for m, r, points in FORMS]
print("\n".join(line for part in parts for line in part), end="")
