"""Makes the pairs that the weights of calibrate.go are fitted on.

pairs.py MODEL.onnx SRC OUT N COPIES SEED [EDIT...]

Copies N pictures from SRC (any depth) to OUT under shuffled names, adds COPIES edited
ones in turn through the EDITs, or all below, and writes beside OUT: OUT.truth.json (pairs
and files), OUT.f32 (embeddings), OUT.thumb (width, height of thumbnail and picture as
int32, then RGB). Needs Pillow, numpy, onnxruntime and the font below. Then, in embed/align:

    KINDRED_FIT=PHOTOS,SMALL,PLAIN go test -run TestFeaturesForTheFit .
    fit/fit.py 'PHOTOS*2' SMALL 'PLAIN*0.3'

The weights come from five sets: 150 photos with 400 copies through all edits and 150
with 150 through squash, combo, turn and perspective; the same of 1,500 and 500 pictures
of 32 pixels with 700 and 150 copies; 480 of PLAIN with 200 copies; 240 of stripes.py with 80, which count 0.3 too.

SRC of PLAIN comes from plain.py.
"""
import sys,random,glob,os,io,json,shutil,math
import numpy as np
from PIL import Image,ImageOps,ImageEnhance,ImageFilter,ImageDraw,ImageFont
FONT='/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf'
def rj(im,q):
    b=io.BytesIO(); im.save(b,'JPEG',quality=q); return Image.open(b).convert('RGB')
E={}
def e(f): E[f.__name__]=f; return f
@e
def jpeg(im,r): return rj(im,r.randint(12,70))
@e
def scale(im,r):
    k=r.choice([r.uniform(.3,.8),r.uniform(1.2,1.8)]); return im.resize((max(24,int(im.width*k)),max(24,int(im.height*k))),r.choice([Image.BILINEAR,Image.BICUBIC,Image.NEAREST]))
@e
def crop(im,r):
    k,l=r.uniform(.62,.95),r.uniform(.62,.95); w,h=int(im.width*k),int(im.height*l); x,y=r.randint(0,im.width-w),r.randint(0,im.height-h); return im.crop((x,y,x+w,y+h))
@e
def square(im,r): s=min(im.size)*95//100; x,y=(im.width-s)//2,(im.height-s)//2; return im.crop((x,y,x+s,y+s))
@e
def mirror(im,r): return ImageOps.mirror(im) if r.random()<.7 else ImageOps.flip(im)
@e
def rot(im,r): return im.transpose(r.choice([Image.ROTATE_90,Image.ROTATE_180,Image.ROTATE_270,Image.TRANSPOSE]))
@e
def light(im,r): return ImageEnhance.Brightness(im).enhance(r.choice([r.uniform(.4,.8),r.uniform(1.2,1.7)]))
@e
def contrast(im,r): return ImageEnhance.Contrast(im).enhance(r.choice([r.uniform(.4,.8),r.uniform(1.2,1.8)]))
@e
def gamma(im,r): g=r.choice([r.uniform(.5,.8),r.uniform(1.25,2)]); return im.point([int(255*(i/255)**g) for i in range(256)]*3)
@e
def hue(im,r):
    h=np.asarray(im.convert('HSV')).copy(); h[...,0]+=np.uint8(r.randint(8,40)*r.choice([1,1,1])); return ImageEnhance.Color(Image.fromarray(h,'HSV').convert('RGB')).enhance(r.uniform(.3,1.8))
@e
def gray(im,r): return ImageOps.grayscale(im).convert('RGB')
@e
def sepia(im,r):
    a=np.asarray(im,float)@np.array([[.393,.349,.272],[.769,.686,.534],[.189,.168,.131]]); return Image.fromarray(np.clip(a,0,255).astype('uint8'))
