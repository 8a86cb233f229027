"""Whose change it was: planted releases, of which each version and each outcome is known."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from harness.judge.attribution import attribute_changes
from harness.judge.intervals import build_intervals
from harness.model import Cause, Cell, Change, Interval, Status
from tests.builders import provenance
from tests.publish.matrices import Said, matrix, question, release

ASKED = question("masking.loss")
SPECIAL = {"raised": Status.RAISED, "missing": Status.NOT_APPLICABLE, "not run": Status.NOT_RUN}


class Row(NamedTuple):
    """A release: its two versions, what it says, and whether it is in the series looked at."""

    tensorflow: str
    keras: str
    says: str
    series: str = "elsewhere"
    api: str = "keras"

    @property
    def id(self) -> str:
        return f"tf-{self.tensorflow}+{self.api}-{self.keras}"


def main(tensorflow: str, keras: str, says: str, api: str = "keras") -> Row:
    return Row(tensorflow, keras, says, "main", api)


def attribute(rows: Sequence[Row]) -> list[Interval]:
    releases = [release(row.id, row.series) for row in rows]
    cells = {}
    for row in rows:
        status = SPECIAL.get(row.says, Status.ANSWERED)
        answer = row.says if status is Status.ANSWERED else None
        cells[row.id, ASKED.id] = Cell(
            release=row.id, question=ASKED.id, status=status, answer=answer
        )
    provenances = {
        row.id: provenance(
            release=row.id, tensorflow=row.tensorflow, keras=row.keras, keras_api=row.api
        )
        for row in rows
    }
    built = build_intervals(releases, [ASKED], cells)
    return list(attribute_changes(built, cells, provenances))


def changes(*rows: Row) -> list[Change | None]:
    return [interval.began for interval in attribute(rows) if interval.series == "main"]


def change(*rows: Row) -> Change:
    """Return the one change of the main series, which is its last interval's beginning."""
    *before, last = changes(*rows)
    assert last
    assert not any(before)
    return last


OLD, NEW = main("2.18.1", "3.9.1", "valid"), main("2.19.1", "3.11.3", "total")
"""Both versions move between them."""


def test_where_only_keras_moves_the_change_is_its_own() -> None:
    old, new = main("2.16.2", "3.3.3", "valid"), main("2.16.2", "3.4.1", "total")
    found = change(old, new)
    assert found == Change(after=old.id, keras=(old.id, new.id))
    assert found.cause is Cause.KERAS


def test_where_only_tensorflow_moves_the_change_is_its_own() -> None:
    old, new = main("2.19.1", "3.11.3", "valid"), main("2.20.0", "3.11.3", "total")
    found = change(old, new)
    assert found == Change(after=old.id, tensorflow=(old.id, new.id))
    assert found.cause is Cause.TENSORFLOW


def test_where_one_alone_moves_nothing_else_is_asked() -> None:
    old, new = main("2.16.2", "3.3.3", "valid"), main("2.16.2", "3.4.1", "total")
    disagrees = Row("2.16.2", "3.4.1", "valid", api="tf.keras")
    assert change(old, new, disagrees).keras == (old.id, new.id)
    down = main("2.16.2", "3.2.1", "total")
    assert change(old, down).keras == (old.id, down.id)


def test_where_both_move_and_nothing_else_is_measured_they_are_not_separated() -> None:
    found = change(OLD, NEW)
    assert found == Change(after=OLD.id)
    assert found.cause is Cause.NOT_SEPARATED


def test_keras_is_shown_by_releases_that_hold_another_tensorflow() -> None:
    low, high = Row("2.16.2", "3.9.1", "valid"), Row("2.16.2", "3.11.3", "total")
    found = change(OLD, NEW, high, low)
    assert found == Change(after=OLD.id, keras=(low.id, high.id))
    assert found.cause is Cause.KERAS


def test_tensorflow_is_shown_by_releases_that_hold_another_keras() -> None:
    low, high = Row("2.18.1", "3.12.4", "valid"), Row("2.19.1", "3.12.4", "total")
    found = change(OLD, NEW, high, low)
    assert found == Change(after=OLD.id, tensorflow=(low.id, high.id))
    assert found.cause is Cause.TENSORFLOW


def test_the_two_releases_themselves_may_be_half_of_the_evidence() -> None:
    held = Row("2.19.1", "3.9.1", "valid")
    assert change(OLD, NEW, held).keras == (held.id, NEW.id)
    held = Row("2.18.1", "3.11.3", "total")
    assert change(OLD, NEW, held).keras == (OLD.id, held.id)


def test_where_each_brings_the_change_alone_they_are_not_separated_and_both_are_kept() -> None:
    only_keras, only_tensorflow = Row("2.18.1", "3.11.3", "total"), Row("2.19.1", "3.9.1", "total")
    found = change(OLD, NEW, only_keras, only_tensorflow)
    assert found.keras == (OLD.id, only_keras.id)
    assert found.tensorflow == (OLD.id, only_tensorflow.id)
    assert found.cause is Cause.NOT_SEPARATED


