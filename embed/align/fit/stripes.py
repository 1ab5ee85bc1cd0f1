"""Makes stripes, waves and checks with a few discs: stripes.py OUT N SEED. Many share their pattern; no two are the same."""
import sys,random,math,os,shutil
import numpy as np
from PIL import Image
out,n,seed=sys.argv[1],int(sys.argv[2]),int(sys.argv[3]); r=random.Random(seed); shutil.rmtree(out,ignore_errors=True); os.makedirs(out)
def waves(y,x,k): return sum(np.sin(f*(x*math.cos(a)+y*math.sin(a))+p) for f,a,p in k)/len(k)
bases=[[(r.uniform(.06,.5),r.uniform(0,3.2)) for _ in range(r.choice([1,1,2,3]))] for _ in range(n//10)]
for i in range(n):
    s=r.choice([160,200]); h=s*3//4; y,x=np.mgrid[0:h,0:s].astype(float); b=bases[i%len(bases)]
    v=.5+.42*waves(y,x,[(f,a+r.uniform(-.05,.05),r.uniform(0,6.3)) for f,a in b])
    if i//len(bases)%2: v=(v>.5)*.8+.1
    for _ in range(r.choice([0,1,1,2])):
        m=np.hypot(x-r.uniform(0,s),y-r.uniform(0,h))<r.uniform(.12,.3)*h; v=np.where(m,1-v,v)
    c0=np.array([r.uniform(0,255) for _ in range(3)]); c1=np.array([r.uniform(0,255) for _ in range(3)])
    if np.abs(c0-c1).sum()<150: c1=255-c0
    Image.fromarray(np.clip(v[...,None]*c0+(1-v[...,None])*c1+np.random.default_rng(i).normal(0,3,(h,s,1)),0,255).astype('uint8')).save(f'{out}/t{i:04d}.jpg',quality=92)
