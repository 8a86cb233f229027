"""Make a release's environment, holding exactly what its lock does."""

import shutil
import subprocess
from pathlib import Path

from harness.errors import EnvironmentBuildError
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import find_uv, uv_words

BYTES_A_RELEASE = 1_000_000_000
"""What a TensorFlow takes on the disk, roughly: 0.3 GB (1.4) to 1.4 GB (2.20)."""


def install_lock(python: Path, lock: Path) -> None:
    """Make the environment of ``python`` equal to a lock, every file checked against its hash.

    What is there already is left alone, so that an unchanged environment costs some 0.1 s.
    EnvironmentBuildError carries uv's own words.
    """
    asked = ["--quiet", "--require-hashes", "--python", str(python), str(lock)]
    done = _run([find_uv(), "pip", "sync", *asked])
    if done.returncode:
        raise EnvironmentBuildError(
            f"{lock.stem} could not be installed",
            why=uv_words(done.stderr),
            do="Check the network and the disk, then run the same command again.",
        )


def download_interpreter(version: str) -> Path:
    """Let uv fetch a Python that is not here; EnvironmentBuildError where it cannot."""
    done = _run([find_uv(), "python", "install", "--quiet", "--no-bin", version])
    found = find_interpreter(version)
    if done.returncode or found is None:
        raise EnvironmentBuildError(
            f"Python {version} is not here and could not be fetched",
            why=f"no Python {version}: {uv_words(done.stderr)}",
            do=f"Install Python {version}, for instance with pyenv; see the README.",
        )
    return found


def create_environment(folder: Path, interpreter: Path) -> Path:
    """Make an empty environment, or leave the one that is there; return its Python."""
    python = folder / "bin" / "python"
    if not python.exists():
        done = _run([find_uv(), "venv", "--quiet", "--clear", "-p", str(interpreter), str(folder)])
        if done.returncode:
            raise EnvironmentBuildError(f"{folder} could not be made", why=uv_words(done.stderr))
    return python


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def require_space(folder: Path, releases: int) -> str:
    """Say what installing so many releases takes; EnvironmentBuildError if it cannot fit."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    needed = releases * BYTES_A_RELEASE
    said = f"{releases} to install: about {needed / 1e9:.0f} GB of disk, {free / 1e9:.0f} GB free"
    if needed > free:
        raise EnvironmentBuildError(
            f"the disk is too small: {said}",
            do="Free some space, or choose fewer releases: nox -s matrix -t quick",
        )
    return said
