"""Makes the test pictures with Pillow, an implementation independent of ours.

Each shows the picture that pattern() of decode_test.go computes: 48 x 40 pixels,
r = 5x, g = 6y, b = 3(x+y)/2, with a white 12 x 10 block in the upper left corner.
Run in this folder: python3 make.py
"""
from PIL import Image
import struct, zlib

W, H = 48, 40
im = Image.new("RGB", (W, H))
im.putdata([(255, 255, 255) if x < 12 and y < 10 else (5 * x, 6 * y, 3 * (x + y) // 2) for y in range(H) for x in range(W)])

im.save("baseline.jpg", quality=95, subsampling=0)
im.save("progressive.jpg", quality=95, progressive=True)
im.save("subsampled.jpg", quality=95, subsampling=2)
im.convert("L").save("gray.jpg", quality=95)
im.convert("CMYK").save("cmyk.jpg", quality=95, subsampling=0)
im.convert("CMYK").save("cmyk.tiff", compression="tiff_lzw")
im.save("plain.png")
im.save("plain.bmp")
im.save("lossy.webp", quality=95)
im.save("lossless.webp", lossless=True)
im.save("lzw.tiff", compression="tiff_lzw")
rgba = im.convert("RGBA")
rgba.putalpha(Image.linear_gradient("L").resize((W, H)))
rgba.save("alpha.png")
rgba.save("alpha.webp", lossless=True, exact=True)
rgba.save("alpha-lossy.webp", quality=95, exact=True)
im.quantize(64).save("palette.png")
other = Image.new("RGB", (W, H), (200, 0, 0))
im.save("pages.tiff", save_all=True, append_images=[other, other], compression="tiff_adobe_deflate")
im.quantize(128).save("animated.gif", save_all=True, append_images=[other.quantize(4), other.rotate(90).quantize(8)], duration=100, disposal=2)
im.save("animated.webp", save_all=True, append_images=[other], lossless=True)
im.save("animated.png", save_all=True, append_images=[other])

# Orientation o: the file holds the picture turned so that o turns it upright.
T = Image.Transpose
stored = {1: None, 2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE, 6: T.ROTATE_90, 7: T.TRANSVERSE, 8: T.ROTATE_270}
for o, t in stored.items():
    e = Image.Exif()
    e[0x0112] = o
    e[0x010F], e[0x0110] = "Kin", "Dred 1"
    e.get_ifd(0x8769)[0x9003] = "2021:03:04 05:06:07"
    turned = im if t is None else im.transpose(t)
    turned.save(f"orientation{o}.png", exif=e)
    if o == 6:
        turned.save("orientation6.jpg", quality=95, exif=e)
        turned.save("orientation6.webp", lossless=True, exif=e)
        e[0x0132] = "2021:03:04 05:06:07"
        turned.save("orientation6.tiff", exif=e)

# 16 bits a channel, which Pillow cannot write: by hand after the PNG specification.
def png(depth, colour, rows):
    def chunk(name, body):
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", W, H, depth, colour, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
px = im.load()
open("rgb16.png", "wb").write(png(16, 2, b"".join(b"\0" + b"".join(struct.pack(">HHH", *(257 * v for v in px[x, y])) for x in range(W)) for y in range(H))))
open("gray16.png", "wb").write(png(16, 0, b"".join(b"\0" + b"".join(struct.pack(">H", 257 * px[x, y][0]) for x in range(W)) for y in range(H))))
Image.frombytes("I;16", (W, H), b"".join(struct.pack("<H", 257 * px[x, y][0]) for y in range(H) for x in range(W))).save("gray16.tiff")
