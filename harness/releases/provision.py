"""An environment for any release: the one that is there already, or a new one from its own lock.

What nox has built is used as it is. Everything else lies in a folder of its own beside those
records, so that a release outside the catalogue is never taken for a part of the matrix.
"""

from collections.abc import Callable
from pathlib import Path

from harness.errors import EnvironmentBuildError, UsageError
from harness.model import Release, Status
from harness.releases.builds import Build, read_build, write_build
from harness.releases.environment import create_environment, download_interpreter, install_lock
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import LOCKS, lock_sha256, verify_lock, write_lock


def published_folder(builds: Path) -> Path:
    """Return where releases that are built here lie, beside the records of nox."""
    return builds / "published"


def find_lock(release: Release, builds: Path) -> Path | None:
    """Return the lock of a release, committed or resolved here before; None without one.

    UsageError where a committed lock was made for another row.
    """
    if (LOCKS / f"{release.id}.txt").exists():
        return verify_lock(release)
    try:
        return verify_lock(release, published_folder(builds) / "locks")
    except UsageError:
        return None


def find_build(release: Release, lock_hash: str, builds: Path) -> Build | None:
    """Return the environment of a release that holds a lock; None where there is none."""
    for folder in (builds, published_folder(builds)):
        try:
            build = read_build(folder, release.id)
        except UsageError:
            continue
        if build.python and build.lock_sha256 == lock_hash:
            return build
    return None


def provide_build(release: Release, builds: Path) -> Build:
    """Return the environment of a release, resolved and installed where that was not done yet.

    One that cannot be made is said in the build and not recorded: the next call tries again.
    """
    sha256 = ""
    absent = Status.NO_INTERPRETER
    try:
        lock = find_lock(release, builds)
        if lock and (build := find_build(release, lock_sha256(lock), builds)):
            return build
        interpreter = find_interpreter(release.python) or download_interpreter(release.python)
        absent = Status.NOT_INSTALLABLE
        folder = published_folder(builds)
        lock = lock or write_lock(release, interpreter, folder / "locks")
        sha256 = lock_sha256(lock)
        python = create_environment(folder / "environments" / release.id, interpreter)
        install_lock(python, lock)
    except EnvironmentBuildError as error:
        reason = error.why or error.what
        return Build(release=release.id, lock_sha256=sha256, absent=absent, reason=reason)
    build = Build(release=release.id, lock_sha256=sha256, python=python)
    write_build(folder, build)
    return build


def install_release(
    release: Release, python: Path | None, fetched: Path, tell: Callable[[str], None]
) -> Build:
    """Install a release of the catalogue from its lock; one that cannot be is told, and absent.

    ``python`` is that of the environment nox made for it. Where nox found no interpreter there is
    none: one is fetched then, and the environment made in the folder ``fetched``. UsageError where
    the lock was made for another row.
    """
    lock = verify_lock(release)
    sha256 = lock_sha256(lock)
    absent = Status.NOT_INSTALLABLE if python else Status.NO_INTERPRETER
    try:
        python = python or create_environment(fetched, download_interpreter(release.python))
        install_lock(python, lock)
    except EnvironmentBuildError as error:
        tell(str(error))
        return Build(release=release.id, lock_sha256=sha256, absent=absent, reason=error.why)
    return Build(release=release.id, lock_sha256=sha256, python=python)
