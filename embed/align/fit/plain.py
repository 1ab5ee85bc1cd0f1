"""Makes pictures on plain grounds, on which an outline must not pass for a picture.

plain.py PHOTOS OUT N SEED PART

Writes N pictures to OUT: middles of photos cut out onto plain grounds, balls, outlines,
shapes, letters, tiles with letters, pages of text. PART 0 uses one half of the photos and
fonts, PART 1 the other. No two are the same picture; many share outline, ground and
layout. pairs.py takes the folder as SRC. Needs Pillow, numpy and TrueType fonts.
"""
import sys, glob, math, os, random, shutil, string
import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont, ImageOps

GROUND = [(255, 255, 255)]*5 + [(0, 0, 0)]*3 + [(240, 240, 240), (225, 230, 240), (30, 60, 120)]
INK = [(0, 0, 0)]*3 + [(40, 40, 60), (190, 30, 40), (20, 90, 160)]
M = []
def make(f): M.append(f); return f
def grounds(r): return r.choice(GROUND)
def ink(r, ground): return r.choice([c for c in INK if abs(sum(c)-sum(ground)) > 200] or [(255, 255, 255)])
def photo(r, s):
    im = Image.open(r.choice(PHOTOS)).convert('RGB'); k = r.uniform(.4, .95); w = int(min(im.size)*k); x, y = r.randint(0, im.width-w), r.randint(0, im.height-w)
    return im.crop((x, y, x+w, y+w)).resize((s, s), Image.LANCZOS)
def blob(r, s, rough):
    a = [(r.gauss(0, rough/k), r.gauss(0, rough/k)) for k in range(1, 7)]; m = Image.new('L', (s, s)); p = []
    for i in range(200):
        t = i*math.pi/100; q = .34*s*(1+sum(u*math.cos(k*t)+v*math.sin(k*t) for k, (u, v) in enumerate(a, 1))); p.append((s/2+q*math.cos(t), s/2+q*math.sin(t)))
    ImageDraw.Draw(m).polygon(p, fill=255); return m
def mask(r, s):
    m = Image.new('L', (4*s, 4*s)); d = ImageDraw.Draw(m); k = r.random()
    if k < .5: q = s*4*r.choice([.3, .4, .4, .45]); d.ellipse((2*s-q, 2*s-q, 2*s+q, 2*s+q), fill=255)
    elif k < .7: q, p = 4*s*r.uniform(.2, .45), 4*s*r.uniform(.2, .45); d.ellipse((2*s-q, 2*s-p, 2*s+q, 2*s+p), fill=255)
    elif k < .85: q, p = 4*s*r.choice([.3, .4]), 4*s*r.choice([.2, .3, .4]); d.rounded_rectangle((2*s-q, 2*s-p, 2*s+q, 2*s+p), s/3, fill=255)
    else: return blob(r, s, .1)
    return m.resize((s, s), Image.LANCZOS)
@make
def cutout(r, s): im = Image.new('RGB', (s, s), grounds(r)); im.paste(photo(r, s), mask=mask(r, s)); return im
@make
def ball(r, s):
    """A ball with a faint surface, lit from one side or from the front."""
    t = ImageOps.autocontrast(photo(r, s).convert('L').filter(ImageFilter.GaussianBlur(s/r.uniform(20, 120)))); a = 128+(np.asarray(t, float)-128)*r.uniform(.15, .9)
    hue = np.array([r.uniform(.4, 1) for _ in range(3)]); q = r.choice([.3, .4, .4, .47]); y, x = np.mgrid[-.5:.5:s*1j, -.5:.5:s*1j]/q
    lx, ly = r.choice([(0, 0), (0, 0), (.4, -.3), (-.4, .2)]); n = np.sqrt(np.clip(1-x*x-y*y, 0, 1)); shade = np.clip(n*math.sqrt(1-lx*lx-ly*ly)+lx*x+ly*y, 0, 1)**r.choice([.3, .6, 1])
    m = np.clip((1-np.sqrt(x*x+y*y))*s*q+.5, 0, 1)[..., None]; g = np.array(r.choice([(0, 0, 0)]*3+[(255, 255, 255)]), float)
    return Image.fromarray(np.clip(a[..., None]*hue*shade[..., None]*1.4*m+g*(1-m), 0, 255).astype('uint8'))
