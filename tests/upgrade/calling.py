"""The verb ``check`` as a person calls it, for the tests of what it makes of that."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENDS = ("tf-2.10.1", "tf-2.16.2")
FROM_TO = ("--from", "2.10.1", "--to", "2.16.2")


def check(
    *words: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "harness", "check", *map(str, words)],
        cwd=cwd or ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": "",
            **(environment or {}),
        },
        capture_output=True,
        text=True,
        check=False,
    )
