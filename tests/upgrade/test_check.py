"""From a record to the verdict, and from the verdict to the exit code."""

from typing import TYPE_CHECKING, Any

import pytest

from harness.errors import ExitCode
from harness.model import Status
from harness.upgrade.check import Scope, compare
from harness.upgrade.gravity import Gravity
from harness.upgrade.policy import NONE, Acceptance, Policy
from harness.upgrade.record import Record
from harness.upgrade.sightings import Scan, Sighting
from harness.upgrade.verdict import Verdict, decide

from .records import CONV, LOSS, WEIGHTS, end, record, said, small_matrix
from .test_speeds import row

if TYPE_CHECKING:
    from tests.publish.matrices import Said

OLD, NEW = "tf-2.10.1", "tf-2.16.2"


def verdict(
    found: Record | None = None,
    before: str = OLD,
    after: str = NEW,
    *,
    policy: Policy = NONE,
    scan: Scan | None = None,
) -> Verdict:
    found = found or record()
    scope = Scope(policy=policy, padding=0.3, scan=scan)
    return compare(found, end(found, before), end(found, after), scope)


def graded(found: Verdict) -> list[tuple[str, Gravity, bool]]:
    return [(one.question.id, one.gravity, one.counts) for one in found.changes]


def cell(answer: str | None, where: str = NEW, asked: str = LOSS.id) -> Record:
    return record(small_matrix({(where, asked): said(answer) if answer else None}))


def sighting(concern: str, **changed: Any) -> Sighting:
    usual = {"path": "a.py", "line": 3, "column": 5, "concern": concern, "what": "Masking()"}
    return Sighting(**{**usual, **changed})


def test_changes_come_gravest_first() -> None:
    assert graded(verdict()) == [
        (LOSS.id, Gravity.SILENT, True),
        (WEIGHTS.id, Gravity.BREAKS, True),
        (CONV.id, Gravity.WARNS, True),
    ]


@pytest.mark.parametrize(
    ("before", "after", "gravity"),
    [
        ("lost", "reaches", Gravity.SILENT),
        ("reaches", "lost_with_warning", Gravity.SILENT),
        ("lost", "lost_with_warning", Gravity.WARNS),
        ("lost_with_warning", "lost", Gravity.WARNS),
        ("lost", "raised", Gravity.BREAKS),
        ("lost", "gone", Gravity.BREAKS),
        ("raised", "lost", Gravity.MENDS),
        ("raised", "gone", Gravity.FAILS_OTHERWISE),
    ],
)
def test_how_grave_a_change_is(before: str, after: str, gravity: Gravity) -> None:
    cells = {(OLD, CONV.id): said(before), (NEW, CONV.id): said(after)}
    found = verdict(record(small_matrix(cells)))
    assert (CONV.id, gravity, True) in graded(found)


def test_what_is_the_same_changed_and_unknown_adds_up() -> None:
    found = verdict(cell(None))
    assert (found.same, len(found.changes), len(found.unknown)) == (0, 2, 1)
    assert found.unknown[0].cells[0].status is Status.NOT_RUN


def test_how_far_one_can_go() -> None:
    assert verdict().stay == (OLD, "tf-2.11.1")
    assert verdict(before="tf-2.11.1").stay is None
    other = verdict(after="tf-2.16.2+keras-3.9.2")
    assert (other.stay, other.series) == (None, "")
    assert any("no common series" in note for note in other.notes)
    assert all(not change.steps for change in other.changes)


TF_KERAS = "tf-2.16.2+tf-keras-2.16.0"


@pytest.mark.parametrize(
    ("before", "after", "changed", "notes"),
    [
        (OLD, NEW, {}, [1]),
        ("tf-2.11.1", NEW, {}, [0]),
        (OLD, NEW, {(TF_KERAS, LOSS.id): None}, []),
        (OLD, "tf-2.11.1", {}, []),
        (NEW, "tf-2.17.0rc0", {}, []),
        (OLD, "tf-2.16.2+keras-3.9.2", {}, []),
        (OLD, TF_KERAS, {}, []),
    ],
)
def test_keeping_the_old_keras_is_another_way(
    before: str, after: str, changed: dict[tuple[str, str], None], notes: list[int]
) -> None:
    """It is named where the target has it measured and the project is not on Keras 3 already."""
    found = verdict(record(small_matrix(changed)), before, after)
    assert [note for note in found.notes if "--legacy-keras" in note] == [
        f"kept on tf-keras ({TF_KERAS}, --legacy-keras), the count of changes is {count} "
        f"instead of {len(found.changes)}"
        for count in notes
    ]


def accept(answer: str = "", question: str = LOSS.id) -> Policy:
    return Policy(accept=(Acceptance(question=question, reason="r", answer=answer),), expect={})


