"""From cells to intervals: runs of neighbours along a series that say the same. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from harness.model import Cell, Interval, Question, Release, Status


def build_intervals(
    releases: Sequence[Release],
    questions: Sequence[Question],
    cells: Mapping[tuple[str, str], Cell],
) -> Iterable[Interval]:
    """Yield, per series and question, the runs of neighbours that say the same.

    The order along a series is that of the catalogue. Intervals are contiguous: releases whose
    state is unknown are intervals of their own, and no answer is carried across them.
    """
    for series in dict.fromkeys(name for release in releases for name in release.series):
        members = [release.id for release in releases if series in release.series]
        for question in questions:
            runs = [
                (says, [cell.release for cell in run])
                for says, run in groupby(
                    (cells[release, question.id] for release in members),
                    key=lambda cell: (cell.status, cell.answer),
                )
            ]
            for position, ((status, answer), run) in enumerate(runs):
                yield Interval(
                    series=series,
                    question=question.id,
                    first=run[0],
                    last=run[-1],
                    status=status,
                    answer=answer,
                    untested_between=_unknown_after(runs[position:]) if status.known else (),
                )


def _unknown_after(
    runs: Sequence[tuple[tuple[Status, str | None], list[str]]],
) -> tuple[str, ...]:
    """Return the releases between the first run and the next whose state is known."""
    unknown: list[str] = []
    for (status, _), run in runs[1:]:
        if status.known:
            break
        unknown += run
    return tuple(unknown)
