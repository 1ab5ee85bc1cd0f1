#!/usr/bin/env python3
"""Scores the findings of bin/kindred beside those of its peers, on folders with
known faults, and writes the table to BENCHMARKS.md.

    .ci/bench.py [near label odd quality cluster]     all of them without a name

Data and scripts come from KINDRED_SHARED, by default ../shared: data/photos,
data/cifar10, bench/contaminate.py and bench/score.py. Peers are installed into
build/peers; one that cannot be is left out and named. KINDRED_PAIRS is the
number of class pairs of the outlier trial (default 10, all are 90), KINDRED_SEED
the seed of the faults (default 7), KINDRED_BIN the program (default bin/kindred).
"""
import itertools, json, os, random, shutil, subprocess, sys, tempfile, time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get('KINDRED_SHARED', os.path.join(ROOT, '..', 'shared'))
KINDRED = os.environ.get('KINDRED_BIN', os.path.join(ROOT, 'bin', 'kindred'))
PHOTOS, CIFAR = (os.path.join(SHARED, 'data', d) for d in ('photos', 'cifar10'))
SEED = os.environ.get('KINDRED_SEED', '7')
SELF = os.path.abspath(__file__)

# What is installed together, in an environment of its own each.
ENVIRONMENTS = {
    'fastdup': ['fastdup'],
    'cleanvision': ['cleanvision'],
    'learn': ['numpy', 'pillow', 'scikit-learn', 'cleanlab', 'umap-learn', 'hdbscan'],
}


def python(name):
    """The interpreter of an environment, made when it is not there, or None."""
    home = os.path.join(ROOT, 'build', 'peers', name)
    exe = os.path.join(home, 'bin', 'python')
    if os.path.exists(os.path.join(home, 'ready')):
        return exe
    print('installing', *ENVIRONMENTS[name], flush=True)
    shutil.rmtree(home, ignore_errors=True)
    for command in ([sys.executable, '-m', 'venv', home], [exe, '-m', 'pip', 'install', '--quiet', *ENVIRONMENTS[name]]):
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            print(name, 'cannot be installed here', flush=True)
            return None
    open(os.path.join(home, 'ready'), 'w').close()
    return exe


def timed(command, out=None, **kw):
    """Runs a command with its output in a file; the seconds it took, or None."""
    began = time.time()
    with open(out or os.devnull, 'w') as f:
        done = subprocess.run(command, stdout=f, stderr=subprocess.DEVNULL, **kw)
    return time.time() - began if done.returncode == 0 else None


class Trial:
    """A folder with known faults, and what is found in it."""

    def __init__(self, name, *arguments):
        self.dir = tempfile.mkdtemp(prefix='kindred-bench-')
        self.folder = os.path.join(self.dir, name)
        self.truth = self.folder + '.truth.json'
        self.env = dict(os.environ, KINDRED_HOME=os.path.join(self.dir, 'home'))
        if arguments:
            script = os.path.join(SHARED, 'bench', 'contaminate.py')
            mode, *rest = arguments
            subprocess.run([python('learn'), script, mode, *rest[:-1], self.folder, *rest[-1], '--seed', SEED],
                           check=True, stdout=subprocess.DEVNULL)
        else:
            shutil.copytree(CIFAR, self.folder)
        self.scan = timed([KINDRED, 'scan', self.folder, '--json'], env=self.env)

    def file(self, name):
        return os.path.join(self.dir, name + '.json')

    def ours(self, command, *flags):
        """Findings by Kindred; the seconds, without the scan."""
        return timed([KINDRED, command, self.folder, '--no-scan', '--json', *flags], self.file('ours-' + command), env=self.env)

    def vectors(self):
        if not os.path.exists(self.file('vectors')):
            timed([KINDRED, 'embed', self.folder, '--json'], self.file('vectors'), env=self.env)
        return self.file('vectors')

    def peer(self, environment, name, *arguments):
        exe = python(environment)
        return timed([exe, SELF, 'peer', name, *arguments, self.file(name)], cwd=self.dir) if exe else None

    def score(self, mode, *files):
        script = os.path.join(SHARED, 'bench', 'score.py')
        truth = [] if mode == 'cluster' else [self.truth]
        out = subprocess.run([sys.executable, script, mode, *truth, *files], capture_output=True, text=True, check=True)
        return json.loads(out.stdout)

    def close(self):
        shutil.rmtree(self.dir, ignore_errors=True)


