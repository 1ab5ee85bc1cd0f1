"""Makes the HEIC and AVIF test pictures: pattern() of decode_test.go, as make.py.

Needs Pillow 11.3 or newer (it writes AVIF) and pillow-heif. Run in this folder.
"""
from PIL import Image
import pillow_heif

pillow_heif.register_heif_opener()
W, H = 48, 40


def pattern(w=W, h=H):
    im = Image.new("RGB", (w, h))
    im.putdata([(255, 255, 255) if x < 12 and y < 10 else (5 * x % 256, 6 * y % 256, 3 * (x + y) // 2 % 256) for y in range(h) for x in range(w)])
    return im


im = pattern()
fine = {"quality": 95, "subsampling": "4:4:4"}
im.save("plain.heic", **fine)
im.save("plain.avif", **fine)
pattern(131, 67).save("odd.heic", quality=95, subsampling="4:2:0")
im.convert("L").save("gray.heic", quality=95)
im.convert("L").save("gray.avif", quality=95)
# BT.709, limited range, said by an nclx box.
im.save("limited.heic", **fine, matrix_coefficients=1, color_primaries=1, transfer_characteristic=13, full_range_flag=0)
im.save("limited.avif", **fine, range="limited")
# A picture of four tiles, as telephones write them.
pattern(128, 128).save("grid.heic", quality=95, tile_size=64)
rgba = im.convert("RGBA")
rgba.putalpha(Image.linear_gradient("L").resize((W, H)))
rgba.save("alpha.avif", **fine)
other = Image.new("RGB", (W, H), (200, 0, 0))
im.save("animated.avif", save_all=True, append_images=[other, other], duration=100, **fine)
# 16 bits a channel become 10 or 12.
deep = pillow_heif.from_bytes("RGB;16", (W, H), b"".join((257 * v).to_bytes(2, "little") for p in im.getdata() for v in p))
deep.save("deep.heic", quality=95, chroma="420")
deep.save("deep444.heic", quality=95, chroma="444")  # libheif cannot bring it to 8 bits
im.save("half.heic", quality=95, subsampling="4:2:2")
# Orientation in EXIF alone, which counts for nothing in a HEIF file.
only = Image.Exif()
only[0x0112] = 6
im.save("exifonly.heic", exif=only, **fine)  # as an object, the writer does not look into it

T = Image.Transpose
stored = {1: None, 2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM, 5: T.TRANSPOSE, 6: T.ROTATE_90, 7: T.TRANSVERSE, 8: T.ROTATE_270}
for o, t in stored.items():
    e = Image.Exif()
    e[0x0112] = o
    e[0x010F], e[0x0110] = "Kin", "Dred 1"
    e.get_ifd(0x8769)[0x9003] = "2021:03:04 05:06:07"
    turned = im if t is None else im.transpose(t)
    # Both writers turn the number into irot and imir boxes.
    turned.save(f"orientation{o}.heic", exif=e.tobytes(), **fine)
    turned.save(f"orientation{o}.avif", exif=e, **fine)
