#!/usr/bin/env python3
"""The program from outside: what each command prints, writes and returns, above all when something is wrong."""
import json
import pathlib
import random
import subprocess
import unittest

from program import PROGRAM, ROOT, ProgramTest, corpus_files, corpus_texts, files_of

INTERVIEW = """# A talk with Ilario Venn

**Marta Olin:** Who are you?

**Ilario Venn:** I am the CEO of Quayside Systems since 2019. Before that I was a data engineer at Mole Harbor.
We run 40+ million CPU cores.
"""


class CommandLine(ProgramTest):
    def test_version_and_help_everywhere(self):
        version, _ = self.dossier("--version")
        self.assertRegex(version, r"^dossier \d+\.\d+\.\d+\n$")
        overview, _ = self.dossier("--help")
        for command in ("extract", "eval", "run", "init", "add", "remove", "build", "status", "show", "audit", "names", "decide", "diff", "explain", "rules"):
            self.assertIn(f"  {command} ", overview)
            text, _ = self.dossier(command, "--help")
            self.assertIn("Usage: dossier " + command, text)
            self.assertEqual(self.dossier(command, "--version")[0], version)

    def test_wrong_use_is_told_and_nothing_is_done(self):
        cases = [
            ([], "A subcommand is required"),
            (["bild"], "did you mean `dossier build`?"),
            (["--quiet", "frobnicate"], "`frobnicate` is no command"),
            (["--frobnicate"], "unknown option --frobnicate"),
            (["run", "-", "-o", "out", "--languages", "xx"], "no pages in \"xx\""),
            (["extract"], "INPUT (or --jsonl) is required"),
            (["extract", "--jsonn"], "--jsonn"),
            (["extract", "nowhere.md"], "nowhere.md: no such file or folder"),
            (["extract", "no*.md"], "no*.md: no file matches this pattern"),
            (["extract", "--kind", "opera", "-"], "opera is none of"),
            (["extract", "-j", "0", "-"], "--threads"),
            (["run", "nowhere.md", "also/not", "-o", "out"], "also/not: no such file or folder"),
            (["run", "-"], "--output is required"),
            (["run", "-", "-o", "/proc/none"], "/proc/none: cannot be made"),
            (["eval", "gold.jsonl"], "gold.jsonl: no such file or folder"),
            (["extract", "--lang", "zz", "-"], "there is no language \"zz\""),
            (["extract", "--date", "June", "-"], "June is no date"),
            (["init", ""], "the name of the folder is empty"),
            (["rules", "test", "affiliaton.joined"], "did you mean affiliation.joined?"),
            (["rules", "list", "zzz"], "no rule has an id that begins so"),
            (["explain", "-", "--rules", "0"], "--rules"),
            (["explain", "nowhere.md"], "nowhere.md: no such file"),
            (["explain", "-", "--fact", "affilation"], "did you mean affiliation?"),
            (["build"], "no workspace here or above"),
            (["add", "nowhere.md"], "no workspace here or above"),
            (["show", "x", "-w", "nowhere"], "no workspace here or above"),
            (["decide", "accept", "key"], "no workspace here or above"),
            (["--knowledge", "nowhere", "extract", "-"], "Directory does not exist: nowhere"),
        ]
        for arguments, message in cases:
            with self.subTest(arguments=arguments):
                _, errors = self.dossier(*arguments, status=2, text="text")
                self.assertIn(message, errors)
        self.assertEqual(files_of(self.folder), {})

    def test_a_folder_without_documents_is_wrong_use(self):
        (self.folder / "empty").mkdir()
        for arguments in (["extract", "empty"], ["run", "empty", "-o", "out"], ["rules", "profile", "empty"]):
            self.assertIn("empty: no document there", self.dossier(*arguments, status=2)[1])
        self.write("pictures/a.png", b"\x89PNG")
        self.assertIn("files that are not text", self.dossier("extract", "pictures", status=2)[1])
        self.assertFalse((self.folder / "out").exists())

    def test_languages_are_taken_in_any_common_form(self):
        expected, _ = self.dossier("extract", "-", "--lang", "en", "--jsonl", text=INTERVIEW)
        for language in ("EN", "en-US", "en_GB"):
            self.assertEqual(self.dossier("extract", "-", "--lang", language, "--jsonl", text=INTERVIEW)[0], expected)

    def test_wrong_knowledge_is_told_with_file_and_line(self):
        self.write("mine/rules/broken.rules", "rule role.mine\n  role: ( @role_haed\n")
        _, errors = self.dossier("--knowledge", "mine", "extract", "-", status=2, text="text")
        self.assertRegex(errors, r"broken\.rules:\d+")
        self.assertIn("nothing was done", errors)


