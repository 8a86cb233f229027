"""Rebuild every published file from what is stored, and print the table."""

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.commands.beside import tell_beside
from harness.commands.options import add_results, add_scenarios, choose_stores
from harness.commands.stored import judge_store
from harness.errors import ExitCode
from harness.publish.text import render_text
from harness.releases.catalogue import load_catalogue


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    add_scenarios(verb)
    verb.add_argument("--readme", type=Path, help="a README whose table is brought up to date")
    verb.add_argument(
        "--allow-shrink", action="store_true", help="publish less than what is published already"
    )


def run(arguments: argparse.Namespace) -> ExitCode:
    """Rebuild every published file from what is stored, and print the table."""
    with uncollected():
        return _report(arguments)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile.

    What is read lives to the end, and there is no cycle in it: to look through it again and again
    takes half a second of seven.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _report(arguments: argparse.Namespace) -> ExitCode:
    results, beside = choose_stores(arguments)
    with tell_beside(results, load_catalogue()) as timed:
        # It brings pandas, half a second, in which the other process reads already.
        from harness.publish.report import publish

        matrix, stored = judge_store(*beside, results, own=arguments.scenarios)
        changed = publish(
            matrix,
            results,
            arguments.readme,
            timed,
            stored=stored,
            allow_shrink=arguments.allow_shrink,
        )
        told = timed()
    print(render_text(matrix))
    if told:
        print(f"{told.summary}\n")
    for path in changed:
        print(f"written: {path}" if path.exists() else f"removed: {path}")
    return ExitCode.OK
