"""The commands that a verdict tells a person to type: they work where the verb was called. Pure.

A release of the catalogue has a session of its own in nox. Any other is measured by the check
itself, which leaves it in the store of that person.
"""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from harness.publish.wording import reproduce


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command would be typed, and what it has to name there.

    ``noxfile``, ``results`` and ``scenarios`` are paths as they are to be typed, blank where they
    need not be named. ``own`` are the scenarios of that folder, ``apart`` the releases that are
    not in the catalogue: neither is on the published page.
    """

    noxfile: str = ""
    results: str = ""
    scenarios: str = ""
    own: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()


def say_measuring(
    place: Place, ends: tuple[str, str], releases: Iterable[str], scenario: str
) -> str:
    """Return the shell command that measures a scenario in releases anew.

    ``ends`` are those that are compared, by their ids.
    """
    first, *others = releases
    own = scenario in place.own
    if place.apart.isdisjoint({first, *others}):
        said = reproduce(first, scenario, *others).removeprefix("nox")
        return f"nox{_name_file(place)}{said}{_name_folders(place, own=own)}"
    return say_check(place, ends, ["--measure", "--scenario", scenario, "--again"], own=own)


def say_check(place: Place, ends: tuple[str, str], words: Iterable[str], *, own: bool) -> str:
    """Return the shell command that compares two releases, with more words behind them.

    ``own``: whether the scenarios of one's own have to do with it.
    """
    said = shlex.join(["--from", ends[0], "--to", ends[1], *words])
    return f"nox{_name_file(place)} -s check -- {said}{_name_folders(place, own=own)}"


def _name_file(place: Place) -> str:
    return f" -f {shlex.quote(place.noxfile)}" if place.noxfile else ""


def _name_folders(place: Place, *, own: bool) -> str:
    scenarios = ["--scenarios", place.scenarios] if own and place.scenarios else []
    store = ["--results", place.results] if place.results else []
    return "".join(f" {shlex.quote(word)}" for word in [*scenarios, *store])
