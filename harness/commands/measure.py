"""Measure what is not stored yet, in the releases named or in all that are installed."""

import argparse
from pathlib import Path

from harness.commands.options import (
    add_builds,
    add_measuring,
    add_results,
    add_scenarios,
    choose_settings,
    note,
)
from harness.errors import ExitCode, UsageError
from harness.measure import matrix
from harness.measure.progress import RunProgress
from harness.questions import gather_scenarios, select_scenarios
from harness.releases.builds import Build, built_releases, read_build
from harness.releases.catalogue import find_release, load_catalogue
from harness.releases.lock import lock_sha256, verify_lock


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    verb.add_argument("release", nargs="*", help="id or version; all that are installed if none")
    verb.add_argument("--scenario", action="append", default=[], help="only this one; repeatable")
    add_scenarios(verb)
    add_measuring(verb)
    verb.add_argument("--python", type=Path, help="interpreter of an environment of your own")
    add_builds(verb)


def run(arguments: argparse.Namespace) -> ExitCode:
    """Measure what is not stored yet, in the releases named or in all that are installed."""
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
    settings = choose_settings(arguments)
    scenarios = select_scenarios(gather_scenarios(arguments.scenarios), arguments.scenario)
    collected = matrix.recover(settings)
    due = matrix.plan_run(settings, builds, scenarios)
    if not arguments.python:
        due = matrix.secure(settings, due, note)
        fresh = {one.release.id: one.build for one in due}
        builds = [(release, fresh.get(release.id, build)) for release, build in builds]
    print(matrix.announce(settings, due, len(builds)), flush=True)
    with RunProgress(due) as progress:
        collected += matrix.run_measurements(settings, due, progress.tell)
    faults = dict.fromkeys(fault for one in collected for fault in one.faults)
    for fault in faults:
        note(f"scenario fault: {fault}")
    absent = matrix.absences(builds, collected)
    for line in absent:
        note(line)
    if faults:
        return ExitCode.USAGE
    return ExitCode.ENVIRONMENT if absent else ExitCode.OK
