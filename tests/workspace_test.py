#!/usr/bin/env python3
"""A workspace from outside: adding, building, deciding, and what happens when the process is killed."""
import json
import os
import random
import signal
import subprocess
import time
import unittest

from program import PROGRAM, ProgramTest, corpus_files, files_of

KILLS = int(os.environ.get("DOSSIER_KILLS", "200"))
TALK = """**Marta Olin:** Who are you?

**{name}:** I am {name}, CEO of {company} since {year}.
"""


def talk(name="Ilario Venn", company="Quayside Systems", year=2019):
    return TALK.format(name=name, company=company, year=year)


class Workspace(ProgramTest):
    def setUp(self):
        super().setUp()
        self.dossier("init")

    def build(self, *more):
        return json.loads(self.dossier("build", "--json", *more)[0])

    def facts(self):
        return [json.loads(line) for line in self.dossier("audit", "--json")[0].splitlines()]

    def test_extracts_only_what_changed(self):
        self.write("talks/a.md", talk())
        self.write("talks/b.md", talk("Orsola Brenn", "Mole Harbor"))
        self.assertEqual(self.dossier("add", "talks")[0], "2 added, 0 replaced, 0 were there\n")
        self.assertEqual(self.dossier("add", "talks")[0], "0 added, 0 replaced, 2 were there\n")
        first = self.build()
        self.assertEqual((first["extracted"], first["documents"]), (2, 2))
        again = self.build()
        self.assertEqual((again["extracted"], again["files"]["written"]), (0, 0))
        self.write("talks/b.md", talk("Orsola Brenn", "Mole Harbor", 2021))
        self.assertIn("changed     talks/b.md", self.dossier("status")[0])
        self.assertEqual(self.dossier("add", "talks")[0], "0 added, 1 replaced, 1 were there\n")
        third = self.build()
        self.assertEqual((third["extracted"], third["documents"]), (1, 2))

    def test_is_found_from_below_and_names_places_from_its_root(self):
        self.write("talks/deep/a.md", talk())
        self.dossier("add", "a.md", folder=self.folder / "talks/deep")
        self.build()
        self.assertEqual({fact["uri"] for fact in self.facts()}, {"talks/deep/a.md"})
        self.dossier("remove", "a.md", folder=self.folder / "talks/deep")
        self.assertEqual(self.build()["documents"], 0)

    def test_its_own_pages_are_not_taken_for_sources(self):
        self.write("talks/a.md", talk())
        self.dossier("add", ".")
        self.build()
        self.assertEqual(self.dossier("add", ".")[0], "0 added, 0 replaced, 1 were there\n")

    def test_adding_and_removing_gives_back_the_state_before(self):
        for file in corpus_files():
            self.dossier("add", file)
        self.build()
        before = files_of(self.folder)
        self.write("talks/a.md", talk())
        self.dossier("add", "talks/a.md")
        self.build()
        self.assertNotEqual(files_of(self.folder), before)
        self.dossier("remove", "talks/a.md")
        (self.folder / "talks/a.md").unlink()
        self.build()
        self.assertEqual(files_of(self.folder), before)

    def test_a_workspace_says_the_same_as_one_run(self):
        self.dossier("add", *corpus_files())
        self.build()
        other = self.folder / "once"
        # The names of places differ: here they are those that the workspace gives.
        names = [os.path.abspath(f) for f in corpus_files()]
        self.dossier("run", *names, "-o", other)
        run = files_of(other)
        self.assertEqual({n: b for n, b in files_of(self.folder).items() if not n.startswith("once/")}, run)

    def test_decisions_are_heeded_and_can_be_taken_back(self):
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        record = self.folder / "records/persons/ilario-venn.json"
        before = record.read_text()
        fact = next(f for f in self.facts() if f["type"] == "affiliation")
        self.assertTrue(fact["grounded"])
        self.dossier("decide", "reject", fact["key"], "--reason", "misread")
        self.build()
        self.assertNotEqual(record.read_text() if record.exists() else "", before)
        self.dossier("decide", "undo", fact["key"])
        self.build()
        self.assertEqual(record.read_text(), before)
        log, _ = self.dossier("decide", "log")
        self.assertEqual([json.loads(line)["verdict"] for line in log.splitlines()], ["reject", "undo"])
        self.assertEqual(json.loads(log.splitlines()[0])["who"], "tester")
        self.write("decisions.jsonl", log)
        self.assertEqual(self.dossier("decide", "import", "decisions.jsonl")[0], "0 decisions taken over, 2 were there\n")
        self.write("decisions.jsonl", log + "nonsense\n")
        self.dossier("decide", "import", "decisions.jsonl", status=2)

    def test_wrong_decisions_are_refused(self):
        for arguments, message in ((["same", "one"], "same takes two profiles or more"), (["same", "one", "two", "two"], "two: is named twice"),
                                   (["different", "one", "two", "one"], "one: is named twice"), (["edit", "key"], "edit takes --set NAME=VALUE"),
                                   (["edit", "key", "--set", "x"], "x: not of the form NAME=VALUE"), (["marry"], "A subcommand is required")):
            self.assertIn(message, self.dossier("decide", *arguments, status=2)[1])
        self.assertEqual(self.dossier("decide", "log")[0], "")

    def test_decisions_that_find_nothing_are_refused(self):
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        for arguments in (["accept", "affiliation:0"], ["same", "ilario-venn", "nobody"], ["pin", "nobody", "--set", "name=X"]):
            self.assertIn("finds nothing to apply to", self.dossier("decide", *arguments, status=2)[1])
        self.assertIn("nothing was decided about that", self.dossier("decide", "undo", "affiliation:0", status=2)[1])
        self.assertEqual(self.dossier("decide", "log")[0], "")
        self.dossier("decide", "accept", "affiliation:0", "--anyway")
        self.assertEqual(len(self.dossier("decide", "log")[0].splitlines()), 1)
        self.dossier("decide", "undo", "affiliation:0")
        self.assertIn("nothing was decided", self.dossier("decide", "undo", "affiliation:0", status=2)[1])

    def test_several_profiles_are_joined_at_once(self):
        for name, company in (("a", "Quayside Systems"), ("b", "Harbor Bank"), ("c", "Tidewater Press")):
            self.write(f"{name}.md", f"Thora Quillbeck was the treasurer of {company}.\n")
        self.dossier("add", "a.md", "b.md", "c.md")
        self.build()
        ids = [name.stem for name in (self.folder / "records/persons").glob("thora-quillbeck*.json")]
        self.assertEqual(len(ids), 3)
        question = next(line for line in self.dossier("show")[0].splitlines() if line.startswith("the same? thora"))
        self.assertEqual(question.split()[2:], sorted(ids))
        self.assertIn("finds nothing to apply to", self.dossier("decide", "same", *ids, "nobody", status=2)[1])
        self.assertEqual(self.dossier("decide", "log")[0], "")
        self.dossier("decide", "same", *ids)
        self.build()
        self.assertEqual(len(list((self.folder / "records/persons").glob("thora-quillbeck*.json"))), 1)
        self.assertNotIn("the same? thora", self.dossier("show")[0])

    def test_filters_that_can_find_nothing_are_refused(self):
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        self.assertIn("did you mean affiliation?", self.dossier("audit", "--fact", "affilation", status=2)[1])
        self.assertIn("did you mean ilario-venn?", self.dossier("show", "ilario-ven", status=2)[1])
        self.assertIn("no pages in \"zz\"", self.dossier("show", "ilario-venn", "--lang", "zz", status=2)[1])

    def test_hand_edits_stay(self):
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        page = self.folder / "pages/en/persons/ilario-venn.md"
        page.write_text(page.read_text() + "\nA note by hand.\n")
        edited = page.read_text()
        self.write("a.md", talk(year=2020))
        self.dossier("add", "a.md")
        report = self.build()
        self.assertEqual(report["files"]["kept"], ["pages/en/persons/ilario-venn.md"])
        self.assertEqual(page.read_text(), edited)
        self.assertIn("2020", (page.parent / (page.name + ".new")).read_text())

    def test_runs_can_be_compared(self):
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        self.write("b.md", talk("Orsola Brenn", "Mole Harbor"))
        self.dossier("add", "b.md")
        self.build()
        self.assertEqual(len(self.dossier("diff")[0].splitlines()), 3)
        out, _ = self.dossier("diff", "1", "2", "--json", status=1)
        changes = [json.loads(line) for line in out.splitlines()]
        self.assertTrue(changes)
        self.assertEqual({c["change"] for c in changes}, {"added"})
        self.assertEqual({c["uri"] for c in changes}, {"b.md"})
        self.dossier("diff", "2", "2")
        self.assertIn("no such run", self.dossier("diff", "1", "9", status=2)[1])

    def test_each_difference_names_the_change_that_caused_it(self):
        rule = """phase facts

rule affiliation.ex_in_brackets
  person: <person> "(" "ex" organization: <organization> ")"
  => affiliation(person, organization) [status=past] confidence 0.8
  yes "Ada Lovell (ex Trevik Ltd) joined us." person="Ada Lovell"
  no  "Ada Lovell (Trevik Ltd) joined us."
"""
        forbidding = """
rule affiliation.not_joined
  person: <person> "joined" organization: <organization>
  => forbid affiliation confidence 0.9
  yes "Orsola Brenn joined Mole Harbor Ltd."
  no  "Orsola Brenn left Mole Harbor Ltd."
"""
        self.write("a.md", "Ada Lovell (ex Trevik Ltd) is here. Orsola Brenn joined Mole Harbor Ltd in 2019.\n")
        self.dossier("add", "a.md")
        self.build()                                                              # 1
        self.write("knowledge/rules/mine.rules", rule)
        self.build()                                                              # 2
        self.write("knowledge/rules/mine.rules", "# the same\n" + rule)
        self.build()                                                              # 3: no rule says anything else
        self.write("knowledge/rules/mine.rules", rule.replace("past", "current").replace("0.8", "0.7"))
        self.build()                                                              # 4
        self.write("knowledge/rules/mine.rules", rule + forbidding)
        self.build()                                                              # 5
        (self.folder / "knowledge/rules/mine.rules").unlink()
        self.write("knowledge/lexicons/role_head.tsv", "#! lexicon=role_head fold=case,diacritics,plural\n"
                   "entry\tlang\tcategory\tgeneric\nlamplighter\ten\temployee\t\n")
        self.write("a.md", "Ada Lovell (ex Trevik Ltd) is here.\n")
        self.dossier("add", "a.md")
        self.build()                                                              # 6

        def changes(before, after, status=1):
            out, _ = self.dossier("diff", before, after, "--json", status=status)
            return [json.loads(line) for line in out.splitlines()]

        def causes(before, after):
            return [(c["change"], *[c["causes"][0][k] for k in ("kind", "name", "change", "certain")]) for c in changes(before, after)]

        ex, forbid = "affiliation.ex_in_brackets", "affiliation.not_joined"
        self.assertEqual(causes(1, 2), [("added", "rule", ex, "added", True)])
        self.assertEqual(causes(2, 1), [("removed", "rule", ex, "removed", True)])
        self.assertEqual(changes(2, 3, status=0), [])
        self.assertEqual(causes(3, 4), [("changed", "rule", ex, "changed", True)])
        self.assertIn("confidence 0.8 -> confidence 0.7", changes(3, 4)[0]["causes"][0]["detail"])
        self.assertEqual(causes(4, 5), [("changed", "rule", ex, "changed", True), ("removed", "rule", forbid, "added", False)])
        self.assertEqual({cause[1:3] for cause in causes(5, 6)}, {("document", "a.md")})
        out, _ = self.dossier("diff", "1", "2", status=1)
        self.assertIn(f"because rule {ex} was added", out)
        self.assertIn("1 differences, 1 added", out)

    def test_a_name_that_becomes_known_is_a_cause(self):
        self.write("list.md", "**Ada Lovell:** And then?\n\n**Ben Horner:** I was director in Trevik when the archive burned.\n")
        self.dossier("add", "list.md")
        self.build()
        self.write("quenby.md", PAGE)
        self.dossier("add", "quenby.md")
        self.build()
        out, _ = self.dossier("diff", "1", "2", "--json", status=1)
        changes = [json.loads(line) for line in out.splitlines()]
        causes = {c["uri"]: (c["causes"][0]["kind"], c["causes"][0]["name"], c["causes"][0]["change"]) for c in changes}
        self.assertEqual(causes, {"list.md": ("known_name", "Trevik", "added"), "quenby.md": ("document", "quenby.md", "added")})

    def test_profiles_can_be_shown(self):
        self.assertIn("no profiles", self.dossier("show")[0])
        self.write("a.md", talk())
        self.dossier("add", "a.md")
        self.build()
        self.assertIn("ilario-venn", self.dossier("show")[0])
        self.assertEqual(self.dossier("show", "ilario-venn", "--json")[0],
                         (self.folder / "records/persons/ilario-venn.json").read_text())
        self.assertEqual(self.dossier("show", "ilario-venn")[0], (self.folder / "pages/en/persons/ilario-venn.md").read_text())
        self.assertIn("no such profile", self.dossier("show", "nobody", status=2)[1])


