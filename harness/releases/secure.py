"""Make sure, before a release is measured, that what was installed is there, and nothing else."""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event as Flag

from harness.errors import EnvironmentBuildError, UsageError
from harness.model import Release, Status
from harness.releases.builds import Build
from harness.releases.environment import describe_changes, secure_environment
from harness.releases.installed import Pause, go_on
from harness.releases.lock import lock_sha256, verify_lock


def secure_builds(
    builds: Sequence[tuple[Release, Build]], workers: int, tell: Callable[[str], None]
) -> list[tuple[Release, Build]]:
    """Return the builds, each holding its lock; one that cannot be made to is absent, with why.

    What had to be made anew is told. Those that are not built are left as they are. UsageError
    where a lock is not the one that was installed. An interrupt ends it at once: what is read, up
    to a gigabyte a release, is read no further.
    """
    releases = [release for release, _ in builds]
    stop = Flag()

    def pause() -> None:
        if stop.is_set():
            raise CancelledError

    with ThreadPoolExecutor(max_workers=workers) as pool:
        try:
            secured = pool.map(
                lambda pair: secure_build(pair[0], pair[1], verify_lock(pair[0]), tell, pause),
                builds,
            )
            return list(zip(releases, secured, strict=True))
        except BaseException:
            stop.set()
            raise


def secure_build(
    release: Release,
    build: Build,
    lock: Path,
    tell: Callable[[str], None],
    pause: Pause = go_on,
) -> Build:
    """Return one build, as :func:`secure_builds` does, by the lock that it is to hold."""
    if build.python is None:
        return build
    if lock_sha256(lock) != build.lock_sha256:
        raise UsageError(
            f"the lock of {release.id} is another than the one it was installed from",
            do=f'Install it: nox -s "matrix({release.id})"',
        )
    try:
        changes = secure_environment(build.python, lock, release.python, pause)
    except EnvironmentBuildError as error:
        reason = f"{error.what}: {error.why}"
        return replace(build, python=None, absent=Status.NOT_INSTALLABLE, reason=reason)
    if changes:
        tell(f"{release.id}: installed anew, since it was changed: {describe_changes(changes)}")
    return build
