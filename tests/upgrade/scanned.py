"""A folder with a program in it, what is seen there, and what cannot be read."""

from collections import Counter
from pathlib import Path

from harness.upgrade.sightings import Scan
from harness.upgrade.source_scan import scan_source
from tests.upgrade.marked import Finding

MASKED = "import keras\nmodel = keras.Sequential([keras.layers.Masking()])\n"

BAD = {
    "python2.py": (b"print 'hello'\n", "not valid in Python"),
    "broken.py": (b"def f(:\n", "not valid in Python"),
    "latin.py": (b"name = '\xe9'\n", "not utf-8"),
    "cookie.py": (b"# coding: klingon\n", "encoding is not known"),
    "rot.py": (b"# coding: rot13\n", "encoding is not known"),
    "slow.py": (b"# coding: punycode\n", "no encoding for programs"),
    "nul.py": (b"import keras\0\n", "null bytes"),
    "surrogate.py": (b"# coding: unicode_escape\nx = '\\ud800'\n", "no text of Python"),
    "deep.py": (b"x = " + b"(" * 5000 + b")" * 5000, ""),
    "minus.py": (b"x = " + b"-" * 20000 + b"1", "nested too deeply"),
    "empty.ipynb": (b"", "not valid JSON"),
    "list.ipynb": (b"[]", "no notebook"),
    "julia.ipynb": (b'{"cells": [], "metadata": {"kernelspec": {"language": "julia"}}}', "julia"),
    "cells.ipynb": (b'{"cells": 3}', "no notebook"),
    "deep.ipynb": (b"[" * 100000, "nested too deeply"),
    "binary.ipynb": (b"\xff\xfe\0", "not valid JSON"),
}


def findings(scan: Scan) -> Counter[Finding]:
    return Counter((one.path, one.line, one.concern) for one in scan.sightings)


def scan_text(folder: Path, text: str | bytes, name: str = "program.py") -> Scan:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return scan_source(folder)