@e
def overlay(im,r):
    im=im.copy(); d=ImageDraw.Draw(im); w,h=im.size
    for _ in range(r.randint(1,4)):
        x,y=r.randint(0,w*3//4),r.randint(0,h*3//4); c=tuple(r.randint(0,255) for _ in range(3)); d.rectangle((x,y,x+int(w*r.uniform(.1,.35)),y+int(h*r.uniform(.05,.2))),fill=c)
    return im
@e
def stamp(im,r):
    im=im.copy(); w,h=im.size; o=Image.new('RGBA',im.size,(0,0,0,0)); d=ImageDraw.Draw(o)
    for i in range(-2,6): d.line((0,h*i/4,w,h*(i+1)/4),fill=(255,255,255,120),width=max(1,w//40))
    return Image.alpha_composite(im.convert('RGBA'),o).convert('RGB')
@e
def blur(im,r): return im.filter(ImageFilter.GaussianBlur(min(im.size)/r.uniform(90,220)))
@e
def sharpen(im,r): return im.filter(ImageFilter.UnsharpMask(max(1,min(im.size)/150),r.randint(80,250),2))
@e
def noise(im,r):
    g=np.random.default_rng(r.getrandbits(32)); return Image.fromarray(np.clip(np.asarray(im,float)+g.normal(0,r.uniform(6,22),(im.height,im.width,3)),0,255).astype('uint8'))
@e
def border(im,r):
    k=r.uniform(.03,.12); return ImageOps.expand(im,max(1,int(min(im.size)*k)),fill=tuple(r.choice([(0,0,0),(255,255,255),(r.randint(0,255),)*3])))
@e
def letterbox(im,r):
    s=max(im.size); s2=int(s*1.02); c=Image.new('RGB',(s2,s2),r.choice([(0,0,0),(255,255,255)])); c.paste(im,((s2-im.width)//2,(s2-im.height)//2)); return c
@e
def tilt(im,r):
    a=r.choice([-1,1])*r.uniform(1,7); t=math.radians(abs(a)); o=im.rotate(a,Image.BICUBIC); k=1-1.6*math.sin(t); w,h=int(im.width*k),int(im.height*k); x,y=(im.width-w)//2,(im.height-h)//2; return o.crop((x,y,x+w,y+h)) if r.random()<.6 else o
@e
def stretch(im,r):
    k=r.choice([r.uniform(.75,.9),r.uniform(1.1,1.35)]); return im.resize((int(im.width*k),im.height),Image.BICUBIC)
@e
def poster(im,r): return ImageOps.posterize(im,r.randint(3,5))
@e
def vignette(im,r):
    y,x=np.mgrid[-1:1:im.height*1j,-1:1:im.width*1j]; m=1-r.uniform(.4,.8)*(x*x+y*y)/2; return Image.fromarray((np.asarray(im)*m[...,None]).astype('uint8'))
@e
def perspective(im,r):
    w,h=im.size; d=lambda s:r.uniform(-.03,.09)*s
    return im.transform(im.size,Image.QUAD,(d(w),d(h),d(w),h-d(h),w-d(w),h-d(h),w-d(w),d(h)),Image.BICUBIC)
@e
def turn(im,r): return im.rotate(r.choice([-1,1])*r.uniform(5,16),Image.BICUBIC,expand=r.random()<.5,fillcolor=r.choice([(0,0,0),(255,255,255)]))
@e
def deep(im,r):
    k,l=r.uniform(.5,.75),r.uniform(.5,.9); w,h=int(im.width*k),int(im.height*l); x,y=r.randint(0,im.width-w),r.randint(0,im.height-h); return im.crop((x,y,x+w,y+h))
@e
def pad(im,r):
    k,l=r.uniform(1.1,1.6),r.uniform(1.1,1.6); c=Image.new('RGB',(int(im.width*k),int(im.height*l)),tuple(r.randint(0,255) for _ in range(3))); c.paste(im,(r.randint(0,c.width-im.width),r.randint(0,c.height-im.height))); return c
@e
def words(im,r):
    im=im.copy(); d=ImageDraw.Draw(im); w,h=im.size; f=ImageFont.truetype(FONT,max(6,int(w*r.uniform(.06,.14))))
    for _ in range(r.randint(1,4)): d.text((w*r.uniform(0,.3),h*r.uniform(0,.9)),''.join(chr(r.randint(65,90)) for _ in range(r.randint(4,18))),font=f,fill=r.choice([(255,255,255),(255,220,0),(0,0,0)]),stroke_width=r.choice([0,2]),stroke_fill=(0,0,0))
    return im
@e
def boxes(im,r):
    im=im.copy(); d=ImageDraw.Draw(im); w,h=im.size
    for _ in range(r.randint(2,5)):
        x,y=r.randint(0,w*2//3),r.randint(0,h*5//6); c=r.choice([(255,255,255),(0,0,0),tuple(r.randint(0,255) for _ in range(3))]); d.rectangle((x,y,x+int(w*r.uniform(.2,.4)),y+int(h*r.uniform(.06,.3))),fill=c)
    return im
@e
def exposure(im,r): k=r.choice([r.uniform(.25,.5),r.uniform(1.6,2.3)]); return im.point(lambda v:min(255,int(v*k)))
@e
def coarse(im,r): k=r.randint(24,48)/max(im.size); return im.resize((max(8,int(im.width*k)),max(8,int(im.height*k))),Image.BOX).resize(im.size,r.choice([Image.NEAREST,Image.BILINEAR]))
@e
def lens(im,r):
    k=r.uniform(.04,.16)*r.choice([1,-1]); w,h=im.size; y,x=np.mgrid[-1:1:h*1j,-1:1:w*1j]; s=1+k*(x*x+y*y-1); return Image.fromarray(np.asarray(im)[np.clip((y*s+1)/2*(h-1),0,h-1).astype(int),np.clip((x*s+1)/2*(w-1),0,w-1).astype(int)])
@e
def channels(im,r): return Image.fromarray(np.asarray(im)[...,r.choice([(2,1,0),(1,2,0),(0,2,1)])])
@e
def squash(im,r): k=r.choice([r.uniform(.5,.75),r.uniform(1.35,2)]); return im.resize((max(12,int(im.width*k)),im.height),Image.BICUBIC)
@e
def combo(im,r):
    for f in r.sample(['jpeg','scale','crop','mirror','light','hue','blur','overlay','words','deep','pad','vignette'],r.randint(2,3)): im=E[f](im,r)
    return im
def embeddings(model, files, out):
    import onnxruntime as ort
    s = ort.InferenceSession(model); name = s.get_inputs()[0].name
    with open(out, 'wb') as o:
        for f in files:
            im = Image.open(f).convert('RGB'); k = 256/min(im.size); w, h = max(256, round(im.width*k)), max(256, round(im.height*k))
            im = im.resize((w, h), Image.BILINEAR); x, y = (w-224)//2, (h-224)//2
            a = (np.asarray(im.crop((x, y, x+224, y+224)), np.float32)-127)/128
            o.write(s.run(['embedding'], {name: a.transpose(2, 0, 1)[None]})[0].astype('<f4').tobytes())


def thumbnails(files, out):
    with open(out, 'wb') as o:
        for f in files:
            im = Image.open(f).convert('RGB'); w, h = im.size; k = min(1, 256/max(w, h))
            t = im.resize((max(1, round(w*k)), max(1, round(h*k))), Image.BILINEAR) if k < 1 else im
            o.write(np.array([t.width, t.height, w, h], '<i4').tobytes()); o.write(t.tobytes())


if __name__ == '__main__':
    model, src, out, n, copies, seed = *sys.argv[1:4], *map(int, sys.argv[4:7]); r = random.Random(seed)
    fs = sorted(glob.glob(src+'/**/*.jpg', recursive=True)+glob.glob(src+'/**/*.JPEG', recursive=True)); r.shuffle(fs); fs = fs[:n]
    shutil.rmtree(out, ignore_errors=True); os.makedirs(out)
    names = [f'img{i:05d}.jpg' for i in range(len(fs)+copies)]; r.shuffle(names); it = iter(names); orig = []
    for f in fs:
        m = next(it); shutil.copy(f, out+'/'+m); orig.append(m)
    ks = sys.argv[7:] or list(E); pairs = []
    for i in range(copies):
        j = i % len(fs); k = ks[i % len(ks)]; m = next(it)
        E[k](Image.open(fs[j]).convert('RGB'), r).save(out+'/'+m, quality=r.randint(75, 95)); pairs.append([orig[j], m, k])
    files = sorted(os.listdir(out))
    json.dump({'pairs': pairs, 'files': files}, open(out+'.truth.json', 'w'))
    paths = [out+'/'+f for f in files]; embeddings(model, paths, out+'.f32'); thumbnails(paths, out+'.thumb')
