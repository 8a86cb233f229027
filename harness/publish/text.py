"""What is printed on the terminal: the counts, the intervals, and what has no answer."""

from collections.abc import Iterator, Sequence
from textwrap import wrap

from tabulate import tabulate

from harness.model import Matrix
from harness.publish.candidates import NO_CANDIDATE, CandidateFindings, list_candidates
from harness.publish.counts import Counts, count_cells
from harness.publish.findings import (
    Line,
    Segment,
    SeriesLines,
    group_by_scenario,
    list_series,
)
from harness.publish.unanswered import Unanswered, list_unanswered
from harness.publish.wording import MARKS, make_visible, name_status

_NARROWEST = 50
_GAP = 2
_HEADER_PADDING = 2
"""What tabulate makes a column wider than its header."""
_BETWEEN = " │ "


def render_text(matrix: Matrix, width: int = 100) -> str:
    """Return at most ``width`` columns of text (50 where it is less); nothing is cut off.

    An interval stays on one line unless it is longer than a line is.
    """
    width = max(width, _NARROWEST)
    parts = [_counts(count_cells(matrix), width)]
    candidates = list_candidates(matrix)
    for found in candidates:
        parts += _candidate(found, width)
    if not candidates:
        parts.append(_fill(NO_CANDIDATE, width))
    parts.append(_fill(MARKS, width))
    for series in list_series(matrix):
        parts += _series(series, width)
    groups = list_unanswered(matrix)
    if any(group.known for group in groups):
        parts.append("COMPATIBILITY.md tells in full what is raised.")
    if gaps := [group for group in groups if not group.known]:
        parts.append("Not known:")
        parts += [_unanswered(group, width) for group in gaps]
    return "\n\n".join(parts) + "\n"


def _counts(counts: Counts, width: int) -> str:
    states = [f"{name_status(status)} {count:,}" for status, count in counts.states.items()]
    first = f"{counts.first} to {counts.last} (UTC)" if counts.first else "never"
    rows = [
        ["releases", f"{counts.releases:,}"],
        ["questions", f"{counts.questions:,}"],
        ["cells", f"{counts.cells:,}, of which {counts.measured:,} are measured"],
        ["", _pack(states, width - len("questions") - _GAP)],
        ["machines", f"{counts.machines:,}"],
        ["runs", f"{counts.runs:,}"],
        ["observed", first],
    ]
    return tabulate(rows, tablefmt="plain", disable_numparse=True)


def _candidate(found: CandidateFindings, width: int) -> Iterator[str]:
    yield _fill(f"Candidate {found.headline}.", width)
    for grade, altered in found.grades:
        lines = [f"{grade}:"]
        for one in altered:
            lines += [
                f"  {make_visible(one.question.id)}: {one.says}",
                f"    {make_visible(one.question.title)}",
                f"    Remedy: {make_visible(one.question.remedy)}",
            ]
        yield "\n".join(_fill(line, width, indent="      ") for line in lines)
    for gap in found.not_compared:
        yield _fill(f"{gap}.", width, indent="  ")


def _series(series: SeriesLines, width: int) -> Iterator[str]:
    """Yield what changes along a series, a table each scenario, then what is the same all along."""
    meaning = f", {series.meaning}" if series.meaning else ""
    yield _fill(f"Series {series.name}{meaning}: {series.extent}. {series.about}", width)
    for scenario, lines in group_by_scenario(series.varying):
        rows = [(_shorten(line), [_join(segment) for segment in line.segments]) for line in lines]
        yield _table((make_visible(scenario), "intervals"), rows, width)
    if series.constant:
        rows = [
            (
                make_visible(scenario),
                [f"{_shorten(line)}: {line.segments[0].says}" for line in lines],
            )
            for scenario, lines in group_by_scenario(series.constant)
        ]
        yield _table(("without a change", ""), rows, width)


def _shorten(line: Line) -> str:
    return make_visible(line.question.id.removeprefix(f"{line.question.scenario}."))


def _join(segment: Segment) -> str:
    return " ".join(filter(None, (segment.covers, segment.says, segment.mark)))


def _table(header: tuple[str, str], lines: Sequence[tuple[str, Sequence[str]]], width: int) -> str:
    """Return a table of names with what belongs to each; a name takes at most two fifths."""
    longest = max(len(header[0]) + _HEADER_PADDING, *(len(name) for name, _ in lines))
    widest = min(longest, width * 2 // 5)
    rows = [[_fill(name, widest), _pack(said, width - widest - _GAP)] for name, said in lines]
    return tabulate(
        rows,
        headers=[_fill(header[0], widest - _HEADER_PADDING), header[1]],
        tablefmt="simple",
        disable_numparse=True,
    )


def _unanswered(group: Unanswered, width: int) -> str:
    said = [
        f"{group.state}: {', '.join(group.questions)}",
        f"  in {', '.join(group.releases)}",
        f"  {group.reason}",
    ]
    return "\n".join(_fill(line, width, indent="    ") for line in said)


def _fill(text: str, width: int, indent: str = "") -> str:
    lines = wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
    return "\n".join(lines)


def _pack(segments: Sequence[str], width: int) -> str:
    """Return as many segments on a line as fit, a separator at the end of a line that goes on."""
    lines: list[str] = []
    for number, segment in enumerate(segments, start=1):
        text = segment + (_BETWEEN.rstrip() if number < len(segments) else "")
        if lines and len(lines[-1]) + 1 + len(text) <= width:
            lines[-1] += f" {text}"
        else:
            lines += wrap(text, width, break_on_hyphens=False) or [""]
    return "\n".join(lines)