def test_an_accepted_change_is_told_and_does_not_count() -> None:
    found = verdict(policy=accept())
    assert (LOSS.id, Gravity.SILENT, False) in graded(found)
    assert found.changes[0].accepted
    assert found.stay is None
    other = verdict(policy=accept("total")).changes[0]
    assert (other.accepted, other.expired is not None, other.counts) == (None, True, True)


def test_an_accepted_change_that_is_none_is_told() -> None:
    found = verdict(before="tf-2.11.1", policy=accept())
    assert [one.question for one in found.idle] == [LOSS.id]


def test_only_what_the_code_does_counts() -> None:
    scan = Scan((sighting("keras.layers.Masking"),), 1, ())
    found = verdict(scan=scan)
    assert graded(found) == [
        (LOSS.id, Gravity.SILENT, True),
        (WEIGHTS.id, Gravity.BREAKS, False),
        (CONV.id, Gravity.WARNS, False),
    ]
    assert found.changes[0].sightings == scan.sightings
    assert len(verdict(scan=Scan((), 0, ())).changes) == 3


FAIL_ON = [Gravity.SILENT, Gravity.BREAKS, Gravity.SLOWER, Gravity.WARNS]


@pytest.mark.parametrize(
    ("changed", "rows", "codes"),
    [
        # What differs between tf-2.11.1 and tf-2.16.2, and the code for each grade of --fail-on.
        ({}, [], [0, 1, 1, 1]),
        ({WEIGHTS.id: "total"}, [], [0, 0, 0, 1]),
        ({WEIGHTS.id: "total", CONV.id: "lost"}, [], [0, 0, 0, 0]),
        ({WEIGHTS.id: "total", LOSS.id: "total"}, [], [1, 1, 1, 1]),
        ({WEIGHTS.id: "total"}, [row("tf-2.11.1", 1.0), row(NEW, 1.5)], [0, 0, 1, 1]),
        ({WEIGHTS.id: "total"}, [row("tf-2.11.1", 1.5), row(NEW, 1.0)], [0, 0, 0, 1]),
        ({WEIGHTS.id: None}, [], [4, 4, 4, 1]),
        ({WEIGHTS.id: None, LOSS.id: "total"}, [], [1, 1, 1, 1]),
        ({WEIGHTS.id: None, LOSS.id: None, CONV.id: None}, [], [4, 4, 4, 4]),
    ],
)
def test_exit_codes(
    changed: dict[str, str | None], rows: list[dict[str, Any]], codes: list[int]
) -> None:
    cells: dict[tuple[str, str], Said | None] = {
        (NEW, name): said(answer) if answer else None for name, answer in changed.items()
    }
    found = verdict(record(small_matrix(cells), rows), before="tf-2.11.1")
    assert [decide(found, grade) for grade in FAIL_ON] == codes


def test_what_is_unknown_leaves_it_open_unless_it_does_not_matter() -> None:
    unknown = cell(None, asked=WEIGHTS.id)
    assert decide(verdict(unknown, "tf-2.11.1"), Gravity.SILENT) is ExitCode.INCONCLUSIVE
    accepted = verdict(unknown, "tf-2.11.1", policy=accept(question=WEIGHTS.id))
    assert decide(accepted, Gravity.SILENT) is ExitCode.OK
    unseen = verdict(unknown, "tf-2.11.1", scan=Scan((), 1, ()))
    assert decide(unseen, Gravity.SILENT) is ExitCode.OK


def test_nothing_compared_is_never_a_success() -> None:
    nothing = record(small_matrix({(NEW, asked.id): None for asked in (LOSS, CONV, WEIGHTS)}))
    for scan in (None, Scan((), 1, ())):
        found = verdict(nothing, scan=scan)
        assert decide(found, Gravity.SILENT) is ExitCode.INCONCLUSIVE


@pytest.mark.parametrize(
    ("expected", "target", "code"),
    [
        ("valid", "valid", ExitCode.OK),
        ("total", "valid", ExitCode.FINDINGS),
        ("raised", "raised", ExitCode.OK),
        ("valid", "raised", ExitCode.FINDINGS),
        ("valid", None, ExitCode.INCONCLUSIVE),
    ],
)
def test_expectations(expected: str, target: str | None, code: ExitCode) -> None:
    """They fail the check where nothing else would."""
    accepted = tuple(Acceptance(question=asked.id, reason="r") for asked in (LOSS, CONV, WEIGHTS))
    policy = Policy(accept=accepted, expect={LOSS.id: expected})
    found = verdict(cell(target), policy=policy)
    assert decide(found, Gravity.WARNS) is code
    assert [one.expected for one in found.unmet] == ([] if code is ExitCode.OK else [expected])
