#!/usr/bin/env python3
"""statistics_conventions.py - where gold of other systems writes statistics otherwise than the guidelines, class by class.

    dossier extract --jsonl [--numbers] < GOLD > ANSWERS
    statistics_conventions.py GOLD ANSWERS [--rest]

Compares by spans and values alone. Classes, in this order:
  comparator   the span differs by our comparator only ("about $ 35 million", gold "$ 35 million")
  range        ours is one range, gold marks its upper end alone ("ocho a diez pies", gold "diez pies")
  separator    the values have the same digits: gold lost the decimal separator ("2,75", gold 275)
  address      gold numbers inside a dotted address ("192.168.1.2")
  rest         everything else; --rest lists it
"""
import json
import sys
from collections import Counter
from decimal import Decimal


def load(path):
    with open(path, encoding="utf8") as file:
        return {r["id"]: r for r in map(json.loads, filter(str.strip, file))}


def digits(value):
    return format(Decimal(repr(abs(value))), "f").replace(".", "").strip("0")


def lost_separator(gold, ours):
    a, b = digits(gold), digits(ours)
    shared = min(len(a), len(b), 14)
    return bool(shared) and a[:shared] == b[:shared] and (len(a) == len(b) or shared >= 13)


def same(a, b):
    return abs(a - b) <= 1e-6 * max(1.0, abs(a), abs(b))


def classes(gold, answer):
    """(class or None if both agree, what gold says, what the answer says) of each gold mention."""
    ours = [m for m in answer.get("mentions", []) if m["type"] == "statistic"]
    text = gold["text"].encode()
    for g in gold["mentions"]:
        near = [m for m in ours if m["start"] < g["end"] and g["start"] < m["end"]]
        exact = [m for m in near if (m["start"], m["end"]) == (g["start"], g["end"])]
        best = (exact or near or [None])[0]
        if best is None:
            around = text[max(0, g["start"] - 1):g["end"] + 1].decode("utf8", "replace")
            yield ("address" if "." in around.replace(g["text"], "", 1) else "rest"), g, None
            continue
        value = best["value"]
        is_span = bool(exact)
        if not is_span and value.get("number_max") is not None and same(value["number_max"], g["value"]):
            yield "range", g, best
            continue
        if not is_span and value.get("comparator", "=") == "=":
            yield "rest", g, best
        elif not is_span:
            yield "comparator", g, best
        if same(value["number"], g["value"]):
            if is_span:
                yield None, g, best
        elif lost_separator(g["value"], value["number"]):
            yield "separator", g, best
        elif is_span or value.get("comparator", "=") != "=":
            yield "rest", g, best


def main():
    arguments = [a for a in sys.argv[1:] if a != "--rest"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    gold, answers = load(arguments[0]), load(arguments[1])
    counts = Counter()
    for key, row in gold.items():
        for found, g, ours in classes(row, answers.get(key, {})):
            counts[found or "agree"] += 1
            if found == "rest" and "--rest" in sys.argv:
                said = "nothing" if ours is None else f"{ours['text']!r} {ours['value']['number']} {ours['value'].get('unit', '')}"
                print(f"{key}\t{g['text']!r} {g['value']}\tours {said}")
    print(" ".join(f"{name} {counts[name]}" for name in ("agree", "comparator", "range", "separator", "address", "rest")))


if __name__ == "__main__":
    main()