def row(who, seconds, *figures):
    if seconds is None:
        return f'| {who} | did not run |' + ' |' * len(figures)
    return f'| {who} | {seconds:.1f} s | ' + ' | '.join(f if isinstance(f, str) else f'{f:.3f}' for f in figures) + ' |'


def table(title, heads, rows):
    return [f'**{title}**', '', '| | time | ' + ' | '.join(heads) + ' |', '|---|---|' + '---|' * len(heads), *rows, '']


def near():
    out = []
    for name, source, n, copies in (('photographs', PHOTOS, 300, 300), ('look-alikes of 32 px', CIFAR, 1000, 300)):
        t = Trial('near', 'near', source, ['--n', str(n), '--copies', str(copies)])
        rows = []
        seconds = {
            'ours-duplicates': t.ours('duplicates', '--min-score', '0', '--limit', '200000'),
            'fastdup': t.peer('fastdup', 'fastdup', t.folder),
        }
        for file, took in seconds.items():
            who = 'Kindred (after a scan of %.1f s)' % t.scan if file.startswith('ours') else 'fastdup (with its scan)'
            s = t.score('near', t.file(file)) if took is not None else {}
            rows.append(row(who, took, *(s.get(k, '') for k in ('ap', 'recall_at_p99', 'default_precision', 'default_recall'))))
        out += table(f'Near duplicates among {n} {name}, {copies} edited copies', ['AP', 'recall at 99 % precision', 'default precision', 'default recall'], rows)
        t.close()
    return out


def label():
    t = Trial('label', 'label', CIFAR, ['--rate', '0.05'])
    rows = []
    took = t.ours('mislabels')
    s = t.score('label', t.file('ours-mislabels'))
    rows.append(row('Kindred', took, s['ap'], s['default_precision'], s['default_recall'], s['right_suggestion']))
    t.vectors()
    for who, name in (('cleanlab, logistic regression out of sample', 'cleanlab'), ("SelfClean's score", 'selfclean')):
        took = t.peer('learn', name, t.vectors(), t.folder)
        s = t.score('label', t.file(name)) if took is not None else {}
        rows.append(row(who, took, *(s.get(k, '') for k in ('ap', 'default_precision', 'default_recall', 'right_suggestion'))))
    t.close()
    return table('5 % wrong labels, 10,000 CIFAR-10 images, same embeddings', ['AP', 'default precision', 'default recall', 'suggestion right'], rows)


def odd():
    classes = sorted(os.listdir(CIFAR))
    pairs = list(itertools.permutations(classes, 2))
    random.Random(1).shuffle(pairs)
    pairs = pairs[:int(os.environ.get('KINDRED_PAIRS', 10))]
    aps, seconds = {}, {}
    for a, b in pairs:
        t = Trial('odd', 'odd', os.path.join(CIFAR, a), os.path.join(CIFAR, b), ['--n', '1000', '--k', '50'])
        runs = {'Kindred': ('ours-outliers', t.ours('outliers'))}
        t.vectors()
        for who, name in (('10th-neighbour distance', 'tenth'), ('mean distance', 'mean'), ('LOF', 'lof')):
            runs[who] = (name, t.peer('learn', name, t.vectors(), t.folder))
        for who, (file, took) in runs.items():
            if took is not None:
                aps.setdefault(who, []).append(t.score('odd', t.file(file))['ap'])
                seconds[who] = seconds.get(who, 0) + took
        t.close()
    base, rows = aps.get('10th-neighbour distance'), []
    for who, v in aps.items():
        mean = sum(v) / len(v)
        against = [x - y for x, y in zip(v, base)] if base else []
        rows.append(row(who, seconds[who] / len(v), mean, mean / (sum(base) / len(base)) if base else '',
                        str(sum(d < -.02 for d in against)), str(sum(d < -.05 for d in against))))
    return table(f'5 % foreign images in one CIFAR-10 class, {len(pairs)} ordered pairs of classes, same embeddings',
                 ['mean AP', 'against the 10th neighbour', 'pairs worse by 0.02', 'by 0.05'], rows)


