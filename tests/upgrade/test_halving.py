"""Halving, held against lines on which every change is planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.upgrade.halving import Boundary, Search, most_steps


@dataclass
class Planted:
    """A line of known truth: one letter a release, a dot where it does not answer."""

    line: str
    asked: list[int] = field(default_factory=list)

    def ask(self, position: int) -> str | None:
        self.asked.append(position)
        return None if self.line[position] == "." else self.line[position]

    def search(
        self,
        hints: Mapping[int, str] | None = None,
        ready: Sequence[int] = (),
        stored: Sequence[int] = (),
        *,
        every: bool = False,
    ) -> Search[str]:
        known = {p: self.line[p] for p in (0, len(self.line) - 1, *stored)}
        search = Search(known=known, hints=hints or {}, ready=set(ready), every=every)
        search.run(self.ask)
        return search


def bounds(search: Search[str]) -> list[tuple[int, int]]:
    return [(one.before, one.after) for one in search.boundaries()]


def changes(line: str) -> list[tuple[int, int]]:
    """Return every change of a line, between releases that answer."""
    answers = [position for position, said in enumerate(line) if said != "."]
    return [(a, b) for a, b in pairwise(answers) if line[a] != line[b]]


answering = st.sampled_from("ab")
inner = st.text(st.sampled_from("abc."), max_size=24)
lines = st.builds(lambda a, middle, z: a + middle + z, answering, inner, answering)
single = st.builds(
    lambda before, after: "a" * before + "b" * after, st.integers(1, 100), st.integers(1, 100)
)


@given(single)
def test_one_change_is_found_in_as_many_steps_as_halving_takes(line: str) -> None:
    planted = Planted(line)
    found = planted.search()
    assert bounds(found) == changes(line)
    assert len(planted.asked) <= most_steps(len(line) - 2)


@pytest.mark.parametrize("power", range(1, 9))
def test_a_line_of_a_power_of_two_takes_exactly_that_power_wherever_the_change_is(
    power: int,
) -> None:
    size = 2**power
    for before in range(1, size + 1):
        planted = Planted("a" * before + "b" * (size + 1 - before))
        planted.search()
        assert len(planted.asked) == power == most_steps(size - 1)


@given(lines)
def test_what_is_found_is_a_change_and_all_between_is_a_hole(line: str) -> None:
    planted = Planted(line)
    found = planted.search()
    assert set(bounds(found)) <= set(changes(line))
    assert len(planted.asked) == len(set(planted.asked))
    for one in found.boundaries():
        assert {line[position] for position in one.untested} <= {"."}


@given(lines)
def test_every_change_next_to_something_measured_is_found(line: str) -> None:
    """No two measured neighbours differ without being as close as the holes let them be."""
    planted = Planted(line)
    found = planted.search()
    visited = sorted(position for position in found.known)
    for before, after in pairwise(visited):
        if line[before] != line[after]:
            assert (before, after) in changes(line)


@given(lines)
def test_ends_that_differ_have_a_change_between_them(line: str) -> None:
    found = Planted(line).search()
    assert bool(found.boundaries()) or line[0] == line[-1]


@given(lines)
def test_with_every_all_are_asked_and_all_changes_found(line: str) -> None:
    planted = Planted(line)
    found = planted.search(every=True)
    assert bounds(found) == changes(line)
    assert sorted(planted.asked) == list(range(1, len(line) - 1))
    assert found.skipped() == ()


@given(lines, st.data())
def test_what_is_stored_is_not_asked_and_divides_the_line(line: str, data: st.DataObject) -> None:
    answers = [position for position, said in enumerate(line) if said != "."]
    stored = data.draw(st.lists(st.sampled_from(answers), unique=True))
    planted = Planted(line)
    found = planted.search(stored=stored)
    assert not set(planted.asked) & set(stored)
    for before, after in pairwise(sorted(stored)):
        if line[before] != line[after]:
            assert any(before <= a and b <= after for a, b in bounds(found))


@given(lines, st.data())
def test_a_hint_that_contradicts_is_looked_into_and_never_believed(
    line: str, data: st.DataObject
) -> None:
    positions = st.integers(1, max(1, len(line) - 2))
    hints = data.draw(st.dictionaries(positions, st.sampled_from("abc"), max_size=5))
    hints = {position: said for position, said in hints.items() if position < len(line) - 1}
    planted = Planted(line)
    found = planted.search(hints=hints)
    assert set(bounds(found)) <= set(changes(line))
    for position, said in hints.items():
        if line[0] == line[-1] != said:
            assert position in planted.asked or len(set(found.known.values())) > 1


@given(lines)
def test_what_is_skipped_lies_between_equals(line: str) -> None:
    found = Planted(line).search()
    for position in found.skipped():
        before = max(p for p in found.known if p < position)
        after = min(p for p in found.known if p > position)
        assert found.known[before] == found.known[after]
    parts = [*found.skipped(), *found.known, *found.holes]
    assert sorted(parts) == list(range(len(line)))


@given(single, st.data())
def test_what_is_ready_goes_first_and_costs_no_step_more(line: str, data: st.DataObject) -> None:
    ready = data.draw(st.lists(st.integers(0, len(line) - 1)))
    planted = Planted(line)
    planted.search(ready=ready)
    assert len(planted.asked) <= most_steps(len(line) - 2)


def test_of_positions_that_halve_equally_well_the_one_that_is_ready_is_taken() -> None:
    for ready, first in (((), 2), ((3,), 3), ((1,), 1), ((1, 3), 3)):
        planted = Planted("aaabbb")
        planted.search(ready=ready)
        assert planted.asked[0] == first


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("ab", [(0, 1)], id="neighbours"),
        pytest.param("a.b", [(0, 2)], id="nothing between answers"),
        pytest.param("aa..b", [(1, 4)], id="a change among holes"),
        pytest.param("aaacbbb", [(2, 3), (3, 4)], id="a third answer in the middle"),
        pytest.param("abcdefg", [(p, p + 1) for p in range(6)], id="each release another"),
        pytest.param("aabaa", [(1, 2), (2, 3)], id="ends alike, and the middle is hinted at"),
        pytest.param("aaaaa", [], id="nothing"),
    ],
)
def test_lines_that_can_be_read_by_eye(line: str, expected: list[tuple[int, int]]) -> None:
    found = Planted(line).search(hints={2: line[2:3]})
    assert bounds(found) == expected


def test_ends_alike_without_a_hint_ask_nothing_and_say_what_was_skipped() -> None:
    planted = Planted("aabaa")
    found = planted.search()
    assert (planted.asked, found.boundaries(), found.skipped()) == ([], (), (1, 2, 3))


def test_a_boundary_names_what_lies_within() -> None:
    assert list(Boundary(before=3, after=6).untested) == [4, 5]


@pytest.mark.parametrize("every", [False, True])
@given(line=single)
def test_no_more_steps_are_taken_than_were_announced(*, line: str, every: bool) -> None:
    planted = Planted(line)
    announced = Search(known={0: "a", len(line) - 1: "b"}, every=every).most_left()
    planted.search(every=every)
    assert len(planted.asked) <= announced
    assert announced == (len(line) - 2 if every else most_steps(len(line) - 2))
