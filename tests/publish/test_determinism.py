"""The same store gives the same bytes, whatever process publishes it."""

import os
import subprocess
import sys
from pathlib import Path

from harness.store import write_timings
from tests.timed_runs import example

ROOT = Path(__file__).parents[2]
STORED = ROOT / "results" / "observations"
RELEASES = ("tf-2.10.1", "tf-2.16.2", "tf-2.16.2+keras-3.9.2")


def publish(folder: Path, seed: str) -> dict[str, bytes]:
    """Return all that the verb writes from a small store, by its path."""
    for file in (file for name in RELEASES for file in STORED.glob(f"{name}--*.parquet")):
        target = folder / "observations" / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(file)
    write_timings(folder / "timings", example())
    readme = folder / "README.md"
    readme.write_text("<!-- table: begin -->\n<!-- table: end -->\n")
    words = ["report", "--results", folder, "--readme", readme]
    done = subprocess.run(
        [sys.executable, "-m", "harness", *map(str, words)],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": f"UTC{seed}"},
        capture_output=True,
        check=True,
    )
    printed = done.stdout.replace(str(folder).encode(), b"")
    files = [file for file in sorted(folder.rglob("*")) if file.suffix != ".parquet"]
    return {
        str(file.relative_to(folder)): file.read_bytes() for file in files if file.is_file()
    } | {"what was printed": printed}


def test_two_processes_publish_the_same_bytes(tmp_path: Path) -> None:
    first, second = (publish(tmp_path / seed, seed) for seed in ("1", "2"))
    assert {"compatibility.json", "compatibility.csv", "THROUGHPUT.md", "README.md"} <= set(first)
    assert any(name.startswith("badges/") for name in first)
    assert b'<svg xmlns="http://www.w3.org/2000/svg"' in first["compatibility.html"]
    assert first == second
