"""Make a release's environment, holding exactly what its lock does."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from harness.errors import EnvironmentBuildError
from harness.releases.installed import Pause, find_changes, go_on, is_untouched, mark_whole
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import find_uv, uv_words

_TOLD = 3
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


def secure_environment(
    python: Path, lock: Path, version: str, pause: Pause = go_on
) -> Mapping[str, str]:
    """Have an environment hold exactly its lock before it is measured; make it anew if it does not.

    Return what was found changed, by package; nothing for one that is as it was installed.
    ``version`` is that of its Python. ``pause`` is called again and again while files are read.
    EnvironmentBuildError where it cannot be made whole.
    """
    environment = python.parent.parent
    if is_untouched(environment, lock, pause):
        return {}
    found = changes = find_changes(environment, lock, pause)
    # Files are shared with uv's cache by hard links: what was written into one is changed in both.
    for forget in (False, True):
        if not changes:
            break
        if forget and (names := sorted(filter(None, changes))):
            _run([find_uv(), "cache", "clean", "--quiet", *names])
        _make_anew(environment, python, version)
        install_lock(python, lock)
        changes = find_changes(environment, lock, pause)
    if changes:
        raise EnvironmentBuildError(
            f"{lock.stem} does not hold what its lock says, though it was installed anew",
            why=describe_changes(changes),
            do="Empty uv's cache (uv cache clean), then run the same command again.",
        )
    mark_whole(environment, lock)
    return found


def describe_changes(changes: Mapping[str, str]) -> str:
    """Say what is not as it was installed, the first few of it."""
    said = [f"{name}: {fault}" if name else fault for name, fault in sorted(changes.items())]
    return "; ".join(said[:_TOLD]) + (f"; and {len(said) - _TOLD} more" if said[_TOLD:] else "")


def _make_anew(environment: Path, python: Path, version: str) -> None:
    interpreter = python.resolve() if python.exists() else find_interpreter(version)
    asked = ["--quiet", "--clear", "-p", str(interpreter or version), str(environment)]
    done = _run([find_uv(), "venv", *asked])
    if done.returncode:
        raise EnvironmentBuildError(
            f"{environment.name} could not be made anew",
            why=uv_words(done.stderr),
            do="Check the network and the disk, then run the same command again.",
        )


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
