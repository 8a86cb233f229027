"""Intervals cover each series once, in its order, and never reach across what is unknown."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from harness.judge.intervals import build_intervals
from harness.model import Cell, Interval, Release, Status
from tests.publish.matrices import question, release

ASKED = question("masking.loss")
STATES = st.one_of(
    st.tuples(st.just(Status.ANSWERED), st.sampled_from(["valid", "total"])),
    st.tuples(st.sampled_from([s for s in Status if s is not Status.ANSWERED]), st.none()),
)
Says = dict[str, tuple[Status, str | None]]


def intervals(releases: list[Release], says: Says) -> list[Interval]:
    cells = {
        (name, ASKED.id): Cell(release=name, question=ASKED.id, status=status, answer=answer)
        for name, (status, answer) in says.items()
    }
    return list(build_intervals(releases, [ASKED], cells))


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[list[Release], Says]:
    """Draw releases in up to two series, and what each says."""
    states = draw(st.lists(STATES, min_size=1, max_size=14))
    series = st.sampled_from([("a",), ("b",), ("a", "b")])
    releases = [release(f"tf-2.{minor}.0", *draw(series)) for minor in range(len(states))]
    return releases, {row.id: state for row, state in zip(releases, states, strict=True)}


@given(catalogues())
def test_intervals_cover_each_series_once_in_order_and_never_mix(
    catalogue: tuple[list[Release], Says],
) -> None:
    releases, says = catalogue
    made = intervals(releases, says)
    assert {one.series for one in made} == {name for row in releases for name in row.series}
    for series in ("a", "b"):
        members = [row.id for row in releases if series in row.series]
        runs = [one for one in made if one.series == series]
        covered = []
        for run in runs:
            inside = members[members.index(run.first) : members.index(run.last) + 1]
            assert inside
            assert {says[name] for name in inside} == {(run.status, run.answer)}
            covered += inside
        assert covered == members
        for one, following in pairwise(runs):
            assert (one.status, one.answer) != (following.status, following.answer)


@given(catalogues())
def test_what_lies_untested_before_the_next_known_state_is_named(
    catalogue: tuple[list[Release], Says],
) -> None:
    releases, says = catalogue
    for one in intervals(releases, says):
        members = [row.id for row in releases if one.series in row.series]
        after = members[members.index(one.last) + 1 :]
        unknown = []
        for name in after:
            if says[name][0].known:
                break
            unknown.append(name)
        assert one.untested_between == (tuple(unknown) if one.status.known else ())


def test_the_same_answer_on_both_sides_of_a_hole_stays_two_intervals() -> None:
    releases = [release(f"tf-2.{minor}.0") for minor in range(3)]
    valid = (Status.ANSWERED, "valid")
    says: Says = {
        "tf-2.0.0": valid,
        "tf-2.1.0": (Status.NOT_RUN, None),
        "tf-2.2.0": valid,
    }
    made = [(one.first, one.last, one.status) for one in intervals(releases, says)]
    assert made == [
        ("tf-2.0.0", "tf-2.0.0", Status.ANSWERED),
        ("tf-2.1.0", "tf-2.1.0", Status.NOT_RUN),
        ("tf-2.2.0", "tf-2.2.0", Status.ANSWERED),
    ]
    assert intervals(releases, says)[0].untested_between == ("tf-2.1.0",)


def test_the_order_is_the_catalogues_not_the_names() -> None:
    releases = [release("tf-2.9.0"), release("tf-2.10.0")]
    says: Says = dict.fromkeys(("tf-2.9.0", "tf-2.10.0"), (Status.ANSWERED, "valid"))
    (only,) = intervals(releases, says)
    assert (only.first, only.last) == ("tf-2.9.0", "tf-2.10.0")
