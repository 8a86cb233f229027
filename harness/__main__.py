"""The command line: ``python -m harness VERB``. Parse, wire, and map errors to exit codes.

What only one verb needs is imported there: pyarrow takes 0.2 s and pandas a second.
"""

import argparse
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import EnvironmentBuildError, ExitCode, MaskmatrixError, UsageError
from harness.model import Matrix, Release
from harness.questions import load_scenarios, select_scenarios
from harness.releases.builds import Build, built_releases, read_build
from harness.releases.catalogue import find_release, load_catalogue, tagged_releases
from harness.releases.interpreters import find_interpreter
from harness.releases.lock import lock_sha256, verify_lock, write_lock

if TYPE_CHECKING:
    from harness.judge.runs import Throughputs

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


def stored_throughputs(results: Path, releases: Sequence[Release]) -> "Throughputs | None":
    """Return what the stored timings say along the series of a catalogue; None without any."""
    from harness.store import read_timings

    timings = list(read_timings(results / "timings"))
    if not timings:
        return None
    from harness.judge.runs import judge_timings

    series: dict[str, list[str]] = {}
    for release in releases:
        for name in release.series:
            series.setdefault(name, []).append(release.id)
    return judge_timings(timings, series)


def report(arguments: argparse.Namespace) -> ExitCode:
    """Rebuild every published file from what is stored, and print the table."""
    from harness.publish.report import publish
    from harness.publish.text import render_text

    matrix = stored_matrix(arguments.results)
    throughputs = stored_throughputs(arguments.results, matrix.releases)
    changed = publish(matrix, arguments.results, arguments.readme, throughputs)
    print(render_text(matrix))
    if throughputs:
        from harness.publish.speed_text import render_speed

        print(f"{render_speed(throughputs)}\n")
    for path in changed:
        print(f"written: {path}" if path.exists() else f"removed: {path}")
    return ExitCode.OK


def throughput(arguments: argparse.Namespace) -> ExitCode:
    """Time the masked reduction in the releases named, tagged, or all that are installed."""
    from harness.measure.arms import choose_reference, gather_arms
    from harness.measure.design import choose_cases, fit_budget
    from harness.measure.throughput import (
        announce,
        count_cores,
        count_places,
        hold_cores,
        is_timed,
        run_throughput,
        say,
    )

    if arguments.unless_timed and is_timed(arguments.results / "timings"):
        print("this machine has its timings: nox -s throughput takes them anew")
        return ExitCode.OK
    catalogue = load_catalogue()
    cases = choose_cases(arguments.kernels)
    chosen = [find_release(catalogue, name) for name in (*arguments.release, *arguments.releases)]
    chosen += tagged_releases(catalogue, arguments.tag) if arguments.tag else ()
    if not chosen:
        chosen = [find_release(catalogue, name) for name in built_releases(arguments.builds)]
    builds = {one: read_build(arguments.builds, one.id) for one in dict.fromkeys(chosen)}
    asked = find_release(catalogue, arguments.reference) if arguments.reference else None
    reference = choose_reference(builds, asked)
    with hold_cores():
        arms = gather_arms(builds, reference, arguments.builds)
        places, budget_s = count_places(), 60 * arguments.budget
        design = fit_budget(
            cases, arms=len(arms) - 1, places=places, budget_s=budget_s, cores=count_cores()
        )
        print(announce(design, len(cases), arms, reference, budget_s), flush=True)
        run_throughput(
            arms,
            reference.id,
            design,
            timings=arguments.results / "timings",
            budget_s=budget_s,
            places=places,
            tell=say,
        )
    return ExitCode.OK


def calibrate(arguments: argparse.Namespace) -> ExitCode:
    """Time one release beside itself and beside planted slowdowns, and say what is found."""
    from harness.judge.calibration import calibrate as judge
    from harness.judge.recorded import measure_spread, tabulate_samples
    from harness.judge.timings import plan_looks
    from harness.measure import calibrate as run
    from harness.measure.arms import choose_reference
    from harness.measure.throughput import count_places, hold_cores
    from harness.publish.calibration import NAME, render_calibration
    from harness.publish.report import write_whole

    catalogue = load_catalogue()
    names = built_releases(arguments.builds)
    builds = {one: read_build(arguments.builds, one.id) for one in catalogue if one.id in names}
    asked = find_release(catalogue, arguments.release) if arguments.release else None
    release = choose_reference(builds, asked)
    with hold_cores():
        rows = run.run_calibration(
            run.gather_equal_arms(release, builds[release]),
            timings=arguments.results / "calibration",
            budget_s=60 * arguments.budget,
            places=count_places(),
            tell=lambda line: print(line, flush=True),
        )
    cases = tabulate_samples(rows, run.CASES, (*run.EQUAL, *run.PLANTED))
    found = judge(cases, run.EQUAL, run.PLANTED, plan_looks(run.PLANNED_BLOCKS))
    page = render_calibration(found, measure_spread(cases, run.EQUAL), run.describe(rows, cases))
    write_whole(arguments.results / NAME, page.encode())
    print(page)
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
        "--timeout", type=_positive, default=300.0, help="seconds an experiment may take"
    )
    verb.add_argument("--again", action="store_true", help="measure what is stored already, too")
    verb.add_argument("--python", type=Path, help="interpreter of an environment of your own")
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)
    verb.set_defaults(run=measure)

    verb = verbs.add_parser("throughput", parents=[stored], help=throughput.__doc__)
    verb.add_argument("release", nargs="*", help="id or version; all that are installed if none")
    verb.add_argument("--releases", type=_words, default=(), help="the same, with commas between")
    verb.add_argument("--tag", help="the releases that carry it")
    verb.add_argument("--reference", help="the release all are compared with; the newest if none")
    verb.add_argument("--kernels", type=_words, default=(), help="only these, with commas between")
    verb.add_argument("--budget", type=_positive, default=15.0, metavar="MINUTES", help="at most")
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)
    verb.add_argument("--unless-timed", action="store_true", help="not where there are timings")
    verb.set_defaults(run=throughput)

    verb = verbs.add_parser("calibrate", parents=[stored], help=calibrate.__doc__)
    verb.add_argument("release", nargs="?", help="id or version; the newest that is installed")
    verb.add_argument("--budget", type=_positive, default=15.0, metavar="MINUTES", help="at most")
    verb.add_argument("--builds", type=Path, default=BUILDS, help=argparse.SUPPRESS)
    verb.set_defaults(run=calibrate)

    verb = verbs.add_parser("report", parents=[stored], help=report.__doc__)
    verb.add_argument("--readme", type=Path, help="a README whose table is brought up to date")
    verb.set_defaults(run=report)

    verb = verbs.add_parser("lock", help=lock.__doc__)
    verb.add_argument("release", nargs="+", help="id or version")
    verb.set_defaults(run=lock)
    return parser.parse_args(words)


def _words(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split(",")))


def _positive(text: str) -> float:
    number = float(text)
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError("must be more than 0")
    return number


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
