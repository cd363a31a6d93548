"""Makes what Fixtures holds beside the copied files: JPEGs of every kind, and what independent readers see in each file.

    python3 Tests/MSRNImagesTests/Scripts/fixtures.py SOURCE

SOURCE is a folder with `pngsuite`, `libjpeg-turbo_testimages`, `mozjpeg_testimages` and `exif_orientation`, from where the files are
copied; without it, only the rest is made anew from what lies in Fixtures. Needs Pillow, pypng and a C compiler with libjpeg's headers.

PNG: `png.tsv` has a line a valid file with name, width, height, grey or rgb, alpha or opaque, depth and the FNV-1a hash of the interleaved
samples, two bytes each and big-endian where the depth is 16. They come from pypng's stored values, with palette and tRNS applied here
after the PNG specification; Pillow must agree wherever it keeps 8 bits. `png-broken.txt` names the files that are no valid PNG.
JPEG: beside each X.jpg lies X.png with Pillow's pixels.
"""

import io
import pathlib
import shutil
import subprocess
import sys
import tempfile

import png
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "Fixtures"


def fnv(data):
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def stored_samples(path):
    """Width, height, colours, alpha, depth and the samples as bytes, as the file stores them."""
    reader = png.Reader(bytes=path.read_bytes())
    width, height, rows, info = reader.read()
    bits, planes = info["bitdepth"], reader.planes
    palette = reader.palette() if reader.colormap else None
    key = None if reader.colormap else info.get("transparent")
    out = []
    for row in rows:
        pixels = [tuple(row[i : i + planes]) for i in range(0, len(row), planes)]
        if palette is not None:
            alpha = any(len(entry) == 4 for entry in palette)
            size = 4 if alpha else 3
            for (index,) in pixels:
                out.extend((tuple(palette[index]) + (255,))[:size])
            continue
        scale = 255 // (2**bits - 1) if bits < 8 else 1
        opaque = 65535 if bits == 16 else 255
        for pixel in pixels:
            out.extend(value * scale for value in pixel)
            if key is not None:
                wanted = key if isinstance(key, tuple) else (key,)
                out.append(0 if pixel == wanted else opaque)
    if palette is not None:
        colours, depth = 3, 8
    else:
        colours, depth = (1 if info["greyscale"] else 3), (16 if bits == 16 else 8)
        alpha = info["alpha"] or key is not None
    if depth == 16:
        data = b"".join(value.to_bytes(2, "big") for value in out)
    else:
        data = bytes(out)
    return width, height, colours, alpha, depth, data


def check_with_pillow(path, colours, alpha, data):
    picture = Image.open(path)
    mode = {(1, False): "L", (1, True): "LA", (3, False): "RGB", (3, True): "RGBA"}[colours, alpha]
    if colours == 1 and alpha and picture.mode != "LA":
        # Pillow compares a transparent grey of 1, 2 or 4 bits with the samples after scaling them to 8: only grey is compared.
        pixels, data = picture.convert("L").tobytes(), data[::2]
    else:
        pixels = picture.convert(mode).tobytes()
    assert pixels == data, f"{path.name}: Pillow and pypng differ"


def manifest():
    lines = []
    broken = []
    for path in sorted((FIXTURES / "pngsuite").glob("*.png")) + sorted((FIXTURES / "libjpeg-turbo").glob("vgl*.png")):
        name = path.relative_to(FIXTURES).as_posix()
        if path.name.startswith("x"):
            broken.append(name)
            continue
        width, height, colours, alpha, depth, data = stored_samples(path)
        if depth == 8:
            check_with_pillow(path, colours, alpha, data)
        fields = [name, width, height, "grey" if colours == 1 else "rgb", "alpha" if alpha else "opaque", depth]
        lines.append("\t".join(map(str, fields)) + f"\t{fnv(data):016x}")
    (FIXTURES / "png.tsv").write_text("\n".join(lines) + "\n")
    (FIXTURES / "png-broken.txt").write_text("\n".join(broken) + "\n")


def make_jpegs():
    folder = FIXTURES / "jpeg"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as build:
        program = f"{build}/make_jpegs"
        subprocess.run(["cc", "-std=c11", "-o", program, str(HERE / "make_jpegs.c"), "-ljpeg"], check=True)
        subprocess.run([program, str(folder)], check=True)


def shrink_orientations(source):
    """The EXIF examples at a thirtieth of their size: own pixels, the original EXIF block."""
    folder = FIXTURES / "exif_orientation"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in sorted(source.glob("*.jpg")):
        picture = Image.open(path)
        exif = picture.info["exif"]
        width, height = (max(side // 30, 1) for side in picture.size)
        picture.convert("RGB").resize((width, height)).save(folder / path.name, quality=80, exif=exif)


def expected_jpegs():
    for path in sorted(FIXTURES.glob("*/*.jpg")):
        if "12" in path.stem.split("-")[0]:
            continue  # 12-bit, to be refused
        picture = Image.open(path)
        picture = picture if picture.mode == "L" else picture.convert("RGB")
        clean = Image.frombytes(picture.mode, picture.size, picture.tobytes())
        clean.save(path.with_suffix(".png"), optimize=True)


def copy(source):
    for name, folder, files in [
        ("pngsuite", "pngsuite", ["*.png"]),
        ("libjpeg-turbo_testimages", "libjpeg-turbo",
         ["LICENSE.txt", "testorig.jpg", "testimgari.jpg", "testimgint.jpg", "monkey12.jpg", "vgl_5674_0098.png"]),
        ("mozjpeg_testimages", "mozjpeg", ["LICENSE", "testorig12.jpg"]),
    ]:
        (FIXTURES / folder).mkdir(parents=True, exist_ok=True)
        for pattern in files:
            for path in sorted((source / name).glob(pattern)):
                shutil.copyfile(path, FIXTURES / folder / path.name)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        copy(pathlib.Path(sys.argv[1]))
        shrink_orientations(pathlib.Path(sys.argv[1]) / "exif_orientation")
    make_jpegs()
    expected_jpegs()
    manifest()