def quality():
    t = Trial('quality', 'quality', PHOTOS, ['--n', '400'])
    checks = ['blurry', 'dark', 'light', 'low_information', 'odd_size', 'odd_aspect_ratio', 'corrupt', 'exact']
    took, rows = t.ours('quality'), []
    t.ours('duplicates', '--min-score', '0')
    s = t.score('quality', t.file('ours-quality'), t.file('ours-duplicates'))['precision_recall']
    cell = lambda s, k: '{:.2f} / {:.2f}'.format(*s[k]) if k in s else ''
    rows.append(row('Kindred', took, *(cell(s, k) for k in checks)))
    bad = set(json.load(open(t.truth))['corrupt'])
    for name in bad:  # one of them ends cleanvision's run
        os.remove(os.path.join(t.folder, name))
    took = t.peer('cleanvision', 'cleanvision', t.folder)
    s = t.score('quality', t.file('cleanvision'), t.file('ours-duplicates'))['precision_recall'] if took is not None else {}
    rows.append(row('cleanvision (undecodable files taken out first)', took, *(cell(s, k) if k not in ('corrupt', 'exact') else '' for k in checks)))
    t.close()
    return table('Quality checks on 300 photographs with planted faults, precision / recall', checks, rows)


def cluster():
    t = Trial('cluster')
    rows = []
    for who, flags in (('Kindred, `--count 10`', ['--count', '10']), ('Kindred, without a count', [])):
        took = t.ours('clusters', *flags)
        s = t.score('cluster', t.file('ours-clusters'))
        rows.append(row(who, took, s['ari'], s['nmi'], str(s['clusters'])))
    t.vectors()
    for who, name in (('k-means, k = 10', 'kmeans'), ('HDBSCAN on UMAP', 'hdbscan')):
        took = t.peer('learn', name, t.vectors(), t.folder)
        s = t.score('cluster', t.file(name)) if took is not None else {}
        rows.append(row(who, took, *((s['ari'], s['nmi'], str(s['clusters'])) if s else ('', '', ''))))
    t.close()
    return table('Clusters of 10,000 CIFAR-10 images against the classes, same embeddings', ['ARI', 'NMI', 'clusters'], rows)


# The peers, each in the interpreter of its environment.

def vectors_of(file):
    import numpy as np
    images = json.load(open(file))['images']
    x = np.array([i['vector'] for i in images], dtype=np.float32)
    return [i['path'] for i in images], x / np.linalg.norm(x, axis=1, keepdims=True)


def names_in(paths, folder):
    return [os.path.relpath(p, folder) if os.path.isabs(p) else p for p in paths]


def peer_fastdup(folder, out):
    import fastdup
    fd = fastdup.create(work_dir='fastdup', input_dir=folder)
    fd.run(overwrite=True, verbose=False, threshold=.5, nearest_neighbors_k=16, cc_threshold=.9)
    found = fd.similarity()
    pairs = [{'a': os.path.basename(a), 'b': os.path.basename(b), 'score': float(d), 'flagged': bool(d >= .9)}
             for a, b, d in zip(found['filename_from'], found['filename_to'], found['distance'])]
    json.dump({'pairs': pairs}, open(out, 'w'))


def peer_cleanvision(folder, out):
    from cleanvision import Imagelab
    lab = Imagelab(data_path=folder)
    lab.find_issues(verbose=False)
    names = {'blurry': 'blurry', 'dark': 'dark', 'light': 'light', 'low_information': 'low_information',
             'odd_size': 'odd_size', 'odd_aspect_ratio': 'odd_aspect_ratio'}
    images = [{'path': os.path.relpath(str(p), folder), 'flagged': [k for k in names if r.get(f'is_{k}_issue')]}
              for p, r in lab.issues.iterrows()]
    json.dump({'images': images, 'failed': []}, open(out, 'w'))


def peer_cleanlab(vectors, folder, out):
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    import numpy as np
    paths, x = vectors_of(vectors)
    paths = names_in(paths, folder)
    names, y = np.unique([os.path.dirname(p) for p in paths], return_inverse=True)
    probs = cross_val_predict(LogisticRegression(C=10, max_iter=300), x, y, cv=5, method='predict_proba')
    score, issue = 1 - get_label_quality_scores(y, probs), find_label_issues(y, probs)
    json.dump({'images': [{'path': p, 'label': names[y[i]], 'suggested': names[probs[i].argmax()], 'score': float(score[i]),
                           'flagged': bool(issue[i])} for i, p in enumerate(paths)]}, open(out, 'w'))


