"""What takes part in a run of timings: the releases that are installed, and the reference twice."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from harness.errors import EnvironmentBuildError, UsageError
from harness.judge.differences import CANDIDATE
from harness.measure.block import START_S, Arm
from harness.measure.timers import TimerLost, start_timer
from harness.model import Release
from harness.releases.builds import Build
from harness.releases.catalogue import MAIN_SERIES
from harness.releases.environment import create_environment, install_lock
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import lock_sha256, verify_lock


def choose_reference(builds: Mapping[Release, Build], asked: Release | None) -> Release:
    """Return the release all others are compared with: the newest of the main series, if not asked.

    UsageError where it is not among those that are installed.
    """
    there = [release for release, build in builds.items() if build.python]
    if not there:
        raise UsageError("no release is installed here", do="Install some: nox -s matrix -t quick")
    if asked:
        if asked not in there:
            raise UsageError(
                f"the reference {asked.id} is not among the releases that are timed",
                do=f'Name it in --releases, too, or install it: nox -s "matrix({asked.id})"',
            )
        return asked
    usual = [one for one in there if MAIN_SERIES in one.series and CANDIDATE not in one.tags]
    return max(usual or there, key=lambda release: release.released)


def gather_arms(builds: Mapping[Release, Build], reference: Release, folder: Path) -> list[Arm]:
    """Return an arm for each installed release, and the sentinel, installed if need be.

    The sentinel is the reference once more, from the same lock, in an environment of its own under
    ``folder``: what differs between the two is what a run takes for a difference by mistake.
    """
    arms = [
        Arm(name=release.id, release=release, build=build)
        for release, build in builds.items()
        if build.python
    ]
    lock = verify_lock(reference)
    interpreter = find_interpreter(reference.python)
    if interpreter is None:
        raise EnvironmentBuildError(
            f"{reference.id} cannot be installed a second time",
            why=f"Python {reference.python} is not here any more",
            do=f"uv python install {reference.python}",
        )
    python = create_environment(folder / f"sentinel-{reference.id}", interpreter)
    install_lock(python, lock)
    # Once for nothing: the first import of an environment compiles it, as the others' once did.
    with start_timer(python, reference.api, ()) as timer, suppress(TimerLost):
        timer.read(START_S)
    build = Build(release=reference.id, lock_sha256=lock_sha256(lock), python=python)
    return [*arms, Arm(name=f"{reference.id} again", release=reference, build=build)]
