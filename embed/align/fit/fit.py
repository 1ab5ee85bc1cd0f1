#!/usr/bin/env python3
"""Fits the weights of calibrate.go by logistic regression: fit.py OUT[*WEIGHT]... (see pairs.py).

A set of plain.py with many look-alikes gets a weight below 1, so as not to outvote the rest."""
import json, sys
import numpy as np

NAMES = 'Fine Overlap Shrink Stretch Tilt Detail Grain Grained Inside Apart Ground'.split()


def agreement(v): return -np.log(1.03-min(max(v, -.5), 1))


def row(r):
    f = r['f']
    return [agreement(f['Fine']), min(max(f['Overlap'], .75), 1), np.log(max(f['Shrink'], .05)), min(f['Stretch'], .6),
            min(f['Tilt'], .4), f['Detail'], agreement(f['Grain']), f['Grained'], agreement(f['Inside']), np.log(f['Apart']+.02), f['Ground']]


def load(out):
    """Pairs that were compared to the end; two copies of one picture say nothing and are left out."""
    source = {b: a for a, b, _ in json.load(open(out+'.truth.json'))['pairs']}
    true = {tuple(sorted(p[:2])) for p in json.load(open(out+'.truth.json'))['pairs']}
    for line in open(out+'.features'):
        r = json.loads(line); hit = (r['a'], r['b']) in true
        if r['f']['Layer'] == 3 and (hit or source.get(r['a'], r['a']) != source.get(r['b'], r['b'])): yield row(r), hit


sets = [(a.split('*')[0], float((a+'*1').split('*')[1])) for a in sys.argv[1:]]
data = [(*p, w) for out, w in sets for p in load(out)]
x, y, w = np.array([p[0] for p in data]), np.array([p[1] for p in data], float), np.array([p[2] for p in data])
mu, sd = x.mean(0), x.std(0)+1e-9
a = np.c_[(x-mu)/sd, np.ones(len(x))]; b = np.zeros(a.shape[1]); ridge = np.r_[np.full(len(b)-1, 3.0), 1e-9]
for _ in range(60):
    p = 1/(1+np.exp(-a@b)); step = np.linalg.solve((a*(w*p*(1-p))[:, None]).T@a+np.diag(ridge), a.T@(w*(p-y))+ridge*b); b -= step
k = b[:-1]/sd
print(f'{int(y.sum())} true pairs, {int(len(y)-y.sum())} others')
for n, v in zip(NAMES, k): print(f'{v:9.3f} {n}')
print(f'{b[-1]-(k*mu).sum():9.3f} bias')
