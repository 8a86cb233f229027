"""That as many inputs were tried as are printed, by somebody else's count."""

import os
import pstats
import re
import subprocess
import sys
from pathlib import Path

from tests.faults.place import ROOT


def test_what_is_printed_was_tried(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "cProfile", "-o", str(profile), "-m", "pytest"),
            *("tests/faults/test_fuzz_pins.py", "-k", "damage and Pipfile"),
            *("-p", "no:cacheprovider"),
        ],
        cwd=ROOT,
        env={name: word for name, word in os.environ.items() if name != "MASKMATRIX_FAULTS"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    printed = re.findall(r"^ +([\d,]+)  pins: Pipfile\.lock, damaged$", done.stdout, re.MULTILINE)
    calls = pstats.Stats(str(profile)).stats  # type: ignore[attr-defined]
    counted = [row[0] for (_, _, name), row in calls.items() if name == "read_pins"]
    assert [int(number) for number in printed] == counted
    assert counted[0] >= 200
