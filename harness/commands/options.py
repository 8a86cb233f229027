"""What several verbs can be told, and how it is read."""

import argparse
from pathlib import Path

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "results"
BUILDS = ROOT / ".nox" / "maskmatrix"


def add_results(verb: argparse.ArgumentParser) -> None:
    """Let another store be named."""
    verb.add_argument("--results", type=Path, default=RESULTS, help="folder of the store")


def add_builds(verb: argparse.ArgumentParser) -> None:
    """Let other environments be named, which the tests do."""
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)


def words(text: str) -> tuple[str, ...]:
    """Return what stands between commas."""
    return tuple(filter(None, text.split(",")))


def positive(text: str) -> float:
    """Return a number above 0; argparse says so where it is none."""
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number