class Extract(ProgramTest):
    def lines(self, out):
        return [json.loads(line) for line in out.splitlines()]

    def test_answers_each_line_in_order_and_says_what_is_wrong(self):
        out, _ = self.dossier("extract", "--jsonl", status=1, text="\n".join([
            json.dumps({"id": "1", "text": INTERVIEW}), "not json", "", json.dumps({"id": "3", "text": 5}),
            json.dumps({"text": "no id"}), json.dumps({"id": "5", "text": ""}), json.dumps({"id": "6", "text": INTERVIEW})]))
        answers = self.lines(out)
        self.assertEqual([a["id"] for a in answers], ["1", None, "3", None, "5", "6"])
        self.assertEqual(answers[1]["line"], 2)
        self.assertIn("not JSON", answers[1]["error"])
        self.assertEqual(answers[2]["error"], '"text" must be a string')
        self.assertEqual(answers[3]["error"], '"id" is missing')
        self.assertEqual(answers[5]["facts"], answers[0]["facts"])

    def test_the_words_of_a_mention_stand_where_it_says(self):
        texts = corpus_texts()
        out, _ = self.dossier("extract", "--jsonl", text="".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in texts.items()))
        mentions = 0
        for answer in self.lines(out):
            source = texts[answer["id"]].encode()
            for mention in answer["mentions"]:
                mentions += 1
                self.assertEqual(source[mention["start"]:mention["end"]].decode(), mention["text"])
            for fact in answer["facts"]:
                for index in fact["args"].values():
                    self.assertLess(index, len(answer["mentions"]))
                self.assertLessEqual(fact["end"], len(source))
            entities = {e["id"] for e in answer["entities"]}
            self.assertLessEqual({m["entity"] for m in answer["mentions"] if "entity" in m}, entities)
        self.assertGreater(mentions, 100)

    def test_numbers_are_mentions_only_where_asked_for(self):
        line = json.dumps({"id": "n", "lang": "en", "text": "Ada Lovell met 3 people on page 12 of two maps in 2010."}) + "\n"
        plain = self.lines(self.dossier("extract", "--jsonl", text=line)[0])[0]
        numbers = self.lines(self.dossier("extract", "--jsonl", "--numbers", text=line)[0])[0]
        kinds = [m.get("value", {}).get("kind") for m in plain["mentions"]]
        self.assertNotIn("number", kinds)
        found = [m for m in numbers["mentions"] if m.get("value", {}).get("kind") == "number"]
        self.assertEqual([(m["text"], m["value"]["number"]) for m in found],
                         [("3", 3), ("12", 12), ("two", 2), ("2010", 2010)])
        self.assertEqual([m for m in numbers["mentions"] if m not in found], plain["mentions"])
        self.assertEqual(len(numbers["facts"]), len(plain["facts"]))
        self.assertEqual(numbers["entities"], plain["entities"])
        for a, b in zip(plain["facts"], numbers["facts"]):
            self.assertEqual({k: plain["mentions"][i] for k, i in a["args"].items()},
                             {k: numbers["mentions"][i] for k, i in b["args"].items()})
        gold = dict(json.loads(line), mentions=[{"type": "statistic", "kind": "number", "start": 32, "end": 34, "text": "12", "value": 12}])
        self.write("numbers.jsonl", json.dumps(gold) + "\n")
        for switches, recall in (([], 0), (["--numbers"], 1)):
            scores = json.loads(self.dossier("eval", "numbers.jsonl", "--json", *switches)[0])
            self.assertEqual(scores["figures"]["statistic"]["overlap_r"], recall)

    def test_threads_make_no_difference(self):
        lines = "".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in corpus_texts().items())
        one, _ = self.dossier("extract", "--jsonl", "-j", "1", text=lines)
        for threads in (2, 8):
            self.assertEqual(self.dossier("extract", "--jsonl", "-j", threads, text=lines)[0], one)

    def test_answers_before_the_next_line_comes(self):
        for threads in ("1", "4"):
            with subprocess.Popen([PROGRAM, "extract", "--jsonl", "-j", threads], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, env=self.environment, text=True, bufsize=1) as program:
                for i in range(3):
                    program.stdin.write(json.dumps({"id": str(i), "text": INTERVIEW}) + "\n")
                    program.stdin.flush()
                    self.assertEqual(json.loads(program.stdout.readline())["id"], str(i))
                program.stdin.close()
                self.assertEqual(program.wait(timeout=60), 0)

    def test_what_is_given_outside_holds_unless_the_line_says_otherwise(self):
        lines = "".join(json.dumps(dict({"id": "x", "text": "Ada Lovell left last year."}, **more)) + "\n"
                        for more in ({}, {"date": "2012"}))
        out, _ = self.dossier("extract", "--jsonl", "--date", "2022-06-07", text=lines)
        dates = [[m["value"]["edtf"] for m in a["mentions"] if m["type"] == "date"] for a in self.lines(out)]
        self.assertEqual(dates, [["2021"], ["2011"]])

    def test_files_are_read_whatever_they_hold(self):
        rng = random.Random(7)
        self.write("in/empty.txt", "")
        self.write("in/zeros.txt", b"\0" * 5000)
        self.write("in/noise.txt", rng.randbytes(20000))
        self.write("in/one-line.txt", "Ada Lovell, " * 20000)
        self.write("in/blank.txt", "\n" * 100000)
        self.write("in/deep.md", ">" * 20000 + " deep\n" + "* " * 5000)
        self.write("in/latin.txt", "José Martín ist Geschäftsführer der Hafenwerke GmbH in München.".encode("latin1"))
        self.write("in/wide.txt", "Ada Lovell is CEO of Quayside Systems.".encode("utf-16"))
        self.write("in/talk.md", INTERVIEW)
        self.write("in/.hidden.txt", "hidden")
        self.write("in/picture.png", b"\x89PNG")
        out = subprocess.run([PROGRAM, "extract", "in", "--jsonl"], cwd=self.folder, env=self.environment, capture_output=True, timeout=300)
        self.assertIn(out.returncode, (0, 1), out.stderr.decode())
        answers = [json.loads(line) for line in out.stdout.decode().splitlines()]
        self.assertEqual([a["id"] for a in answers], ["in/" + n for n in sorted(
            ["empty.txt", "zeros.txt", "noise.txt", "one-line.txt", "blank.txt", "deep.md", "latin.txt", "wide.txt", "talk.md"])])

    @unittest.skipUnless(pathlib.Path("/proc/self/mem").exists(), "a file that opens and cannot be read")
    def test_lines_that_cannot_be_read_are_an_error_and_the_batch_goes_on(self):
        (self.folder / "broken.jsonl").symlink_to("/proc/self/mem")
        self.write("talk.jsonl", json.dumps({"id": "1", "text": TALK}) + "\n")
        out, _ = self.dossier("extract", "broken.jsonl", "talk.jsonl", "--jsonl", status=1)
        broken, talk = [json.loads(line) for line in out.splitlines()]
        self.assertEqual((broken["id"], broken["error"]), ("broken.jsonl", "reading failed in line 1"))
        self.assertTrue(talk["facts"])

    def test_words_of_other_encodings_are_shown_as_text(self):
        self.write("wide.txt", "Zoë Lovell is CEO of Quayside Systems.".encode("utf-16"))
        out, _ = self.dossier("extract", "wide.txt", "--jsonl")
        person = next(m for m in json.loads(out)["mentions"] if m["type"] == "person")
        self.assertEqual(person, dict(person, text="Zoë Lovell", start=2, end=22))

    def test_a_folder_of_broken_documents_is_worked_through(self):
        out = subprocess.run([PROGRAM, "run", str(ROOT / "corpus/broken"), "-o", "out", "--json"], cwd=self.folder,
                             env=self.environment, capture_output=True, timeout=300)
        self.assertEqual(out.returncode, 1, out.stderr.decode())
        report = json.loads(out.stdout)
        self.assertGreater(report["documents"], 20)
        self.assertIn("json", " ".join(f["message"].lower() for f in report["failures"]))

    def test_a_readable_listing_for_people(self):
        self.write("talk.md", INTERVIEW)
        out, _ = self.dossier("extract", "talk.md")
        self.assertIn("Ilario Venn", out)
        self.assertIn("affiliation", out)


