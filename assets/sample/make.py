#!/usr/bin/env python3
"""Makes Kindred's sample dataset from two Debian packages.

    apt-get download tuxpaint-stamps-default gcompris-qt-data
    for p in *.deb; do dpkg-deb -x "$p" root; done
    python3 assets/sample/make.py root/usr/share

Needs Pillow (with FreeType and WebP) and NumPy. picks.tsv says which pictures
are taken, from which file of a package, into which class, under which name.
Author and licence of a gcompris picture are read from the README beside it
inside the package; those of a Tux Paint stamp stand in picks.tsv (taken from
docs/CONTRIBUTORS.txt and CHANGES.txt of tuxpaint-stamps). What is planted (and
to be found again by the program and its tests) is written to PLANTED.json.

The same packages and the same library versions give the same bytes: the order
is sorted and every choice comes from a generator seeded with a name.
"""
import csv
import io
import json
import pathlib
import random
import re
import shutil
import struct
import sys
import zlib

from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont, ImageOps

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = HERE / "images"
FONT = HERE.parent / "fonts" / "Inter-SemiBold.ttf"
LONG_SIDE = 448     # of a photograph, in pixels
QUALITY = 84
ENLARGE = 1.6       # at most, for a small cut-out: more would look blurry
FIRST_NUMBER = 2003

# Plain grounds for cut-outs, as in a product shot.
GROUNDS = [(236, 233, 226), (214, 226, 235), (232, 219, 205), (219, 231, 217), (238, 221, 224), (201, 209, 219),
           (242, 236, 208), (208, 222, 222), (226, 220, 236), (247, 247, 245), (178, 194, 203), (206, 188, 170)]
NIGHT = (11, 12, 16)
NUMBERED = 0.42     # share of files that carry a camera's name instead of their own

# Folder a picture is put into though it shows something else: name, folder.
WRONG = {"swans": "farm", "puffer": "birds", "claw-hammer-a": "pliers", "linda-b": "towers", "petunia": "fish",
         "koala": "monkeys"}
# Pictures of no class: some in a class folder, some without a label ("").
OUTLIERS = {"scales": "flowers", "pillow": "farm", "multimeter": "hammers", "letter-blocks": "castles",
            "solar-panel": "windmills", "spray-bottle": "", "orchestra": "", "steam": ""}
FAULTS = {"trout": "blurry", "imperial-baths": "blurry", "hedgehog": "dark", "crocodile": "dark", "shepherd-dog": "light"}
# Pictures of the same thing, taken at another moment: kin, but no copies.
LOOKALIKES = [("eiffel-a", "eiffel-b"), ("qutub-minar-a", "qutub-minar-b"), ("claw-hammer-a", "claw-hammer-b"),
              ("anthias-a", "anthias-b"), ("rainbow-wrasse-a", "rainbow-wrasse-b"), ("linda-a", "linda-b"),
              ("golden-pig-a", "golden-pig-b")]
# Copies, byte for byte: name, folder ("" = its own), name of the copy.
EXACT = [("flamingo", "", "flamingo-copy"), ("rhodes", "", ""), ("earth", "", ""), ("schwerin", "towers", "schwerin-palace")]
# Changed copies: name, kind, amount, name of the copy ("" = a camera's).
NEAR = [("kingfisher", "recompressed", 14, ""), ("panda", "recompressed", 22, "panda-small-file"), ("neuschwanstein", "resized", 0.5, "neuschwanstein-preview"),
        ("lemur", "resized", 0.6, ""), ("cow", "cropped", 0.82, ""), ("pisa", "cropped", 0.88, "pisa-detail"), ("gorilla", "flipped", 0, ""),
        ("claw-hammer-red", "flipped", 0, "hammer-mirrored"), ("brown-nippers", "rotated", 90, ""), ("kinderdijk", "recoloured", 0.35, "kinderdijk-warm"),
        ("rose", "recoloured", 0, "rose-grey"), ("goldfish", "brighter", 1.22, ""), ("chambord", "text overlaid", "Holiday 2019", ""),
        ("cheetah", "text overlaid", "www.example.org", "cheetah-web"), ("eiffel-a", "recompressed", 20, ""), ("eiffel-a", "resized", 0.6, "eiffel-thumb")]
KEEP_ALPHA = {"pelican", "flamingo", "iris"}         # stay PNG with transparency
KEEP_BYTES = {"dudutki", "armorer-hammer"}           # stay the WebP files of the package
TURNED = {"mykonos"}                                 # stored on its side, EXIF orientation 6