PAGE = """# Marisol Quenby

> Founder of Trevik

## Basic Data

| Aspect | Detail |
|---------|-----------|
| **Nationality** | USA |
| **Profession** | Entrepreneur |

---

## Career and Roles

### Professional Timeline

| Period | Role | Organization |
|---------|-------|----------------|
| **2012-present** | Founder | Trevik |
| **2008-2012** | Analyst | Ostrogard |
"""
MEETING = """**Ada Lovell:** What did you do last week?

**Ben Horner:** Mostly it was about Trevik again. It was a nice day.

**Ada Lovell:** And Ostrogard?
"""
UNRELATED = "Yesterday the weather was nice in Milan, and Ben Horner took a walk.\n"


class KnownNames(ProgramTest):
    """What some documents establish about names helps the others; whatever is taken away leaves no trace."""

    def workspace(self, *names, folder="w", build=()):
        self.dossier("init", folder)
        for name in names:
            self.dossier("add", name, "-w", folder)
        return self.build(folder, *build)

    def build(self, folder="w", *more):
        return json.loads(self.dossier("build", "--json", "-w", folder, *more)[0])

    def mentions(self, folder="w"):
        return {t: n for t, n in json.loads((self.folder / folder / "report.json").read_text())["mentions"].items()}

    def setUp(self):
        super().setUp()
        self.write("quenby.md", PAGE)
        self.write("meeting.md", MEETING)
        self.write("walk.txt", UNRELATED)
        self.names = ["quenby.md", "meeting.md", "walk.txt"]

    def test_a_document_learns_from_another_and_the_report_tells(self):
        self.workspace("meeting.md", folder="alone")
        alone = self.mentions("alone")
        report = self.workspace(*self.names)["known_names"]
        self.assertEqual((report["names"], report["documents"], report["changed"]), (2, 1, 1))
        self.assertGreater(report["mentions_gained"], 0)
        self.workspace(*self.names, folder="off", build=["--no-known-names"])
        self.assertGreater(self.mentions()["organization"], self.mentions("off")["organization"])
        self.assertEqual(alone, self.mentions("alone"))
        self.assertIn("known names 2 from other documents stand in 1", self.dossier("build", "-w", "w")[0])

    def test_facts_are_gained(self):
        self.write("list.md", "**Ada Lovell:** And then?\n\n**Ben Horner:** I was director in Trevik when the archive burned.\n")
        report = self.workspace("quenby.md", "list.md")["known_names"]
        self.assertGreaterEqual(report["facts_gained"], 1)
        facts = [json.loads(line) for line in self.dossier("audit", "--json", "-w", "w")[0].splitlines()]
        self.assertTrue(all(fact["grounded"] for fact in facts))
        self.assertIn("Trevik", [fact["args"].get("organization") for fact in facts if fact["uri"].endswith("list.md")])

    def test_only_documents_with_a_known_name_are_extracted_again(self):
        self.workspace("meeting.md", "walk.txt")
        self.dossier("add", "quenby.md", "-w", "w")
        self.assertIn("1 to extract", self.dossier("status", "-w", "w")[0])
        self.assertEqual(self.build()["extracted"], 2)  # the page and the meeting, not the walk
        self.assertEqual(self.build()["extracted"], 0)
        self.assertIn("0 to extract", self.dossier("status", "-w", "w")[0])

    def test_a_page_that_is_removed_leaves_no_trace(self):
        self.workspace("meeting.md", "walk.txt")
        before = files_of(self.folder / "w")
        self.dossier("add", "quenby.md", "-w", "w")
        self.build()
        self.assertNotEqual(files_of(self.folder / "w"), before)
        self.dossier("remove", "quenby.md", "-w", "w")
        self.build()
        self.assertEqual(files_of(self.folder / "w"), before)

    def test_neither_order_nor_threads_nor_earlier_builds_matter(self):
        files = [str(self.folder / name) for name in self.names] + corpus_files()
        self.workspace(*files)
        expected = files_of(self.folder / "w")
        for seed in (1, 2):
            random.Random(seed).shuffle(files)
            self.workspace(*files, folder=f"w{seed}", build=["-j", str(seed * 2)])
            self.assertEqual(files_of(self.folder / f"w{seed}"), expected)

    def test_switched_off_each_document_is_read_for_itself(self):
        self.workspace(*self.names, folder="off", build=["--no-known-names"])
        off = files_of(self.folder / "off")
        self.assertNotIn("known_names", json.loads(off["report.json"]))
        self.workspace(*self.names)
        on = files_of(self.folder / "w")
        settings = self.folder / "w/.dossier/settings.tsv"
        settings.write_text(settings.read_text().replace("known_names\tyes", "known_names\tno"))
        self.build()
        self.assertEqual(files_of(self.folder / "w"), off)
        self.assertIn("known names off", self.dossier("status", "-w", "w")[0])
        self.build("w", "--known-names")
        self.assertEqual(files_of(self.folder / "w"), on)
        settings.unlink()
        self.build()
        self.assertEqual(files_of(self.folder / "w"), on)

    def test_one_run_learns_too(self):
        names = [str(self.folder / name) for name in self.names]
        for switch in ("--known-names", "--no-known-names"):
            self.workspace(*names, folder="w" + switch, build=[switch])
            self.dossier("run", *names, "-o", "run" + switch, switch)
            self.assertEqual(files_of(self.folder / ("run" + switch)), files_of(self.folder / ("w" + switch)))
        lines = "".join(json.dumps({"id": name, "text": (self.folder / name).read_text()}) + "\n" for name in self.names)
        report = json.loads(self.dossier("run", "-", "-o", "out", "--json", text=PAGE)[0])
        self.assertEqual(report["known_names"]["documents"], 0)
        self.write("all.jsonl", lines)
        report = json.loads(self.dossier("run", "all.jsonl", "-o", "lines", "--json")[0])
        self.assertEqual(report["known_names"]["documents"], 1)

    def test_a_document_never_vouches_for_itself(self):
        text = "Ada Lovell is the CEO of Quayside Systems.\n"
        self.write("one.txt", text)
        self.assertEqual(self.workspace("one.txt")["known_names"]["names"], 0)

    def test_what_people_reject_is_not_known(self):
        self.write("one.txt", "Zorvane Quil is the CEO of Quayside Systems.\n")
        self.write("two.txt", "Later Zorvane Quil took a walk.\n")
        self.assertGreater(self.workspace("one.txt", "two.txt")["known_names"]["names"], 0)
        fact = json.loads(self.dossier("audit", "--json", "--fact", "affiliation", "-w", "w")[0].splitlines()[0])
        self.dossier("decide", "reject", fact["key"], "--reason", "misread", "-w", "w")
        self.assertEqual(self.build()["known_names"]["names"], 0)
        self.dossier("decide", "undo", fact["key"], "-w", "w")
        self.assertGreater(self.build()["known_names"]["names"], 0)

    def test_where_a_name_is_known_from_can_be_asked(self):
        self.workspace(*self.names)
        names = [json.loads(line) for line in self.dossier("names", "--json", "-w", "w")[0].splitlines()]
        trevik = next(name for name in names if name["name"] == "Trevik")
        self.assertEqual(trevik["type"], "organization")
        self.assertEqual([source["why"] for source in trevik["from"]], ["page"])
        self.assertTrue(trevik["from"][0]["uri"].endswith("quenby.md"))
        self.assertEqual([uri.rsplit("/", 1)[-1] for uri in trevik["known_to"]], ["meeting.md"])
        place = f"meeting.md:{MEETING.index('Trevik')}"
        out, _ = self.dossier("explain", place, "--mention", "organization", "-w", "w")
        self.assertIn("name.known_organization", out)
        self.assertRegex(" ".join(out.split()), r"known from \S*quenby.md \(page\)")
        out, _ = self.dossier("explain", place, "--mention", "organization", "-w", "w", "--no-known-names")
        self.assertIn("no mention organization here", out)

    def test_wrong_settings_are_told(self):
        self.workspace("walk.txt")
        for line, message in (("known_name\tyes", "did you mean known_names?"), ("known_names\tmaybe", "yes or no")):
            self.write("w/.dossier/settings.tsv", "setting\tvalue\n" + line + "\n")
            _, errors = self.dossier("build", "-w", "w", status=2)
            self.assertIn("settings.tsv:2", errors)
            self.assertIn(message, errors)


