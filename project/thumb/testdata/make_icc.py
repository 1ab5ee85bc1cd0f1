"""Makes pictures with colour profiles and what Little CMS makes of them.

NAME is a picture that carries a profile; NAME.want.png is what Pillow's
ImageCms, which is Little CMS, converts it to (perceptual, no flags). The
profiles are written here after ICC.1:2022. Run in this folder.
"""
from PIL import Image, ImageCms
import io, math, struct
import pillow_heif

pillow_heif.register_heif_opener()
W, H = 48, 40


def s15(v):
    return struct.pack(">i", round(v * 65536))


def xyz(v):
    return b"XYZ \0\0\0\0" + b"".join(s15(x) for x in v)


def gamma(g):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(g * 256)) + b"\0\0"


def para(kind, *v):
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + b"".join(s15(x) for x in v)


def samples(f, n):
    return b"curv\0\0\0\0" + struct.pack(">I", n) + b"".join(struct.pack(">H", round(65535 * f(i / (n - 1)))) for i in range(n)) + b"\0" * (2 * n % 4)


def profile(space, pcs, tags, version=2, kind=b"mntr"):
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + b"\0" * 78 + b"\0"
    tags = dict(tags, desc=text, wtpt=xyz((0.9642, 1, 0.8249)), cprt=b"text\0\0\0\0none\0\0\0\0")
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", at + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    body = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s12s4s", 128 + len(body), b"\0\0\0\0", version << 24, kind, space, pcs, struct.pack(">6H", 2024, 1, 1, 0, 0, 0), b"acsp")
    return head.ljust(68, b"\0") + s15(0.9642) + s15(1) + s15(0.8249) + b"\0" * 48 + body


def matrix(columns, curves, **more):
    t = {n + "XYZ": xyz(c) for n, c in zip("rgb", columns)}
    t.update({n + "TRC": c for n, c in zip("rgb", curves)})
    return profile(b"RGB ", b"XYZ ", t, **more)


SRGB = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
P3 = matrix([(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)], [para(3, *SRGB)] * 3, version=4)
ADOBE = matrix([(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)], [gamma(563 / 256)] * 3)
LIKE_SRGB = matrix([(0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)],
                   [samples(lambda x: x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4, 1024)] * 3)
GRAY = profile(b"GRAY", b"XYZ ", {"kTRC": gamma(1.8)})


def lab(c, m, y, k):
    """A printer that does not exist: inks that darken, each with its own tint."""
    light = (1 - 0.35 * c) * (1 - 0.5 * m) * (1 - 0.1 * y) * (1 - 0.85 * k)
    chroma = 1 - 0.8 * k
    return 4 + 96 * light, chroma * (-35 * c + 70 * m - 5 * y), chroma * (-45 * c - 5 * m + 85 * y)


def grid(n, channels, f):
    out, steps = [], [i / (n - 1) for i in range(n)]
    def walk(v):
        if len(v) == channels:
            out.extend(f(*v))
        else:
            for s in steps:
                walk(v + [s])
    walk([])
    return out


def mft2(channels, n, f):
    words = [i * 65535 // 255 for i in range(256)]
    values = grid(n, channels, f)
    body = b"mft2\0\0\0\0" + bytes([channels, 3, n, 0]) + b"".join(s15(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1)) + struct.pack(">HH", 256, 2)
    body += struct.pack(f">{256 * channels}H", *words * channels)
    body += struct.pack(f">{len(values)}H", *values)
    return body + struct.pack(">6H", *[0, 65535] * 3)


def mft1(channels, n, f):
    values = grid(n, channels, f)
    ramp = bytes(range(256))
    return b"mft1\0\0\0\0" + bytes([channels, 3, n, 0]) + b"".join(s15(v) for v in (1, 0, 0, 0, 1, 0, 0, 0, 1)) + ramp * channels + bytes(values) + ramp * 3


def lab16(*ink):
    l, a, b = lab(*ink)
    return [round(l * 652.8), round((a + 128) * 256), round((b + 128) * 256)]


def lab8(*ink):
    l, a, b = lab(*ink)
    return [round(l * 2.55), round(a + 128), round(b + 128)]


def mab(f, n):
    """Version 4: gamma, a grid, gamma, a matrix, no change; XYZ."""
    values = grid(n, 3, f)
    clut = bytes([n] * 3).ljust(16, b"\0") + b"\2\0\0\0" + struct.pack(f">{len(values)}H", *values)
    m = [0.6, 0.2, 0.1642, 0.3, 0.6, 0.1, 0.05, 0.1, 0.6749]  # white becomes D50
    parts = [para(0, 1.0) * 3, b"".join(s15(v / 2) for v in m) + s15(0) * 3, para(0, 1.8) * 3, clut + b"\0" * (-len(clut) % 4), para(0, 1.2) * 3]
    head, body = b"mAB \0\0\0\0" + bytes([3, 3, 0, 0]), b""
    for p in parts:
        head += struct.pack(">I", 32 + len(body))
        body += p
    return head + body


CMYK = profile(b"CMYK", b"Lab ", {"A2B0": mft2(4, 5, lab16)}, kind=b"prtr")
CMYK8 = profile(b"CMYK", b"Lab ", {"A2B0": mft1(4, 5, lab8)}, kind=b"prtr")
RGBTABLE = profile(b"RGB ", b"Lab ", {"A2B0": mft2(3, 9, lambda r, g, b: lab16(1 - r, 1 - g, 1 - b, 0))}, kind=b"scnr")
RGBNEW = profile(b"RGB ", b"XYZ ", {"A2B0": mab(lambda r, g, b: [round(65535 * (0.9 * v + 0.1 * r * g * b)) for v in (r, g, b)], 5)}, version=4, kind=b"scnr")

im = Image.new("RGB", (W, H))
im.putdata([(255, 255, 255) if x < 12 and y < 10 else (5 * x, 6 * y, 3 * (x + y) // 2) for y in range(H) for x in range(W)])
inks = Image.new("CMYK", (W, H))
inks.putdata([(0, 0, 0, 0) if x < 12 and y < 10 else (5 * x, 6 * y, 3 * (x + y) // 2, 255 if y > 36 else (x * y) % 128) for y in range(H) for x in range(W)])


def want(name, stored, icc):
    to = ImageCms.createProfile("sRGB")
    p = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    t = ImageCms.buildTransform(p, to, stored.mode, "RGB")
    ImageCms.applyTransform(stored, t).save(name + ".want.png")


def keep(name, stored, icc, **more):
    stored.save(name, icc_profile=icc, **more)
    read = Image.open(name)
    want(name, read if read.mode == stored.mode else read.convert(stored.mode), icc)


keep("p3.jpg", im, P3, quality=95, subsampling=0)
keep("p3.png", im, P3)
keep("p3.webp", im, P3, lossless=True)
keep("p3.tiff", im, P3, compression="tiff_lzw")
keep("p3.avif", im, P3, quality=95, subsampling="4:4:4")
keep("p3.heic", im, P3, quality=95, subsampling="4:4:4")
keep("adobe.png", im, ADOBE)
keep("likesrgb.png", im, LIKE_SRGB)
keep("dotgain.png", im.convert("L"), GRAY)
keep("dotgain.jpg", im.convert("L"), GRAY, quality=95)
keep("inks.tiff", inks, CMYK, compression="tiff_lzw")
keep("inks8.tiff", inks, CMYK8, compression="tiff_lzw")
keep("inks.jpg", inks, CMYK, quality=95, subsampling=0)
keep("table.png", im, RGBTABLE)
keep("newtable.png", im, RGBNEW)
