#!/usr/bin/env python3
"""Makes the fonts of this folder: the scripts Kindred shows, with digits of one width, and nothing else.

Inter's digits are as wide as they are; its tabular ones are a feature that Fyne cannot ask for. So the characters 0 to 9 are
given the tabular glyphs here, and counters do not jump. Features that put another glyph for what was written ("->" becomes an
arrow, "3x4" a cross) are left out: names of files are shown as they are, and the caret of an entry stays where the text is.

    pip install fonttools==4.68.0 brotli==1.2.1     (npm must be on the path; it fetches the originals)
    python3 assets/fonts/make.py
"""

import base64
import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = pathlib.Path(__file__).resolve().parent
INTER = "inter-ui@4.1.1", "451h0J29HyOmA+JXgSi/6M12tL7ZCZ8arYKZUXiOXTJpJbAKqJvFh3k5SiV3x7tKe0C0KyrKUUiQIvvZ2PQDcA=="
MONO = "@expo-google-fonts/jetbrains-mono@0.4.1", "CslACrtMOcRwoWXCO7OMEI+9w3fukWSoBtvNz46OqPoogEuuoY0tkDY1O8sFumk8t0pC6Cx0Xr95O0TOQhpkug=="

# Latin, Latin Extended (A, B, Additional), Greek, Cyrillic, and the accents that file names of some systems keep apart.
LETTERS = [(0x20, 0x7E), (0xA0, 0x24F), (0x259, 0x259), (0x2B0, 0x2FF), (0x300, 0x36F), (0x370, 0x3FF), (0x400, 0x52F), (0x1E00, 0x1EFF)]
# Punctuation, raised and lowered digits, currencies, letter-like signs, fractions, arrows, mathematics, keys, boxes, ticks.
SIGNS = [(0x2000, 0x206F), (0x2070, 0x209F), (0x20A0, 0x20BF), (0x2100, 0x215F), (0x2190, 0x21FF), (0x2200, 0x22FF), (0x2300, 0x23FF),
         (0x25A0, 0x25FF), (0x2713, 0x2717), (0xFEFF, 0xFEFF), (0xFFFD, 0xFFFD)]
FEATURES = ["ccmp", "locl", "kern", "mark", "mkmk"]


def fetch(package, folder):
    """Fetches a pinned npm package into folder and returns the folder of its files."""
    name, integrity = package
    folder.mkdir()
    done = subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    tgz = folder / done.stdout.split()[-1]
    got = base64.b64encode(hashlib.sha512(tgz.read_bytes()).digest()).decode()
    if got != integrity:
        sys.exit(f"{name} has another checksum: {got}")
    with tarfile.open(tgz) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def tabular(font):
    """Gives the characters 0 to 9 the glyphs that the font's tnum feature puts in their place."""
    gsub = font["GSUB"].table
    swaps = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for table in gsub.LookupList.Lookup[index].SubTable:
                    swaps.update(getattr(table, "ExtSubTable", table).mapping)
    for table in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            if digit in table.cmap:
                # Tables of two platforms may be one and the same, and then swapped already.
                table.cmap[digit] = swaps.get(table.cmap[digit], table.cmap[digit])


def make(source, target, digits=False):
    """Writes the part of the font in source that Kindred shows to target."""
    font = TTFont(source, recalcTimestamp=False)
    if digits:
        tabular(font)
    options = subset.Options(layout_features=FEATURES, name_IDs=["*"], notdef_outline=True, hinting=False, glyph_names=False)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[c for first, last in LETTERS + SIGNS for c in range(first, last + 1)])
    cutter.subset(font)
    widths = {font["hmtx"][font.getBestCmap()[ord(d)]][0] for d in "0123456789"}
    if len(widths) != 1:
        sys.exit(f"{target}: digits of {len(widths)} widths")
    font.flavor = None
    font.save(HERE / target)
    print(f"{target}: {(HERE / target).stat().st_size // 1024} KB, {len(font.getBestCmap())} characters")


def main():
    with tempfile.TemporaryDirectory() as folder:
        inter = fetch(INTER, pathlib.Path(folder) / "inter")
        mono = fetch(MONO, pathlib.Path(folder) / "mono")
        for style in ("Regular", "SemiBold"):
            make(inter / "web" / f"Inter-{style}.woff2", f"Inter-{style}.ttf", digits=True)
        make(mono / "400Regular" / "JetBrainsMono_400Regular.ttf", "JetBrainsMono-Regular.ttf")
        (HERE / "OFL-Inter.txt").write_bytes((inter / "LICENSE.txt").read_bytes())
        (HERE / "OFL-JetBrainsMono.txt").write_bytes((mono / "LICENSE_FONT").read_bytes())


if __name__ == "__main__":
    main()
