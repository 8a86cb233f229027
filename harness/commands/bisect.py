"""Find the exact release in which an answer changed, over all that were published."""

import argparse
import sys

from harness.commands.options import (
    add_builds,
    add_measuring,
    add_results,
    add_scenarios,
    choose_settings,
)
from harness.errors import ExitCode, InconclusiveError
from harness.measure import matrix
from harness.questions import gather_scenarios
from harness.releases.catalogue import load_catalogue
from harness.releases.index import open_index
from harness.releases.interpreters import has_interpreter
from harness.upgrade.bisect import find_question, run_bisection
from harness.upgrade.bisect_text import render_bisection
from harness.upgrade.line import Axis, build_line


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    verb.add_argument("question", help="such as dense_masking.loss_denominator")
    verb.add_argument("--from", dest="first", required=True, help="id or version to begin with")
    verb.add_argument("--to", dest="last", required=True, help="id or version to end with")
    verb.add_argument(
        "--axis", type=Axis, choices=tuple(Axis), help="what moves; the other is held"
    )
    verb.add_argument("--every", action="store_true", help="measure every release between, too")
    add_scenarios(verb)
    add_measuring(verb)
    add_builds(verb)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Find the exact release in which an answer changed, and print it.

    InconclusiveError where the ends agree and not every release between them was measured.
    """
    scenarios = gather_scenarios(arguments.scenarios)
    question = find_question(scenarios, arguments.question)
    line = build_line(
        load_catalogue(),
        (arguments.first, arguments.last),
        arguments.axis,
        open_index(),
        has_interpreter,
    )
    settings = choose_settings(arguments, local=True)
    matrix.recover(settings)
    found = run_bisection(
        question,
        line,
        scenarios,
        settings,
        arguments.builds,
        every=arguments.every,
        tell=lambda text: print(text, file=sys.stderr, flush=True),
    )
    print(render_bisection(found))
    if not found.boundaries and found.skipped:
        raise InconclusiveError(
            "the ends agree, which does not prove that nothing changed between them",
            do="Measure every release between them: --every",
        )
    return ExitCode.OK
