"""Tell what an upgrade changes, from what is stored: without TensorFlow, and offline."""

import argparse
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

from harness.commands.options import (
    RESULTS,
    ROOT,
    add_builds,
    add_results,
    add_scenarios,
    choose_stores,
)
from harness.errors import ExitCode
from harness.upgrade.again import Place
from harness.upgrade.command import Request, run_check
from harness.upgrade.gravity import Gravity
from harness.upgrade.sightings import Scan

FORMATS = ("text", "json", "markdown", "github", "sarif")
FAILING = ("silent", "breaks", "slower", "warns")


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    verb.add_argument("--from", dest="before", metavar="RELEASE", help="id or version")
    verb.add_argument("--to", dest="after", metavar="RELEASE", default="latest", help="the same")
    verb.add_argument("--requirements", type=Path, metavar="FILE", help="what the project pins")
    verb.add_argument("--legacy-keras", action="store_true", help="as TF_USE_LEGACY_KERAS=1 does")
    verb.add_argument("--padding", type=_share, default=0.3, metavar="SHARE", help="0.3 if none")
    verb.add_argument("--source", type=Path, metavar="DIR", help="code: what of it is concerned")
    verb.add_argument("--policy", type=Path, metavar="FILE", help="accepted and expected answers")
    verb.add_argument("--format", choices=FORMATS, default="text")
    verb.add_argument("--fail-on", choices=FAILING, default="breaks", help="and what is graver")
    verb.add_argument("--page", default="", metavar="ADDRESS", help="of compatibility.html")
    verb.add_argument("--measure", action="store_true", help="install and measure what is missing")
    verb.add_argument("--again", action="store_true", help="measure what is known already, too")
    verb.add_argument("--scenario", action="append", default=[], help="only this one; repeatable")
    add_scenarios(verb)
    add_builds(verb)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Tell what an upgrade changes, from what is stored: without TensorFlow, and offline."""

    def rebuild() -> dict[str, Any]:
        # Most checks read what is published, and have no need of pyarrow.
        from harness.commands.stored import stored_matrix, stored_throughputs
        from harness.publish.export import build_export

        matrix = stored_matrix(arguments.results)
        rows: list[dict[str, Any]] = []
        if throughputs := stored_throughputs(arguments.results, matrix.releases):
            from harness.publish.speed_export import list_throughput

            rows = list_throughput(throughputs.told, [release.id for release in matrix.releases])
        return build_export(matrix, rows)

    def scan(folder: Path) -> Scan:
        from harness.upgrade.source_scan import scan_source

        return scan_source(folder)

    arguments.store, _ = choose_stores(arguments, local=True)
    arguments.scenario = tuple(arguments.scenario)
    arguments.place = find_place(arguments, Path.cwd())
    asked = {field.name: getattr(arguments, field.name) for field in fields(Request)}
    return run_check(Request(**asked | {"fail_on": Gravity(arguments.fail_on)}), rebuild, scan)


def find_place(arguments: argparse.Namespace, here: Path) -> Place:
    """Return how what is named is to be typed in the folder that the verb was called from.

    nox looks for its file in that folder only, and reads the paths of most verbs in its own.
    """
    at_home = here.resolve() == ROOT

    def name(path: Path) -> str:
        return str(path if at_home else path.absolute())

    file = ROOT / "noxfile.py"
    inside = ROOT.is_relative_to(here.resolve())
    return Place(
        noxfile="" if at_home else os.path.relpath(file, here) if inside else str(file),
        results="" if arguments.results is RESULTS else name(arguments.results),
        scenarios=name(arguments.scenarios) if arguments.scenarios else "",
    )


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError("must be at least 0 and less than 1")
    return number
