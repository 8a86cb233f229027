"""Whether the intervals of an export tile each series, and say what their cells say."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from harness.model import Status

_Says = Mapping[tuple[str, str], tuple[str, str | None]]
"""Status and answer of each cell, by release and question."""


def check_intervals(export: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong, line by line: a question along a series."""
    says: _Says = {(cell["release"], cell["question"]): _outcome(cell) for cell in export["cells"]}
    series: dict[str, list[str]] = {}
    for release in export["releases"]:
        for name in release["series"]:
            series.setdefault(name, []).append(release["id"])
    lines: dict[tuple[str, str], list[Mapping[str, Any]]] = {
        (name, question["id"]): [] for name in series for question in export["questions"]
    }
    for one in export["intervals"]:
        line = lines.get((one["series"], one["question"]))
        if line is None:
            yield f"{one['series']}, {one['question']}: an interval of no series or no question"
        else:
            line.append(one)
    for (name, asked), intervals in lines.items():
        for fault in _check_line(series[name], asked, intervals, says):
            yield f"{name}, {asked}: {fault}"


def _check_line(
    members: Sequence[str], asked: str, intervals: Sequence[Mapping[str, Any]], says: _Says
) -> Iterator[str]:
    place = {release: at for at, release in enumerate(members)}
    due = 0
    for one in intervals:
        first, last = place.get(one["first"]), place.get(one["last"])
        if first is None or last is None or last < first:
            yield f"{one['first']} to {one['last']} is no part of the series"
            return
        if first < due:
            yield f"{one['first']} is in two intervals"
        elif first > due:
            yield f"{members[due]} is in no interval"
        for release in members[first : last + 1]:
            said = says.get((release, asked))
            if said != _outcome(one):
                yield f"{release} says {said}, its interval {_outcome(one)}"
        due = last + 1
    if due < len(members):
        yield f"{members[due]} is in no interval"
    yield from _check_joints(members, place, intervals)
    for one in intervals:
        yield from _check_evidence(one, asked, says)


def _check_joints(
    members: Sequence[str], place: Mapping[str, int], intervals: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield where what an interval says of those beside it is not so."""
    before: Mapping[str, Any] | None = None
    for at, one in enumerate(intervals):
        where = f"{one['first']} to {one['last']}"
        if at and _outcome(intervals[at - 1]) == _outcome(one):
            yield f"{where} says what the interval before it says, and is one of its own"
        known = _known(one)
        behind = intervals[at + 1 :] if known else ()
        until = next((later for later in behind if _known(later)), None)
        end = place[until["first"]] if until else len(members)
        unknown = list(members[place[one["last"]] + 1 : end]) if known else []
        if one["untested_between"] != unknown:
            yield f"behind {where} {unknown} are not known, not {one['untested_between']}"
        changed = known and before is not None and _outcome(before) != _outcome(one)
        after = one["began"]["after"] if one["began"] else None
        due = before["last"] if changed and before else None
        if after != due:
            yield f"{where} began after {after}, where the cells say {due}"
        before = one if known else before


def _check_evidence(interval: Mapping[str, Any], asked: str, says: _Says) -> Iterator[str]:
    """Yield which pair of releases does not show the change that it is named for."""
    began = interval["began"]
    if not began:
        return
    shown = [axis for axis, pair in began["evidence"].items() if pair]
    cause = shown[0] if len(shown) == 1 else "not_separated"
    if began["cause"] != cause:
        yield f"{interval['first']}: {began['cause']} is the cause, and the evidence says {cause}"
    change = says.get((began["after"], asked)), _outcome(interval)
    for axis in shown:
        old, new = began["evidence"][axis]
        if (says.get((old, asked)), says.get((new, asked))) != change:
            yield f"{interval['first']}: {old} and {new} do not show the change that began there"


def _outcome(row: Mapping[str, Any]) -> tuple[str, str | None]:
    return row["status"], row["answer"]


def _known(row: Mapping[str, Any]) -> bool:
    return Status(row["status"]).known