def peer_selfclean(vectors, folder, out):
    """Ratio of the distances to the nearest image of the own and of another label (SelfClean, Groeger et al. 2024, section 3)."""
    import numpy as np
    paths, x = vectors_of(vectors)
    paths = names_in(paths, folder)
    names, y = np.unique([os.path.dirname(p) for p in paths], return_inverse=True)
    score, other = np.zeros(len(y)), np.zeros(len(y), int)
    for lo in range(0, len(y), 1000):
        d = 1 - x[lo:lo + 1000] @ x.T
        d[np.arange(len(d)), np.arange(lo, lo + len(d))] = 9
        same = y[lo:lo + 1000, None] == y[None]
        intra, rest = np.where(same, d, 9).min(1), np.where(same, 9, d)
        extra, other[lo:lo + 1000] = rest.min(1), y[rest.argmin(1)]
        score[lo:lo + 1000] = intra ** 2 / (intra ** 2 + extra ** 2)
    json.dump({'images': [{'path': p, 'label': names[y[i]], 'suggested': names[other[i]], 'score': float(score[i]),
                           'flagged': bool(score[i] > .5)} for i, p in enumerate(paths)]}, open(out, 'w'))


def ranked_out(score):
    def peer(vectors, folder, out):
        paths, x = vectors_of(vectors)
        json.dump({'images': [{'path': p, 'score': float(s)} for p, s in zip(names_in(paths, folder), score(x))]}, open(out, 'w'))
    return peer


def tenth(x):
    import numpy as np
    return np.sort(1 - x @ x.T, axis=1)[:, 10]


def lof(x):
    from sklearn.neighbors import LocalOutlierFactor
    return -LocalOutlierFactor(n_neighbors=20).fit(x).negative_outlier_factor_


def clustered(labels):
    def peer(vectors, folder, out):
        paths, x = vectors_of(vectors)
        json.dump({'images': [{'path': p, 'cluster': int(c)} for p, c in zip(names_in(paths, folder), labels(x))]}, open(out, 'w'))
    return peer


def kmeans(x):
    from sklearn.cluster import KMeans
    return KMeans(10, n_init=3, random_state=1).fit_predict(x)


def umap_hdbscan(x):
    import hdbscan, umap
    return hdbscan.HDBSCAN(min_cluster_size=50).fit_predict(umap.UMAP(n_components=5, min_dist=0, random_state=1).fit_transform(x))


PEERS = {
    'fastdup': peer_fastdup, 'cleanvision': peer_cleanvision, 'cleanlab': peer_cleanlab, 'selfclean': peer_selfclean,
    'tenth': ranked_out(tenth), 'mean': ranked_out(lambda x: (1 - x @ x.T).mean(1)), 'lof': ranked_out(lof),
    'kmeans': clustered(kmeans), 'hdbscan': clustered(umap_hdbscan),
}
TRIALS = [near, label, odd, quality, cluster]


def write(mark, lines):
    """Puts lines between two marks in BENCHMARKS.md."""
    file = os.path.join(ROOT, 'BENCHMARKS.md')
    text = open(file).read()
    begin, end = f'<!-- {mark} -->', f'<!-- /{mark} -->'
    head, rest = text.split(begin)
    open(file, 'w').write(head + begin + '\n' + '\n'.join(lines) + end + rest.split(end)[1])


def main(names):
    if not os.path.isdir(PHOTOS) or not os.path.isdir(CIFAR):
        sys.exit(f'no data/photos and data/cifar10 in {SHARED}: set KINDRED_SHARED')
    if python('learn') is None:
        sys.exit('contaminate.py needs numpy and pillow')
    for trial in TRIALS:
        if not names or trial.__name__ in names:
            lines = trial()
            print('\n'.join(lines), flush=True)
            write(trial.__name__, lines)


if __name__ == '__main__':
    if sys.argv[1:2] == ['peer']:
        PEERS[sys.argv[2]](*sys.argv[3:])
    elif '--help' in sys.argv or set(sys.argv[1:]) - {t.__name__ for t in TRIALS}:
        sys.exit(__doc__)
    else:
        main(sys.argv[1:])