TALK = """**Ada Lovell:** My sister Ines Lovell studied physics at the University of Trieste, and she now leads the Skein Group.

**Ben Horner:** I might join Ostrogard next year.
"""


class Explain(ProgramTest):
    def explain(self, *arguments):
        self.write("talk.md", TALK)
        return " ".join(self.dossier("explain", *arguments)[0].split())

    def at(self, words):
        return f"talk.md:{TALK.index(words)}"

    def test_a_fact_is_told_once_with_its_derivation(self):
        out = self.explain(self.at("studied"), "--fact", "education")
        self.assertEqual(out.count("education.attended"), 1)
        self.assertIn('institution "University of Trieste"', out)
        self.assertNotIn("no fact", out)
        # Anywhere in the sentence.
        self.assertEqual(out, self.explain(self.at("Group"), "--fact", "education"))

    def test_what_is_not_there_is_told_by_what_it_lacks(self):
        out = self.explain(self.at("might"), "--fact", "affiliation")
        self.assertIn("no fact affiliation here", out)
        self.assertIn('organization "Ostrogard"', out)
        self.assertRegex(out, r'lacks "joined"[^─]* affiliation.joined')
        out = self.explain(self.at("might"), "--fact", "education")
        self.assertRegex(out, r'lacks [^─]*"?studied"?')

    def test_a_mention_of_another_type_names_what_won(self):
        out = self.explain(self.at("Ostrogard"), "--mention", "person")
        self.assertIn("no mention person here", out)
        self.assertIn('organization "Ostrogard", not person', out)

    def test_every_type_of_mention_may_be_asked_for(self):
        for kind in ("person", "organization", "role", "place", "product", "event"):
            self.assertIn(kind, self.explain(self.at("studied"), "--mention", kind))

    def test_places_as_audit_prints_them_and_lines_of_batches(self):
        begin = TALK.index("My sister")
        self.assertIn("education", self.explain(f"talk.md:{begin}-{begin + 20}"))
        self.write("all.jsonl", "".join(json.dumps({"id": i, "text": TALK}) + "\n" for i in ("a", "b")))
        self.assertIn("education", self.explain(f"all.jsonl#b:{begin}"))
        self.assertIn("holds 2 documents", self.dossier("explain", "all.jsonl", status=2)[1])

    def test_as_json(self):
        self.write("talk.md", TALK)
        tree = json.loads(self.dossier("explain", self.at("studied"), "--fact", "education", "--json")[0])
        self.assertEqual(tree[0]["kind"], "fact")
        text = TALK.encode()
        self.assertIn(b"studied", text[tree[0]["start"]:tree[0]["end"]])