def test_the_rung_below_is_the_highest_at_or_below_the_start() -> None:
    far, near = Row("2.16.2", "3.5.0", "valid"), Row("2.16.2", "3.8.0", "valid")
    within, high = Row("2.16.2", "3.10.0", "total"), Row("2.16.2", "3.12.4", "total")
    assert change(OLD, NEW, far, near, within, high).keras == (near.id, high.id)
    assert change(OLD, NEW, far, near._replace(says="total"), within, high).keras is None


def test_the_rung_above_is_the_lowest_at_or_above_the_end() -> None:
    low = Row("2.16.2", "3.8.0", "valid")
    near, far = Row("2.16.2", "3.12.4", "total"), Row("2.16.2", "3.15.1", "total")
    assert change(OLD, NEW, far, near, low).keras == (low.id, near.id)
    assert change(OLD, NEW, far, near._replace(says="valid"), low).keras is None


def test_without_a_rung_below_the_lowest_within_stands_for_it() -> None:
    lowest, second = Row("2.16.2", "3.10.0", "valid"), Row("2.16.2", "3.11.1", "total")
    high = Row("2.16.2", "3.12.4", "total")
    assert change(OLD, NEW, second, lowest, high).keras == (lowest.id, high.id)
    assert change(OLD, NEW, second, lowest._replace(says="total"), high).keras is None


def test_a_ladder_that_ends_below_the_change_shows_nothing() -> None:
    low, high = Row("2.16.2", "3.8.0", "valid"), Row("2.16.2", "3.11.2", "total")
    assert change(OLD, NEW, low, high).keras is None


def test_another_answer_than_those_of_the_change_is_no_evidence() -> None:
    low, high = Row("2.16.2", "3.8.0", "valid"), Row("2.16.2", "3.12.4", "sum")
    assert change(OLD, NEW, low, high).keras is None


def test_a_release_that_does_not_know_the_question_is_passed_over() -> None:
    low, high = Row("2.16.2", "3.8.0", "valid"), Row("2.16.2", "3.12.4", "total")
    unknown = [Row("2.16.2", "3.9.1", "not run"), Row("2.16.2", "3.11.3", "not run")]
    assert change(OLD, NEW, low, high, *unknown).keras == (low.id, high.id)


def test_of_two_releases_with_the_same_versions_the_first_is_named_if_they_agree() -> None:
    low, high = Row("2.16.2", "3.8.0", "valid"), Row("2.16.2", "3.12.4", "total")
    twin = high._replace(api="tf.keras")
    assert change(OLD, NEW, low, high, twin).keras == (low.id, high.id)
    assert change(OLD, NEW, low, high, twin._replace(says="valid")).keras is None


@pytest.mark.parametrize("outcome", ["raised", "missing"])
def test_an_exception_that_comes_or_goes_is_a_change(outcome: str) -> None:
    low, high = Row("2.16.2", "3.9.1", "valid"), Row("2.16.2", "3.11.3", outcome)
    assert change(OLD, NEW._replace(says=outcome), low, high).keras == (low.id, high.id)
    low, high = low._replace(says=outcome), high._replace(says="total")
    assert change(OLD._replace(says=outcome), NEW, low, high).keras == (low.id, high.id)


def test_only_a_known_outcome_that_differs_from_the_known_one_before_is_a_change() -> None:
    hole = main("2.18.2", "3.10.0", "not run")
    assert changes(OLD, hole, NEW) == [None, None, Change(after=OLD.id)]
    assert changes(OLD, hole, NEW._replace(says="valid")) == [None, None, None]
    assert changes(hole, OLD) == [None, None]


@pytest.mark.parametrize("keras", ["unknown", "", "2.2.4-tf"])
def test_a_version_that_is_not_known_separates_nothing(keras: str) -> None:
    pair = [Row("2.16.2", "3.9.1", "valid"), Row("2.16.2", "3.11.3", "total")]
    assert change(OLD._replace(keras=keras), NEW, *pair) == Change(after=f"tf-2.18.1+keras-{keras}")
    assert change(OLD, NEW, pair[0]._replace(keras=keras), pair[1]).keras is None
    alike = [main("2.16.2", keras, "valid"), main("2.17.1", keras, "total")]
    assert change(*alike).cause is Cause.NOT_SEPARATED


