"""Resolve a release as of its own day, and hold what is committed against its row.

An old TensorFlow does not run with the numpy and protobuf of today, so each release is resolved
against the index as it stood on ``as_of``. Build tools have a cut-off of their own: the source
distributions of 2018 are built with a setuptools that is younger than they are.
"""

import hashlib
import platform
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

from harness.errors import EnvironmentBuildError, UsageError
from harness.model import Release

LOCKS = Path(__file__).parent / "locks"
PLATFORM = "linux-x86_64"
_BUILD_TOOLS_FROM = date(2022, 1, 1)
_ADDRESS = re.compile(r"\b[a-z+]+://[^\s`'\")]+")


def find_uv() -> str:
    """Return the uv that came with the controller, or the one on PATH."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise EnvironmentBuildError("uv is not installed", do="python -m pip install uv")
    return found


def uv_words(stderr: str) -> str:
    """Return the end of what uv said, on one line, without the index it spoke to.

    Errors are stored and published; the address of a private index, or a password in it, is not.
    """
    return _ADDRESS.sub("the index", " ".join(stderr.split()))[-600:]


def requirements(release: Release) -> list[str]:
    """Return what is asked for by name; the lock holds everything that follows from it."""
    chosen = [f"{release.package}=={release.tensorflow}"]
    return chosen + ([release.keras] if release.keras else [])


def lock_head(release: Release) -> str:
    """Return the comment a lock begins with: all of the row that its content depends on."""
    return (
        f"# release: {release.id}\n"
        f"# requirements: {', '.join(requirements(release))}\n"
        f"# python: {release.python}\n"
        f"# as of: {release.as_of.isoformat()}\n"
        f"# platform: {PLATFORM}\n"
    )


def verify_lock(release: Release, folder: Path = LOCKS) -> Path:
    """Return the lock of a release; UsageError if it is missing or was made for another row."""
    lock = folder / f"{release.id}.txt"
    remedy = f"Resolve it with: nox -s lock -- {release.id}"
    try:
        text = lock.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"{release.id} has no lock", do=remedy) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{lock} cannot be read", why=str(error), do=remedy) from None
    head = lock_head(release)
    if not text.startswith(head):
        expected, found = head.splitlines(), text.splitlines()
        line = next((a for a, b in zip(expected, found, strict=False) if a != b), "its head")
        raise UsageError(
            f"the lock of {release.id} does not match its row",
            why=f"the row says {line.removeprefix('# ')!r}",
            do=remedy,
        )
    return lock


def lock_sha256(lock: Path) -> str:
    """Return the hash by which observations name the environment they were made in."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def write_lock(release: Release, interpreter: Path, folder: Path = LOCKS) -> Path:
    """Resolve a release as of its day and replace its lock; the old one stays if that fails."""
    if (here := f"{platform.system().lower()}-{platform.machine().lower()}") != PLATFORM:
        raise UsageError(f"locks are made for {PLATFORM}, and this is {here}")
    tools = _end_of(max(release.as_of, _BUILD_TOOLS_FROM))
    command = [find_uv(), "pip", "compile", "-", "--quiet", "--python", str(interpreter)]
    command += ["--exclude-newer", _end_of(release.as_of)]
    command += ["--exclude-newer-package", f"setuptools={tools}"]
    command += ["--exclude-newer-package", f"wheel={tools}"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    asked = "\n".join(requirements(release))
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    if done.returncode:
        raise EnvironmentBuildError(
            f"{release.id} cannot be resolved as of {release.as_of}",
            why=uv_words(done.stderr),
            do="Check the versions in its row, its as_of date, and the network.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / f"{release.id}.txt"
    temporary = folder / f".{release.id}.tmp"
    temporary.write_text(lock_head(release) + done.stdout, encoding="utf-8")
    return temporary.replace(lock)


def _end_of(day: date) -> str:
    """Return the last second of a day in UTC: of a bare date uv asks the local time zone."""
    return f"{day.isoformat()}T23:59:59Z"
