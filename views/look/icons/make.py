#!/usr/bin/env python3
"""Makes the icons of this folder from the Lucide glyphs.

Fyne recolours a themed SVG by its `fill` alone and drops `fill-rule`, so every stroke is turned into an outline here and the
outlines are wound such that the nonzero rule leaves the holes empty. One path per icon, 24 box, strokes of 1.75.

    pip install picosvg==0.23.0 skia-pathops==0.9.2     (npm must be on the path; it fetches the glyphs)
    python3 views/look/icons/make.py                    writes every icon
    python3 views/look/icons/make.py name ...           writes only these

A new icon is one more line in ICONS. mark-dark.svg and mark-light.svg are Kindred's own and drawn by hand.
"""

import base64
import hashlib
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile

import pathops
from picosvg.svg import SVG
from picosvg.svg_pathops import skia_path, svg_commands
from picosvg.svg_types import SVGPath

PACKAGE = "lucide-static@1.62.0"
INTEGRITY = "WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA=="
STROKE = 1.75
SCALE = 64
HERE = pathlib.Path(__file__).resolve().parent

# Our name -> Lucide's. Grouped as they are met in the window.
ICONS = {
    # rail: views
    "overview": "layout-dashboard",
    "images": "images",
    "map": "chart-scatter",
    "clusters": "shapes",
    "duplicates": "copy",
    "outliers": "circle-dot-dashed",
    "label": "tag",
    "quality": "sun-dim",
    "leaks": "waypoints",
    "train": "graduation-cap",
    "versions": "history",
    "export": "folder-output",
    # rail: folders, saved views, the rest
    "folder": "folder",
    "folder-open": "folder-open",
    "folder-plus": "folder-plus",
    "plug": "unplug",
    "bookmark": "bookmark",
    "bookmark-plus": "bookmark-plus",
    "settings": "settings-2",
    "drive": "hard-drive",
    "lock": "lock",
    # acts
    "search": "search",
    "close": "x",
    "check": "check",
    "keep": "check",
    "drop": "x",
    "skip": "skip-forward",
    "undo": "undo-2",
    "redo": "redo-2",
    "refresh": "refresh-cw",
    "pause": "pause",
    "play": "play",
    "stop": "square",
    "similar": "scan-search",
    "paste": "clipboard-paste",
    "copy-path": "clipboard",
    "rename": "pencil",
    "trash": "trash-2",
    "more": "ellipsis",
    "plus": "plus",
    "minus": "minus",
    "export-model": "file-output",
    "external": "external-link",
    # gallery toolbar
    "filter": "list-filter",
    "grid": "layout-grid",
    "list": "list",
    "sort": "arrow-down-wide-narrow",
    "image-small": "image",
    "expand": "maximize-2",
    "inspector": "panel-right",
    "rail": "panel-left",
    # arrows
    "chevron-down": "chevron-down",
    "chevron-up": "chevron-up",
    "chevron-left": "chevron-left",
    "chevron-right": "chevron-right",
    "chevrons-up-down": "chevrons-up-down",
    "arrow-right": "arrow-right",
    "swap": "arrow-left-right",
    # map
    "pan": "hand",
    "lasso": "lasso",
    "box": "square-dashed",
    "fit": "maximize",
    "zoom-in": "zoom-in",
    "zoom-out": "zoom-out",
    "eye": "eye",
    "eye-off": "eye-off",
    "target": "target",
    # duplicates
    "columns": "columns-2",
    "swipe": "square-split-horizontal",
    "contrast": "contrast",
    "link": "link-2",
    "unlink": "link-2-off",
    "list-checks": "list-checks",
    "recompressed": "file-archive",
    "crop": "crop",
    "resized": "scaling",
    "bright": "sun-medium",
    "rotate": "rotate-cw",
    "flip": "square-centerline-dashed-horizontal",
    "recoloured": "palette",
    "text": "type",
    "burst": "layers",
    "exact": "equal",
    "metadata": "file-text",
    # quality
    "blurry": "scan-eye",
    "dark": "moon",
    "odd-size": "ratio",
    # train
    "adapt": "combine",
    "model": "box",
    "pointer": "mouse-pointer-click",
    # states
    "info": "info",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "ok": "circle-check",
    "paused": "circle-pause",
    "working": "loader-circle",
    "no-match": "search-x",
    "broken-image": "image-off",
    "file": "file",
    "file-broken": "file-x-corner",
    # welcome, help, facts
    "terminal": "terminal",
    "shield": "shield-check",
    "cpu": "cpu",
    "book": "book-open",
    "keyboard": "keyboard",
    "whats-new": "file-clock",
    "help": "circle-question-mark",
    "moon": "moon",
    "sun-theme": "sun",
    "calendar": "calendar",
    "camera": "camera",
    "pin": "map-pin",
}


def fetch(folder):
    """Fetches the pinned package into folder and returns the folder of its glyphs."""
    done = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.PIPE, text=True)
    tgz = folder / done.stdout.split()[-1]
    got = base64.b64encode(hashlib.sha512(tgz.read_bytes()).digest()).decode()
    if got != INTEGRITY:
        sys.exit(f"{PACKAGE} has another checksum: {got}")
    with tarfile.open(tgz) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def outline(svg):
    """Returns the path data of a stroked glyph as one filled outline."""
    union = pathops.Path()
    for shape in SVG.fromstring(svg).shapes():
        # skia keeps to a tolerance of a quarter unit, so it works on an enlarged glyph: small circles stay round.
        path = skia_path(shape.as_path().arcs_to_cubics().as_cmd_seq(), "nonzero").transform(SCALE, 0, 0, SCALE)
        if shape.fill == "currentColor":
            union.addPath(path)
        path.stroke(STROKE * SCALE, pathops.LineCap.ROUND_CAP, pathops.LineJoin.ROUND_JOIN, 4)
        path.convertConicsToQuads()
        union.addPath(path)
    union.simplify(fix_winding=True)
    return numbers(SVGPath.from_commands(svg_commands(union.transform(1 / SCALE, 0, 0, 1 / SCALE))).d)


def numbers(d):
    """Rounds the numbers of path data to hundredths: a seventieth of a pixel at the largest size shown."""
    return re.sub(r"-?\d*\.?\d+(?:e-?\d+)?", lambda m: f"{round(float(m[0]), 2) + 0.0:g}", d)


def main():
    wanted = sys.argv[1:] or ICONS
    with tempfile.TemporaryDirectory() as folder:
        package = fetch(pathlib.Path(folder))
        for name in wanted:
            glyph = (package / "icons" / f"{ICONS[name]}.svg").read_text()
            (HERE / f"{name}.svg").write_text(
                '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
                f'<path d="{outline(glyph)}" fill="#000000"/></svg>\n'
            )
        (HERE / "LICENSE").write_text((package / "LICENSE").read_text())
    print(f"{len(wanted)} icons")


if __name__ == "__main__":
    main()
