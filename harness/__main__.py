"""The command line: ``python -m harness VERB``. Parse, wire, and map errors to exit codes.

What only one verb needs is imported there: pyarrow takes 0.2 s and pandas a second.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from harness.errors import EnvironmentBuildError, ExitCode, MaskmatrixError, UsageError
from harness.model import Matrix
from harness.questions import load_scenarios, select_scenarios
from harness.releases.builds import Build, built_releases, read_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import lock_sha256, verify_lock, write_lock

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "results"
BUILDS = ROOT / ".nox" / "maskmatrix"


def measure(arguments: argparse.Namespace) -> ExitCode:
    """Measure what is not stored yet, in the releases named or in all that are installed."""
    from harness.measure import matrix
    from harness.measure.progress import RunProgress

    catalogue = load_catalogue()
    names = arguments.release or ([] if arguments.python else built_releases(arguments.builds))
    releases = [find_release(catalogue, name) for name in names]
    if not releases and not arguments.python:
        raise UsageError("no release is installed here", do="Install some: nox -s matrix -t quick")
    if arguments.python:
        if len(releases) != 1:
            raise UsageError("--python is the environment of one release", do="Name that release.")
        lock = lock_sha256(verify_lock(releases[0]))
        build = Build(release=releases[0].id, lock_sha256=lock, python=arguments.python.absolute())
        builds = [(releases[0], build)]
    else:
        builds = [(release, read_build(arguments.builds, release.id)) for release in releases]
    settings = matrix.Settings(
        results=arguments.results, timeout_s=arguments.timeout, again=arguments.again
    )
    scenarios = select_scenarios(load_scenarios(), arguments.scenario)
    collected = matrix.recover(settings)
    due = matrix.plan_run(settings, builds, scenarios)
    print(matrix.announce(settings, due, len(builds)), flush=True)
    with RunProgress(due) as progress:
        collected += matrix.run_measurements(settings, due, progress.tell)
    faults = dict.fromkeys(fault for one in collected for fault in one.faults)
    for fault in faults:
        print(f"scenario fault: {fault}", file=sys.stderr)
    for _, build in builds:
        if build.python is None:
            print(f"{build.release}: {build.absent}: {build.reason}", file=sys.stderr)
    if faults:
        return ExitCode.USAGE
    built = all(build.python for _, build in builds)
    return ExitCode.OK if built else ExitCode.ENVIRONMENT


def stored_matrix(results: Path) -> Matrix:
    """Return what a store says of the present catalogue, locks and scenarios."""
    from harness.judge.cells import build_matrix
    from harness.store import read_observations

    scenarios, releases = load_scenarios(), load_catalogue()
    return build_matrix(
        releases,
        [question for scenario in scenarios for question in scenario.questions],
        read_observations(results / "observations"),
        scenario_hashes={scenario.name: scenario.sha256 for scenario in scenarios},
        lock_hashes={release.id: lock_sha256(verify_lock(release)) for release in releases},
    )


def report(arguments: argparse.Namespace) -> ExitCode:
    """Rebuild every published file from the stored observations, and print the table."""
    from harness.publish.report import publish
    from harness.publish.text import render_text

    matrix = stored_matrix(arguments.results)
    written = publish(matrix, arguments.results, arguments.readme)
    print(render_text(matrix))
    for path in written:
        print(f"written: {path}")
    return ExitCode.OK


def lock(arguments: argparse.Namespace) -> ExitCode:
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


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Return the verb and its options; argparse ends with 2 where they are wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m harness",
        description="What each TensorFlow and Keras release does with masks and weights.",
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    stored = argparse.ArgumentParser(add_help=False)
    stored.add_argument("--results", type=Path, default=RESULTS, help="folder of the store")

    verb = verbs.add_parser("measure", parents=[stored], help=measure.__doc__)
    verb.add_argument("release", nargs="*", help="id or version; all that are installed if none")
    verb.add_argument("--scenario", action="append", default=[], help="only this one; repeatable")
    verb.add_argument(
        "--timeout", type=_seconds, default=300.0, help="seconds an experiment may take"
    )
    verb.add_argument("--again", action="store_true", help="measure what is stored already, too")
    verb.add_argument("--python", type=Path, help="interpreter of an environment of your own")
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)
    verb.set_defaults(run=measure)

    verb = verbs.add_parser("report", parents=[stored], help=report.__doc__)
    verb.add_argument("--readme", type=Path, help="a README whose table is brought up to date")
    verb.set_defaults(run=report)

    verb = verbs.add_parser("lock", help=lock.__doc__)
    verb.add_argument("release", nargs="+", help="id or version")
    verb.set_defaults(run=lock)
    return parser.parse_args(words)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return seconds


def main(words: Sequence[str] | None = None) -> int:
    """Run one verb; return its exit code."""
    arguments = parse_arguments(words)
    try:
        return int(arguments.run(arguments))
    except MaskmatrixError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print(
            "interrupted: what was finished is stored; the same command goes on from there",
            file=sys.stderr,
        )
        return 130
    except Exception:  # noqa: BLE001 - the last door: whatever it is, it ends as 101
        traceback.print_exc()
        return ExitCode.INTERNAL


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(main())
