"""derived.py - what scripts/derive_lexicons made, told by fingerprints: grammars/lexicon_sources/derived.tsv.

A lexicon that is derived is made of packages and of rows written by hand in grammars/lexicon_sources. The table holds the SHA-256
of the lexicon's file and of its hand-written rows, as they were when it was derived: so that a row added to the wrong file, or
one not derived yet, is found without the packages. scripts/derive_lexicons writes the table, scripts/check_lexicons compares.
"""
import hashlib
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCES = ROOT / "grammars" / "lexicon_sources"
TABLE = SOURCES / "derived.tsv"
OPENING = "# See scripts/derived.py. Written by scripts/derive_lexicons.\nlexicon\tfile\tby_hand\n"


def digest(data):
    return hashlib.sha256(data).hexdigest()


def by_hand(name):
    """Fingerprint of NAME.txt and NAME_drop.txt; "-": neither is there."""
    paths = [p for p in (SOURCES / f"{name}.txt", SOURCES / f"{name}_drop.txt") if p.exists()]
    return digest(b"".join(p.read_bytes() for p in paths)) if paths else "-"


def read():
    """lexicon -> (fingerprint of its file, of its hand-written rows)."""
    if not TABLE.exists():
        raise SystemExit(f"{TABLE.name}: is missing - run scripts/derive_lexicons")
    rows = [line.split("\t") for line in TABLE.read_text("utf-8").split("\n") if line and not line.startswith("#")]
    for row in rows:
        if len(row) != 3:
            raise SystemExit(f"{TABLE.name}: {row[0]}: has {len(row)} columns, not 3 - run scripts/derive_lexicons")
    return {name: (file, hand) for name, file, hand in rows[1:]}


def note(name, data):
    """The lexicon was derived just now; `data`: its file."""
    rows = read() if TABLE.exists() else {}
    rows[name] = (digest(data), by_hand(name))
    TABLE.write_text(OPENING + "".join(f"{n}\t{file}\t{hand}\n" for n, (file, hand) in sorted(rows.items())), "utf-8")


def problems(folder):
    """One line each: what of the lexicons in `folder` is not as it was derived."""
    for name, (file, hand) in read().items():
        path = folder / f"{name}.tsv"
        if not path.exists():
            yield f"{path.name}: is missing - run scripts/derive_lexicons {name}"
        elif digest(path.read_bytes()) != file:
            yield (f"{path.name}: is not what was derived - rows written by hand stand in grammars/lexicon_sources/{name}.txt; "
                   f"then run scripts/derive_lexicons {name}")
        elif by_hand(name) != hand:
            yield f"{path.name}: grammars/lexicon_sources/{name}.txt has changed since - run scripts/derive_lexicons {name}"
