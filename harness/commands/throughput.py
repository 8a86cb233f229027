"""Time the masked reduction in the releases named, tagged, or all that are installed."""

import argparse

from harness.commands.options import add_builds, add_results, note, positive, words
from harness.errors import ExitCode
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
from harness.releases.builds import built_releases, read_build
from harness.releases.catalogue import find_release, load_catalogue, tagged_releases
from harness.releases.secure import secure_builds


def add_options(verb: argparse.ArgumentParser) -> None:
    """Declare what can be said of it."""
    add_results(verb)
    verb.add_argument("release", nargs="*", help="id or version; all that are installed if none")
    verb.add_argument("--releases", type=words, default=(), help="the same, with commas between")
    verb.add_argument("--tag", help="the releases that carry it")
    verb.add_argument("--reference", help="the release all are compared with; the newest if none")
    verb.add_argument("--kernels", type=words, default=(), help="only these, with commas between")
    verb.add_argument("--budget", type=positive, default=15.0, metavar="MINUTES", help="at most")
    add_builds(verb)
    verb.add_argument("--unless-timed", action="store_true", help="not where there are timings")


def run(arguments: argparse.Namespace) -> ExitCode:
    """Time the masked reduction in the releases named, tagged, or all that are installed."""
    if arguments.unless_timed and is_timed(arguments.results / "timings"):
        print("this machine has its timings: nox -s throughput takes them anew")
        return ExitCode.OK
    catalogue = load_catalogue()
    cases = choose_cases(arguments.kernels)
    chosen = [find_release(catalogue, name) for name in (*arguments.release, *arguments.releases)]
    chosen += tagged_releases(catalogue, arguments.tag) if arguments.tag else ()
    if not chosen:
        chosen = [find_release(catalogue, name) for name in built_releases(arguments.builds)]
    there = [(one, read_build(arguments.builds, one.id)) for one in dict.fromkeys(chosen)]
    builds = dict(secure_builds(there, count_cores(), note))
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
