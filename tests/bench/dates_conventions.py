#!/usr/bin/env python3
"""Says why the dates found in a gold file and ours differ, class by class, and what the figures are without each class.

    dossier extract --jsonl < GOLD.jsonl > OURS.jsonl;  dates_conventions.py GOLD.jsonl OURS.jsonl [--list CLASS]

The classes are told by spans and values alone, never by words, so that any gold file of dates can be read:

  values   half-open      the same days as ours, written with the day after the last one: 1998 as 1998-01-01/1999-01-01
           first of last  a range that ends with the first day of its last part: "from 1998 to 2003" as .../2003-01-01
           limit          the days of a limit ("before 1987"): ours has the date in `edtf`, its limit in `bound` and the days
           other limit    a limit whose days are not ours
           part of it     the days of "early 1994": ours has the period in `edtf`, the part in `part` and the days
           other part     a part whose days are not ours
           day kept       "two months ago", "the last two years" to the day; ours has the precision of the words
           until today    the end is the day of the document; ours is open, as what goes on does not end that day
           no anchor      a relative date of a row without a date of the document
           other          everything else: to be looked at
  spans    wider left     the gold span holds words before ours: an article, a preposition, a limit
           document day   a mention of the very day of the document ("today"), which is no date in our sense
           weekend        two days from a Saturday on, no date in our sense
           this period    the period around the day of the document, found in no words of ours: "the month"
           other
"""
import argparse
import collections
import datetime
import json
import re
import sys


def load(path):
    with open(path, encoding="utf8") as lines:
        return {row["id"]: row for row in map(json.loads, filter(str.strip, lines))}


def dates(row):
    return [mention for mention in row.get("mentions", []) if mention["type"] == "date"]


def pairs(gold, ours):
    """One-to-one by the largest overlap, equal spans first."""
    candidates = []
    for i, g in enumerate(gold):
        for j, s in enumerate(ours):
            shared = min(g["end"], s["end"]) - max(g["start"], s["start"])
            if shared > 0:
                candidates.append(((g["start"], g["end"]) != (s["start"], s["end"]), -shared, i, j))
    used_gold, used_ours = {}, set()
    for _, _, i, j in sorted(candidates):
        if i not in used_gold and j not in used_ours:
            used_gold[i] = j
            used_ours.add(j)
    return used_gold


def day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        return None


ONE = datetime.timedelta(days=1)