def rcc(path):
    """The files of a Qt resource container (qres): path -> bytes."""
    b = path.read_bytes()
    version, tree, data, names = struct.unpack(">4I", b[4:20])
    size, files = (22 if version >= 2 else 14), {}

    def walk(i, prefix):
        o = tree + i * size
        name, flags = struct.unpack(">IH", b[o:o + 6])
        if i:
            n = struct.unpack(">H", b[names + name:names + name + 2])[0]
            prefix += "/" + b[names + name + 6:names + name + 6 + 2 * n].decode("utf-16-be")
        if flags & 2:
            count, first = struct.unpack(">II", b[o + 6:o + 14])
            for k in range(first, first + count):
                walk(k, prefix)
            return
        at = data + struct.unpack(">I", b[o + 10:o + 14])[0]
        raw = b[at + 4:at + 4 + struct.unpack(">I", b[at:at + 4])[0]]
        files[prefix] = zlib.decompress(raw[4:]) if flags & 1 else raw
    walk(0, "")
    return files


def licence(text):
    """The SPDX name of a licence as a README writes it."""
    text = text.strip()
    if text.lower() == "public domain":
        return "public-domain"
    return re.sub(r"^(CC-BY(?:-SA)?) ", r"\1-", text)


def credits(files):
    """Author, licence and source of each file named in the READMEs of a container."""
    found = {}
    for path, raw in files.items():
        folder, name = path.rsplit("/", 1)
        if name != "README":
            continue
        for block in re.split(r"\n\s*\n", raw.decode("utf-8")):
            facts, listed, listing = {}, [], False
            for line in block.strip().splitlines():
                m = re.match(r"(Copyright|Source|License|Comments?|Files): ?(.*)", line)
                listing = bool(m) and m[1] == "Files" or not m and listing
                if m:
                    facts[m[1]] = m[2].strip()
                if listing:
                    listed.append(m[2] if m else line)
            for f in listed:
                if f.strip() and "Copyright" in facts and "License" in facts:
                    found[f"{folder}/{f.strip()}"] = facts
    return found


class Packages:
    """The two packages, unpacked below one folder."""

    def __init__(self, share):
        self.share, self.containers, self.facts = share, {}, {}

    def read(self, source):
        """Bytes of a picture, with author, licence, address and what was changed before ("" where unknown)."""
        package, path = source.split(":", 1)
        if package == "tuxpaint":
            return (self.share / "tuxpaint/stamps" / path).read_bytes(), "", "", "", ""
        activity, rest = path.split("/", 1)
        if activity not in self.containers:
            self.containers[activity] = rcc(self.share / f"gcompris-qt/rcc/{activity}.rcc")
            self.facts[activity] = credits(self.containers[activity])
        full = f"/gcompris/src/activities/{activity}/resource/{rest}"
        facts = self.facts[activity][full]
        return (self.containers[activity][full], facts["Copyright"].lstrip("© ").strip(), licence(facts["License"]),
                facts.get("Source", ""), facts.get("Comments", ""))


def fit(im, side):
    """The picture with its long side reduced to side; never enlarged."""
    k = side / max(im.size)
    return im if k >= 1 else im.resize((round(im.width * k), round(im.height * k)), Image.LANCZOS)