class Run(ProgramTest):
    def test_same_bytes_at_any_number_of_threads_and_in_any_order(self):
        files = corpus_files()
        self.dossier("run", *files, "-o", "first", "-j", "1", "--html")
        first = files_of(self.folder / "first")
        self.assertGreater(len(first), 20)
        for threads, seed in ((8, 1), (2, 2)):
            shuffled = files[:]
            random.Random(seed).shuffle(shuffled)
            name = f"again-{seed}"
            self.dossier("run", *shuffled, "-o", name, "-j", threads, "--html")
            self.assertEqual(files_of(self.folder / name), first)

    def test_same_bytes_whichever_of_two_versions_of_a_place_comes_first(self):
        given = {"id": "talk", "uri": "talk.md", "text": INTERVIEW + "\n\nHe joined Harborworks last year.\n"}
        lines = [json.dumps(given | {"date": date}) + "\n" for date in ("2011-05-01", "2019-05-01")]
        self.write("first.jsonl", "".join(lines))
        self.write("second.jsonl", "".join(reversed(lines)))
        self.dossier("run", "first.jsonl", "-o", "first")
        self.dossier("run", "second.jsonl", "-o", "second")
        self.assertGreater(len(files_of(self.folder / "first")), 2)
        self.assertEqual(files_of(self.folder / "second"), files_of(self.folder / "first"))

    def test_a_broken_document_never_stops_the_batch(self):
        self.write("in/a.md", INTERVIEW)
        self.write("in/b.jsonl", json.dumps({"id": "good", "text": INTERVIEW.replace("Venn", "Korr")}) + "\nbroken\n")
        out, _ = self.dossier("run", "in", "-o", "out", status=1)
        self.assertIn("in/b.jsonl#2: line 2: not JSON", out)
        report = json.loads((self.folder / "out/report.json").read_text())
        self.assertEqual(report["documents"], 3)
        self.assertEqual(len(report["failures"]), 1)
        self.assertTrue((self.folder / "out/records/persons/ilario-venn.json").exists())
        self.assertTrue((self.folder / "out/records/persons/ilario-korr.json").exists())

    def test_again_writes_nothing_and_other_inputs_remove_what_is_gone(self):
        self.write("a.md", INTERVIEW)
        self.write("b.md", INTERVIEW.replace("Venn", "Korr"))
        self.dossier("run", "a.md", "b.md", "-o", "out")
        again = json.loads(self.dossier("run", "a.md", "b.md", "-o", "out", "--json")[0])
        self.assertEqual(again["files"]["written"], 0)
        self.dossier("run", "b.md", "-o", "out")
        self.dossier("run", "b.md", "-o", "fresh")
        self.assertEqual(files_of(self.folder / "out"), files_of(self.folder / "fresh"))