def end_of(part):
    """Last day of an EDTF year, month or day."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", part):
        return day(part)
    if re.fullmatch(r"\d{4}-\d\d", part) and int(part[5:]) <= 12:
        year, month = int(part[:4]), int(part[5:])
        return datetime.date(year + month // 12, month % 12 + 1, 1) - ONE
    if re.fullmatch(r"\d{4}", part):
        return datetime.date(int(part), 12, 31)
    return None


def begin_of(part):
    filled = {4: part + "-01-01", 7: part + "-01"}.get(len(part), part)
    return day(filled)


def simple_days(edtf):
    """First and last day of years, months, quarters, halves, days and their intervals; None otherwise."""
    first, _, last = edtf.partition("/")
    coded = re.fullmatch(r"(\d{4})-(3[3-6]|4[01])", edtf)
    if coded:
        code = int(coded[2])
        begin, months = (3 * code - 98, 3) if code < 40 else (6 * code - 239, 6)
        return begin_of(f"{coded[1]}-{begin:02}"), end_of(f"{coded[1]}-{begin + months - 1:02}")
    return begin_of(first), end_of(last or first)


def closed(value):
    """A gold interval of whole days with its last day instead of the day after; open ends are None."""
    first, slash, last = value.partition("/")
    if not slash:
        return None
    begin = None if first == ".." else day(first)
    end = None if last == ".." else day(last)
    if (first != ".." and not begin) or (last != ".." and not end):
        return None
    return begin, end - ONE if end else None


def value_class(row, gold, ours):
    """None: right."""
    value = ours.get("value") or {}
    edtf = value.get("edtf")
    wanted = gold.get("values") or []
    if edtf in wanted or not wanted:
        return None
    if edtf is None:
        return "no anchor" if "unresolved" in ours and not row.get("date") else "other"
    said = simple_days(edtf.rstrip("~?%"))
    if None not in said and any(simple_days(w) == said for w in wanted):
        return None
    earliest, latest = (day(value[key]) if key in value else None for key in ("earliest", "latest"))
    for want in map(closed, wanted):
        if want and None not in want and want == said:
            return "half-open"
        if want and want == (earliest, latest):
            return "limit" if value.get("bound") else "part of it" if value.get("part") else "half-open"
    for want in wanted:
        first, slash, last = want.partition("/")
        if slash and ".." in (first, last):
            return "other limit"
        last_part = edtf.partition("/")[2]
        if last_part == ".." and slash and day(first) == earliest and last == row.get("date"):
            return "until today"
        if last_part and slash and day(first) == earliest and day(last) and latest:
            if day(last) == begin_of(last_part):
                return "first of last"
            if day(last).day == 1 and day(last) <= latest < day(last) + datetime.timedelta(days=93):
                return "first of last"  # our interval of quarters is written with months
        if slash and value.get("part"):
            return "other part"
        if slash and None not in said and day(first) and day(last) and said[0] <= day(first) <= day(last) <= said[1]:
            if last_part and len(last_part) < 10:
                return "day kept"
        if not slash and day(want) and earliest and latest and earliest <= day(want) <= latest:
            return "day kept"
    return "other"


def span_class(text, gold, ours):
    if (gold["start"], gold["end"]) == (ours["start"], ours["end"]):
        return None
    before = text[gold["start"]:ours["start"]].decode("utf8", "replace")
    if gold["end"] == ours["end"] and gold["start"] < ours["start"] and not re.search(r"\d", before):
        return "wider left"
    return "other"


def missed_class(row, gold):
    today = day(row.get("date", ""))
    for want in gold.get("values") or []:
        if today and day(want) == today:
            return "document day"
        first, slash, last = (*want.partition("/"),)
        begin, end = day(first), day(last)
        if slash and begin and end and begin.weekday() == 5 and end - begin == 2 * ONE:
            return "weekend"
        if slash and today and begin and end and begin <= today < end and not re.search(r"\d", gold["text"]):
            return "this period"
    return "other"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold")
    parser.add_argument("ours")
    parser.add_argument("--list", metavar="CLASS", help="print the mentions of this class")
    options = parser.parse_args()
    gold, ours = load(options.gold), load(options.ours)
    spans, values = collections.Counter(), collections.Counter()
    strict = matched = total = found = valued = right = spurious = 0
    for key, row in gold.items():
        text = row["text"].encode()
        wanted, have = dates(row), dates(ours.get(key, {}))
        pairing = pairs(wanted, have)
        total += len(wanted)
        found += len(have)
        spurious += len(have) - len(pairing)
        for i, mention in enumerate(wanted):
            if i not in pairing:
                reason = missed_class(row, mention)
                spans[reason] += 1
                if options.list == reason:
                    print(f"{key}\tnot found\t{mention['text']}\t{mention.get('values')}\t{row['text']}")
                continue
            other = have[pairing[i]]
            matched += 1
            reason = span_class(text, mention, other)
            strict += reason is None
            if reason:
                spans[reason] += 1
                if options.list == reason:
                    print(f"{key}\tspan\t{mention['text']}\tours {other['text']}\t{row['text']}")
            if not mention.get("values"):
                continue
            valued += 1
            reason = value_class(row, mention, other)
            right += reason is None
            if reason:
                values[reason] += 1
                if options.list == reason:
                    print(f"{key}\tvalue\t{mention['text']}\t{mention['values']}\tours {other.get('value', {}).get('edtf')}")
    f1 = 2 * strict / max(1, total + found)
    print(f"{total} dates in gold, {found} in ours ({spurious} beside every gold one)")
    print(f"strict F1 {f1:.3f}; value {right / max(1, valued):.3f} of {valued} met")
    print("spans that differ")
    for reason, count in spans.most_common():
        print(f"  {reason:16}{count:5}")
    print("values that differ")
    for reason, count in values.most_common():
        print(f"  {reason:16}{count:5}")
    same = values["half-open"] + values["limit"] + values["part of it"]
    left_out = values["no anchor"] + values["first of last"] + values["day kept"]
    odd_missed = sum(spans[c] for c in ("document day", "weekend", "this period"))
    odd_span = spans["wider left"]
    f1 = 2 * (strict) / max(1, total + found - odd_missed - 2 * odd_span)
    print(f"without these classes of spans: strict F1 {f1:.3f}")
    print(f"same days counted as right, rows of 'no anchor', 'first of last', 'day kept' left out: "
          f"value {(right + same) / max(1, valued - left_out):.3f} of {valued - left_out}")


if __name__ == "__main__":
    sys.exit(main())