@make
def outline(r, s): g = grounds(r); im = Image.new('RGB', (s, s), g); im.paste(ink(r, g), mask=blob(r, s, r.uniform(.1, .35))); return im
@make
def shapes(r, s):
    g = grounds(r); im = Image.new('RGB', (s, s), g); d = ImageDraw.Draw(im)
    for _ in range(r.randint(2, 5)):
        x, y, q, p = (r.uniform(.1, .9)*s for _ in range(4)); b = (min(x, q), min(y, p), max(x, q)+8, max(y, p)+8); c = tuple(r.randint(0, 255) for _ in range(3))
        k = r.randint(0, 2)
        if k == 0: d.ellipse(b, fill=c)
        elif k == 1: d.rectangle(b, fill=c)
        else: d.polygon([(r.uniform(.1, .9)*s, r.uniform(.1, .9)*s) for _ in range(3)], fill=c)
    return im
USED = set()
def glyph(r, im, size, fill):
    while True:
        k = (r.choice(string.ascii_uppercase+string.digits*2+'&@?%'), r.choice(FONTS))
        if k not in USED: USED.add(k); break
    ImageDraw.Draw(im).text((im.width/2, im.height/2), k[0], font=ImageFont.truetype(k[1], size), fill=fill, anchor='mm')
@make
def letter(r, s): g = grounds(r); im = Image.new('RGB', (s, s), g); glyph(r, im, int(s*r.choice([.6, .75, .75, .9])), ink(r, g)); return im
@make
def tile(r, s):
    im = Image.new('RGB', (s, s), grounds(r)); q = s*r.choice([.1, .1, .15]); c = tuple(r.randint(0, 200) for _ in range(3))
    d = ImageDraw.Draw(im); b = (q, q, s-q, s-q); d.ellipse(b, fill=c) if r.random() < .4 else d.rounded_rectangle(b, s*.15, fill=c); glyph(r, im, int(s*.5), (255, 255, 255)); return im
@make
def page(r, s):
    w, h = s, int(s*1.3); im = Image.new('RGB', (w, h), r.choice([(255, 255, 255)]*3+[(250, 245, 230)])); d = ImageDraw.Draw(im); lines = r.choice([10, 14, 20, 28]); f = ImageFont.truetype(r.choice(FONTS), int(h*.82/lines*.75))
    for i in range(lines):
        if r.random() < .12: continue
        t = ''
        while d.textlength(t, f) < w*.78: t += ''.join(r.choice(string.ascii_lowercase) for _ in range(r.randint(1, 10)))+' '
        t = t[:-2]
        while d.textlength(t, f) > w*(.8 if r.random() < .8 else .4): t = t[:-1]
        d.text((w*.1, h*.09+i*h*.82/lines), t, font=f, fill=(0, 0, 0))
    return im


if __name__ == '__main__':
    photos, out, n, seed, part = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]); r = random.Random(seed)
    PHOTOS = sorted(glob.glob(photos+'/*'))[part::2]
    FONTS = sorted(f for f in glob.glob('/usr/share/fonts/**/*.[to]tf', recursive=True) if not any(b in f for b in ('Symbol', 'Dingbats', 'D050000L')))[part::2]
    shutil.rmtree(out, ignore_errors=True); os.makedirs(out)
    for i in range(n): M[i % len(M)](r, r.randint(160, 400)).save(f'{out}/{M[i % len(M)].__name__}{i:04d}.jpg', quality=92)
