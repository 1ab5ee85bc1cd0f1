#!/usr/bin/env python3
"""Fits the weights of calibrate.go by logistic regression: fit.py OUT... (see pairs.py)."""
import json, sys
import numpy as np

NAMES = 'Fine Blocks Median Colour Overlap Shrink Stretch Tilt Detail Coarse Cosine'.split()


def agreement(v): return -np.log(1.03-min(max(v, -.5), 1))


def row(r):
    f = r['f']
    return [agreement(f['Fine']), agreement(f['Blocks']), agreement(f['Median']), np.log(f['Colour']+.01),
            min(max(f['Overlap'], .75), 1), np.log(max(f['Shrink'], .05)), min(f['Stretch'], .6), min(f['Tilt'], .4),
            f['Detail'], agreement(f['Coarse']), agreement(r['cosine'])]


def load(out):
    """Pairs that were compared to the end; two copies of one picture say nothing and are left out."""
    source = {b: a for a, b, _ in json.load(open(out+'.truth.json'))['pairs']}
    true = {tuple(sorted(p[:2])) for p in json.load(open(out+'.truth.json'))['pairs']}
    for line in open(out+'.features'):
        r = json.loads(line); hit = (r['a'], r['b']) in true
        if r['f']['Layer'] == 3 and (hit or source.get(r['a'], r['a']) != source.get(r['b'], r['b'])): yield row(r), hit


data = [p for out in sys.argv[1:] for p in load(out)]
x, y = np.array([p[0] for p in data]), np.array([p[1] for p in data], float)
mu, sd = x.mean(0), x.std(0)+1e-9
a = np.c_[(x-mu)/sd, np.ones(len(x))]; b = np.zeros(a.shape[1]); ridge = np.r_[np.full(len(b)-1, 3.0), 1e-9]
for _ in range(60):
    p = 1/(1+np.exp(-a@b)); step = np.linalg.solve((a*(p*(1-p))[:, None]).T@a+np.diag(ridge), a.T@(p-y)+ridge*b); b -= step
k = b[:-1]/sd
print(f'{int(y.sum())} true pairs, {int(len(y)-y.sum())} others')
for n, v in zip(NAMES, k): print(f'{v:9.3f} {n}')
print(f'{b[-1]-(k*mu).sum():9.3f} bias')
