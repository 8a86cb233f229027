"""Resolve releases as of their day and write their locks."""

import argparse

from harness.errors import EnvironmentBuildError, ExitCode
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import write_lock


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    verb.add_argument("release", nargs="+", help="id or version")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Resolve releases as of their day and write their locks."""
    catalogue = load_catalogue()
    for release in [find_release(catalogue, name) for name in arguments.release]:
        interpreter = find_interpreter(release.python)
        if interpreter is None:
            raise EnvironmentBuildError(
                f"Python {release.python} is not here, and {release.id} is resolved with it",
                do=f"uv python install {release.python}",
            )
        print(f"written: {write_lock(release, interpreter)}")
    return ExitCode.OK