class Killed(ProgramTest):
    """Add and build, killed at random moments; whoever runs them again must see what an undisturbed run would have left."""

    def kill_in(self, seconds, *arguments):
        program = subprocess.Popen([PROGRAM, *arguments], cwd=self.folder, env=self.environment,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            program.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            program.send_signal(signal.SIGKILL)
            program.wait()

    def test_the_next_run_makes_up_for_it(self):
        files = corpus_files()
        self.dossier("init", "expected")
        self.dossier("add", *files, "-w", "expected")
        start = time.monotonic()
        self.dossier("build", "-w", "expected", "-j", "2")
        undisturbed = time.monotonic() - start
        expected = files_of(self.folder / "expected")
        rng = random.Random(1)
        kills = 0
        while kills < KILLS:
            name = f"w{kills}"
            self.dossier("init", name)
            for _ in range(3):
                self.kill_in(rng.uniform(0, 0.05), "add", *files, "-w", name)
                kills += 1
            self.dossier("add", *files, "-w", name)
            for _ in range(7):
                self.kill_in(rng.uniform(0, undisturbed), "build", "-w", name, "-j", "2")
                kills += 1
            self.dossier("build", "-w", name, "-j", "2")
            self.assertEqual(files_of(self.folder / name), expected, f"after {kills} kills")


if __name__ == "__main__":
    unittest.main()
