"""What several verbs can be told, and how it is read."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from harness.visible import make_visible

if TYPE_CHECKING:
    from harness.measure.matrix import Settings

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
LOCAL = ROOT / ".maskmatrix" / "results"
"""What is measured for one person: of scenarios of their own, or releases outside the catalogue."""
BUILDS = ROOT / ".nox" / "maskmatrix"


def add_results(verb: argparse.ArgumentParser) -> None:
    """Let another store be named."""
    verb.add_argument("--results", type=Path, default=RESULTS, help="folder of the store")


def add_scenarios(verb: argparse.ArgumentParser) -> None:
    """Let scenarios of one's own be named."""
    verb.add_argument(
        "--scenarios", type=Path, metavar="DIR", help="scenarios of your own, beside the built-in"
    )


def choose_stores(
    arguments: argparse.Namespace, *, local: bool = False
) -> tuple[Path, tuple[Path, ...]]:
    """Return the store that is written to, and those that are read beside it.

    What somebody's own scenarios say, or releases outside the catalogue (``local``), goes to a
    store of its own, lest it be committed and published with the project's by accident. A store
    that was named is used alone.
    """
    if (local or arguments.scenarios is not None) and arguments.results is RESULTS:
        return LOCAL, (RESULTS,)
    return arguments.results, ()


def add_measuring(verb: argparse.ArgumentParser) -> None:
    """Let be said how it is measured."""
    verb.add_argument(
        "--timeout", type=positive, default=300.0, help="seconds an experiment may take"
    )
    verb.add_argument("--again", action="store_true", help="measure what is stored already, too")


def add_builds(verb: argparse.ArgumentParser) -> None:
    """Let other environments be named, which the tests do."""
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)


def choose_settings(arguments: argparse.Namespace, *, local: bool = False) -> "Settings":
    """Return how a verb that takes all of the above measures, and where it stores."""
    from harness.measure.matrix import Settings  # it brings pyarrow, which most verbs do without

    results, beside = choose_stores(arguments, local=local)
    return Settings(
        results=results,
        beside=beside,
        layers=arguments.builds / "layers",
        timeout_s=arguments.timeout,
        again=arguments.again,
    )


def words(text: str) -> tuple[str, ...]:
    """Return what stands between commas."""
    return tuple(filter(None, text.split(",")))


def positive(text: str) -> float:
    """Return a number above 0; argparse says so where it is none."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


def note(text: str) -> None:
    """Print a line on the side, whoever wrote what is in it."""
    print(make_visible(text), file=sys.stderr)