def scaled_cutout(im):
    """The cut-out, trimmed and scaled, in the middle of a transparent canvas of one of three shapes."""
    im = im.crop(im.getchannel("A").point(lambda a: 255 * (a > 8)).getbbox())
    ratio = im.width / im.height
    canvas = (320, 256) if ratio > 1.25 else (256, 320) if ratio < 0.8 else (288, 288)
    k = min(0.82 * canvas[0] / im.width, 0.82 * canvas[1] / im.height, ENLARGE)
    im = im.resize((max(1, round(im.width * k)), max(1, round(im.height * k))), Image.LANCZOS)
    out = Image.new("RGBA", canvas)
    out.paste(im, ((canvas[0] - im.width) // 2, (canvas[1] - im.height) // 2))
    return out


def on_ground(cut, name, night):
    """The cut-out on a plain ground that is a little darker at the rim, with a soft shadow."""
    ground = NIGHT if night else random.Random("ground " + name).choice(GROUNDS)
    rim = tuple(round(c * 0.9) for c in ground)
    out = Image.composite(Image.new("RGB", cut.size, rim), Image.new("RGB", cut.size, ground),
                          Image.radial_gradient("L").resize(cut.size, Image.BICUBIC))
    if not night:
        shade = Image.new("L", cut.size)
        shade.paste(cut.getchannel("A"), (0, 7))
        shade = shade.filter(ImageFilter.GaussianBlur(8)).point(lambda a: a * 0.26)
        out.paste(tuple(round(c * 0.35) for c in ground), mask=shade)
    out.paste(cut.convert("RGB"), mask=cut.getchannel("A"))
    return out


def fault(im, kind):
    if kind == "blurry":
        return im.filter(ImageFilter.GaussianBlur(min(im.size) / 36))
    if kind == "dark":
        return im.point(lambda v: v * 0.13)
    return im.point(lambda v: 255 - (255 - v) * 0.13)   # light


def overlaid(im, text):
    im = im.copy()
    draw, font = ImageDraw.Draw(im), ImageFont.truetype(str(FONT), max(13, im.width // 13))
    x0, y0, x1, y1 = draw.textbbox((0, 0), text, font=font)
    x, y = im.width - (x1 - x0) - 12, im.height - (y1 - y0) - 14
    draw.text((x - x0 + 1, y - y0 + 1), text, font=font, fill=(20, 20, 20))
    draw.text((x - x0, y - y0), text, font=font, fill=(255, 255, 255))
    return im


def changed(im, kind, amount):
    """A changed copy, and its JPEG quality."""
    if kind == "recompressed":
        return im, amount
    if kind == "resized":
        return im.resize((round(im.width * amount), round(im.height * amount)), Image.LANCZOS), QUALITY
    if kind == "cropped":
        w, h = round(im.width * amount), round(im.height * amount)
        x, y = (im.width - w) * 2 // 3, (im.height - h) // 3
        return im.crop((x, y, x + w, y + h)), QUALITY
    if kind == "flipped":
        return ImageOps.mirror(im), QUALITY
    if kind == "rotated":
        return im.transpose(Image.ROTATE_90), QUALITY
    if kind == "recoloured":
        if not amount:
            return im.convert("L"), QUALITY
        r, g, b = im.split()
        return Image.merge("RGB", (r.point(lambda v: min(255, v * (1 + amount / 2))), g, b.point(lambda v: v * (1 - amount)))), QUALITY
    if kind == "brighter":
        return ImageEnhance.Brightness(im).enhance(amount), QUALITY
    return overlaid(im, amount), QUALITY


def jpeg(im, quality, exif=None):
    out = io.BytesIO()
    im.save(out, "JPEG", quality=quality, optimize=True, progressive=False, **({"exif": exif} if exif else {}))
    return out.getvalue()


def encoded(name, raw, cls):
    """The bytes of a picture as it goes into the sample: suffix, bytes, pixels, what was done."""
    im = Image.open(io.BytesIO(raw))
    if name in KEEP_BYTES:
        return ".webp", raw, im.convert("RGB"), "unchanged"
    im = im.convert("RGBA")
    if im.getextrema()[3][0] < 250:
        cut = scaled_cutout(im)
        if name in KEEP_ALPHA:
            out = io.BytesIO()
            cut.save(out, "PNG", optimize=True)
            return ".png", out.getvalue(), on_ground(cut, name, False), "scaled, centred"
        im, done = on_ground(cut, name, cls == "planets"), "scaled, put on a plain ground"
    else:
        im, done = fit(im.convert("RGB"), LONG_SIDE), "scaled"
    if name in FAULTS:
        im, done = fault(im, FAULTS[name]), done + f", made {FAULTS[name]}"
    if name in TURNED:
        exif = Image.Exif()
        exif[0x0112] = 6
        return ".jpg", jpeg(im.transpose(Image.ROTATE_90), QUALITY, exif), im, done + ", stored on its side (EXIF orientation 6)"
    return ".jpg", jpeg(im, QUALITY), im, done


class Sample:
    """What is written: files, their sources and what is planted."""

    def __init__(self):
        self.rows, self.number = [], FIRST_NUMBER
        self.planted = {k: [] for k in ("exact", "near", "lookalike", "wrong", "outlier", "blurry", "dark", "light",
                                        "low_information", "bad", "unlabelled")}

    def camera(self):
        self.number += random.Random(self.number).randint(1, 5)
        return f"IMG_{self.number}"

    def add(self, folder, stem, suffix, raw, row):
        path = IMAGES / folder / ((stem or self.camera()) + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            raise SystemExit(f"{path} is there twice")
        path.write_bytes(raw)
        relative = path.relative_to(IMAGES).as_posix()
        self.rows.append((relative, *row))
        return relative


def make(share):
    shutil.rmtree(IMAGES, ignore_errors=True)
    packages, sample, pictures = Packages(share), Sample(), {}
    planted = sample.planted
    with open(HERE / "picks.tsv", encoding="utf-8") as f:
        picks = sorted(csv.DictReader(f, delimiter="\t"), key=lambda p: (p["class"], p["name"]))
    for p in picks:
        name, cls = p["name"], p["class"]
        raw, author, lic, address, before = packages.read(p["source"])
        author, lic = p["author"] or author, p["licence"] or lic
        suffix, data, pixels, done = encoded(name, raw, cls)
        done = "; ".join(x for x in (before and "in the package: " + before, done) if x)
        folder = OUTLIERS.get(name, WRONG.get(name, "" if cls == "unlabelled" else cls))
        numbered = random.Random("name " + name).random() < NUMBERED or name in WRONG or name in OUTLIERS or name in FAULTS
        row = (p["source"], author, lic, address, done)
        path = sample.add(folder, "" if numbered else name, suffix, data, row)
        pictures[name] = (path, suffix, data, pixels, folder, row)
        if name in WRONG:
            planted["wrong"].append({"file": path, "given": folder, "true": cls})
        elif name in OUTLIERS:
            planted["outlier"].append(path)
        elif name in FAULTS:
            planted[FAULTS[name]].append(path)
        elif cls == "unlabelled":
            planted["unlabelled"].append(path)
    copies(sample, pictures)
    faulty(sample, pictures)
    return sample


def copies(sample, pictures):
    for name, folder, stem in EXACT:
        path, suffix, data, _, own, row = pictures[name]
        twin = sample.add(folder or own, stem, suffix, data, row[:4] + (row[4] + "; the same bytes again",))
        sample.planted["exact"].append([path, twin])
    for name, kind, amount, stem in NEAR:
        path, _, _, pixels, folder, row = pictures[name]
        im, quality = changed(pixels, kind, amount)
        twin = sample.add(folder, stem, ".jpg", jpeg(im, quality), row[:4] + (row[4] + f"; a copy, {kind}" + (f" ({amount})" if amount else ""),))
        sample.planted["near"].append({"files": [path, twin], "kind": kind, "amount": amount})
    sample.planted["lookalike"] = [[pictures[a][0], pictures[b][0]] for a, b in LOOKALIKES]


def faulty(sample, pictures):
    """Files that show nothing, and files that are no pictures."""
    own = ("made by make.py", "the Kindred authors", "CC0-1.0", "", "")
    wall = Image.new("RGB", (320, 240), (124, 126, 129))
    sample.planted["low_information"].append(sample.add("hammers", "", ".jpg", jpeg(wall, QUALITY), own[:4] + ("an empty grey wall",)))
    _, _, data, _, _, row = pictures["seabream"]
    bad = [("birds", "", b"", "empty", own[:4] + ("0 bytes",)),
           ("fish", "", data[:len(data) * 2 // 5], "truncated", row[:4] + (row[4] + "; cut off at 40 % of its bytes",)),
           ("towers", "panorama", b"This is a note, not a photo. The panorama is still on the camera.\n", "text", own[:4] + ("a text named .jpg",))]
    for folder, stem, raw, kind, about in bad:
        sample.planted["bad"].append({"file": sample.add(folder, stem, ".jpg", raw, about), "kind": kind})


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    sample = make(pathlib.Path(sys.argv[1]))
    planted = sample.planted
    with open(HERE / "SOURCES.tsv", "w", encoding="utf-8") as f:
        f.write("path\tsource\tauthor\tlicence\taddress\tchanged\n")
        for row in sorted(sample.rows):
            f.write("\t".join(x.replace("\t", " ") for x in row) + "\n")
    planted["unlabelled"].sort()
    with open(HERE / "PLANTED.json", "w", encoding="utf-8") as f:
        json.dump(planted, f, indent=1, ensure_ascii=True)
        f.write("\n")
    total = sum(f.stat().st_size for f in IMAGES.rglob("*") if f.is_file())
    print(f"{len(sample.rows)} files, {total / 1e6:.2f} MB, licences: {', '.join(sorted({r[3] for r in sample.rows}))}")


if __name__ == "__main__":
    main()
