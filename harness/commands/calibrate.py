"""Time one release beside itself and beside planted slowdowns, and say what is found."""

import argparse

from harness.commands.options import add_builds, add_results, note, positive
from harness.errors import EnvironmentBuildError, ExitCode
from harness.judge.calibration import calibrate
from harness.judge.recorded import measure_spread, tabulate_samples
from harness.judge.timings import plan_looks
from harness.measure.arms import choose_reference
from harness.measure.calibrate import (
    CASES,
    EQUAL,
    PLANNED_BLOCKS,
    PLANTED,
    describe,
    gather_equal_arms,
    run_calibration,
)
from harness.measure.throughput import count_places, hold_cores
from harness.publish.calibration import render_calibration
from harness.publish.report import write_whole
from harness.publish.timed import CALIBRATION
from harness.releases.builds import built_releases, read_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.secure import secure_builds


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    verb.add_argument("release", nargs="?", help="id or version; the newest that is installed")
    verb.add_argument("--budget", type=positive, default=15.0, metavar="MINUTES", help="at most")
    add_builds(verb)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Time one release beside itself and beside planted slowdowns, and say what is found."""
    catalogue = load_catalogue()
    names = built_releases(arguments.builds)
    builds = {one: read_build(arguments.builds, one.id) for one in catalogue if one.id in names}
    asked = find_release(catalogue, arguments.release) if arguments.release else None
    release = choose_reference(builds, asked)
    ((_, build),) = secure_builds([(release, builds[release])], 1, note)
    if build.python is None:
        raise EnvironmentBuildError(f"{release.id} cannot be used", why=build.reason)
    with hold_cores():
        rows = run_calibration(
            gather_equal_arms(release, build),
            timings=arguments.results / "calibration",
            budget_s=60 * arguments.budget,
            places=count_places(),
            tell=lambda line: print(line, flush=True),
        )
    cases = tabulate_samples(rows, CASES, (*EQUAL, *PLANTED))
    found = calibrate(cases, EQUAL, PLANTED, plan_looks(PLANNED_BLOCKS))
    page = render_calibration(found, measure_spread(cases, EQUAL), describe(rows, cases))
    write_whole(arguments.results / CALIBRATION, page.encode())
    print(page)
    return ExitCode.OK
