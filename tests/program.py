"""program.py - what the tests of the program share: running it, temporary folders, what a folder holds.

The program is named by $DOSSIER; its caches go to a folder of the test.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.path.abspath(os.environ.get("DOSSIER", str(ROOT / "build/release/dossier")))
CORPUS = ROOT / "corpus"


def corpus_files():
    """Every document of the corpus, without annotations, gold and other accompanying files."""
    folders = ("articles", "interviews", "jsonl", "plain", "podcasts", "profiles", "slides")
    return sorted(str(f) for folder in folders for f in (CORPUS / folder).rglob("*") if f.is_file())


def corpus_texts():
    """Path -> text of every document of the corpus, as a caller of the machine protocol would send it."""
    return {file: pathlib.Path(file).read_bytes().decode("utf8", "replace") for file in corpus_files()}


def files_of(folder):
    """Path -> bytes of all files below a folder, the workspace's own apart."""
    folder = pathlib.Path(folder)
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*"))
            if f.is_file() and ".dossier" not in f.relative_to(folder).parts}


class ProgramTest(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.cache = tempfile.mkdtemp(prefix="dossier-cache-")
        cls.environment = dict(os.environ, XDG_CACHE_HOME=cls.cache, USER="tester")

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.cache)

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="dossier-test-"))

    def tearDown(self):
        shutil.rmtree(self.folder)

    def dossier(self, *arguments, status=0, text=None, folder=None):
        """Runs the program, checks its exit code, gives (standard output, error output) as text."""
        done = subprocess.run([PROGRAM, *map(str, arguments)], input=None if text is None else text.encode(),
                              stdin=subprocess.DEVNULL if text is None else None, capture_output=True,
                              cwd=folder or self.folder, env=self.environment, timeout=300)
        self.assertEqual(done.returncode, status, f"dossier {' '.join(map(str, arguments))}\n"
                         f"{done.stdout.decode(errors='replace')[-2000:]}\n{done.stderr.decode(errors='replace')[-2000:]}")
        return done.stdout.decode(), done.stderr.decode()

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
