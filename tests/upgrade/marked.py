"""The programs of the corpus, with the findings that stand beside their lines.

A line says ``# expect: CONCERN, CONCERN``: what is to be seen there, reasoned from what Keras does
with the line. A concern named twice is seen twice on it; a line without a mark has none.
"""

import re
from collections import Counter
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"
PROGRAMS = sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())
MARK = re.compile(r"# expect: ([^\"\\]*)")

Finding = tuple[str, int, str]
"""The path within the program's folder, the line, and the concern."""


def expected(name: str) -> Counter[Finding]:
    """Return what is to be found in one program of the corpus."""
    folder = CORPUS / name
    found: Counter[Finding] = Counter()
    for file in sorted(folder.rglob("*")):
        if file.suffix in {".py", ".ipynb"}:
            path = file.relative_to(folder).as_posix()
            for number, line in enumerate(file.read_bytes().decode("latin-1").split("\n"), 1):
                if mark := MARK.search(line):
                    for concern in mark[1].split(","):
                        found[path, number, concern.strip()] += 1
    return found
