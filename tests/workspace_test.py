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
        for arguments, message in ((["same", "one"], "same takes two profiles"), (["edit", "key"], "edit takes --set NAME=VALUE"),
                                   (["edit", "key", "--set", "x"], "x: not of the form NAME=VALUE"), (["marry"], "A subcommand is required")):
            self.assertIn(message, self.dossier("decide", *arguments, status=2)[1])
        self.assertEqual(self.dossier("decide", "log")[0], "")

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
