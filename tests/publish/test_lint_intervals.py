"""Intervals that do not tile a series, or say what their cells do not, each broken in one way."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.model import Matrix
from harness.publish.export import build_export
from harness.publish.lint_intervals import check_intervals

from .matrices import example
from .strategies import matrices

LINE = ("tensorflow", "dense_masking.loss_denominator")
EXPORT = build_export(example())
"""Along LINE: total to 2.10.1, no interpreter at 2.11.1, valid at 2.16.2, total at 2.17.0rc0."""


def check(change: Callable[[list[Any]], object]) -> list[str]:
    """Return what is wrong once the intervals of the line are changed."""
    export = copy.deepcopy(EXPORT)
    line = [one for one in export["intervals"] if (one["series"], one["question"]) == LINE]
    rest = [one for one in export["intervals"] if one not in line]
    change(line)
    found = check_intervals({**export, "intervals": [*line, *rest]})
    return [one.removeprefix(f"{', '.join(LINE)}: ") for one in found]


def test_a_sound_line_has_nothing_wrong() -> None:
    assert check(lambda line: None) == []


@settings(deadline=None)
@given(matrices())
def test_what_the_judge_makes_is_sound(drawn: Matrix) -> None:
    assert list(check_intervals(build_export(drawn))) == []


def cut(line: list[Any]) -> None:
    line.insert(1, {**line[0], "first": "tf-2.10.1"})
    line[0].update(last="tf-1.4.1", untested_between=[])


TOTAL = ("answered", "total")
CHANGES: dict[str, tuple[Callable[[list[Any]], object], str]] = {
    "a hole": (lambda line: line.pop(1), "tf-2.11.1 is in no interval"),
    "an end that is missing": (lambda line: line.pop(), "tf-2.17.0rc0 is in no interval"),
    "twice": (lambda line: line.insert(1, copy.deepcopy(line[0])), "tf-1.4.1 is in two intervals"),
    "another answer": (
        lambda line: line[0].update(answer="valid"),
        f"tf-1.4.1 says {TOTAL}, its interval ('answered', 'valid')",
    ),
    "another state": (
        lambda line: line[1].update(status="not_installable"),
        "tf-2.11.1 says ('no_interpreter', None), its interval ('not_installable', None)",
    ),
    "an answer carried on": (
        lambda line: (line.pop(1), line[0].update(last="tf-2.11.1")),
        f"tf-2.11.1 says ('no_interpreter', None), its interval {TOTAL}",
    ),
    "cut in two": (
        cut,
        "tf-2.10.1 to tf-2.10.1 says what the interval before it says, and is one of its own",
    ),
    "backwards": (
        lambda line: line[0].update(first="tf-2.10.1", last="tf-1.4.1"),
        "tf-2.10.1 to tf-1.4.1 is no part of the series",
    ),
    "a release of another series": (
        lambda line: line[0].update(first="tf-2.18.1+keras-3.0.5"),
        "tf-2.18.1+keras-3.0.5 to tf-2.10.1 is no part of the series",
    ),
    "a release that is not there": (
        lambda line: line[3].update(last="tf-9"),
        "tf-2.17.0rc0 to tf-9 is no part of the series",
    ),
    "untested ones not told": (
        lambda line: line[0].update(untested_between=[]),
        "behind tf-1.4.1 to tf-2.10.1 ['tf-2.11.1'] are not known, not []",
    ),
    "a tested one told as untested": (
        lambda line: line[2].update(untested_between=["tf-2.17.0rc0"]),
        "behind tf-2.16.2 to tf-2.16.2 [] are not known, not ['tf-2.17.0rc0']",
    ),
    "a change that is hidden": (
        lambda line: line[3].update(began=None),
        "tf-2.17.0rc0 to tf-2.17.0rc0 began after None, where the cells say tf-2.16.2",
    ),
    "a change after another": (
        lambda line: line[3]["began"].update(after="tf-2.10.1"),
        "tf-2.17.0rc0 to tf-2.17.0rc0 began after tf-2.10.1, where the cells say tf-2.16.2",
    ),
    "a change where there is none": (
        lambda line: line[1].update(began={**line[3]["began"], "after": "tf-2.10.1"}),
        "tf-2.11.1 to tf-2.11.1 began after tf-2.10.1, where the cells say None",
    ),
    "another cause": (
        lambda line: line[2]["began"].update(cause="tensorflow"),
        "tf-2.16.2: tensorflow is the cause, and the evidence says keras",
    ),
    "a pair that shows nothing": (
        lambda line: line[2]["began"]["evidence"].update(keras=["tf-2.10.1", "tf-1.4.1"]),
        "tf-2.16.2: tf-2.10.1 and tf-1.4.1 do not show the change that began there",
    ),
}


@pytest.mark.parametrize(("change", "wrong"), CHANGES.values(), ids=CHANGES)
def test_a_line_that_was_tampered_with_is_found(
    change: Callable[[list[Any]], object], wrong: str
) -> None:
    assert wrong in check(change)


@pytest.mark.parametrize("key", ["series", "question"])
def test_an_interval_of_nothing_is_found(key: str) -> None:
    other = {**EXPORT["intervals"][0], key: "other"}
    found = check_intervals({**EXPORT, "intervals": [*EXPORT["intervals"], other]})
    assert [one.partition(": ")[2] for one in found] == ["an interval of no series or no question"]


def test_a_cell_that_is_missing_is_found() -> None:
    cells = [one for one in EXPORT["cells"] if one["release"] != "tf-2.16.2"]
    found = list(check_intervals({**EXPORT, "cells": cells}))
    assert any("tf-2.16.2 says None, its interval" in one for one in found)


@settings(deadline=None)
@given(st.data())
def test_any_interval_that_is_lost_doubled_or_moved_is_found(data: st.DataObject) -> None:
    """Of any matrix: whatever is done to one interval, its line is not sound any more."""
    export = build_export(data.draw(matrices().filter(lambda drawn: drawn.intervals)))
    at = data.draw(st.integers(0, len(export["intervals"]) - 1))
    one = export["intervals"].pop(at)
    members = [row["id"] for row in export["releases"] if one["series"] in row["series"]]
    where = {name: members.index(one[name]) for name in ("first", "last")}
    changes: list[list[Any]] = [[], [one, one]]
    for name, shift in (("first", -1), ("first", 1), ("last", -1), ("last", 1)):
        if 0 <= where[name] + shift < len(members):
            changes.append([{**one, name: members[where[name] + shift]}])
    export["intervals"][at:at] = data.draw(st.sampled_from(changes))
    assert list(check_intervals(export))
