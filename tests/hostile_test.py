#!/usr/bin/env python3
"""Documents that nobody writes: what grows faster than the document shows here, as each of them repeats one thing that
some stage looks for in a loop. Four times as much text may take four times as long, not sixteen.
"""
import resource
import unittest

from program import ProgramTest

MOST_RATIO = 8  # of the times of a document and of one a fourth of it: 4 is linear, 16 is quadratic
NOISE = 0.25  # seconds of processor time that mean nothing


def word(number):
    """A capitalized word of its own for each number: "Baaaaa", "Caaaaa" …"""
    letters = ""
    for _ in range(6):
        letters += chr(ord("a") + number % 26)
        number //= 26
    return letters.capitalize()


def repeated(text, begin=""):
    return lambda count: begin + " ".join([text] * count)


def numbered(make):
    return lambda count: " ".join(make(i) for i in range(count))


# What is repeated -> (document of so many of it, how many are a small document).
DOCUMENTS = {
    "pronouns in one sentence": (repeated("she", "Ada Lovell spoke. "), 20_000),
    "pronouns among clauses": (repeated("she said she joined it and", "Ada Lovell joined Harborworks and "), 5_000),
    "a fact": (repeated("Ada Lovell is the CEO of Harborworks."), 3_000),
    "a fact with a period": (repeated("Ada Lovell was CEO of Harborworks from 2010 to 2013."), 3_000),
    "facts in one sentence": (repeated("Ada Lovell, CEO of Harborworks,"), 3_000),
    "roles in one sentence": (repeated("the CEO and founder,"), 10_000),
    "nationalities": (repeated("Ada Lovell is a Portuguese engineer."), 3_000),
    "people of one surname": (numbered(lambda i: f"Mr. {word(i)} Lovell spoke."), 5_000),
    "people of one word": (numbered(lambda i: f"Ms. {word(i)} spoke to Mr. {word(i + 7)} {word(i + 9)}."), 4_000),
    "aliases in a chain": (numbered(lambda i: f"{word(i)} Trust (also known as {word(i + 1)} Trust) met."), 4_000),
    "handles": (numbered(lambda i: f"Mr. {word(i)} {word(i + 9)} wrote to @{word(i * 7)}."), 4_000),
    "letters of a handle": (lambda count: "Ada Lovell is chair of Harborworks Inc. @" + "lovela" * count, 20_000),
    "turns of one speaker": (lambda count: "**Ada Lovell:** I think you know what you said.\n\n" * count, 5_000),
    "cells of a table": (lambda count: "| Name | Role |\n|---|---|\n" +
                         "".join(f"| {word(i)} Lovell | CEO of Harborworks |\n" for i in range(count)), 4_000),
    "columns of a table": (lambda count: "|" + " a |" * count + "\n|" + "---|" * count + "\n|" + " Ada |" * count,
                           10_000),
    "roles of one person": (lambda count: "Ada Lovell, " + "founder and chair and " * count + "CEO of Harborworks Inc.",
                            2_500),
    "facts of an interviewee": (lambda count: "# Harbors\n\nkind: interview\n\n" + "# One\n\nI worked at Harborworks.\n\n" *
                                count, 5_000),
    "posts of one person": (repeated("and a cook", "Ada Lovell is a sailor "), 10_000),
    "forbidden posts": (repeated("Ada Lovell is a sailor and a cook. She is not the CEO of Harborworks Inc."), 10_000),
    "posts at one organization": (repeated("Ada Lovell works at Harborworks Inc. and she is a sailor."), 10_000),
    "people in a title": (lambda count: "# " + numbered(lambda i: f"Paul {word(i)} and Ada Lovell are cooks.")(count), 5_000),
    "members of a list": (lambda count: "Ada Lovell worked at " + ", ".join(f"{word(i)} Inc." for i in range(count)) +
                          " and Lund Ltd.", 4_000),
    "facts of one subject": (repeated("and lived in Lisbon", "Ada Lovell "), 5_000),
    "facts about a heading": (lambda count: "# Harborworks Inc.\n\n" + "| Founded | 1998 |\n|---|---|\n\n" * count,
                              5_000),
    "the heading of a column": (lambda count: "| " + "word " * count + "| x |\n|---|---|\n" + "| a | b |\n" * count,
                                10_000),
    "names joined in one line": (repeated("& Paul Berg & Ada Lovell", "Ada Lovell "), 1_500),
    "members of a committee": (lambda count: "The Harbor Steering Committee met.\n\n## Members\n\n" +
                               "Chair: Ada Lovell\n\n" * count, 4_000),
    "letters of a committee": (lambda count: "The Harbor Steering Committee (HSC) met.\n\n" +
                               "HSC members:\n\n- Ada Lovell, chair\n\n" * count, 3_000),
    "slides about their speakers": (lambda count: "\f".join(
        f"Harbors {i}\n\n- Ada {word(i)}\n- I founded Harborworks Inc.\n" for i in range(count)), 3_000),
    "quotations read out": (lambda count: "**Ada Lovell:** Tom Brandt confessed:\n\n" + "> I joined Trevik Ltd.\n\n" * count,
                            5_000),
    "two of one first name": (lambda count: "**Adam Stone:** Adam, you left.\n\n**Adam Berg:** I think Adam left.\n\n" *
                              count, 3_000),
    "turns of nobody": (lambda count: "00:00:01\nI joined Trevik Ltd.\n\n" * count, 4_000),
    "cues of two speakers": (lambda count: "WEBVTT\n\n" + "".join(
        f"00:00:00.000 --> 00:00:00.900\n{('Paul', 'Nora')[i % 2]}: And so we went on to build boats.\n\n" for i in range(count)),
                             10_000),
    "cues of names that come once": (lambda count: "WEBVTT\n\n" + "".join(
        f"00:00:00.000 --> 00:00:00.900\n{'Paul' if i % 2 else word(i)}: No, that is so{' A' * 100}.\n\n" for i in range(count)),
                                     6_000),
    "dates in one sentence": (repeated("in May 2010", "Ada Lovell joined Harborworks "), 10_000),
    "statistics in one sentence": (repeated("$5 million, 30% and 20,000 users", "It raised "), 3_000),
    "capital letters": (repeated("A B C D E F G H"), 10_000),
    "punctuation": (repeated(".,;:!?()[]{}<>\"'-–—…*_#|"), 20_000),
    "brackets": (lambda count: "[a](" * count, 50_000),
    "quotation marks": (lambda count: "“a" * count, 50_000),
    "block quotes": (lambda count: "> " * count, 50_000),
    "digits": (lambda count: "1," * count, 50_000),
    "marks above one letter": (lambda count: "a" + "\u0301" * count, 100_000),
}


class HostileDocuments(ProgramTest):
    def seconds(self, text):
        """Processor time of extraction."""
        file = self.write("hostile.txt", text)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.dossier("extract", "--jsonl", "-j", "1", file)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def test_time_grows_as_the_document_does(self):
        self.seconds("once, for the compiled image of the lexicons")
        for name, (make, count) in DOCUMENTS.items():
            with self.subTest(name):
                start = self.seconds("")
                small = self.seconds(make(count)) - start
                large = self.seconds(make(4 * count)) - start
                self.assertLess(large, MOST_RATIO * max(small, NOISE / MOST_RATIO) + NOISE,
                                f"{name}: {count} took {small:.2f} s, {4 * count} took {large:.2f} s")


if __name__ == "__main__":
    unittest.main()
