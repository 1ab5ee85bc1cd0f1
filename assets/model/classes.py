"""Writes classes.tsv: one line "WNID<TAB>name" a class, in the model's output order.

    python classes.py SYNSETS DATA_NOUN

SYNSETS lists the 1000 WNIDs of ImageNet, one a line (timm/data/_info/imagenet_synsets.txt of the package timm).
DATA_NOUN is the noun file of WordNet 3.0 (/usr/share/wordnet/data.noun of the Debian package wordnet-base); a WNID
is "n" and the offset of the synset in it. The model's outputs are in ascending order of WNID, and the name of a
class is the first word of its synset.
"""
import sys
from pathlib import Path


def main(synsets, data_noun):
    wnids = sorted(Path(synsets).read_text().split())
    if len(set(wnids)) != 1000:
        sys.exit(f"{synsets}: {len(set(wnids))} WNIDs, want 1000")
    nouns = Path(data_noun).read_bytes()
    lines = []
    for wnid in wnids:
        # offset, file number, part of speech, word count, first word, ...
        fields = nouns[int(wnid[1:]):][:400].split(b" ", 5)
        if fields[0].decode() != wnid[1:]:
            sys.exit(f"{wnid}: no synset at this offset; is this WordNet 3.0?")
        lines.append(f"{wnid}\t{fields[4].decode().replace('_', ' ')}\n")
    Path(__file__).with_name("classes.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
