"""Ctrl-C as a person types it: at nox, in a terminal, which sends it to every process there.

The checkout is a copy whose catalogue has one release, a stand-in in the syntax of any TensorFlow.
"""

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.lock import lock_head
from tests.builders import declared, write_scenario
from tests.faults.conftest import count, tell
from tests.faults.place import ROOT, processes_of
from tests.faults.test_kill import HANGS

RELEASE = "tf-9.9.9"
ROW = f"""
[[release]]
id = "{RELEASE}"
tensorflow = "9.9.9"
package = "tensorflow"
api = "tf.keras"
python = "3.{sys.version_info.minor}"
released = 2026-01-01
as_of = 2026-01-15
series = ["tensorflow"]
tags = []
"""
FILES = {
    "tensorflow/__init__.py": "from tensorflow import keras\n__version__ = '9.9.9'\n",
    "tensorflow/keras/__init__.py": "__version__ = '9.9.9'\nbackend = None\n",
    "numpy/__init__.py": "__version__ = '1.0'\n",
    "numpy/random.py": "class RandomState:\n    def __init__(self, seed):\n        pass\n",
}
"""All that the worker needs of a release."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A copy of the project, and a nox run in it."""

    folder: Path
    temporary: Path

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def start(self) -> "subprocess.Popen[str]":
        """Start nox as the head of a group of its own, as a shell does."""
        outer = {name: value for name, value in os.environ.items() if not name.startswith("NOX")}
        own = {"TMPDIR": str(self.temporary), "UV_FIND_LINKS": str(self.folder / "wheels")}
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "nox", "-f", str(self.folder / "noxfile.py")),
                *("-s", f"matrix({RELEASE})", "--", "--results", str(self.results)),
                "--no-throughput",
            ],
            cwd=self.folder,
            env=outer | own,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )

    def has_stored(self) -> bool:
        """Whether the experiment that ends is stored; one core asks both before it stores any.

        For the first that is stored pyarrow imports pandas: a second on a loaded machine.
        """
        stored = any((self.results / "observations").glob("*.parquet"))
        return stored or os.cpu_count() == 1

    def measuring(self) -> list[int]:
        """Return the processes that measure: the verb."""
        return [
            process
            for process, words in processes_of(self.temporary)
            if words[1:4] == ["-m", "harness", "measure"]
        ]


def make_wheel(folder: Path) -> str:
    """Write the wheel of the stand-in; return the line that a lock has for it."""
    about = "tensorflow-9.9.9.dist-info"
    files = FILES | {
        f"{about}/METADATA": "Metadata-Version: 2.1\nName: tensorflow\nVersion: 9.9.9\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    digests = {name: hashlib.sha256(text.encode()).digest() for name, text in files.items()}
    hashes = {
        name: base64.urlsafe_b64encode(digest).rstrip(b"=") for name, digest in digests.items()
    }
    rows = [f"{name},sha256={hashes[name].decode()},{len(text)}" for name, text in files.items()]
    files[f"{about}/RECORD"] = "\n".join([*rows, f"{about}/RECORD,,", ""])
    folder.mkdir()
    wheel = folder / "tensorflow-9.9.9-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return f"tensorflow==9.9.9 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder = tmp_path / "checkout"
    ignored = shutil.ignore_patterns("__pycache__", "locks", "releases.toml")
    shutil.copytree(ROOT / "harness", folder / "harness", ignore=ignored)
    for name in ("noxfile.py", "README.md"):
        shutil.copy(ROOT / name, folder)
    catalogue = folder / "harness" / "releases" / "releases.toml"
    catalogue.write_text(ROW)
    release = find_release(load_catalogue(catalogue), RELEASE)
    (catalogue.parent / "locks").mkdir()
    lock = lock_head(release) + make_wheel(folder / "wheels")
    (catalogue.parent / "locks" / f"{RELEASE}.txt").write_text(lock)
    asked = {"loss": declared(), "after": declared(experiment="after")}
    write_scenario(folder / "scenarios", "masking", asked, HANGS)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    return Checkout(folder=folder, temporary=temporary)


def test_an_interrupt_of_nox_ends_at_once_leaves_nobody_and_says_how_to_go_on(
    checkout: Checkout,
) -> None:
    nox = checkout.start()
    while not (checkout.folder / "scenarios" / "reached").exists() or not checkout.has_stored():
        assert nox.poll() is None, nox.communicate()[0]
        time.sleep(0.02)
    assert len(checkout.measuring()) == 1
    started = time.monotonic()
    os.killpg(nox.pid, signal.SIGINT)
    while checkout.measuring():
        time.sleep(0.005)
    measuring_s = time.monotonic() - started
    said = nox.communicate(timeout=30)[0]
    nox_s = time.monotonic() - started
    tell(f"Ctrl-C: the measuring process ends within {measuring_s:.2f} s, nox {nox_s:.2f} s")
    assert measuring_s < 2
    assert nox_s < 5
    assert nox.returncode == 130, said
    assert "interrupted: what was finished is stored; the same command goes on from there" in said
    assert "Traceback" not in said
    assert list(processes_of(checkout.temporary)) == []
    assert list(checkout.temporary.iterdir()) == []
    again = checkout.start()
    said = again.communicate(timeout=120)[0]
    assert again.returncode == 0, said
    assert len(list((checkout.results / "observations").glob("*.parquet"))) == 2
    count("Ctrl-C through nox")
