"""Which changes the check says concern a program, held against what a reader of it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.upgrade.check import Scope, compare
from harness.upgrade.policy import NONE
from harness.upgrade.reading import read_record
from harness.upgrade.record import Record
from harness.upgrade.source_scan import scan_source

from .marked import CORPUS, PROGRAMS
from .records import end
from .selected import SELECTED

RESULTS = Path(__file__).parents[2] / "results"
ENDS = ("tf-2.10.1", "tf-2.16.2")
FALSE_SHARE = 1 / 20
"""At most one finding in twenty is false."""


def refuse() -> dict[str, object]:
    pytest.fail("the published export is behind the store")


@pytest.fixture(scope="module")
def record() -> Record:
    """What is published: 60 questions change between these two."""
    return read_record(RESULTS, refuse)


def select(record: Record) -> Iterator[tuple[str, set[str]]]:
    """Yield each program with the changes that are said to concern it."""
    ends = end(record, ENDS[0]), end(record, ENDS[1])
    for name in PROGRAMS:
        scope = Scope(policy=NONE, padding=0.3, scan=scan_source(CORPUS / name))
        changes = compare(record, *ends, scope).changes
        yield name, {change.question.id for change in changes if change.sightings}


def test_every_program_is_read_and_every_expectation_is_a_change(record: Record) -> None:
    ends = end(record, ENDS[0]), end(record, ENDS[1])
    changes = compare(record, *ends, Scope(policy=NONE, padding=0.3)).changes
    assert set(SELECTED) == set(PROGRAMS)
    assert set().union(*SELECTED.values()) <= {change.question.id for change in changes}


def test_the_selection_as_a_whole(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    chosen = dict(select(record))
    missed = {name: SELECTED[name] - found for name, found in chosen.items()}
    false = {name: found - SELECTED[name] for name, found in chosen.items()}
    count = sum(map(len, chosen.values()))
    wrong = sum(map(len, false.values()))
    with capsys.disabled():
        print(f"\n{len(chosen)} programs: {count} changes selected, {wrong} of them false")
        for name, questions in false.items():
            if questions:
                print(f"  {name}: {', '.join(sorted(questions))}")
    assert not {name: found for name, found in missed.items() if found}
    assert wrong <= count * FALSE_SHARE
