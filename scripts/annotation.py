"""annotation.py - reads the annotated documents of corpus/annotations and the index of the corpus.

    ⟦P|Vessari|Ilaria Vessari⟧ became ⟦R|Executive Director⟧ in ⟦D|March 2021|2021-03⟧ and leads ⟦S|40 people|40 person⟧.
    === FACTS
    AFF | Ilaria Vessari | Executive Director | Corvane Foundation | 2021-03 |  | current

An annotation is the document with marks, no nesting, then its facts. Tags: P person, O organization, R role, D date,
S statistic. The third part is the fullest name the document gives (P, O; left out if it is the surface), an EDTF date or
`?` (D), or `[comparator]number[..number] unit` (S). Offsets count UTF-8 bytes of the document; they are computed here,
never typed. Used by gold_to_jsonl and check_corpus.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"

TYPES = {"P": "person", "O": "organization", "R": "role", "D": "date", "S": "statistic"}
MARK = re.compile(r"⟦([A-Z])\|([^|⟧]*)(?:\|([^|⟧]*))?⟧")
STATISTIC = re.compile(r"(>=|<=|[=<>~])?(-?\d+(?:\.\d+)?)(?:\.\.(-?\d+(?:\.\d+)?))? (\S+)")
TIME_UNITS = {"second", "minute", "hour", "day", "week", "month", "quarter", "year", "decade", "century"}
FACTS = {
    "AFF": ("affiliation", ("person", "role", "organization", "from", "to", "status")),
    "EDU": ("education", ("person", "organization", "degree", "year")),
    "FOUND": ("founded", ("person", "organization", "year")),
}
FACTS_LINE = "\n=== FACTS\n"


class AnnotationError(Exception):
    pass


def statistic_value(text):
    """">=40000000 core" -> comparator, value, kind where the unit decides it, iso or noun."""
    match = STATISTIC.fullmatch(text)
    if not match:
        raise AnnotationError(f"statistic value {text!r} is not [comparator]number[..number] unit")
    comparator, number, number_max, unit = match.groups()
    value = {"comparator": comparator or "=", "value": float(number)}
    if number_max:
        value["value_max"] = float(number_max)
    if re.fullmatch(r"[A-Z]{3}", unit):
        value.update(kind="money", iso=unit)
    elif unit == "%":
        value.update(kind="percentage")
    elif unit == "x":
        value.update(kind="multiple")
    elif unit in TIME_UNITS:
        value.update(kind="duration", noun=unit)
    else:
        value.update(noun=unit)
    return value


def mention(tag, surface, canonical, start):
    if tag not in TYPES:
        raise AnnotationError(f"unknown tag {tag!r} in front of {surface!r}")
    if surface != surface.strip() or not surface:
        raise AnnotationError(f"a mention starts and ends with a visible character: {surface!r}")
    result = {"type": TYPES[tag], "start": start, "end": start + len(surface.encode()), "text": surface}
    if tag in "PO":
        result["canonical"] = canonical or " ".join(surface.split())
    elif tag == "D":
        if not canonical:
            raise AnnotationError(f"date {surface!r} needs an EDTF value or ?")
        result["values"] = [] if canonical == "?" else [canonical]
    elif tag == "S":
        result.update(statistic_value(canonical or ""))
    elif canonical:
        raise AnnotationError(f"a role has no canonical part: {surface!r}")
    return result


def fact(line):
    cells = [cell.strip() for cell in line.split("|")]
    if cells[0] not in FACTS or len(cells) - 1 != len(FACTS[cells[0]][1]):
        raise AnnotationError(f"not a fact line: {line!r}")
    name, fields = FACTS[cells[0]]
    result = {"type": name, **dict(zip(fields, cells[1:]))}
    if not result["person"] or result.get("status", "current") not in ("current", "past"):
        raise AnnotationError(f"a fact needs a person, an affiliation needs current or past: {line!r}")
    return result


def parse(annotated):
    """Annotated text -> (document text, mentions, facts)."""
    body, separator, tail = annotated.partition(FACTS_LINE)
    if not separator:
        raise AnnotationError("the line === FACTS is missing")
    text, mentions, at = [], [], 0
    length = 0
    for match in MARK.finditer(body):
        between = body[at:match.start()]
        text.append(between)
        length += len(between.encode())
        mentions.append(mention(*match.groups(), start=length))
        text.append(match[2])
        length += len(match[2].encode())
        at = match.end()
    text.append(body[at:])
    document = "".join(text)
    if "⟦" in document or "⟧" in document:
        where = re.search("[⟦⟧]", document).start()
        raise AnnotationError(f"broken mark near {document[max(0, where - 30):where + 50]!r}")
    return document, mentions, [fact(line) for line in tail.splitlines() if line.strip()]


def read(path):
    return path.read_bytes().decode()


def table(path):
    """Rows of a TSV file with a header as dictionaries; `# ` lines are comments."""
    lines = [line for line in read(path).splitlines() if line and not line.startswith("# ")]
    header = lines[0].split("\t")
    for line in lines:
        if line.count("\t") != len(header) - 1:
            raise AnnotationError(f"{path.relative_to(ROOT)}: {len(header)} columns wanted: {line!r}")
    return [dict(zip(header, line.split("\t"))) for line in lines[1:]]


def index():
    return table(CORPUS / "index.tsv")


def annotation_of(path):
    """corpus-relative path of a document -> path of its annotation (which need not exist)."""
    return CORPUS / "annotations" / (Path(path).stem + ".txt")


def gold_files():
    """Kind folder -> text of its gold file, one document a line, in the order of the index."""
    files = {}
    for row in index():
        annotation = annotation_of(row["path"])
        if not annotation.exists():
            continue
        try:
            text, mentions, facts = parse(read(annotation))
        except AnnotationError as error:
            raise AnnotationError(f"{annotation.relative_to(ROOT)}: {error}") from None
        record = {"id": Path(row["path"]).stem, "lang": row["language"], "text": text, "types": sorted(TYPES.values()),
                  "mentions": mentions, "facts": facts}
        folder = row["path"].split("/")[0]
        files[folder] = files.get(folder, "") + json.dumps(record, ensure_ascii=False) + "\n"
    return files
