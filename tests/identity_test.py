#!/usr/bin/env python3
"""Who is who in the corpus: the records of a run against corpus/expected/identities.tsv.

    DOSSIER=build/release/dossier python3 tests/identity_test.py --report     the figures, and every pair that is wrong

A row of the table (document, name) is looked up in the records: the one of its type that has this name or alias and this
source. Pairs of rows are compared: those the table puts together against those the run puts together; homonyms are
rows of one name that must stay apart. Rows that no record has are counted as missing and compared with nothing.
"""
import collections
import itertools
import json
import pathlib
import re
import sys
import unicodedata
import unittest

from program import CORPUS, ProgramTest, corpus_files


def fold(name):
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", plain).strip()


def expected_rows():
    for line in (CORPUS / "expected/identities.tsv").read_text().splitlines():
        if line and not line.startswith("#") and not line.startswith("type\t"):
            kind, entity, document, name, _ = line.split("\t")
            yield kind, entity, document, fold(name)


def records_by_name(folder):
    """(type, document, folded name) -> ids of the records that have both."""
    found = collections.defaultdict(set)
    for kind, name in (("person", "persons"), ("organization", "organizations")):
        for file in sorted((folder / "records" / name).glob("*.json")):
            record = json.loads(file.read_text())
            names = {fold(record["name"])} | {fold(alias["name"]) for alias in record.get("aliases", [])}
            for source in record["sources"]:
                document = str(pathlib.Path(source["uri"].split("#")[0]).resolve().relative_to(CORPUS))
                for spelling in names:
                    found[kind, document, spelling].add(record["id"])
    return found


class Scores:
    """Pairwise and B-cubed precision and recall of one type."""

    def __init__(self, kind, rows, found):
        self.placed, self.missing, self.unsure = [], [], 0
        for row_kind, entity, document, name in rows:
            if row_kind != kind:
                continue
            ids = found.get((kind, document, name), set())
            if len(ids) == 1:
                self.placed.append((entity, next(iter(ids)), document, name))
            elif ids:
                self.unsure += 1
            else:
                self.missing.append((entity, document, name))
        self.false, self.lost, self.right = [], [], 0
        for one, other in itertools.combinations(self.placed, 2):
            same, joined = one[0] == other[0], one[1] == other[1]
            self.right += same and joined
            if joined and not same:
                self.false.append((one, other))
            if same and not joined:
                self.lost.append((one, other))
        clusters, truth = collections.defaultdict(set), collections.defaultdict(set)
        for index, (entity, record, _, _) in enumerate(self.placed):
            clusters[record].add(index)
            truth[entity].add(index)
        shares = [(len(clusters[r] & truth[e]), len(clusters[r]), len(truth[e])) for e, r, _, _ in self.placed]
        count = max(1, len(shares))
        self.cubed = (sum(s / c for s, c, _ in shares) / count, sum(s / t for s, _, t in shares) / count)

    def precision(self):
        return self.right / max(1, self.right + len(self.false))

    def recall(self):
        return self.right / max(1, self.right + len(self.lost))

    def line(self, kind):
        return (f"{kind:<13} rows {len(self.placed):>4}  missing {len(self.missing):>3}  pairwise P {self.precision():.3f} "
                f"R {self.recall():.3f}  B-cubed P {self.cubed[0]:.3f} R {self.cubed[1]:.3f}  "
                f"false pairs {len(self.false)}, lost pairs {len(self.lost)}")


class Identity(ProgramTest):
    def scores(self):
        out = self.folder / "out"
        self.dossier("run", *corpus_files(), "-o", out)
        rows, found = sorted(set(expected_rows())), records_by_name(out)
        return {kind: Scores(kind, rows, found) for kind in ("person", "organization")}

    def test_people_are_never_joined_by_mistake_and_mostly_found_again(self):
        scores = self.scores()
        people = scores["person"]
        self.assertEqual(people.false, [])
        self.assertGreater(len(people.placed), 200)
        self.assertGreater(people.recall(), 0.6, people.line("person"))
        organizations = scores["organization"]
        self.assertEqual(organizations.false, [])
        self.assertGreater(organizations.recall(), 0.9, organizations.line("organization"))

    def report(self):
        for kind, scores in self.scores().items():
            print(scores.line(kind))
            for title, pairs in (("false", scores.false), ("lost", scores.lost)):
                seen = collections.Counter(tuple(sorted({a[1], b[1]})) for a, b in pairs)
                for ids, count in seen.most_common():
                    print(f"  {title} {count:>4}  {' + '.join(ids)}")
            for entity, document, name in scores.missing:
                print(f"  missing     {entity}: {name!r} in {document}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--report"]:
        Identity.setUpClass()
        case = Identity("report")
        case.setUp()
        case.report()
        case.tearDown()
        Identity.tearDownClass()
    else:
        unittest.main()