def test_a_keras_inside_tensorflow_is_not_held_by_its_number() -> None:
    # TensorFlow 2.3 and 2.4 both call their Keras 2.4.0, and it is not the same code.
    rows = [
        main("2.3.4", "2.4.0", "valid", "tf.keras"),
        main("2.4.4", "2.4.0", "total", "tf.keras"),
    ]
    assert change(*rows).cause is Cause.NOT_SEPARATED
    # Stand-alone Keras on the same TensorFlow is a package with a version of its own.
    assert change(*(row._replace(api="keras") for row in rows)).cause is Cause.TENSORFLOW
    # From 2.6 on, that of tf.keras is, too.
    rows = [
        main("2.6.5", "2.6.0", "valid", "tf.keras"),
        main("2.7.4", "2.6.0", "total", "tf.keras"),
    ]
    assert change(*rows).cause is Cause.TENSORFLOW


def test_tf_keras_counts_by_its_own_version() -> None:
    old, new = main("2.15.1", "2.15.0", "valid"), main("2.16.2", "3.4.1", "total")
    legacy = Row("2.16.2", "2.16.0", "valid", api="tf_keras")
    assert change(old, new, legacy).keras == (legacy.id, new.id)


def test_versions_are_compared_as_versions() -> None:
    # 3.10 is above 3.9, a nightly below what it becomes, and 2.22.0-rc0 is 2.22.0rc0.
    low, high = Row("2.16.2", "3.9.2", "valid"), Row("2.16.2", "3.10.0", "total")
    minors = main("2.18.1", "3.9.2", "valid"), main("2.19.1", "3.10.0", "total")
    assert change(*minors, high, low).keras == (low.id, high.id)
    nightly = main("2.22.0-rc0", "3.16.0.dev2026100605", "total")
    old = main("2.21.0", "3.15.1", "valid")
    low, high = Row("2.16.2", "3.15.1", "valid"), Row("2.16.2", "3.16.0", "total")
    assert change(old, nightly, low, high).keras == (low.id, high.id)
    assert change(old, nightly, low, Row("2.16.2", "3.15.9", "total")).keras is None
    same = Row("2.22.0rc0", "3.15.1", "valid")
    assert change(old, nightly, same).keras == (same.id, nightly.id)


def test_nothing_is_looked_for_where_an_axis_moves_down() -> None:
    old, new = main("2.18.1", "3.11.3", "valid"), main("2.19.1", "3.9.1", "total")
    pair = [Row("2.18.1", "3.12.4", "valid"), Row("2.19.1", "3.12.4", "total")]
    assert change(old, new, *pair) == Change(after=old.id)


def test_the_versions_are_those_that_were_there() -> None:
    rows = [release("tf-2.19.1"), release("tf-2.20.0")]
    words = {
        (row.id, ASKED.id): Said(answer=answer, keras="3.11.3")
        for row, answer in zip(rows, ("valid", "total"), strict=True)
    }
    last = matrix(rows, [ASKED], words).intervals[-1]
    assert last.began == Change(after="tf-2.19.1", tensorflow=("tf-2.19.1", "tf-2.20.0"))


TENSORFLOWS, KERASES = ("2.16.2", "2.17.1", "2.18.1"), ("3.0.5", "3.4.1", "3.9.2", "3.10.0")
OUTCOMES = st.sampled_from(["valid", "total", "raised", "not run"])
GRIDS = st.dictionaries(
    st.tuples(st.sampled_from(TENSORFLOWS), st.sampled_from(KERASES)),
    st.tuples(OUTCOMES, st.sampled_from(["main", "elsewhere"])),
)


def rows_of(grid: dict[tuple[str, str], tuple[str, str]]) -> list[Row]:
    ordered = sorted(grid.items(), key=lambda item: [Version(version) for version in item[0]])
    return [Row(*versions, *said) for versions, said in ordered]


@given(GRIDS)
def test_where_a_version_is_held_a_change_never_belongs_to_it(
    grid: dict[tuple[str, str], tuple[str, str]],
) -> None:
    for position, never in enumerate((Cause.TENSORFLOW, Cause.KERAS)):
        by_held = groupby(
            sorted(rows_of(grid), key=lambda r: r[position]), key=lambda r: r[position]
        )
        rows = [row._replace(series=held) for held, group in by_held for row in group]
        found = [interval.began for interval in attribute(rows) if interval.began]
        assert all(began.cause not in {never, Cause.NOT_SEPARATED} for began in found)


@given(GRIDS)
def test_the_evidence_holds_one_version_and_shows_the_change(
    grid: dict[tuple[str, str], tuple[str, str]],
) -> None:
    rows = rows_of(grid)
    known = {row.id: row for row in rows}
    for interval in attribute(rows):
        if began := interval.began:
            start, end = known[began.after], known[interval.first]
            assert start.says != end.says
            for pair, held, moved in ((began.keras, 0, 1), (began.tensorflow, 1, 0)):
                if pair:
                    low, high = (known[name] for name in pair)
                    assert low[held] == high[held]
                    assert Version(low[moved]) < Version(end[moved]) <= Version(high[moved])
                    assert (low.says, high.says) == (start.says, end.says)