class Eval(ProgramTest):
    def test_scores_answers_from_a_file_and_its_own(self):
        text = "Ada Lovell is here."
        gold = {"id": "1", "text": text, "mentions": [{"type": "person", "start": 0, "end": 10, "text": "Ada Lovell"}]}
        self.write("gold.jsonl", json.dumps(gold) + "\n")
        self.write("system.jsonl", json.dumps({"id": "1", "mentions": [{"type": "person", "start": 4, "end": 10, "text": "Lovell"}]}) + "\n")
        out, _ = self.dossier("eval", "gold.jsonl", "--system", "system.jsonl", "--json")
        figures = json.loads(out)["figures"]["person"]
        self.assertEqual((figures["strict_f1"], figures["overlap_f1"]), (0, 1))
        answers, _ = self.dossier("extract", "--jsonl", text=json.dumps(gold) + "\n")
        self.write("own.jsonl", answers)
        self.assertEqual(self.dossier("eval", "gold.jsonl")[0], self.dossier("eval", "gold.jsonl", "--system", "own.jsonl")[0])
        self.write("gold.jsonl", "{\n")
        _, errors = self.dossier("eval", "gold.jsonl", status=2)
        self.assertIn("gold line 1", errors)

    def test_scores_a_folder(self):
        out, _ = self.dossier("eval", ROOT / "corpus")
        self.assertIn("person", out)


if __name__ == "__main__":
    unittest.main()
