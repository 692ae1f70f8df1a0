#!/usr/bin/env python3
"""README.md tells the truth: its commands are run, and what they print is compared with what it says.

A block "```console" holds lines "$ COMMAND" with their output, a block "```text PATH" a file that later commands need.
Commands run in order in one empty folder with corpus/ in it. Line numbers of rules may differ: others are added above
them. `tests/readme_test.py --update` writes the output anew.
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys
import unittest

from program import PROGRAM, ROOT, ProgramTest

README = ROOT / "README.md"
BLOCK = re.compile(r"^```(console|text (?P<path>\S+))\n(?P<body>.*?)^```$", re.M | re.S)


def without_line_numbers(text):
    return re.sub(r"(\.rules:)\d+", r"\1…", text)


class Readme(ProgramTest):
    def run_command(self, command):
        environment = dict(self.environment, PATH=f"{self.folder}/bin:{os.environ['PATH']}", LC_ALL="C.UTF-8")
        done = subprocess.run(["bash", "-c", command], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300)
        return done.stdout + ("" if not done.stdout or done.stdout.endswith("\n") else "\n")

    def block(self, match):
        """What the block should be; files are written on the way."""
        if match["path"]:
            self.write(match["path"], match["body"])
            return match[0]
        commands = [line[2:] for line in match["body"].splitlines() if line.startswith("$ ")]
        return "```console\n" + "".join(f"$ {command}\n{self.run_command(command)}" for command in commands) + "```"

    def test_commands_print_what_it_says(self):
        (self.folder / "bin").mkdir()
        (self.folder / "bin/dossier").symlink_to(PROGRAM)
        (self.folder / "corpus").symlink_to(ROOT / "corpus")
        before = README.read_text()
        after = BLOCK.sub(self.block, before)
        if "--update" in sys.argv:
            README.write_text(after)
        elif without_line_numbers(after) != without_line_numbers(before):
            self.fail("README.md is not what the program does; if it should be, run tests/readme_test.py --update\n" +
                      "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), "README.md", "now",
                                                     lineterm="", n=1)))

    def test_paths_that_it_names_exist(self):
        for path in re.findall(r"`((?:pipeline|extractors|grammars|corpus|tests|scripts|docs)/[\w./-]*)`", README.read_text()):
            with self.subTest(path=path):
                candidates = [ROOT / path, *(ROOT / path).parent.glob((ROOT / path).name + ".*")]
                self.assertTrue(any(c.exists() for c in candidates), f"README.md names {path}, which does not exist")


if __name__ == "__main__":
    unittest.main(argv=[a for a in sys.argv if a != "--update"])
